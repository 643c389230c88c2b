"""What the pages take off an audit goes over the API too: agenda lines, gaps, people at a meeting, questions."""

from __future__ import annotations

from typing import Any

import pytest

from audits.conduct import visit_actions as visit
from audits.conduct.models import Attendance, ChecklistItem, Gap, Meeting
from audits.programme.demo import audit
from audits.reporting import actions as reporting
from cmo_portal.records.trail import TrailEvent
from tests.conduct import places, visit_places
from tests.conduct.makers import add_items
from tests.findings.makers import make_audit, make_place, written_report
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def post(client: Any, collection: str, number: str, act: str, **sent: Any) -> Any:
    return client.post(f"/api/v1/{collection}/{number}/{act}/", sent, **JSON)


def told(number: str) -> tuple[str, str]:
    """The last thing that the trail says of a record."""
    entry = TrailEvent.objects.filter(record_number=number).latest("pk")
    return entry.action, entry.reason


def test_an_agenda_line_goes_once_and_is_found_no_more(sign_in: Any) -> None:
    [number] = visit_places.agenda_item()
    sam, pat = sign_in("sam"), sign_in("pat")
    assert post(sam, "agenda-items", number, "remove", reason="Moved to day two.").json()["number"] == number
    assert told(number) == ("agenda.remove", "Moved to day two.")
    assert post(sam, "agenda-items", number, "remove").status_code == 404
    assert pat.get(f"/api/v1/agenda-items/{number}/").status_code == 404


def test_a_gap_goes_with_the_reason_and_never_without(sign_in: Any) -> None:
    [number] = visit_places.gap()
    leo = sign_in("leo")
    assert "reason" in post(leo, "audit-gaps", number, "remove").json()["errors"]
    assert not Gap.objects.get(number=number).is_removed
    assert post(leo, "audit-gaps", number, "remove", reason="Seen after all.").status_code == 200
    assert told(number) == ("gap.remove", "Seen after all.")
    assert leo.get(f"/api/v1/audit-gaps/{number}/").status_code == 404


def test_somebody_who_was_not_there_is_taken_off_the_meeting(sign_in: Any) -> None:
    [number] = visit_places.meeting()
    leo = sign_in("leo")
    people = leo.get(f"/api/v1/audit-meetings/{number}/").json()["attendance"]
    gone = people[0]["number"]
    after = post(leo, "audit-meetings", number, "remove-attendance", attendance=gone).json()
    assert after["attendance"] == people[1:]
    assert post(leo, "audit-meetings", number, "remove-attendance", attendance=gone).status_code == 404
    assert Attendance.objects.get(number=gone).is_removed


def test_nobody_is_taken_off_another_meeting(sign_in: Any, cast: Any) -> None:
    """A person of another meeting answers like nobody at all."""
    [number] = visit_places.meeting()
    held_at = Meeting.objects.get(number=number).held_at
    second = visit.record_meeting(audit("in_progress"), by=cast.leo, kind="daily", held_at=held_at)
    other = visit.add_attendance(second, by=cast.leo, name="Ida Grey", organisation="Grey GxP")
    leo = sign_in("leo")
    strange = post(leo, "audit-meetings", number, "remove-attendance", attendance=other.number)
    absent = post(leo, "audit-meetings", number, "remove-attendance", attendance="ZZZZ")
    assert strange.status_code == absent.status_code == 404 and strange.json() == absent.json()
    assert not Attendance.objects.get(pk=other.pk).is_removed


def test_a_question_without_an_answer_goes_with_the_reason(sign_in: Any, cast: Any) -> None:
    [number] = places.open_item()
    leo = sign_in("leo")
    assert "reason" in post(leo, "checklist-items", number, "remove").json()["errors"]
    assert post(leo, "checklist-items", number, "remove", reason="Not made here.").json()["number"] == number
    assert told(number) == ("checklist.remove", "Not made here.")
    assert leo.get(f"/api/v1/checklist-items/{number}/").status_code == 404


def test_an_answered_question_stays_and_says_what_to_do(sign_in: Any) -> None:
    item = ChecklistItem.objects.filter(audit=audit("in_progress")).exclude(answer="").earliest("pk")
    refused = post(sign_in("leo"), "checklist-items", item.number, "remove", reason="x")
    assert refused.status_code == 409 and "answer it with “not applicable”" in refused.json()["detail"]


def test_nothing_is_taken_off_once_the_report_is_in_review(sign_in: Any, cast: Any) -> None:
    made = make_audit(cast, make_place(cast), status="report_draft")
    [item] = add_items(made, cast.leo, 1)
    gap = visit.record_gap(made, by=cast.leo, kind="not_covered", area="Warehouse", reason="Closed")
    reporting.submit(written_report(made, cast.leo), by=cast.leo, credentials=PROOF)
    leo = sign_in("leo")
    for collection, number in (("checklist-items", item.number), ("audit-gaps", gap.number)):
        refused = post(leo, collection, number, "remove", reason="x")
        assert refused.status_code == 409 and "review" in refused.json()["detail"]
