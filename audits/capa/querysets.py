"""Questions that pages ask of CAPAs, each one lazy SQL."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Q

from audits.capa.vocabulary import CapaLinkStatus, ResponseStatus
from cmo_portal.records.record import RecordQuerySet

WITH_THE_CMO = Q(response_status__in=(ResponseStatus.DUE, ResponseStatus.RETURNED)) | Q(
    response_status=ResponseStatus.ACCEPTED,
    status__in=(CapaLinkStatus.DATE_AGREED, CapaLinkStatus.IMPLEMENTING, CapaLinkStatus.NOT_EFFECTIVE),
)


class CapaLinkQuerySet(RecordQuerySet):
    """CAPAs by how far they are and who holds the ball."""

    def open(self) -> Self:
        return self.exclude(status=CapaLinkStatus.CLOSED)

    def with_the_cmo(self) -> Self:
        """The next move is the CMO's."""
        return self.open().filter(WITH_THE_CMO)

    def with_the_sponsor(self) -> Self:
        return self.open().exclude(WITH_THE_CMO)

    def overdue(self, day: date) -> Self:
        """Past the agreed date and not implemented."""
        waiting = (CapaLinkStatus.DATE_AGREED, CapaLinkStatus.IMPLEMENTING, CapaLinkStatus.NOT_EFFECTIVE)
        return self.filter(status__in=waiting, agreed_date__lt=day)
