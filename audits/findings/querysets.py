"""Questions that pages ask of findings, each one lazy SQL."""

from __future__ import annotations

from typing import Self

from audits.findings.vocabulary import FindingStatus
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import RecordQuerySet

BEFORE_ISSUE = (FindingStatus.DRAFT, FindingStatus.IN_FACTUAL_CHECK, FindingStatus.DISPUTED)
STANDING = (FindingStatus.ISSUED, FindingStatus.RESPONDED, FindingStatus.CLOSED)


class FindingQuerySet(RecordQuerySet):
    """Findings by how far they are and by who reads."""

    def open_to(self, reader: Actor) -> Self:
        """What `reader` may see: a colleague without the right to drafts reads what is issued, as an inspector does."""
        rows = self.visible_to(reader)
        if reader.company_kind == PARTNER or reader.may(Permission.AUDIT_DRAFTS):
            return rows
        return rows.filter(status__in=STANDING)

    def standing(self) -> Self:
        """Issued, answered or closed: what counts."""
        return self.filter(status__in=STANDING)

    def open(self) -> Self:
        """Issued and not closed."""
        return self.filter(status__in=(FindingStatus.ISSUED, FindingStatus.RESPONDED))
