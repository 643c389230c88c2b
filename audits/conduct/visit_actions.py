"""Verbs around the visit: the agenda, the documents asked for, the meetings, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.conduct.models import AgendaItem, Attendance, DocumentRequest, Gap, Meeting
from audits.conduct.usual import USUAL
from audits.conduct.vocabulary import RequestStatus
from audits.conduct.workflows import REQUEST
from audits.programme.actions import holding
from audits.programme.limits import limit
from audits.programme.models import Audit
from audits.programme.querysets import OVER
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState

VISIT = (AuditStatus.NOTIFIED, AuditStatus.IN_PROGRESS, AuditStatus.CLOSEOUT_HELD)
BEFORE_REPORT = (*VISIT, AuditStatus.REPORT_DRAFT)


def need(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied


def refuse_over(audit: Audit) -> None:
    if audit.status in OVER:
        raise WrongState(f"The audit is {audit.get_status_display().lower()}: nothing is added to it.")


@contextmanager
def holding_open(row: AgendaItem | DocumentRequest) -> Iterator[None]:
    """Holds the row's audit, and gives the row the audit as it is stored; raises WrongState once that is over."""
    with holding(row.audit) as now:
        refuse_over(now)
        row.audit = now
        yield


def agenda_due(audit: Audit) -> date | None:
    """By when the CMO should have the agenda, after the sponsor's own number; None without a first day."""
    return audit.start_date - timedelta(days=limit(audit, "agenda_days")) if audit.start_date else None


# --- agenda ------------------------------------------------------------------------------------------
def add_agenda_item(audit: Audit, *, by: Actor, **values: Any) -> AgendaItem:
    need(by, P.AUDIT_PLAN)
    with holding(audit) as now:
        refuse_over(now)
        item = AgendaItem(audit=now, **values)
        write(item, by=by, action="agenda.add")
    return item


def revise_agenda_item(item: AgendaItem, *, by: Actor, version: int | None = None, **values: Any) -> None:
    need(by, P.AUDIT_PLAN)
    with holding_open(item):
        for name, value in values.items():
            setattr(item, name, value)
        write(item, by=by, action="agenda.revise", version=version)


def remove_agenda_item(item: AgendaItem, *, by: Actor, reason: str = "") -> None:
    need(by, P.AUDIT_PLAN)
    with holding_open(item):
        item.is_removed = True
        write(item, by=by, action="agenda.remove", reason=reason)


# --- documents asked for -----------------------------------------------------------------------------
def ask(audit: Audit, *, by: Actor, **values: Any) -> DocumentRequest:
    """A card for one document, at the end of its column. The CMO reads it from the notification on."""
    need(by, P.AUDIT_PLAN)
    with holding(audit) as now:
        refuse_over(now)
        last = DocumentRequest.objects.filter(audit=audit).aggregate(last=Max("position"))["last"] or 0
        request = DocumentRequest(audit=now, position=last + 1, **values)
        write(request, by=by, action="request.ask")
    return request


def ask_usual(audit: Audit, *, by: Actor, due_date: date | None = None) -> int:
    """Asks for the usual documents that were not asked for yet; returns how many."""
    with transaction.atomic():
        lock(audit)  # two people who ask at once ask once
        asked = set(DocumentRequest.objects.filter(audit=audit).values_list("title", flat=True))
        fresh = [row for row in USUAL if row[0] not in asked]
        for title, details, system, priority in fresh:
            ask(audit, by=by, title=title, details=details, system=system, priority=priority, due_date=due_date)
    return len(fresh)


def revise_request(request: DocumentRequest, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """What is asked for, as long as it has not been provided."""
    need(by, P.AUDIT_PLAN)
    with holding_open(request):
        if request.status == RequestStatus.PROVIDED:
            raise WrongState("This document is provided: ask again if it is not what you need.")
        for name, value in values.items():
            setattr(request, name, value)
        write(request, by=by, action="request.revise", version=version)


def note_request(
    request: DocumentRequest, *, by: Actor, partner_note: str, assignee: str, version: int | None = None
) -> None:
    """The CMO's own words on a card: who prepares it, and where it can be seen."""
    need(by, P.REQUEST_ANSWER)
    with holding_open(request):
        request.partner_note, request.assignee = partner_note, assignee
        write(request, by=by, action="request.note", version=version)


def refuse_files(request: DocumentRequest) -> None:
    """Raises WrongState where nobody looks at a new file any more."""
    refuse_over(request.audit)
    if request.status == RequestStatus.WITHDRAWN:
        raise WrongState("This document is no longer asked for: nothing is added to it.")


def move_request(
    request: DocumentRequest,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Moves the card; the day it was provided stands on it."""
    target = REQUEST.by_name[name].target
    before = request.provided_date
    request.provided_date = timezone.localdate() if target == RequestStatus.PROVIDED else None
    try:
        with holding_open(request):
            REQUEST.perform(request, name, by=by, reason=reason, credentials=credentials, version=version)
    except Exception:
        request.provided_date = before
        raise


def share_with_notification(audit: Audit, name: str, by: Actor) -> None:
    """Agenda and requests reach the CMO in the transaction that notifies it."""
    if name != "notify":
        return
    for model in (AgendaItem, DocumentRequest):
        for row in model.objects.filter(audit=audit):
            row.audit = audit
            write(row, by=by, action=f"{'agenda' if model is AgendaItem else 'request'}.share")


# --- meetings ----------------------------------------------------------------------------------------
def record_meeting(audit: Audit, *, by: Actor, **values: Any) -> Meeting:
    """An opening, daily or close-out meeting. Raises WrongState before the notification and after the report began."""
    need(by, P.AUDIT_CONDUCT)
    with holding(audit) as now:
        refuse_meeting(now)
        meeting = Meeting(audit=now, **values)
        refuse_time(meeting)
        write(meeting, by=by, action="meeting.record")
    return meeting


def record_meeting_with(audit: Audit, people: list[dict[str, Any]], *, by: Actor, **values: Any) -> Meeting:
    """A meeting and who was there, all or nothing."""
    with transaction.atomic():
        meeting = record_meeting(audit, by=by, **values)
        for person in people:
            add_attendance(meeting, by=by, **person)
    return meeting


def refuse_meeting(audit: Audit) -> None:
    if audit.status not in BEFORE_REPORT:
        raise WrongState("Meetings are recorded from the notification until the report is in review.")


def refuse_time(meeting: Meeting) -> None:
    if meeting.held_at > timezone.now():
        raise ValidationError({"held_at": "A meeting is recorded once it was held."})
    first = meeting.audit.start_date
    if first and timezone.localtime(meeting.held_at).date() < first:
        raise ValidationError({"held_at": f"The first day of the audit is {full_day(first)}."})


def revise_meeting(meeting: Meeting, *, by: Actor, version: int | None = None, **values: Any) -> None:
    need(by, P.AUDIT_CONDUCT)
    with holding(meeting.audit) as now:
        refuse_meeting(now)
        for name, value in values.items():
            setattr(meeting, name, value)
        refuse_time(meeting)
        write(meeting, by=by, action="meeting.revise", version=version)


def add_attendance(meeting: Meeting, *, by: Actor, **values: Any) -> Attendance:
    need(by, P.AUDIT_CONDUCT)
    with holding(meeting.audit) as now:
        refuse_meeting(now)
        row = Attendance(meeting=meeting, **values)
        write(row, by=by, action="attendance.add")
    return row


def remove_attendance(row: Attendance, *, by: Actor, reason: str = "") -> None:
    need(by, P.AUDIT_CONDUCT)
    with holding(row.meeting.audit) as now:
        refuse_meeting(now)
        row.is_removed = True
        write(row, by=by, action="attendance.remove", reason=reason)


# --- what was not seen -------------------------------------------------------------------------------
def record_gap(audit: Audit, *, by: Actor, **values: Any) -> Gap:
    """An area that was not covered, or to which access was denied; it stands in the report."""
    need(by, P.AUDIT_CONDUCT)
    with holding(audit) as now:
        refuse_meeting(now)
        gap = Gap(audit=now, **values)
        write(gap, by=by, action="gap.record")
    return gap


def revise_gap(gap: Gap, *, by: Actor, version: int | None = None, **values: Any) -> None:
    need(by, P.AUDIT_CONDUCT)
    with holding(gap.audit) as now:
        refuse_meeting(now)
        for name, value in values.items():
            setattr(gap, name, value)
        write(gap, by=by, action="gap.revise", version=version)


def remove_gap(gap: Gap, *, by: Actor, reason: str) -> None:
    need(by, P.AUDIT_CONDUCT)
    with holding(gap.audit) as now:
        refuse_meeting(now)
        gap.is_removed = True
        write(gap, by=by, action="gap.remove", reason=reason)


# --- guards of the audit's moves ---------------------------------------------------------------------
def closeout_is_recorded(audit: Audit, by: Actor) -> str | None:
    """The close-out meeting with people of both sides, before it counts as held."""
    meeting = Meeting.objects.filter(audit=audit, kind="closeout").order_by("-held_at").first()
    if meeting is None:
        return "Record the close-out meeting first, with who was there."
    there = meeting.attendance.filter(is_removed=False).values_list("organisation", flat=True)
    if len({name.strip().casefold() for name in there}) < 2:
        return "Record who was at the close-out meeting: at least one person of each side, with the organisation."
    return None
