"""Verbs of the agenda: lines by either side until the meeting is held, and lines made of what is open between both."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.trail import write, write_many
from communications.meetings.actions import held_while_planned, need
from communications.meetings.models import AgendaLine, Meeting
from communications.meetings.open_items import Found, standing_lines, what_is_open
from communications.meetings.vocabulary import PLACES

LINE = ("heading", "title", "side", "minutes", "details")
MOST = 200  # lines of one agenda


def in_order(lines: list[AgendaLine]) -> list[AgendaLine]:
    return sorted(lines, key=lambda line: (PLACES.get(line.heading, 99), line.position, line.pk))


def lines_of(meeting: Meeting, reader: User) -> list[AgendaLine]:
    """The agenda in its order."""
    rows = AgendaLine.objects.visible_to(reader).filter(meeting=meeting, is_removed=False)
    return in_order(list(rows))


def add_line(meeting: Meeting, *, by: User, **values: Any) -> AgendaLine:
    """Puts a line at the end of its heading. Raises PermissionDenied, WrongState, ValidationError."""
    need(by, P.MEETING_EDIT)
    refuse_others(values)
    with transaction.atomic():
        held = held_while_planned(meeting)
        refuse_too_many(held, 1)
        line = AgendaLine(meeting=held, position=next_place(held), **values)
        write(line, by=by, action="agenda_line.add")
    return line


def revise_line(line: AgendaLine, *, by: User, version: int | None = None, **values: Any) -> None:
    """Either side writes on it; a form that is older than what stands is refused. Raises WrongState, StaleRecord."""
    need(by, P.MEETING_EDIT)
    refuse_others(values)
    with transaction.atomic():
        held_while_planned(line.meeting)
        for name, value in values.items():
            setattr(line, name, value)
        write(line, by=by, action="agenda_line.revise", version=version)


def remove_line(line: AgendaLine, *, by: User, version: int | None = None) -> None:
    """Takes it off the agenda; what it came from is not put back by the next building."""
    set_removed(line, True, "agenda_line.remove", by=by, version=version)


def restore_line(line: AgendaLine, *, by: User) -> None:
    set_removed(line, False, "agenda_line.restore", by=by, version=None)


def set_removed(line: AgendaLine, removed: bool, action: str, *, by: User, version: int | None) -> None:
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        held_while_planned(line.meeting)
        line.is_removed = removed
        write(line, by=by, action=action, version=version)


def shift_line(line: AgendaLine, *, by: User, up: bool) -> None:
    """One place up or down under its heading; at the end nothing happens. Raises WrongState."""
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        held = held_while_planned(line.meeting)
        rows = AgendaLine.objects.filter(meeting=held, heading=line.heading, is_removed=False)
        lines = list(rows.order_by("position", "pk"))
        here = next((place for place, row in enumerate(lines) if row.pk == line.pk), None)
        there = None if here is None else here + (-1 if up else 1)
        if here is None or there is None or not 0 <= there < len(lines):
            return
        one, other = lines[here], lines[there]
        one.position, other.position = other.position, one.position
        if one.position == other.position:
            one.position += -1 if up else 1
        write_many([one, other], by=by, action="agenda_line.shift")


def build_agenda(meeting: Meeting, *, by: User) -> int:
    """Adds a line for everything open between the two sides that is not on the agenda, and was not taken off it.

    Only what both sides read is looked at, so that either gets the same lines. Returns how many came.
    Raises PermissionDenied, WrongState.
    """
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        held = held_while_planned(meeting)
        held.vendor = meeting.vendor
        there = list(AgendaLine.objects.filter(meeting=held))
        known = {(line.about_type, line.about_number) for line in there if line.about_number}
        titles = {(line.heading, line.title) for line in there}
        fresh = [row for row in what_is_open(held, by) if is_new(row, known, titles)]
        used = {line.heading for line in there} | {row.heading for row in fresh}
        fresh += standing_lines(held, used)
        live = sum(1 for line in there if not line.is_removed)
        place = next_place(held)
        lines = [
            AgendaLine(
                meeting=held,
                position=place + count,
                heading=row.heading,
                title=row.title[:200],
                side=row.side,
                details=row.details,
                about_type=row.about_type,
                about_number=row.about_number,
            )
            for count, row in enumerate(fresh[: max(MOST - live, 0)])
        ]
        write_many(lines, by=by, action="agenda_line.build")
    return len(lines)


def is_new(row: Found, known: set[tuple[str, str]], titles: set[tuple[str, str]]) -> bool:
    if row.about_number:
        return (row.about_type, row.about_number) not in known
    return (row.heading, row.title) not in titles


def next_place(meeting: Meeting) -> int:
    last = AgendaLine.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def refuse_too_many(meeting: Meeting, more: int) -> None:
    if AgendaLine.objects.filter(meeting=meeting, is_removed=False).count() + more > MOST:
        raise ValidationError(f"An agenda has {MOST} lines at most.")


def refuse_others(values: dict[str, Any]) -> None:
    if set(values) - set(LINE):
        raise ValidationError(f"These are set by other acts: {', '.join(sorted(set(values) - set(LINE)))}.")
