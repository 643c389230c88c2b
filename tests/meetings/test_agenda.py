"""The agenda: made of what is open between both, the same for either side, and written on until the meeting is held."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.capa.models import CapaLink
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.meetings import actions, agenda
from communications.meetings.models import AgendaLine
from communications.meetings.words import addresses_of
from communications.messages.models import Thread
from communications.updates.models import Update, UpdateDraft
from tests.meetings.makers import fresh, held, plan, shared
from tests.messages.makers import make_thread

pytestmark = pytest.mark.django_db


def lines(meeting: Any) -> list[AgendaLine]:
    return list(AgendaLine.objects.filter(meeting=meeting, is_removed=False).order_by("position"))


def told(meeting: Any) -> set[tuple[str, str, str]]:
    return {(line.heading, line.title, line.about_number) for line in lines(meeting)}


def test_either_side_builds_the_same_of_what_both_read(cast: Any) -> None:
    open_action = shared(cast).actions.get()
    own = make_thread(cast, "Our own matter", shared=False)
    waits = Thread.objects.filter(is_shared=True, status__startswith="awaiting", sponsor=cast.sam.company).first()
    ours = plan(cast, days=30)
    with acting_as(cast.sam):
        assert agenda.build_agenda(ours, by=cast.sam) > 5
    theirs = plan(cast, by=cast.pat, days=30)
    with acting_as(cast.pat):
        agenda.build_agenda(fresh(theirs), by=cast.pat)
    assert told(ours) == told(theirs)
    found = {line.about_number: line for line in lines(ours)}
    assert found[open_action.number].heading == "previous" and found[waits.number].side
    update = Update.objects.filter(vendor=ours.vendor, type="change_proposal").exclude(ball="").first()
    assert found[update.number].heading == "changes"
    capa = CapaLink.objects.filter(wall_owner=ours.wall_owner, wall_partner=ours.wall_partner).open().first()
    assert found[capa.number].heading == "quality"
    drafts = UpdateDraft.objects.values_list("number", flat=True)
    assert own.number not in found and not set(drafts) & set(found)
    text = " ".join(f"{line.title} {line.details}" for line in lines(ours))
    assert "Our own matter" not in text and "Otter" not in text and "OTX-11" not in text
    headings = [line.heading for line in lines(ours)]
    assert {"figures", "commercial", "relationship", "actions"} <= set(headings), (
        "the template of a review stands whole"
    )
    for person in (cast.sam, cast.pat):
        with acting_as(person):
            assert len(addresses_of(lines(ours), person)) > 4, "each line keeps the way to its record"


def test_building_again_adds_nothing_that_stands_or_was_taken_off(cast: Any) -> None:
    meeting = plan(cast, days=30)
    agenda.build_agenda(meeting, by=cast.sam)
    some = next(line for line in lines(meeting) if line.about_number)
    agenda.remove_line(some, by=cast.pat)
    assert agenda.build_agenda(fresh(meeting), by=cast.pat) == 0
    agenda.restore_line(some, by=cast.sam)
    assert some.number in {line.number for line in lines(meeting)}
    work = plan(cast, kind="operational", days=30)
    agenda.build_agenda(work, by=cast.sam)
    assert "commercial" not in {line.heading for line in lines(work)}


def test_a_line_is_written_by_either_side_and_an_older_form_is_refused(cast: Any) -> None:
    meeting = plan(cast)
    line = agenda.add_line(meeting, by=cast.sam, title="Slots", heading="supply")
    opened = line.version
    agenda.revise_line(AgendaLine.objects.get(pk=line.pk), by=cast.pat, version=opened, title="Slots in spring")
    with pytest.raises(StaleRecord) as stale:
        agenda.revise_line(AgendaLine.objects.get(pk=line.pk), by=cast.sam, version=opened, title="Slots in autumn")
    assert ("What it is about", "Slots in spring", "Slots in autumn") in stale.value.rows()
    second = agenda.add_line(meeting, by=cast.pat, title="Second", heading="supply")
    agenda.shift_line(second, by=cast.sam, up=True)
    titles = [row.title for row in agenda.lines_of(meeting, cast.pat)]
    assert titles == ["Second", "Slots in spring"]
    agenda.shift_line(AgendaLine.objects.get(pk=second.pk), by=cast.sam, up=True)
    assert [row.title for row in agenda.lines_of(meeting, cast.pat)] == titles
    with pytest.raises(ValidationError):
        agenda.add_line(meeting, by=cast.sam, title=" ")


def test_what_was_held_or_cancelled_stands(cast: Any) -> None:
    meeting, line = held(cast)
    gone = plan(cast)
    actions.move(gone, "cancel", by=cast.pat, reason="Ill.")
    assert fresh(gone).cancelled_because == "Ill."
    for act in (
        lambda: agenda.add_line(fresh(meeting), by=cast.sam, title="Late"),
        lambda: agenda.revise_line(line, by=cast.sam, title="Late"),
        lambda: agenda.remove_line(line, by=cast.sam),
        lambda: agenda.build_agenda(fresh(meeting), by=cast.sam),
        lambda: actions.revise_meeting(fresh(gone), by=cast.sam, title="Late"),
        lambda: actions.add_person(fresh(gone), by=cast.sam, side="partner", name="Late Comer"),
        lambda: actions.move(fresh(gone), "both_acknowledge", by=cast.sam),
    ):
        with pytest.raises(WrongState):
            act()  # type: ignore[no-untyped-call]


def test_whom_one_can_put_on_the_list(cast: Any) -> None:
    meeting = plan(cast)
    with pytest.raises(ValidationError, match="colleague of your own"):
        actions.add_person(meeting, by=cast.sam, side="partner", colleague=cast.pat)
    with pytest.raises(ValidationError, match="on the list already"):
        actions.add_person(meeting, by=cast.quinn, side="sponsor", name=cast.sam.name.upper())
    with pytest.raises(ValidationError):
        actions.add_person(meeting, by=cast.sam, side="partner", name=" ")
    made = actions.add_person(meeting, by=cast.sam, side="partner", name="Dr M. Lechner")
    assert made.person_ref == "" and made.wall_shared
    actions.remove_person(made, by=cast.pat)
    with pytest.raises(ValidationError, match="joined"):
        vendor = type(meeting.vendor).objects.filter(company__isnull=True, is_retired=False).first()
        plan(cast, vendor=vendor)
