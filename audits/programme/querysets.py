"""Questions that pages ask of the audit programme, each one lazy SQL."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.programme.vocabulary import (
    AuditorStatus,
    AuditStatus,
    IntervalStatus,
    PlanStatus,
    TeamRole,
    TriggerStatus,
)
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import RecordQuerySet

OVER = (AuditStatus.CLOSED, AuditStatus.CANCELLED)
UNDER_WAY = tuple(status for status in AuditStatus if status not in (*OVER, AuditStatus.PROPOSED))
BEFORE_VISIT = (AuditStatus.PROPOSED, AuditStatus.PLANNED, AuditStatus.NOTIFIED)
HELD = (
    AuditStatus.CLOSEOUT_HELD,
    AuditStatus.REPORT_DRAFT,
    AuditStatus.REPORT_REVIEW,
    AuditStatus.FACTUAL_CHECK,
    AuditStatus.REPORT_ISSUED,
    AuditStatus.FOLLOW_UP,
    AuditStatus.CLOSED,
)


def reads_drafts(reader: Actor) -> bool:
    """Whether `reader` sees what is planned among colleagues; a CMO's share is cut by the wall already."""
    return reader.company_kind == PARTNER or reader.may(Permission.AUDIT_DRAFTS)


class AuditQuerySet(RecordQuerySet):
    """Audits by how far they are and by who reads."""

    def open_to(self, reader: Actor) -> Self:
        """What `reader` may see: without the right to drafts only audits that the CMO has been notified of, and those
        whose team the reader is in."""
        from audits.programme.models import TeamMember

        rows = self.visible_to(reader)
        if reads_drafts(reader):
            return rows
        places = TeamMember.objects.filter(audit=OuterRef("pk"), person__number=reader.ref, is_removed=False)
        return rows.filter(Q(notified_date__isnull=False) | Exists(places))

    def open(self) -> Self:
        return self.exclude(status__in=OVER)

    def coming(self) -> Self:
        """Not held yet and not cancelled."""
        return self.filter(status__in=(*BEFORE_VISIT, AuditStatus.IN_PROGRESS))

    def held(self) -> Self:
        """Those whose visit is over: the interval counts from the last of them."""
        return self.filter(status__in=HELD)

    def between(self, first: date, last: date) -> Self:
        """Audits on one of the days from `first` to `last`, and those planned for a month among them."""
        dated = Q(start_date__lte=last, end_date__gte=first)
        return self.filter(dated | Q(start_date__isnull=True, planned_month__gte=first.replace(day=1),
                                     planned_month__lte=last))  # fmt: skip

    def matching(self, words: str) -> Self:
        """Number, site, CMO or lead holds all the words, accents and case aside."""
        for word in folded(words).split():
            self = self.filter(
                Q(site__search_text__contains=word)
                | Q(site__vendor__sort_name__contains=word)
                | Q(number__iexact=word)
                | Q(lead_name__icontains=word)
            )
        return self

    def listed(self) -> Self:
        """With the rows that a list shows of each."""
        return self.select_related("site__vendor__sponsor")


class OfAuditQuerySet(RecordQuerySet):
    """Rows of an audit that whoever may see the audit may see."""

    def open_to(self, reader: Actor) -> Self:
        from audits.programme.models import Audit

        rows = self.visible_to(reader)
        return rows if reads_drafts(reader) else rows.filter(audit__in=Audit.objects.open_to(reader).values("pk"))


class AuditPlanQuerySet(RecordQuerySet):
    def open_to(self, reader: Actor) -> Self:
        rows = self.visible_to(reader)
        return rows if reads_drafts(reader) else rows.filter(status=PlanStatus.APPROVED)


class IntervalQuerySet(RecordQuerySet):
    """Intervals by whether they stand."""

    def in_force(self) -> Self:
        return self.filter(status=IntervalStatus.IN_FORCE)

    def open_to(self, reader: Actor) -> Self:
        rows = self.visible_to(reader)
        waits = (IntervalStatus.PROPOSED, IntervalStatus.REJECTED)
        return rows if reads_drafts(reader) else rows.exclude(status__in=waits)


class TriggerQuerySet(RecordQuerySet):
    def open_to(self, reader: Actor) -> Self:
        rows = self.visible_to(reader)
        return rows if reads_drafts(reader) else rows.exclude(status=TriggerStatus.OPEN)

    def to_decide(self) -> Self:
        return self.filter(status=TriggerStatus.OPEN)


class AuditorQuerySet(RecordQuerySet):
    """Auditors with what they have done and what lies ahead."""

    def open_to(self, reader: Actor) -> Self:
        rows = self.visible_to(reader)
        return rows if reads_drafts(reader) else rows.exclude(status=AuditorStatus.PROPOSED)

    def with_experience(self) -> Self:
        """Adds `led`, `accompanied` (audits held, as lead and as co-auditor) and `ahead` (audits still to come)."""
        from audits.programme.models import TeamMember

        places = TeamMember.objects.filter(person=OuterRef("person"), is_removed=False).order_by()
        held = places.filter(audit__status__in=HELD)
        return self.annotate(
            led=counted(held.filter(role=TeamRole.LEAD)),
            accompanied=counted(held.filter(role=TeamRole.CO_AUDITOR)),
            ahead=counted(places.filter(audit__status__in=(*BEFORE_VISIT, AuditStatus.IN_PROGRESS))),
        )


def counted(places: Any) -> Any:
    """How many places in teams there are for the outer row's person; never NULL."""
    number = places.values("person").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
