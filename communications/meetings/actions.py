"""Verbs around a meeting: plan and move it, who comes, that it was held or is cancelled, notes for oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.meetings.limits import MINUTES, last_day
from communications.meetings.models import Meeting, MeetingPerson, PreparationNote
from communications.meetings.workflows import BY_HAND, MEETING
from communications.messages.actions import author
from vendors.registry.models import Vendor

IT_IS_OVER = "This stands as it was: the meeting was held, or it is cancelled."
PLAN = ("kind", "title", "starts_at", "lasts", "place", "link", "chair_side", "chair_name", "scribe_side")


def need(by: User, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied


def held_while_planned(meeting: Meeting) -> Meeting:
    """The meeting, locked until the transaction ends: nobody holds or cancels it meanwhile. Raises WrongState."""
    held: Any = lock(meeting)
    if not held.is_planned:
        raise WrongState(IT_IS_OVER)
    return held  # type: ignore[no-any-return]


def plan_meeting(vendor: Vendor, *, by: User, **values: Any) -> Meeting:
    """Plans a meeting of the two companies of a relation; whoever plans it is its first participant.

    values: fields of `PLAN`. Raises PermissionDenied, ValidationError.
    """
    need(by, P.MEETING_EDIT)
    refuse_others(values)
    if vendor.is_retired:
        raise ValidationError(f"{vendor.name} is retired: take it back into use first.")
    meeting = Meeting(vendor=vendor, planned_by_name=by.name, **values)
    with transaction.atomic():
        write(meeting, by=by, action="meeting.plan")
        add_person(meeting, by=by, side=by.company_kind, colleague=by)
    return meeting


def revise_meeting(meeting: Meeting, *, by: User, version: int | None = None, **values: Any) -> None:
    """Changes the plan while it is one. Raises WrongState, StaleRecord, ValidationError."""
    need(by, P.MEETING_EDIT)
    refuse_others(values)
    with transaction.atomic():
        held_while_planned(meeting)
        for name, value in values.items():
            setattr(meeting, name, value)
        write(meeting, by=by, action="meeting.revise", version=version)


def refuse_others(values: dict[str, Any]) -> None:
    if set(values) - set(PLAN):
        raise ValidationError(f"These are set by other acts: {', '.join(sorted(set(values) - set(PLAN)))}.")


def move(
    meeting: Meeting,
    name: str,
    *,
    by: User,
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
    **more: Any,
) -> None:
    """That it was held, or that it is cancelled with the reason. Raises PermissionDenied, WrongState, StaleRecord."""
    if name not in BY_HAND:
        raise WrongState("This follows from sharing and acknowledging the minutes.")
    kept = {f.attname: getattr(meeting, f.attname) for f in Meeting._meta.concrete_fields}

    def first() -> None:
        if name == "cancel":
            meeting.cancelled_because = reason
        else:
            meeting.held_at = at or timezone.now()
            meeting.minutes_due_date = last_day(MINUTES, meeting, meeting.ends_at, meeting.scribe_side)

    try:
        MEETING.perform(meeting, name, by=by, reason=reason, version=version, first=first)
    except Exception:
        for field, value in kept.items():
            setattr(meeting, field, value)
        raise


# --- who comes ------------------------------------------------------------------------------------------------------


def add_person(
    meeting: Meeting, *, by: User, side: str, name: str = "", role: str = "", colleague: User | None = None
) -> MeetingPerson:
    """Puts somebody on the list: an own colleague who is chosen, or a name that is typed, of either side.

    Raises PermissionDenied, WrongState, ValidationError.
    """
    need(by, P.MEETING_EDIT)
    if colleague is not None and (side != by.company_kind or colleague.company_id != by.company_id):
        raise ValidationError({"colleague": "Choose a colleague of your own company; type the names of others."})
    with transaction.atomic():
        held: Any = lock(meeting)
        if held.status not in ("planned", "held"):
            raise WrongState(IT_IS_OVER)
        person = MeetingPerson(
            meeting=held,
            side=side,
            name=colleague.name if colleague is not None else name,
            role=role,
            person_ref=colleague.ref if colleague is not None else "",
        )
        write_once(person, by)
    return person


def write_once(person: MeetingPerson, by: User) -> None:
    """Nobody stands twice on the list of one side."""
    person.clean()
    rows = MeetingPerson.objects.filter(meeting=person.meeting, side=person.side, is_removed=False)
    if rows.filter(name__iexact=person.name).exists():
        raise ValidationError({"name": f"{person.name} is on the list already."})
    write(person, by=by, action="meeting_person.add")


def remove_person(person: MeetingPerson, *, by: User) -> None:
    """Takes a name off the list. Raises WrongState."""
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        held: Any = lock(person.meeting)
        if held.status not in ("planned", "held"):
            raise WrongState(IT_IS_OVER)
        person.is_removed = True
        write(person, by=by, action="meeting_person.remove")


def add_note(meeting: Meeting, *, by: User, body: str) -> PreparationNote:
    """A note for colleagues. It never leaves the company, and leaves nothing behind on the meeting."""
    need(by, P.MEETING_NOTE)
    note = PreparationNote(meeting=meeting, body=body, wall_owner=by.company_id, **author(by))
    write(note, by=by, action="preparation_note.add")
    return note
