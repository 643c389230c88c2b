"""Questions that pages ask of reports, each one lazy SQL."""

from __future__ import annotations

from typing import Self

from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import RecordQuerySet


class ReportQuerySet(RecordQuerySet):
    """Reports by who reads."""

    def open_to(self, reader: Actor) -> Self:
        """What `reader` may see: without the right to drafts, only what was issued."""
        rows = self.visible_to(reader)
        if reader.company_kind == PARTNER or reader.may(Permission.AUDIT_DRAFTS):
            return rows
        return rows.filter(status__in=("issued", "superseded"))
