"""The moves of a meeting, and of what one side says of its minutes, as rows of two tables."""

from __future__ import annotations

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.workflow import BY_THE_SYSTEM, Transition, Workflow
from communications.meetings.models import Meeting, MinutesAnswer
from communications.meetings.vocabulary import AnswerStatus as A
from communications.meetings.vocabulary import MeetingStatus as S


def it_has_begun(meeting: Meeting, by: Actor) -> str | None:
    return None if meeting.starts_at <= timezone.now() else "It has not begun yet: change its time if it was earlier."


def our_side_writes(meeting: Meeting, by: Actor) -> str | None:
    return None if by.company_kind == meeting.scribe_side else "The other side writes the minutes of this meeting."


def for_our_side(answer: MinutesAnswer, by: Actor) -> str | None:
    return None if by.company_kind == answer.side else "The other side says this for itself."


MEETING = Workflow(
    Meeting,
    Transition("hold", (S.PLANNED,), S.HELD, P.MEETING_EDIT, label="It was held", guard=it_has_begun),
    Transition("cancel", (S.PLANNED,), S.CANCELLED, P.MEETING_EDIT, label="Cancel the meeting", reason_needed=True),
    Transition(
        "share_minutes", (S.HELD, S.MINUTES_OUT), S.MINUTES_OUT, P.MEETING_EDIT, label="Share the minutes",
        guard=our_side_writes,
    ),
    # Follows from the second acknowledgement, whoever gives it.
    Transition(
        "both_acknowledge", (S.MINUTES_OUT,), S.ACKNOWLEDGED, P.MEETING_ACKNOWLEDGE, label="Acknowledged by both",
    ),
)  # fmt: skip
BY_HAND = ("hold", "cancel")  # moves with a page of their own; the others follow from the minutes

ANSWER = Workflow(
    MinutesAnswer,
    Transition(
        "acknowledge", (A.AWAITED, A.CORRECTION), A.ACKNOWLEDGED, P.MEETING_ACKNOWLEDGE, label="Acknowledge",
        guard=for_our_side,
    ),
    Transition(
        "ask_correction", (A.AWAITED,), A.CORRECTION, P.MEETING_ACKNOWLEDGE, label="Ask for a correction",
        guard=for_our_side, reason_needed=True,
    ),
    Transition("supersede", (A.AWAITED,), A.SUPERSEDED, BY_THE_SYSTEM, label="A newer version came"),
    noun="minutes_answer",
)  # fmt: skip
