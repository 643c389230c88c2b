"""How long each step takes against its limit: the sponsor's steps and the CMO's, counted the same way.

A step is done between two dates of one row. It counts in the period in which it was done; beside that stands what is
not done and past its limit today. Where a row keeps the day that was due, that day decides; elsewhere the sponsor's
limit of today does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, When
from django.db.models.expressions import ExpressionWrapper

from audits.capa.models import CapaLink, EffectivenessCheck, Response
from audits.capa.vocabulary import AT_WORK, OVER, CapaLinkStatus, ResponseStatus
from audits.programme.limits import LIMITS
from audits.programme.models import Audit
from audits.programme.querysets import HELD
from audits.programme.vocabulary import AuditStatus, AuditType, Side
from audits.trends.asked import Asked
from audits.trends.counting import owned
from audits.trends.figures import Timed, calendar_days
from audits.trends.sql import Days, place_of
from cmo_portal.records.actors import Actor

Limits = Mapping[str, int]
BOTH = ""  # a step in which both sides have their part
NEVER = Q(pk__in=[])


@dataclass(frozen=True)
class Step:
    """One step. model, start, end: whose two dates it is. to_audit: the path from that row to its audit.

    late: which of the rows that are done, with the days they `took`, did not keep the limit. waiting: which rows of
    which model are past the limit today, the path to their audit, and the field that says since when. limit: the
    limit's name, empty for none.
    """

    code: str
    label: str
    side: str
    model: Any
    start: str
    end: str
    to_audit: str
    limit: str
    late: Callable[[Limits], Q | Case]
    waiting_model: Any
    waiting_to_audit: str
    waiting: Callable[[Limits, Asked], Q] | None
    waiting_since: str
    only: Q = Q()  # noqa: RUF009 - a Q does not change
    against: str = ""  # the field of the day that was due, where the row keeps one

    @property
    def noun(self) -> str:
        return "audit" if self.model is Audit else "CAPA"

    def limit_words(self, limits: Limits) -> str:
        if self.against == "agreed_date":
            return "the agreed date"
        if not self.limit:
            return ""
        row = LIMITS[self.limit]
        at_least = "at least " if self.code == "notice" else ""
        return f"{at_least}{limits[row.name]} {row.unit}"


def too_short_notice(limits: Limits) -> Case:
    """Fewer days between the letter and the visit than the limit; for cause the limit counts in business days.

    Two cases, so that the few audits for cause alone are asked for their weekday.
    """
    count = limits["notice_for_cause_days"]
    for_cause = Q()
    for weekday in range(1, 8):
        for_cause |= Q(notified_date__iso_week_day=weekday, took__lt=calendar_days(count, weekday))
    whole, flag = Q(took__lt=limits["notice_days"]), BooleanField()
    by_weekday = When(type=AuditType.FOR_CAUSE, then=ExpressionWrapper(for_cause, output_field=flag))
    return Case(by_weekday, default=ExpressionWrapper(whole, output_field=flag), output_field=flag)


def unannounced(limits: Limits, asked: Asked) -> Q:
    """Dates are set, the CMO was not notified, and the notice would be too short from today on."""
    latest = asked.today + timedelta(days=limits["notice_days"])
    planned = Q(status__in=(AuditStatus.PROPOSED, AuditStatus.PLANNED), start_date__lt=latest)
    return planned & ~Q(type=AuditType.FOR_CAUSE)


def before(asked: Asked, days: int) -> Any:
    return asked.today - timedelta(days=days)


BEGUN = Q(status__in=(*HELD, AuditStatus.IN_PROGRESS))
REPORTED = (AuditStatus.REPORT_ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.CLOSED)
WRITING = [status for status in HELD if status not in REPORTED]
ANSWERING = (ResponseStatus.DUE, ResponseStatus.RETURNED)
TO_AUDIT = "finding__audit__"
STILL_OPEN = [status for status in CapaLinkStatus if status not in OVER]
# Rows on which anything can be owed; said by what they are, so that an index on the status serves.
OWING = {
    Audit: ~Q(status=AuditStatus.CLOSED),
    CapaLink: Q(status__in=STILL_OPEN),
    EffectivenessCheck: Q(verdict="", link__status__in=STILL_OPEN),
}

STEPS: dict[str, Step] = {
    step.code: step
    for step in (
        Step(
            "notice", "Notice before the visit", Side.SPONSOR, Audit, "notified_date", "start_date", "", "notice_days",
            too_short_notice, Audit, "", unannounced, "start_date", only=BEGUN,
        ),
        Step(
            "report", "Last day to report", Side.SPONSOR, Audit, "end_date", "report_issued_date", "", "report_days",
            lambda limits: Q(report_issued_date__gt=F("report_due_date")), Audit, "",
            lambda limits, asked: Q(status__in=WRITING, report_due_date__lt=asked.today),
            "report_due_date", against="report_due_date",
        ),
        Step(
            "response", "Report to first response", Side.PARTNER, Response, "link__finding__issued_date",
            "received_date", "link__finding__audit__", "response_days",
            lambda limits: Q(received_date__gt=F("link__finding__response_due_date")), CapaLink, TO_AUDIT,
            lambda limits, asked: Q(response_status__in=ANSWERING, response_due_date__lt=asked.today),
            "response_due_date", only=Q(round=1), against="link__finding__response_due_date",
        ),
        Step(
            "review", "Last response to acceptance", Side.SPONSOR, CapaLink, "responded_date", "accepted_date",
            TO_AUDIT, "review_days", lambda limits: Q(took__gt=limits["review_days"]), CapaLink, TO_AUDIT,
            lambda limits, asked: Q(
                response_status=ResponseStatus.SUBMITTED, responded_date__lt=before(asked, limits["review_days"])
            ),
            "responded_date",
        ),
        Step(
            "correction", "Acceptance to implemented", Side.PARTNER, CapaLink, "accepted_date", "implemented_date",
            TO_AUDIT, "capa_major_days", lambda limits: Q(implemented_date__gt=F("agreed_date")), CapaLink, TO_AUDIT,
            lambda limits, asked: Q(status__in=AT_WORK, agreed_date__lt=asked.today),
            "agreed_date", only=Q(agreed_date__isnull=False), against="agreed_date",
        ),
        Step(
            "check", "Effectiveness check after its day", Side.SPONSOR, EffectivenessCheck, "date", "judged_date",
            "link__finding__audit__", "review_days", lambda limits: Q(took__gt=limits["review_days"]),
            EffectivenessCheck, "link__finding__audit__",
            lambda limits, asked: Q(date__lt=before(asked, limits["review_days"])),
            "date",
        ),
        Step(
            "capa", "Report to closed CAPA", BOTH, CapaLink, "finding__issued_date", "closed_date", TO_AUDIT, "",
            lambda limits: NEVER, CapaLink, TO_AUDIT, None, "due_date", only=~Q(status="withdrawn"),
        ),
        Step(
            "closure", "Last day to closed audit", BOTH, Audit, "end_date", "closed_date", "", "close_days",
            lambda limits: Q(took__gt=limits["close_days"]), Audit, "",
            lambda limits, asked: Q(status__in=HELD, end_date__lt=before(asked, limits["close_days"])),
            "end_date",
        ),
    )
}  # fmt: skip


def mine(model: Any, reader: Actor) -> Any:
    """Rows of the reader's own company; of audits themselves only those that the reader may open."""
    rows = owned(model, reader)
    return (rows.open_to(reader) if model is Audit else rows).order_by()


def done(step: Step, reader: Actor, asked: Asked, limits: Limits) -> Any:
    """The rows on which the step was done in the period, with `took` (days) and `is_late`."""
    rows = mine(step.model, reader).filter(step.only, **{f"{step.start}__isnull": False})
    rows = rows.filter(**asked.dated(step.end), **asked.of_place(step.to_audit)).annotate(
        took=Days(step.end, step.start)
    )
    late = ExpressionWrapper(step.late(limits), output_field=BooleanField())
    return rows.annotate(is_late=late)


def owing(model: Any, to_audit: str, reader: Actor, asked: Asked) -> Any:
    return mine(model, reader).filter(OWING[model], **asked.of_place(to_audit))


def waiting(step: Step, reader: Actor, asked: Asked, limits: Limits) -> Any:
    """The rows on which the step is not done and past its limit today, whatever the period."""
    rows = owing(step.waiting_model, step.waiting_to_audit, reader, asked)
    return rows.filter(step.waiting(limits, asked)) if step.waiting else rows.none()


def timed(step: Step, reader: Actor, asked: Asked, limits: Limits) -> list[Timed]:
    """The step's days with how often each occurred, quarter by quarter; as many rows as there are different days."""
    rows = done(step, reader, asked, limits).annotate(place=place_of(step.end, asked.quarters))
    found = rows.values_list("place", "took", "is_late").annotate(number=Count("*"))
    return [Timed(place, days, bool(late), number) for place, days, late, number in found]
