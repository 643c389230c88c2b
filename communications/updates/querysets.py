"""Questions that are asked of updates."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Count, Q

from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.record import RecordQuerySet
from communications.updates.vocabulary import Timing


class UpdateQuerySet(RecordQuerySet):
    """Posted updates."""

    def with_places(self) -> Self:
        """With what a line of a list names."""
        return self.select_related("site", "vendor__sponsor", "vendor__company")

    def held_by(self, side: str) -> Self:
        return self.filter(ball=side)

    def late(self) -> Self:
        return self.filter(timing=Timing.LATE)

    def of_cmo_by_timing(self) -> dict[str, int]:
        """How many of the CMO's own came early, in time and late; withdrawn ones count too."""
        counts = {timing.value: Count("pk", filter=Q(timing=timing)) for timing in Timing}
        return self.filter(side=PARTNER).exclude(timing="").aggregate(**counts)

    def matching(self, words: str) -> Self:
        """Every word stands in the title, the product, the batch, the text, the CMO's name or is the number."""
        rows: Any = self
        for word in search_words(words):
            bare = folded(word)
            rows = rows.filter(
                Q(search_text__contains=bare) | Q(number__iexact=word) | Q(vendor__sort_name__contains=bare)
            )
        return rows  # type: ignore[no-any-return]
