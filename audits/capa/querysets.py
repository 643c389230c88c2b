"""Questions that pages ask of CAPAs, each one lazy SQL."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.capa.vocabulary import AT_WORK, OVER, Ball
from cmo_portal.records.record import RecordQuerySet


class CapaLinkQuerySet(RecordQuerySet):
    """CAPAs by how far they are and who holds the ball."""

    def open(self) -> Self:
        return self.exclude(status__in=OVER)

    def held_by(self, side: str, day: date) -> Self:
        """The next move is `side`'s, and its time has come (an effectiveness check rests until its date)."""
        return self.open().filter(ball=side, ball_since_date__lte=day)

    def with_the_cmo(self, day: date) -> Self:
        return self.held_by(Ball.PARTNER, day)

    def with_the_sponsor(self, day: date) -> Self:
        return self.held_by(Ball.SPONSOR, day)

    def late(self, day: date) -> Self:
        """Whoever holds the ball has had it longer than agreed: both sides count the same."""
        return self.open().filter(due_date__lt=day)

    def overdue(self, day: date) -> Self:
        """Past the agreed date and not implemented."""
        return self.filter(status__in=AT_WORK, agreed_date__lt=day)

    def with_places(self) -> Self:
        """With what a line of a list names: finding, audit, site, CMO, sponsor. Never the CMO's own CAPA."""
        return self.select_related("finding__audit__site__vendor__sponsor")

    def with_ball_key(self) -> Self:
        """Adds `ball_key`: since when it waits, never NULL, so that a list can be sorted and paged by it."""
        return self.annotate(ball_key=Coalesce(F("ball_since_date"), F("due_date")))


class CapaQuerySet(RecordQuerySet):
    """The CMO's own CAPAs; only a CMO's page asks these."""

    def with_progress(self, links: Any) -> Self:
        """`link_count` and `closed_count` of `links`, the CMO's own rows."""
        mine = links.filter(capa=OuterRef("pk"), is_removed=False).order_by().values("capa")
        counted = mine.annotate(n=Count("pk"), closed=Count("pk", filter=Q(link__status__in=OVER)))
        return self.annotate(link_count=Subquery(counted.values("n")), closed_count=Subquery(counted.values("closed")))
