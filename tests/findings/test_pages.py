"""Pages of findings as people use them: the list, the draft that saves itself, the answer in two clicks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.findings import actions
from audits.findings.models import FactualCheck, FactualComment, Finding, InternalNote
from audits.programme.models import Audit
from cmo_portal.records.attachments import Attachment, attach
from tests.findings import places
from tests.findings.makers import (
    WHOLE,
    checked,
    fresh,
    issued,
    make_audit,
    make_finding,
    make_place,
    to_review,
    upload,
)

pytestmark = pytest.mark.django_db
PASSWORD = "Demo-portal-2026"
FORM = {**WHOLE, "refs": "21 CFR 211.182"}


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def url(name: str, *args: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"audits:{name}", args=args) + (f"?{asked}" if asked else "")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: [str(each) for each in found] for name, found in answer.context["form"].errors.items()}


def test_a_finding_begins_with_one_line_and_is_written_on_its_own_page(sign_in: Any, audit: Audit) -> None:
    leo = sign_in("leo")
    answer = leo.post(url("audit-finding-create", audit.number), {"title": "Late entries"})
    finding = Finding.objects.get(audit=audit)
    assert answer.url == url("finding-edit", finding.number) and finding.title == "Late entries"
    page = text(leo.get(answer.url))
    assert "Choose the class: no report is issued with an unclassified finding." in page
    assert "That it lasted a short time" in page  # the guidance of a class


def test_the_command_asks_of_which_audit_first(sign_in: Any, audit: Audit, cast: Any) -> None:
    closed = make_audit(cast, make_place(cast, "Otherwerk"), status="notified")
    leo = sign_in("leo")
    page = text(leo.get(url("finding-create")))
    assert audit.number in page and closed.number not in page
    assert leo.post(url("finding-create"), {"audit": closed.number, "title": "x"}).status_code == 422
    assert leo.post(url("finding-create"), {"audit": audit.number, "title": "x"}).status_code == 302


def test_a_finding_of_an_audit_in_review_is_refused_with_the_sentence(sign_in: Any, cast: Any) -> None:
    audit = make_audit(cast, make_place(cast), status="report_review")
    answer = sign_in("leo").post(url("audit-finding-create", audit.number), {"title": "Too late"})
    assert answer.status_code == 422 and "this audit stands at Report in review" in text(answer)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("classification", "Choose the class: no report is issued with an unclassified finding."),
        ("classification_reason", "Write why it is of this class: the CMO reads the reason."),
        ("statement", "Write what was found, as you would say it to somebody who was not there."),
        ("evidence", "Write the objective evidence: what was seen, where and when, in which document."),
        ("refs", "Name the clause that is not met, like 21 CFR 211.192."),
        ("system", "Choose the system it belongs to."),
    ],
)
def test_what_is_missing_is_refused_at_its_field_and_nothing_typed_is_lost(
    field: str, sentence: str, sign_in: Any, audit: Audit, cast: Any
) -> None:
    finding = actions.raise_finding(audit, by=cast.leo, title="Begun")
    sent = FORM | {field: "", "finish": "1", "version": "1"}
    answer = sign_in("leo").post(url("finding-edit", finding.number), sent)
    assert answer.status_code == 422 and errors(answer) == {field: [sentence]}
    kept = fresh(finding)
    assert kept.title == WHOLE["title"] and (kept.statement or field == "statement")
    again = sign_in("leo").post(url("finding-edit", finding.number), sent | {"version": str(kept.version)})
    assert answer.context["form"]["version"].value() == str(kept.version) and again.status_code == 422


def test_a_whole_finding_is_finished(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = actions.raise_finding(audit, by=cast.leo, title="Begun")
    answer = sign_in("leo").post(url("finding-edit", finding.number), FORM | {"finish": "1", "version": "1"})
    assert answer.status_code == 302 and fresh(finding).clause_words == "21 CFR 211.182"


def test_a_clause_that_is_none_is_refused_and_one_from_elsewhere_stays(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit, refs=[{"source": "PIC/S PI 041", "clause": "5.2"}])
    leo, address = sign_in("leo"), url("finding-edit", finding.number)
    refused = leo.post(address, FORM | {"refs": "PIC/S PI 041 5.2\n21 CFR 211.999", "version": "1"})
    assert errors(refused)["refs"] == [
        "“21 CFR 211.999” is not in the register: search by a word, or write it like 21 CFR 211.192."
    ]
    leo.post(address, FORM | {"refs": "PIC/S PI 041 5.2; eu gmp annex 1, 9.34", "version": "1"})
    assert fresh(finding).clause_words == "PIC/S PI 041 5.2; EU GMP Annex 1, 9.34"


def test_autosave_keeps_half_a_draft_and_hands_back_the_version(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    leo, address = sign_in("leo"), url("finding-draft", finding.number)
    answer = leo.post(address, FORM | {"evidence": "", "version": "1"})
    assert answer.status_code == 200 and 'data-version="2"' in text(answer)
    assert "Write the objective evidence" in text(answer) and fresh(finding).evidence == ""
    again = leo.post(address, FORM | {"version": "2"})
    assert "Complete: it can go to the review" in text(again)


def test_two_people_at_one_draft_see_both_texts(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    actions.revise_finding(finding, by=cast.leo, statement="Five of ten, said elsewhere.")
    answer = sign_in("leo").post(url("finding-draft", finding.number), FORM | {"statement": "Mine.", "version": "1"})
    assert answer.status_code == 409
    assert "Five of ten, said elsewhere." in text(answer) and "Mine." in text(answer)
    assert fresh(finding).statement == "Five of ten, said elsewhere."


def test_autosave_says_at_the_field_what_cannot_be_kept(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    answer = sign_in("leo").post(url("finding-draft", finding.number), FORM | {"title": "", "version": "1"})
    assert answer.status_code == 422 and 'data-autosave="' in text(answer)


def test_what_the_cmo_has_read_is_not_edited(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    checked(cast, audit)
    leo = sign_in("leo")
    assert leo.get(url("finding-edit", finding.number)).url == url("finding-detail", finding.number)
    answer = leo.post(url("finding-draft", finding.number), FORM | {"version": str(fresh(finding).version)})
    assert answer.status_code == 422 and "is no draft any more" in text(answer)


def test_the_picker_finds_clauses_by_word(sign_in: Any) -> None:
    leo = sign_in("leo")
    hits = text(leo.get(url("clause-list", pick="1", q="investigation")))
    assert 'data-clause="21 CFR 211.192"' in hits and "<html" not in hits
    assert 'data-clause="21 CFR 211.22(d)"' in text(leo.get(url("clause-list", pick="1", q="211.22(d)")))
    assert "data-clause" not in text(leo.get(url("clause-list", pick="1", q="")))
    assert "No clause answers to this" in text(leo.get(url("clause-list", q="zeppelin")))


def test_a_repeat_is_proposed_on_the_page_confirmed_and_taken_back(sign_in: Any, cast: Any) -> None:
    site = make_place(cast)
    before = make_audit(cast, site, days=400)
    make_finding(cast, before)
    (earlier,) = issued(cast, before, on=timezone.localdate() - timedelta(days=365))
    finding = make_finding(cast, make_audit(cast, site))
    leo = sign_in("leo")
    assert "Same clause, 21 CFR 211.182" in text(leo.get(url("finding-detail", finding.number)))
    confirm = url("repeat-confirm", finding.number, earlier.number)
    assert leo.post(confirm, {"reason": ""}).status_code == 422
    leo.post(confirm, {"reason": "The action covered one logbook."})
    page = text(leo.get(url("finding-detail", finding.number)))
    assert fresh(finding).classification == "major" and "The action covered one logbook." in page
    leo.post(url("repeat-clear", finding.number), {"reason": "Another logbook"})
    assert fresh(finding).classification == "other"
    leo.post(url("repeat-rule-out", finding.number, earlier.number))
    assert "Found before at this site?" not in text(leo.get(url("finding-detail", finding.number)))


def test_several_findings_are_combined_on_a_page(sign_in: Any, audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit), make_finding(cast, audit)]
    leo, address = sign_in("leo"), url("finding-combine", audit.number)
    one = leo.post(address, {"parts": [parts[0].number], "title": "Habit", "reason": "x"})
    assert errors(one) == {"parts": ["Choose at least 2 findings."]}
    sent = {"parts": [part.number for part in parts], "title": "Habit", "reason": "One habit."}
    whole = Finding.objects.get(title="Habit") if leo.post(address, sent).status_code == 302 else None
    assert whole is not None and whole.classification == "major"
    assert "Part of" in text(leo.get(url("finding-detail", parts[0].number)))


def test_the_check_is_started_with_a_day_and_chosen_files(sign_in: Any, cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    finding = make_finding(cast, audit)
    file = attach(finding, upload(), by=cast.leo)
    to_review(cast, audit)
    quinn, address = sign_in("quinn"), url("factual-check-start", audit.number)
    assert "evidence.pdf" in text(quinn.get(address))
    past = quinn.post(address, {"due_date": "2020-01-01", "share": [file.number], "version": str(audit.version)})
    assert errors(past) == {"due_date": ["The day to answer by must not be before the day it is sent."]}
    due = (timezone.localdate() + timedelta(days=14)).isoformat()
    answer = quinn.post(address, {"due_date": due, "share": [file.number], "version": str(audit.version)})
    assert answer.url == url("factual-check", audit.number)
    assert Attachment.objects.get(pk=file.pk).is_shared and fresh(finding).status == "in_factual_check"
    assert "needs the status Report in review" in text(quinn.get(address))


def test_the_cmo_answers_from_its_home_page_in_two_clicks(sign_in: Any) -> None:
    bea, (number,) = sign_in("bea"), places.waiting()
    home = text(bea.get("/"))
    (check,) = re.findall(r'href="(/audits/[^"]+/factual-check/)"', home)
    page = text(bea.get(check))
    assert f'action="{url("finding-answer", number)}"' in page and 'value="agree"' in page
    assert bea.post(url("finding-answer", number), {"verdict": "agree"}).status_code == 302
    assert FactualComment.objects.get(finding__number=number).verdict == "agree"


def test_the_cmo_sees_it_differently_with_files(sign_in: Any) -> None:
    bea, (number,) = sign_in("bea"), places.waiting()
    address = url("finding-answer", number)
    bare = bea.post(address, {"verdict": "dispute", "text": ""})
    assert errors(bare) == {"text": ["Write what you see differently and on what evidence."]}
    bad = bea.post(address, {"verdict": "dispute", "text": "See log.", "papers": [upload("x.exe", b"MZ")]})
    assert "cannot be attached" in errors(bad)["papers"][0] and "See log." in text(bad)
    assert not FactualComment.objects.filter(finding__number=number).exists()
    papers = [upload("a.pdf"), upload("b.pdf")]
    assert bea.post(address, {"verdict": "dispute", "text": "See log.", "papers": papers}).status_code == 302
    said = FactualComment.objects.get(finding__number=number)
    page = text(sign_in("sam").get(url("comment-detail", said.number)))
    assert "a.pdf" in page and "b.pdf" in page


def test_the_cmo_adds_a_file_to_its_answer_until_the_round_is_over(sign_in: Any, cast: Any) -> None:
    bea, (number,) = sign_in("bea"), places.answer()
    address = url("comment-detail", number)
    assert bea.post(address, {"file": upload("more.pdf"), "title": ""}).status_code == 302
    check = FactualCheck.objects.select_related("audit").get(number=places.running()[0])
    actions.end_factual_check(check, by=cast.quinn, note="Enough")
    assert "Add a file" not in text(bea.get(address))
    assert bea.post(address, {"file": upload("late.pdf"), "title": ""}).status_code == 422
    assert not Attachment.objects.filter(name="late.pdf").exists()


def test_the_owner_settles_and_both_sides_read_the_note(sign_in: Any) -> None:
    sam, (number,) = sign_in("sam"), places.disputed()
    assert "Word on a disagreement at" in text(sam.get("/"))
    address = url("finding-settle", number)
    version = str(Finding.objects.get(number=number).version)
    same = sam.post(address, {"outcome": "reworded", "note": "x", "version": version})
    assert "Write the new wording" in errors(same)["statement"][0]
    sent = {"outcome": "kept", "note": "Two stops were not counted.", "version": version}
    assert sam.post(address, sent).status_code == 302
    for who in ("bea", "leo"):
        reader = sign_in(who)
        assert "Two stops were not counted." in text(reader.get(url("finding-detail", number)))
        assert "Two stops were not counted." in text(reader.get(url("dispute-list", state="settled")))
    assert "No disagreement here" in text(sign_in("bea").get(url("dispute-list", state="open")))


def test_another_class_is_signed_on_its_page(sign_in: Any) -> None:
    quinn, (number,) = sign_in("quinn"), places.waiting()
    address = url("finding-reclassify", number)
    sent = {"classification": "major", "reason": "Seen twice.", "password": "wrong"}
    assert "password" in errors(quinn.post(address, sent))
    assert quinn.post(address, sent | {"password": PASSWORD}).status_code == 302
    assert "Seen twice." in text(sign_in("bea").get(url("finding-detail", number)))
    (draft,) = places.draft()
    assert "its class is not changed now" in text(quinn.get(url("finding-reclassify", draft)))


def test_a_withdrawal_is_signed_on_its_page_and_other_moves_have_none(sign_in: Any) -> None:
    leo, (number,) = sign_in("leo"), places.draft()
    address = url("finding-move", number, "withdraw")
    assert leo.post(address, {"reason": "Mistaken", "password": PASSWORD}).status_code == 302
    assert Finding.objects.get(number=number).status == "withdrawn"
    for name in ("issue", "close", "respond", "nonsense"):
        assert leo.get(url("finding-move", number, name)).status_code == 404


def test_a_round_is_prolonged_and_ended_on_its_pages(sign_in: Any) -> None:
    quinn, (number,) = sign_in("quinn"), places.running()
    later = FactualCheck.objects.get(number=number).due_date + timedelta(days=5)
    quinn.post(url("factual-check-extend", number), {"due_date": later.isoformat(), "reason": "Shutdown"})
    assert FactualCheck.objects.get(number=number).due_date == later
    assert quinn.post(url("factual-check-end", number), {"note": ""}).status_code == 422
    quinn.post(url("factual-check-end", number), {"note": "No more to say"})
    assert "No more to say" in text(sign_in("bea").get(url("factual-check", *places.checked())))
    assert quinn.post(url("factual-check-end", number), {"note": "Again"}).status_code == 422


def test_a_note_stays_inside_and_looks_it(sign_in: Any, cast: Any) -> None:
    leo, (number,) = sign_in("leo"), places.waiting()
    leo.post(url("finding-note", number), {"text": "Ask about lot 7."})
    page = text(sign_in("sam").get(url("finding-detail", number)))
    assert "Ask about lot 7." in page and 'class="panel internal"' in page and "only Northgate Biopharma" in page
    assert InternalNote.objects.filter(text="Ask about lot 7.").count() == 1
    bea = sign_in("bea")
    for address in (url("finding-detail", number), url("factual-check", *places.checked()), "/search/?q=lot"):
        assert "lot 7" not in text(bea.get(address)) and "Internal" not in text(bea.get(address))


def test_a_file_is_shared_and_taken_back_on_the_page(sign_in: Any, cast: Any) -> None:
    finding = fresh(Finding.objects.get(number=places.waiting()[0]))
    file = attach(finding, upload("proof.pdf"), by=cast.leo, shared=False)
    leo, bea = sign_in("leo"), sign_in("bea")
    download = reverse("vendors:file-download", args=[file.number])
    assert bea.get(download).status_code == 404
    assert leo.post(url("finding-file", finding.number, file.number, "shared")).status_code == 302
    assert bea.get(download).status_code == 200 and sign_in("pat").get(download).status_code == 404
    leo.post(url("finding-file", finding.number, file.number, "internal"))
    assert bea.get(download).status_code == 404
