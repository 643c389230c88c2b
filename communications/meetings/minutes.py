"""Verbs of minutes: a draft that one company writes, the versions both read, what each side says of them.

Sharing and answering take the meeting's lock first, so that of a correction, an acknowledgement and a new version that
come at once each sees what the one before it left. An answer names the version it is about.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.meetings import promises
from communications.meetings.actions import need
from communications.meetings.agenda import lines_of
from communications.meetings.content import checked, frozen
from communications.meetings.limits import ACKNOWLEDGEMENT, MINUTES, last_day
from communications.meetings.models import Meeting, MinutesAnswer, MinutesDraft, MinutesVersion
from communications.meetings.vocabulary import AnswerStatus, DraftStatus, MeetingStatus
from communications.meetings.workflows import ANSWER, MEETING, our_side_writes

STANDS = "Both sides have acknowledged these minutes: they stand. What is new belongs to the next meeting."
NOT_HELD = "Minutes are written once the meeting was held."


def draft_of(meeting: Meeting, reader: User) -> MinutesDraft | None:
    """The draft that is being written in the reader's company."""
    rows = MinutesDraft.objects.open_to(reader).filter(meeting=meeting, status=DraftStatus.DRAFT)
    found: MinutesDraft | None = rows.select_related("meeting").first()
    return found


def refuse_writing(meeting: Meeting, by: User) -> None:
    refusal = our_side_writes(meeting, by)
    if meeting.status == MeetingStatus.ACKNOWLEDGED:
        refusal = STANDS
    elif meeting.status not in (MeetingStatus.HELD, MeetingStatus.MINUTES_OUT):
        refusal = NOT_HELD
    if refusal:
        raise WrongState(refusal)


def save_draft(meeting: Meeting, *, by: User, content: dict[str, Any], version: int | None = None) -> MinutesDraft:
    """Keeps a draft; only the company that writes it reads it. Two who begin at once write on the same one.

    version: of the draft that was read; None for its beginning. Raises PermissionDenied, WrongState, StaleRecord,
    ValidationError.
    """
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        held: Any = lock(meeting)
        refuse_writing(held, by)
        draft = draft_of(held, by)
        if draft is None:
            draft = MinutesDraft(meeting=held, company=by.company, author_name=by.name)
            version = None
        elif version is None:
            version = 0  # somebody began meanwhile: it is stale, and both texts are shown
        draft.content = checked(content, held, by)
        draft.author_name = by.name
        write(draft, by=by, action="minutes.write", version=version)
    return draft


def share(draft: MinutesDraft, *, by: User, reason: str = "", version: int | None = None) -> MinutesVersion:
    """Makes the draft the next version, which both sides read, and its actions deadlines. Each side answers it anew.

    reason: what is new, from the second version on. Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    need(by, P.MEETING_EDIT)
    with transaction.atomic():
        meeting: Any = lock(draft.meeting)
        refuse_writing(meeting, by)
        if draft.status != DraftStatus.DRAFT:
            raise WrongState("These minutes are shared already.")
        if meeting.revision and not reason.strip():
            raise WrongState("Say what is new in this version: the other side reads it first.")
        now, revision = timezone.now(), meeting.revision + 1
        draft.status = DraftStatus.SHARED
        write(draft, by=by, action="minutes.hand_in", version=version)
        actions = promises.settle(meeting, draft.content["actions"], revision, by=by)
        made = MinutesVersion(
            meeting=meeting,
            revision=revision,
            content=frozen(meeting, draft.content, lines_of(meeting, by), actions),
            reason=reason.strip() if meeting.revision else "",
            author_name=by.name,
            author_side=by.company_kind,
            shared_at=now,
        )
        write(made, by=by, action="minutes.share")
        ask_both(meeting, revision, by=by)

        def first() -> None:
            meeting.revision, meeting.wants_correction, meeting.minutes_due_date = revision, False, None

        MEETING.perform(meeting, "share_minutes", by=by, reason=reason, first=first)
    draft.meeting.catch_up(meeting)
    return made


def ask_both(meeting: Meeting, revision: int, *, by: User) -> None:
    """The answers that are still awaited to the version before are not any more; both sides are asked for this one."""
    for row in MinutesAnswer.objects.filter(meeting=meeting, status=AnswerStatus.AWAITED):
        row.status = ANSWER.by_name["supersede"].target  # its move is the system's: it follows from this one
        write(row, by=by, action="minutes_answer.supersede")
    for side in (SPONSOR, PARTNER):
        due = last_day(ACKNOWLEDGEMENT, meeting, timezone.now(), side)
        row = MinutesAnswer(meeting=meeting, revision=revision, side=side, due_date=due)
        write(row, by=by, action="minutes_answer.ask")


def answer_to(meeting: Meeting, revision: int, by: User) -> MinutesAnswer:
    """The own side's answer to the version that stands. Raises WrongState for any other version."""
    need(by, P.MEETING_ACKNOWLEDGE)
    if not meeting.revision:
        raise WrongState("No minutes are shared yet.")
    if revision != meeting.revision:
        raise WrongState(f"Version {meeting.revision} of the minutes is the one that stands: read it, then answer it.")
    found: MinutesAnswer = MinutesAnswer.objects.select_related("meeting").get(
        meeting=meeting, revision=revision, side=by.company_kind
    )
    return found


def acknowledge(meeting: Meeting, *, by: User, revision: int) -> None:
    """Says for one's side that it has taken note of this version; it signs and approves nothing.

    With the second side's word the minutes stand for good. Raises PermissionDenied, WrongState, StaleRecord.
    """
    with transaction.atomic():
        held: Any = lock(meeting)
        answer = answer_to(held, revision, by)
        refuse_answered(held)

        def first() -> None:
            answer.by_name, answer.answered_at = by.name, timezone.now()

        ANSWER.perform(answer, "acknowledge", by=by, first=first)
        rows = MinutesAnswer.objects.filter(meeting=held, revision=revision).exclude(status=AnswerStatus.ACKNOWLEDGED)
        if not rows.exists():
            held.wants_correction, held.minutes_due_date = False, None
            MEETING.perform(held, "both_acknowledge", by=by)
        elif held.wants_correction:
            settle_correction(held, by=by)
    meeting.catch_up(held)


def settle_correction(meeting: Meeting, *, by: User) -> None:
    """A side that asked for a correction and acknowledges after all asks for none any more."""
    asked = MinutesAnswer.objects.filter(meeting=meeting, revision=meeting.revision, status=AnswerStatus.CORRECTION)
    if not asked.exists():
        meeting.wants_correction, meeting.minutes_due_date = False, None
        write(meeting, by=by, action="meeting.correction_over")


def ask_correction(meeting: Meeting, *, by: User, revision: int, reason: str) -> None:
    """Says what is wrong in this version; the scribe's side is due to share another. Both sides read it.

    Raises PermissionDenied, WrongState, StaleRecord.
    """
    with transaction.atomic():
        held: Any = lock(meeting)
        answer = answer_to(held, revision, by)
        refuse_answered(held)

        def first() -> None:
            answer.by_name, answer.answered_at, answer.wanted = by.name, timezone.now(), reason.strip()

        ANSWER.perform(answer, "ask_correction", by=by, reason=reason, first=first)
        held.wants_correction = True
        held.minutes_due_date = correction_due(held)
        write(held, by=by, action="meeting.want_correction")
    meeting.catch_up(held)


def refuse_answered(meeting: Meeting) -> None:
    if meeting.status == MeetingStatus.ACKNOWLEDGED:
        raise WrongState(STANDS)


def correction_due(meeting: Meeting) -> date:
    return last_day(MINUTES, meeting, timezone.now(), meeting.scribe_side)
