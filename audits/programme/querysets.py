"""Questions that pages ask of audits, each one lazy SQL."""

from __future__ import annotations

from typing import Self

from audits.programme.vocabulary import AuditStatus
from cmo_portal.records.record import RecordQuerySet

OVER = (AuditStatus.CLOSED, AuditStatus.CANCELLED)
UNDER_WAY = tuple(status for status in AuditStatus if status not in (*OVER, AuditStatus.PROPOSED))
HELD = (
    AuditStatus.CLOSEOUT_HELD,
    AuditStatus.REPORT_DRAFT,
    AuditStatus.REPORT_REVIEW,
    AuditStatus.FACTUAL_CHECK,
    AuditStatus.REPORT_ISSUED,
    AuditStatus.FOLLOW_UP,
    AuditStatus.CLOSED,
)


class AuditQuerySet(RecordQuerySet):
    """Audits by how far they are."""

    def open(self) -> Self:
        return self.exclude(status__in=OVER)

    def held(self) -> Self:
        """Those whose visit is over: the interval counts from the last of them."""
        return self.filter(status__in=HELD)
