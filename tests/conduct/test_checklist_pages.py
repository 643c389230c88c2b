"""An audit's checklist on pages that need no scripts, and what nobody outside the sponsor ever sees of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.conduct import checklist_actions as actions
from audits.conduct.conduct_views import IMPORTED
from audits.conduct.models import ChecklistItem, ScribeNote
from audits.programme.models import Audit
from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.workflow import WrongState
from tests.conduct.makers import add_items, begun_audit, url
from tests.conduct.test_sync import PIXEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    return begun_audit(cast)


@pytest.fixture
def item(audit: Audit, cast: Any) -> ChecklistItem:
    return add_items(audit, cast.leo, 1)[0]


def test_a_question_is_answered_on_its_page_and_a_stale_page_shows_both(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    leo = sign_in("leo")
    body = {"answer": "partial", "note": "Two of five.", "version": item.version}
    assert leo.post(url("item-answer", item.number), body).status_code == 302
    again = leo.post(url("item-answer", item.number), body | {"answer": "no", "note": "None."})
    assert again.status_code == 422
    assert "Two of five." in again.content.decode()
    item.refresh_from_db()
    assert item.answer == "partial"


def test_the_tab_shows_coverage_and_what_was_not_covered(audit: Any, cast: Any, sign_in: Any) -> None:
    first, second, _third = add_items(audit, cast.leo, 3)
    actions.answer_item(first, by=cast.leo, answer="yes")
    actions.answer_item(second, by=cast.leo, answer="not_covered")
    shown = sign_in("leo").get(url("audit-checklist", audit.number)).content.decode()
    assert "1 of 3 answered, 33 %" in shown
    assert "1 question was not covered: the report has to say so." in shown
    only = sign_in("leo").get(url("audit-checklist", audit.number) + "?show=not_covered").content.decode()
    assert second.question in only
    assert first.question not in only


def test_a_note_is_corrected_by_a_new_one(audit: Any, item: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    leo.post(url("note-create", audit.number) + f"?item={item.number}", {"text": "09:12 on the printout."})
    first = ScribeNote.objects.get(audit=audit)
    leo.post(url("note-create", audit.number) + f"?corrects={first.number}", {"text": "09:21 on the printout."})
    second = ScribeNote.objects.exclude(pk=first.pk).get(audit=audit)
    assert (second.corrects, second.item) == (first, item)
    first.refresh_from_db()
    assert first.text == "09:12 on the printout."


def test_an_empty_note_is_refused_at_the_field(audit: Any, sign_in: Any) -> None:
    assert sign_in("leo").post(url("note-create", audit.number), {"text": " "}).status_code == 422


def test_a_photo_is_added_on_the_page_and_a_wrong_file_says_why(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    page = url("item-detail", item.number)
    assert leo.post(page, {"file": SimpleUploadedFile("hood.png", PIXEL)}).status_code == 302
    wrong = leo.post(page, {"file": SimpleUploadedFile("hood.pdf", b"MZ\x90\0" + b"\0" * 60)})
    assert wrong.status_code == 422
    assert "hood.pdf" in wrong.content.decode()
    kept = attachments_of(item, cast.leo).get()
    assert not kept.is_shared


def test_a_photo_of_a_question_is_opened_by_nobody_outside_and_by_no_reader_of_issued_records(
    audit: Any, item: Any, cast: Any, sign_in: Any
) -> None:
    photo = actions.add_photo(item, SimpleUploadedFile("hood.png", PIXEL), by=cast.leo)
    address = f"/files/{photo.number}/"
    got = {
        name: sign_in(name).get(address).status_code for name in ("leo", "quinn", "eva", "ines", "pat", "bea", "otto")
    }
    assert got == {"leo": 200, "quinn": 200, "eva": 403, "ines": 403, "pat": 404, "bea": 404, "otto": 404}


def test_a_cmo_finds_nothing_of_a_checklist_anywhere(audit: Any, item: Any, cast: Any, sign_in: Any) -> None:
    note = actions.write_note(audit, by=cast.leo, text="Zanzibar was named.", item=item)
    actions.answer_item(item, by=cast.leo, answer="no", note="Zanzibar.")
    pat = sign_in("pat")
    assert pat.get(audit.get_absolute_url()).status_code == 200, "the audit itself is shared"
    for address in (
        url("audit-checklist", audit.number),
        url("conduct", audit.number),
        url("conduct-data", audit.number),
        url("item-detail", item.number),
        url("note-detail", note.number),
        f"/api/v1/checklist-items/{item.number}/",
        f"/api/v1/checklist-items/?audit={audit.number}",
        f"/api/v1/scribe-notes/{note.number}/",
        "/api/v1/checklist-templates/",
    ):
        assert pat.get(address).status_code == 404, address
    assert "Zanzibar" not in pat.get(audit.get_absolute_url()).content.decode()
    hits = pat.get("/search/?q=Topic", headers={"HX-Request": "true"}).content.decode()
    assert item.number not in hits
    assert item.number not in sign_in("uwe").get(f"/api/v1/trail/?record={item.number}").content.decode()


def test_an_answered_question_stays_on_the_audit(audit: Any, item: Any, cast: Any) -> None:
    actions.answer_item(item, by=cast.leo, answer="yes")
    with pytest.raises(WrongState, match="answer it with “not applicable”"):
        actions.remove_item(item, by=cast.leo, reason="Asked twice.")


def test_opening_a_question_again_takes_its_author_away(audit: Any, item: Any, cast: Any) -> None:
    actions.answer_item(item, by=cast.leo, answer="yes")
    actions.answer_item(item, by=cast.leo, answer="", note="")
    assert (item.answered_by, item.answered_at) == (None, None)


def test_who_does_not_conduct_audits_writes_nothing(audit: Any, item: Any, cast: Any) -> None:
    for act in (
        lambda: actions.answer_item(item, by=cast.sam, answer="yes"),
        lambda: actions.write_note(audit, by=cast.quinn, text="Seen."),
        lambda: actions.make_finding(audit, by=cast.eva, title="Seen"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_finding_from_the_page_brings_answer_and_note(
    audit: Any, item: Any, cast: Any, sign_in: Any, finding_maker: Any
) -> None:
    actions.answer_item(item, by=cast.leo, answer="no", note="Not in the log.")
    form = sign_in("leo").get(url("item-finding", item.number)).content.decode()
    assert "Not in the log." in form
    assert f"{item.code}: No, answered by {cast.leo.name}" in form
    body = {"title": "Log not whole", "statement": "Not in the log.", "evidence": "Log, page 4."}
    assert sign_in("leo").post(url("item-finding", item.number), body).status_code == 302
    assert audit.findings.get().title == "Log not whole"


def test_the_api_answers_and_a_stale_version_gets_both(audit: Any, item: Any, sign_in: Any) -> None:
    leo, address = sign_in("leo"), f"/api/v1/checklist-items/{item.number}/answer/"
    sent = {"answer": "yes", "note": "Seen.", "version": item.version}
    assert leo.post(address, sent, content_type="application/json").json()["answered_by"] == "Leo Marchetti"
    stale = leo.post(address, sent | {"answer": "no"}, content_type="application/json")
    assert stale.status_code == 409
    assert {row["field"] for row in stale.json()["conflict"]} >= {"Answer"}


def test_the_api_puts_a_published_checklist_onto_an_audit(audit: Any, sign_in: Any) -> None:
    leo = sign_in("leo")
    found = leo.get("/api/v1/checklist-templates/?status=published").json()["results"]
    body = {"audit": audit.number, "template": found[0]["number"]}
    reply = leo.post("/api/v1/checklist-items/put/", body, content_type="application/json")
    assert reply.json()["copied"] == actions.on(audit).count() > 0


def test_the_shell_names_no_person_and_nothing_of_the_audit_but_its_number(audit: Any, sign_in: Any) -> None:
    shell = sign_in("leo").get(url("conduct", audit.number)).content.decode()
    assert audit.number in shell
    for word in ("Leo", "Northgate", audit.site.name, "Alpenglow"):
        assert word not in shell


def test_every_module_that_the_shell_imports_is_kept_for_offline() -> None:
    folder = Path(__file__).resolve().parents[2] / "static" / "js"
    found, waiting = set(), ["conduct.js"]
    while waiting:
        text = (folder / waiting.pop()).read_text()
        for name in re.findall(r'(?:from|import) "\./([a-z-]+\.js)"', text):
            if name not in found:
                found.add(name)
                waiting.append(name)
    assert found == set(IMPORTED)
