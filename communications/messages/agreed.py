"""Verbs of what is agreed in a thread: who does what by when, done, or dropped with the reason."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState
from communications.messages.actions import need
from communications.messages.audience import nameable, who_reads
from communications.messages.models import Agreed, AgreedAction, Message, Thread


def agree_action(
    thread: Thread, *, by: User, text: str, side: str, due_date: date, person: str = "", message: Message | None = None
) -> AgreedAction:
    """Notes what somebody does by a day; it is a deadline of that side from now on.

    person: the name of whoever does it, one that `by` can know; empty for the side as a whole. message: where it was
    agreed. Raises PermissionDenied, ValidationError.
    """
    need(by, P.MESSAGE_POST)
    if not thread.is_shared and side != SPONSOR:
        raise ValidationError({"side": "The CMO does not read this thread: it can do nothing that is agreed here."})
    if due_date < timezone.localdate():
        raise ValidationError({"due_date": "It is done today or later."})
    if message is not None and message.thread_id != thread.pk:
        raise ValidationError("It is agreed in a message of the same thread.")
    action = AgreedAction(
        thread=thread,
        message=message,
        is_shared=thread.is_shared,
        text=text,
        side=side,
        holder_ref=ref_of(person, side, thread, by),
        holder_name=person,
        due_date=due_date,
    )
    write(action, by=by, action="agreed_action.add")
    return action


def ref_of(person: str, side: str, thread: Thread, by: User) -> str:
    """The number of whoever does it: somebody of that side, whom `by` can know and who reads the thread."""
    if not person:
        return ""
    companies = doers(thread, by)
    if person not in companies:
        raise ValidationError({"person": "Name a colleague who reads this thread, or somebody who has written in it."})
    if (companies[person] == by.company_name) != (side == by.company_kind):
        raise ValidationError({"person": f"{person} is not of the side that does it."})
    return nameable(thread, by)[person]


def doers(thread: Thread, by: User) -> dict[str, str]:
    """name -> company of those who can be named as whoever does it."""
    return {by.name: by.company_name} | dict(who_reads(thread, by))


def finish_action(
    action: Agreed,
    *,
    by: User,
    version: int | None = None,
    permission: str = P.MESSAGE_POST,
    noun: str = "agreed_action",
) -> None:
    """Says that it is done; only the side that does it can say so. Raises WrongState, StaleRecord."""
    need(by, permission)
    refuse_closed(action)
    if by.company_kind != action.side:
        raise WrongState("The side that does it says when it is done.")
    action.done_date, action.done_by_name = timezone.localdate(), by.name
    write(action, by=by, action=f"{noun}.finish", version=version)


def drop_action(
    action: Agreed,
    *,
    by: User,
    reason: str,
    version: int | None = None,
    permission: str = P.MESSAGE_POST,
    noun: str = "agreed_action",
) -> None:
    """Nobody does it any more; either side may say so, and says why. Raises WrongState, StaleRecord."""
    need(by, permission)
    refuse_closed(action)
    if not reason.strip():
        raise ValidationError({"reason": "Write why it is not done any more."})
    action.is_dropped, action.dropped_reason, action.dropped_by_name = True, reason.strip(), by.name
    write(action, by=by, action=f"{noun}.drop", reason=reason, version=version)


def refuse_closed(action: Agreed) -> None:
    if not action.is_open:
        raise WrongState("It is done already." if action.done_date else "It was dropped already.")
