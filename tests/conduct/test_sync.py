"""What a device sends arrives once, overwrites nobody's newer answer, and comes under its person's session only."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.conduct import checklist_actions, sync
from audits.conduct.deliveries import Delivery
from audits.conduct.models import ChecklistItem, ScribeNote
from audits.programme.models import Audit
from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.trail import TrailEvent
from tests.conduct.makers import add_items, answering, as_auditor, begun_audit, send, thing, url

pytestmark = pytest.mark.django_db
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def audit(cast: Any) -> Audit:
    return begun_audit(cast, as_auditor(cast.tom, cast.ada))


@pytest.fixture
def item(audit: Audit, cast: Any) -> ChecklistItem:
    return add_items(audit, cast.leo, 1)[0]


def photo(name: str = "hood.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PIXEL, "image/png")


def stored(item: ChecklistItem) -> ChecklistItem:
    return ChecklistItem.objects.select_related("answered_by").get(pk=item.pk)


def test_an_answer_is_kept_with_its_note_and_the_time_it_was_given(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    given = timezone.now() - timedelta(hours=3)
    body = answering(cast.leo, item, "partial", "Two of five.", at=given.isoformat())
    reply = send(sign_in("leo"), audit, body)
    assert reply.status_code == 200
    assert reply.json()["item"]["answer"] == "partial"
    row = stored(item)
    assert (row.answer, row.note, row.answered_by, row.answered_at) == ("partial", "Two of five.", cast.leo, given)


def test_a_thing_sent_twice_is_kept_once(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    answered, noted = answering(cast.leo, item, "no"), thing(cast.leo, "note", text="Seen at the hood.")
    pictured = thing(cast.leo, "photo", item=item.number)
    for _ in range(3):
        assert send(leo, audit, answered).json()["version"] == 2
        assert send(leo, audit, noted).status_code == 200
        assert send(leo, audit, pictured, photo()).status_code == 200
    assert stored(item).version == 2
    assert ScribeNote.objects.filter(audit=audit).count() == 1
    assert attachments_of(item, cast.leo).count() == 1
    assert Delivery.objects.filter(audit=audit).count() == 3


def test_an_answer_whose_reply_was_lost_stays_delivered_when_somebody_answers_after_it(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    first = answering(cast.leo, item, "no")
    send(sign_in("leo"), audit, first)
    send(sign_in("tom"), audit, answering(cast.tom, stored(item), "yes"))
    again = send(sign_in("leo"), audit, first)
    assert again.status_code == 200
    assert again.json()["version"] == 2, "the version that this answer made, not the newer one"
    assert again.json()["item"]["answer"] == "yes"
    assert stored(item).answer == "yes"


def test_a_newer_answer_of_somebody_else_is_not_overwritten(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    seen = stored(item)
    send(sign_in("tom"), audit, answering(cast.tom, item, "yes", "Seen on Tuesday."))
    reply = send(sign_in("leo"), audit, answering(cast.leo, seen, "no", "Not there."))
    assert reply.status_code == 409
    assert reply.json()["state"] == "conflict"
    assert reply.json()["item"]["answer"] == "yes"
    assert reply.json()["item"]["by"] == cast.tom.name
    assert stored(item).note == "Seen on Tuesday."
    assert not Delivery.objects.filter(person=cast.leo).exists(), "what was not kept is not delivered"


def test_choosing_ones_own_answer_goes_on_top_and_both_stay_in_the_trail(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    send(sign_in("tom"), audit, answering(cast.tom, item, "yes", "Seen on Tuesday."))
    chosen = answering(cast.leo, stored(item), "no", "Not there.", is_choice=True)
    assert send(sign_in("leo"), audit, chosen).status_code == 200
    row = stored(item)
    assert (row.answer, row.answered_by) == ("no", cast.leo)
    last = TrailEvent.objects.filter(record_number=item.number).latest("seq")
    assert last.says["changes"]["note"] == ["Seen on Tuesday.", "Not there."]
    assert last.reason == f"Chosen over the answer of {cast.tom.name}, which stands in the history."


def test_the_same_answer_by_two_people_is_no_conflict(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    seen = stored(item)
    send(sign_in("tom"), audit, answering(cast.tom, item, "yes"))
    assert send(sign_in("leo"), audit, answering(cast.leo, seen, "yes")).status_code == 200
    assert stored(item).answered_by == cast.tom


def test_a_question_reworded_meanwhile_does_not_stand_in_the_way_of_its_answer(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    seen = stored(item)
    seen.version -= 1  # as a device saw it before another field moved its version on
    assert send(sign_in("leo"), audit, answering(cast.leo, seen, "yes")).status_code == 200


def test_a_device_of_somebody_else_is_refused_whole(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    reply = send(sign_in("tom"), audit, answering(cast.leo, item, "yes"))
    assert (reply.status_code, reply.json()) == (409, {"state": "other_person"})
    assert stored(item).answer == ""


def test_an_ended_session_answers_with_the_sign_in_page_and_keeps_nothing(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    reply = send(sign_in(""), audit, answering(cast.leo, item, "yes"))
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith("/accounts/login/")
    assert stored(item).answer == ""


def test_a_refused_photo_says_why_and_takes_nothing_with_it(
    audit: Any, item: Any, cast: Any, sign_in: Any, settings: Any
) -> None:
    leo = sign_in("leo")
    settings.UPLOAD_LIMIT_MB = 1
    large = SimpleUploadedFile("hall.png", photo().read() + b"\0" * 1_100_000)
    reply = send(leo, audit, thing(cast.leo, "photo", item=item.number), large)
    assert reply.status_code == 422
    assert "larger than 1 MB" in reply.json()["sentence"]
    program = SimpleUploadedFile("report.pdf", b"MZ\x90\0" + b"\0" * 200)
    assert "report.pdf" in send(leo, audit, thing(cast.leo, "photo", item=item.number), program).json()["sentence"]
    assert send(leo, audit, answering(cast.leo, item, "yes")).status_code == 200
    assert attachments_of(item, cast.leo).count() == 0


def test_a_photo_finds_the_note_it_was_taken_for(audit: Any, cast: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    noted = thing(cast.leo, "note", text="Label over label.")
    early = send(leo, audit, thing(cast.leo, "photo", note_key=noted["key"]), photo())
    assert early.json()["sentence"] == "The note of this photo is not here yet."
    send(leo, audit, noted)
    reply = send(leo, audit, thing(cast.leo, "photo", note_key=noted["key"]), photo())
    assert [each["name"] for each in reply.json()["note"]["photos"]] == ["hood.png"]


def test_a_key_used_for_something_else_is_refused(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    first = thing(cast.leo, "note", text="One.")
    send(leo, audit, first)
    reply = send(leo, audit, first | {"text": "Another."})
    assert (reply.status_code, reply.json()["state"]) == (422, "refused")


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '"x"', "{}", '{"person": 5}'],
)
def test_a_body_that_is_nothing_is_refused(body: str, audit: Any, sign_in: Any) -> None:
    reply = sign_in("leo").post(url("conduct-send", audit.number), {"thing": body})
    assert reply.status_code == 409
    assert reply.json() == {"state": "other_person"}


def test_a_thing_of_an_unknown_kind_or_without_a_key_is_refused(audit: Any, cast: Any, sign_in: Any) -> None:
    for body in (thing(cast.leo, "signature"), thing(cast.leo, "note") | {"key": "x"}):
        assert send(sign_in("leo"), audit, body).status_code == 422


def test_text_with_a_nul_and_a_clock_that_runs_ahead_are_put_right(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    ahead = (timezone.now() + timedelta(days=2)).isoformat()
    assert send(sign_in("leo"), audit, thing(cast.leo, "note", text="a\0b", at=ahead)).status_code == 200
    note = ScribeNote.objects.get(audit=audit)
    assert note.text == "ab"
    assert note.noted_at <= timezone.now()


def test_answers_that_come_after_the_visit_are_kept_until_the_report_is_in_review(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    refused = checklist_actions.why_not
    assert refused(audit, cast.leo) is None
    for status in ("closeout_held", "report_draft"):
        audit.status = status
        assert refused(audit, cast.leo) is None
    audit.status = "report_review"
    assert refused(audit, cast.leo) == "The report is under review or issued: the answers stand as they are."


def test_only_the_team_answers(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    as_auditor(cast.eva, cast.ada)
    reply = send(sign_in("eva"), audit, answering(cast.eva, item, "yes"))
    assert reply.status_code == 422
    assert reply.json()["sentence"] == "Only the team of this audit answers its checklist."


def test_who_lost_the_right_gets_the_sentence_and_keeps_their_things(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    reply = send(sign_in("quinn"), audit, answering(cast.quinn, item, "yes"))
    assert (reply.status_code, reply.json()["state"]) == (403, "refused")


def test_an_audit_that_has_not_begun_is_not_answered(cast: Any, sign_in: Any) -> None:
    from audits.programme.demo import audit as demo_audit

    waiting = demo_audit("notified")
    item = add_items(waiting, cast.leo, 1)[0]
    reply = send(sign_in("leo"), waiting, answering(cast.leo, item, "yes"))
    assert reply.json()["sentence"] == "The audit has not begun: its checklist is answered once it has."


def test_a_question_taken_off_or_of_another_audit_is_named_as_such(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    checklist_actions.remove_item(item, by=cast.leo, reason="Asked twice.")
    reply = send(sign_in("leo"), audit, answering(cast.leo, item, "yes"))
    assert reply.json()["sentence"] == sync.UNKNOWN_ITEM


def test_a_finding_is_handed_on_once_with_its_evidence(
    audit: Any, item: Any, cast: Any, sign_in: Any, finding_maker: Any
) -> None:
    body = thing(cast.leo, "finding", item=item.number, title="No second check", evidence="Photo 1.")
    for _ in range(2):
        reply = send(sign_in("leo"), audit, body)
        assert reply.status_code == 200
    assert [each["title"] for each in reply.json()["item"]["findings"]] == ["No second check"]
    made = audit.findings.get()
    assert (made.item, made.system, made.client_key) == (item, "laboratory", body["key"])
    assert made.refs == item.refs


def test_the_screen_says_who_may_answer(audit: Any, item: Any, sign_in: Any) -> None:
    assert sign_in("leo").get(url("conduct-data", audit.number)).json()["closed"] is None
    quinns = sign_in("quinn").get(url("conduct-data", audit.number)).json()
    assert quinns["closed"] == "You may read this checklist; the audit team answers it."
