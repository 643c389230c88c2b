"""Minutes: written by one side, shared as versions, acknowledged by both, and what they agree is due."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.meetings import actions, minutes, promises
from communications.meetings.models import MeetingAction, MinutesDraft, MinutesVersion
from communications.meetings.workflows import ANSWER, MEETING
from communications.portal.two_ways import relations_of
from tests.meetings.makers import content, fresh, held, in_days, plan, shared, vendor_of

pytestmark = pytest.mark.django_db


def due(kind: str, number: str) -> DueItem:
    return DueItem.objects.get(kind=kind, record_number=number)


def open_kinds(meeting: Any) -> set[tuple[str, str]]:
    numbers = [meeting.number, *meeting.answers.values_list("number", flat=True)]
    rows = DueItem.objects.filter(record_number__in=numbers, is_open=True)
    return set(rows.values_list("kind", "side"))


@pytest.mark.refuses("meetings.it_has_begun", "meetings.our_side_writes", "meetings.for_our_side")
def test_from_the_plan_to_minutes_that_stand(cast: Any) -> None:
    meeting = plan(cast)
    assert open_kinds(meeting) == {("meeting.begins_sponsor", "sponsor"), ("meeting.begins_partner", "partner")}
    with pytest.raises(WrongState, match="not begun"):
        actions.move(meeting, "hold", by=cast.pat)
    meeting, line = held(cast)
    assert open_kinds(meeting) == {("meeting.minutes", "sponsor")}
    with pytest.raises(WrongState, match="other side writes"):
        minutes.save_draft(meeting, by=cast.pat, content=content(line))
    assert MEETING.closed(meeting, MEETING.by_name["share_minutes"], cast.pat)
    with pytest.raises(PermissionDenied):
        minutes.save_draft(meeting, by=cast.leo, content=content(line))
    draft = minutes.save_draft(meeting, by=cast.sam, content=content(line))
    with pytest.raises(WrongState, match="No minutes"):
        minutes.acknowledge(meeting, by=cast.pat, revision=1)
    minutes.share(draft, by=cast.sam, version=draft.version)
    meeting = fresh(meeting)
    assert (meeting.status, meeting.revision) == ("minutes_out", 1)
    assert open_kinds(meeting) == {("minutes.acknowledge", "sponsor"), ("minutes.acknowledge", "partner")}
    action = meeting.actions.get()
    assert due("meeting_action.due", action.number).holder_ref == cast.pat.ref == action.holder_ref
    ours = meeting.answers.get(side="sponsor")
    assert ANSWER.closed(ours, ANSWER.by_name["acknowledge"], cast.pat)
    minutes.acknowledge(meeting, by=cast.pat, revision=1)
    assert fresh(meeting).status == "minutes_out" and open_kinds(meeting) == {("minutes.acknowledge", "sponsor")}
    minutes.acknowledge(meeting, by=cast.quinn, revision=1)
    assert fresh(meeting).status == "acknowledged" and not open_kinds(meeting)
    with pytest.raises(WrongState, match="they stand"):
        minutes.save_draft(meeting, by=cast.sam, content=content(line))
    with pytest.raises(WrongState, match="they stand"):
        minutes.ask_correction(meeting, by=cast.pat, revision=1, reason="Late.")


def test_a_correction_is_a_version_of_its_own(cast: Any) -> None:
    meeting = shared(cast)
    line = meeting.agenda.get()
    minutes.acknowledge(meeting, by=cast.sam, revision=1)
    with pytest.raises(WrongState, match="needs a reason"):
        minutes.ask_correction(meeting, by=cast.pat, revision=1, reason=" ")
    minutes.ask_correction(meeting, by=cast.pat, revision=1, reason="Line 3, not line 2.")
    meeting = fresh(meeting)
    assert meeting.wants_correction and open_kinds(meeting) == {("meeting.minutes", "sponsor")}
    old = meeting.actions.get()
    rows = [
        {"number": old.number, "text": old.text, "side": "partner", "owner": "", "due": in_days(20).isoformat()},
        {"text": "Look at it again", "side": "sponsor", "owner": "Quinn Abara", "due": in_days(5).isoformat()},
    ]
    draft = minutes.save_draft(meeting, by=cast.quinn, content=content(line, text="Line 3.", rows=rows))
    with pytest.raises(WrongState, match="what is new"):
        minutes.share(draft, by=cast.quinn)
    minutes.share(draft, by=cast.quinn, reason="The line.")
    meeting = fresh(meeting)
    assert open_kinds(meeting) == {("minutes.acknowledge", "sponsor"), ("minutes.acknowledge", "partner")}
    texts = [v.content["lines"][0]["text"] for v in meeting.versions.order_by("revision")]
    assert texts == ["Spoken of.", "Line 3."], "the first version reads as it did"
    old.refresh_from_db()
    assert (old.due_date, old.holder_ref, meeting.actions.count()) == (in_days(20), "", 2)
    with pytest.raises(WrongState, match="Version 2"):
        minutes.acknowledge(meeting, by=cast.pat, revision=1)
    for person in (cast.pat, cast.sam):
        minutes.acknowledge(meeting, by=person, revision=2)
    assert fresh(meeting).status == "acknowledged"


def test_nobody_is_late_with_a_meeting_that_begins(cast: Any) -> None:
    def late_now() -> tuple[int, int]:
        (relation,) = relations_of(cast.sam, [vendor_of(cast)], timezone.now())
        return relation.sponsor.late_now, relation.partner.late_now

    before = late_now()
    meeting = plan(cast, days=-2)
    assert DueItem.objects.filter(record_number=meeting.number, is_open=True).count() == 2
    assert late_now() == before, "no figure of either side counts it"


def test_who_asked_for_a_correction_may_acknowledge_after_all(cast: Any) -> None:
    meeting = shared(cast)
    minutes.ask_correction(meeting, by=cast.pat, revision=1, reason="Wrong.")
    minutes.acknowledge(meeting, by=cast.pat, revision=1)
    assert not fresh(meeting).wants_correction
    assert open_kinds(meeting) == {("minutes.acknowledge", "sponsor")}
    with pytest.raises(WrongState):
        minutes.acknowledge(meeting, by=cast.pat, revision=1)


def test_an_action_that_a_new_version_leaves_out_is_dropped_and_what_is_done_stays(cast: Any) -> None:
    meeting = shared(cast)
    action = meeting.actions.get()
    with pytest.raises(WrongState, match="side that does it"):
        promises.finish(action, by=cast.sam)
    line = meeting.agenda.get()
    draft = minutes.save_draft(meeting, by=cast.sam, content=content(line, rows=[]))
    minutes.share(draft, by=cast.sam, reason="No action after all.")
    action = MeetingAction.objects.get(pk=action.pk)
    assert action.is_dropped and "version 2" in action.dropped_reason
    assert not due("meeting_action.due", action.number).is_open
    other = shared(cast).actions.get()
    promises.finish(other, by=cast.pat)
    with pytest.raises(WrongState, match="done already"):
        promises.drop(other, by=cast.sam, reason="Too late.")
    third = shared(cast).actions.get()
    promises.drop(third, by=cast.sam, reason="Not needed.")
    assert MeetingAction.objects.get(pk=third.pk).dropped_reason == "Not needed."


def test_two_who_write_at_once_lose_nothing(cast: Any) -> None:
    meeting, line = held(cast)
    first = minutes.save_draft(meeting, by=cast.sam, content=content(line, text="Sam's."))
    with pytest.raises(StaleRecord) as begun_twice:
        minutes.save_draft(meeting, by=cast.quinn, content=content(line, text="Quinn's."))
    assert begun_twice.value.stored.content["lines"][line.number]["text"] == "Sam's."  # type: ignore[attr-defined]
    minutes.save_draft(meeting, by=cast.quinn, content=content(line, text="Both."), version=first.version)
    with pytest.raises(StaleRecord):
        minutes.share(first, by=cast.sam, version=first.version)
    assert MinutesDraft.objects.get(meeting=meeting).status == "draft" and not fresh(meeting).revision


@pytest.mark.parametrize(
    "bad",
    [
        {"lines": {"NOTALINE": {"text": "x"}}},
        {"present": ["NOBODY"]},
        {"actions": [{"text": "x", "side": "partner", "due": "soon"}]},
        {"actions": [{"text": "", "side": "partner", "due": "2027-01-01"}]},
        {"actions": [{"text": "x", "side": "both", "due": "2027-01-01"}]},
        {"actions": [{"number": "MAC-2026-XXXXX", "text": "x", "side": "partner", "due": "2027-01-01"}]},
        {"summary": "x" * 10_001},
        {"lines": []},
    ],
)
def test_what_minutes_cannot_say(bad: dict[str, Any], cast: Any) -> None:
    meeting, line = held(cast)
    with pytest.raises(ValidationError):
        minutes.save_draft(meeting, by=cast.sam, content=content(line) | bad)


def test_a_version_cannot_be_changed_in_the_database(cast: Any) -> None:
    version = MinutesVersion.objects.get(meeting=shared(cast))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update communications_minutesversion set author_name = 'x' where id = %s", [version.pk])


def test_acts_that_come_at_once_each_see_what_the_one_before_left(cast: Any) -> None:
    """Two pages were opened before either act: the second must not go by what its page showed."""
    meeting = shared(cast)
    ours, theirs = fresh(meeting), fresh(meeting)
    minutes.acknowledge(theirs, by=cast.pat, revision=1)
    minutes.acknowledge(ours, by=cast.sam, revision=1)
    assert fresh(meeting).status == "acknowledged", "both acknowledged at once"

    meeting = shared(cast)
    ours, theirs = fresh(meeting), fresh(meeting)
    minutes.ask_correction(theirs, by=cast.pat, revision=1, reason="Line 3.")
    minutes.acknowledge(ours, by=cast.sam, revision=1)
    stands = fresh(meeting)
    assert (stands.status, stands.wants_correction) == ("minutes_out", True), "the correction is not lost"
    old = fresh(meeting)
    draft = minutes.save_draft(stands, by=cast.sam, content=content(meeting.agenda.get(), rows=[]))
    minutes.share(draft, by=cast.sam, reason="Line 3.")
    with pytest.raises(WrongState, match="Version 2"):
        minutes.acknowledge(old, by=cast.pat, revision=1)
    with pytest.raises(WrongState, match="shared already"):
        minutes.share(draft, by=cast.sam, reason="Again.")
