"""Verbs of what a meeting agreed: actions follow the minutes, and end as done or dropped like those of a thread."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.trail import write
from communications.meetings.content import day_of
from communications.meetings.models import Meeting, MeetingAction, MeetingPerson
from communications.messages import agreed

NOUN = "meeting_action"
LEFT_OUT = "It stands no more in version {}."


def settle(meeting: Meeting, rows: list[dict[str, str]], revision: int, *, by: User) -> list[MeetingAction]:
    """Makes the actions of the meeting those of its new version: new ones are added, those that changed follow, and one
    that the version leaves out is dropped. What is done stays as it is. Returns those of the version in its order.
    """
    standing = {row.number: row for row in MeetingAction.objects.filter(meeting=meeting)}
    known = people_of(meeting, by)
    kept = []
    for row in rows:
        action = standing.pop(row["number"], None) or MeetingAction(meeting=meeting, revision=revision)
        kept.append(action)
        if not action.is_open:
            continue
        action.text, action.side, action.due_date = row["text"], row["side"], day_of(row["due"])
        action.holder_name, action.holder_ref = row["owner"], known.get((row["side"], row["owner"].casefold()), "")
        write(action, by=by, action=f"{NOUN}.{'agree' if action._state.adding else 'correct'}")
    for action in standing.values():
        if action.is_open:
            action.is_dropped, action.dropped_by_name = True, by.name
            action.dropped_reason = LEFT_OUT.format(revision)
            write(action, by=by, action=f"{NOUN}.leave_out")
    return kept


def people_of(meeting: Meeting, by: User) -> dict[tuple[str, str], str]:
    """(side, name) -> number of those whom the writer can mean: chosen participants, and the own colleagues."""
    own = User.objects.visible_to(by).filter(is_active=True).values_list("name", "number")
    found = {(by.company_kind, name.casefold()): number for name, number in own}
    rows = MeetingPerson.objects.filter(meeting=meeting, is_removed=False).exclude(person_ref="")
    return found | {(row.side, row.name.casefold()): row.person_ref for row in rows}


def finish(action: MeetingAction, *, by: User, version: int | None = None) -> None:
    """Says that it is done; only the side that does it can. Raises PermissionDenied, WrongState, StaleRecord."""
    agreed.finish_action(action, by=by, version=version, permission=P.MEETING_ACT, noun=NOUN)


def drop(action: MeetingAction, *, by: User, reason: str, version: int | None = None) -> None:
    """Nobody does it any more; either side may say so, and both read why. Raises WrongState, StaleRecord."""
    agreed.drop_action(action, by=by, reason=reason, version=version, permission=P.MEETING_ACT, noun=NOUN)


def listed(meeting: Meeting, reader: User) -> list[Any]:
    rows: Any = MeetingAction.objects.visible_to(reader).filter(meeting=meeting)
    return list(rows.order_by("due_date", "pk"))
