"""Questions that are asked of answers and of what was published."""

from __future__ import annotations

from typing import Any, Self

from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import RecordQuerySet


class WordsQuerySet(RecordQuerySet):
    """Rows with a `search_text`."""

    def matching(self, words: str) -> Self:
        """Every word stands in the text."""
        rows: Any = self
        for word in search_words(words):
            rows = rows.filter(search_text__contains=folded(word))
        return rows  # type: ignore[no-any-return]


class AnswerQuerySet(WordsQuerySet):
    """A CMO's own answers."""

    def given(self) -> Self:
        return self.exclude(search_text="")


class ContentQuerySet(WordsQuerySet):
    """Contents of published profiles."""

    def open_to(self, reader: Actor) -> Self:
        """A sponsor's: what it may read at this moment. A CMO's own, whatever became of them."""
        rows: Any = self.visible_to(reader)
        return rows if reader.company_kind == PARTNER else rows.filter(is_open=True)  # type: ignore[no-any-return]

    def newest_of(self, vendor: Any) -> Self:
        return self.filter(publication__vendor=vendor).order_by("-publication__published_at", "-pk")
