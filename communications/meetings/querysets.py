"""Questions that are asked of meetings and of what hangs on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import RecordQuerySet
from communications.meetings.vocabulary import MeetingStatus


class MeetingQuerySet(RecordQuerySet):
    """Meetings between one sponsor and one CMO."""

    def with_places(self) -> Self:
        return self.select_related("vendor__sponsor", "vendor__company")

    def upcoming(self, now: datetime) -> Self:
        """Planned, and not over yet."""
        return self.filter(status=MeetingStatus.PLANNED, ends_at__gte=now)

    def past(self, now: datetime) -> Self:
        return self.filter(Q(ends_at__lt=now) | ~Q(status=MeetingStatus.PLANNED))

    def matching(self, words: str) -> Self:
        """Every word stands in the title, the place or the CMO's name, or is the number."""
        rows: Any = self
        for word in search_words(words):
            bare = folded(word)
            rows = rows.filter(
                Q(search_text__contains=bare) | Q(number__iexact=word) | Q(vendor__sort_name__contains=bare)
            )
        return rows  # type: ignore[no-any-return]


class DraftQuerySet(RecordQuerySet):
    def open_to(self, reader: Actor) -> Self:
        """Drafts of minutes of the reader's own company, for those who may write them."""
        rows = self.visible_to(reader)
        return rows if reader.may(Permission.MEETING_EDIT) else rows.filter(pk__in=[])


class PreparationQuerySet(RecordQuerySet):
    def open_to(self, reader: Actor) -> Self:
        """Notes of the reader's own company, for those who read what colleagues say among themselves."""
        rows = self.visible_to(reader)
        return rows if reader.may(Permission.MEETING_NOTE) else rows.filter(pk__in=[])
