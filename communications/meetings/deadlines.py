"""A meeting's dated obligations: it begins, its minutes are due, each side's word to them, what was agreed."""

from __future__ import annotations

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DeadlineKind, add
from communications.meetings.models import Meeting, MeetingAction, MinutesAnswer
from communications.meetings.vocabulary import AnswerStatus, MeetingStatus

SOON = (3, 1, 0, -1, -3, -7)
BEFORE = (7, 1, "1h")  # nobody is late with a meeting: it begins
BEGINS = {SPONSOR: "meeting.begins_sponsor", PARTNER: "meeting.begins_partner"}


def named(meeting: Meeting) -> str:
    """A meeting as a mail may name it: without a word that people wrote."""
    return f"{meeting.get_kind_display()} {meeting.number}"  # type: ignore[attr-defined]


def owes_minutes(meeting: Meeting) -> bool:
    out = meeting.status == MeetingStatus.MINUTES_OUT and meeting.wants_correction
    return meeting.minutes_due_date is not None and (meeting.status == MeetingStatus.HELD or out)


def declare() -> None:
    declare_meeting()
    declare_answers()


def declare_meeting() -> None:
    for side, code in BEGINS.items():
        add(
            code,
            DeadlineKind(
                Meeting,
                "starts_at",
                lambda m: m.is_planned,
                Q(status=MeetingStatus.PLANNED),
                lambda m: m.title,
                side=side,
                offsets=BEFORE,
                acts=P.MEETING_EDIT,
                mail_title=named,
                label="Meeting begins",
                is_event=True,
            ),
        )
    add(
        "meeting.minutes",
        DeadlineKind(
            Meeting,
            "minutes_due_date",
            owes_minutes,
            Q(minutes_due_date__isnull=False)
            & (Q(status=MeetingStatus.HELD) | Q(status=MeetingStatus.MINUTES_OUT, wants_correction=True)),
            lambda m: f"Minutes: {m.title}",
            side=lambda m: m.scribe_side,
            offsets=SOON,
            acts=P.MEETING_EDIT,
            mail_title=lambda m: f"Minutes of {named(m)}",
            label="Minutes of a meeting",
        ),
    )


def declare_answers() -> None:
    add(
        "minutes.acknowledge",
        DeadlineKind(
            MinutesAnswer,
            "due_date",
            lambda a: a.status == AnswerStatus.AWAITED,
            Q(status=AnswerStatus.AWAITED),
            lambda a: f"Minutes to be acknowledged: {a.meeting.title}",
            side=lambda a: a.side,
            offsets=SOON,
            names=("meeting__title",),
            acts=P.MEETING_ACKNOWLEDGE,
            mail_title=lambda a: f"Minutes of {named(a.meeting)}, version {a.revision}",
            label="Acknowledgement of minutes",
        ),
    )
    add(
        "meeting_action.due",
        DeadlineKind(
            MeetingAction,
            "due_date",
            lambda a: a.is_open,
            Q(done_date__isnull=True, is_dropped=False),
            lambda a: a.text,
            holder=lambda a: a.holder_ref,
            side=lambda a: a.side,
            acts=P.MEETING_ACT,
            mail_title=lambda a: f"{a.number}, agreed in {a.meeting.number}",
            label="Action of a meeting",
        ),
    )
