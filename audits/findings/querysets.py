"""Questions that pages ask of findings, each one lazy SQL."""

from __future__ import annotations

from typing import Self

from django.db.models import Case, IntegerField, Value, When

from audits.findings.vocabulary import NEEDS_RESPONSE, WORST_FIRST, FindingStatus
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import RecordQuerySet

BEFORE_ISSUE = (FindingStatus.DRAFT, FindingStatus.IN_FACTUAL_CHECK, FindingStatus.DISPUTED)
WITH_THE_CMO = (FindingStatus.IN_FACTUAL_CHECK, FindingStatus.DISPUTED)
STANDING = (FindingStatus.ISSUED, FindingStatus.RESPONDED, FindingStatus.CLOSED)


class CommentQuerySet(RecordQuerySet):
    """What the CMO said of findings, for whoever may see the finding."""

    def open_to(self, reader: Actor) -> Self:
        from audits.findings.models import Finding

        return self.visible_to(reader).filter(finding__in=Finding.objects.open_to(reader).values("pk"))


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
        """Issued, to be answered and not closed."""
        return self.filter(
            status__in=(FindingStatus.ISSUED, FindingStatus.RESPONDED), classification__in=NEEDS_RESPONSE
        )

    def alive(self) -> Self:
        """Everything that was not withdrawn."""
        return self.exclude(status=FindingStatus.WITHDRAWN)

    def with_severity(self) -> Self:
        """Adds `severity`: 0 for critical to 5 for what is not classified yet."""
        whens = [When(classification=name, then=Value(place)) for place, name in enumerate(WORST_FIRST)]
        return self.annotate(severity=Case(*whens, default=Value(9), output_field=IntegerField()))
