"""A report from its first words to the signed PDF that a stranger can check, and the certificate beside it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from audits.findings import actions as findings
from audits.findings.models import Finding
from audits.programme.models import Audit
from audits.reporting import actions
from audits.reporting.models import AuditCertificate, IssuedDocument, Report
from audits.reporting.proposing import outcome_of
from audits.reporting.workflows import REPORT
from cmo_portal.records.installation_key import all_keys, as_file, verify_document
from cmo_portal.records.record import canonical
from cmo_portal.records.signed import signed
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import StaleRecord, write
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import make_audit, make_place, written_report
from tests.findings.makers import make_finding as raise_one
from tests.supply.makers import PROOF
from vendors.registry.qualification_actions import move, propose

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify" / "verify_document.py"


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast), status="report_draft")


@pytest.fixture
def report(audit: Audit, cast: Any) -> Report:
    return written_report(audit, cast.leo)


def make_finding(cast: Any, audit: Audit, **values: Any) -> Finding:
    """A finding raised while the report is written, with the reason why the close-out did not hear it."""
    return raise_one(cast, audit, **({"late_reason": "Seen in the papers afterwards."} | values))


def checked(report: Report, cast: Any) -> Report:
    """Submitted, reviewed, and with the CMO for its facts; the round is over."""
    actions.submit(report, by=cast.leo, credentials=PROOF)
    actions.review(report, by=cast.sam, credentials=PROOF)
    check = findings.start_factual_check(report.audit, by=cast.quinn)
    if check is not None:
        findings.end_factual_check(check, by=cast.quinn, note="Nothing more.")
    return report


def issued(report: Report, cast: Any) -> Report:
    actions.issue(checked(report, cast), by=cast.quinn, credentials=PROOF)
    return report


def words(document: IssuedDocument) -> str:
    pages = PdfReader(BytesIO(document.file.file.read())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def document_of(record: Any) -> IssuedDocument:
    return IssuedDocument.objects.select_related("file").get(about_number=record.number)


# --- writing -----------------------------------------------------------------------------------------
def test_a_report_takes_what_the_audit_knows(audit: Audit, cast: Any) -> None:
    report = actions.open_report(audit, by=cast.leo)
    assert report.on_behalf_of == "Northgate Biopharma"
    assert report.contact == "Pat Huber"
    assert report.day_equivalents == 3  # one auditor, three days
    assert actions.open_report(audit, by=cast.leo).pk == report.pk


def test_a_report_is_begun_after_the_close_out(cast: Any) -> None:
    early = make_audit(cast, make_place(cast), status="in_progress")
    with pytest.raises(WrongState, match="once the close-out meeting was held"):
        actions.open_report(early, by=cast.leo)


def test_only_an_auditor_writes(audit: Audit, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.open_report(audit, by=cast.sam)


@pytest.mark.refuses("reporting.is_written")
def test_what_is_missing_is_named_before_anybody_signs(audit: Audit, cast: Any) -> None:
    report = actions.open_report(audit, by=cast.leo)
    with pytest.raises(WrongState, match=r"lacks the background of the site.*the overall result"):
        actions.submit(report, by=cast.leo, credentials=PROOF)
    assert not Signature.objects.filter(record_number=report.number).exists()


def test_an_unclassified_finding_keeps_the_report_back(report: Report, cast: Any) -> None:
    make_finding(cast, report.audit, classification="", classification_reason="")
    with pytest.raises(WrongState, match="F-01 lacks its class"):
        actions.submit(report, by=cast.leo, credentials=PROOF)
    assert (report.status, report.audit.status) == ("draft", "report_draft")


def test_two_authors_at_once_both_see_what_the_other_wrote(report: Report, cast: Any) -> None:
    other = Report.objects.select_related("audit__site__vendor").get(pk=report.pk)
    actions.revise_report(report, by=cast.leo, conclusion="First.")
    with pytest.raises(StaleRecord):
        actions.revise_report(other, by=cast.leo, conclusion="Second.", version=other.version)


# --- review and return -------------------------------------------------------------------------------
def test_report_and_audit_move_together(report: Report, cast: Any) -> None:
    actions.submit(report, by=cast.leo, credentials=PROOF)
    assert (report.status, report.audit.status) == ("in_review", "report_review")
    with pytest.raises(WrongState, match="out of its author's hands"):
        actions.revise_report(report, by=cast.leo, conclusion="Sneaked in.")
    with pytest.raises(WrongState, match="needs a reason"):
        actions.return_report(report, by=cast.sam)
    actions.return_report(report, by=cast.sam, reason="The duration is not justified.")
    assert (report.status, report.audit.status) == ("draft", "report_draft")
    fault = signed(report, cast.sam)[0].fault
    assert "No longer matches" in fault


def test_a_wrong_password_signs_and_moves_nothing(report: Report, cast: Any) -> None:
    with pytest.raises(BadCredentials):
        actions.submit(report, by=cast.leo, credentials=Credentials("wrong"))
    report.refresh_from_db()
    assert report.status == "draft" and Audit.objects.get(pk=report.audit_id).status == "report_draft"


@pytest.mark.refuses("reporting.report_is_reviewed")
def test_the_cmo_gets_the_facts_only_after_the_review(report: Report, cast: Any) -> None:
    make_finding(cast, report.audit)
    actions.submit(report, by=cast.leo, credentials=PROOF)
    with pytest.raises(WrongState, match="not reviewed yet"):
        findings.start_factual_check(report.audit, by=cast.quinn)


@pytest.mark.parametrize("name", list(REPORT.by_name))
def test_a_move_out_of_order_is_refused_with_the_sentence(name: str, report: Report, cast: Any) -> None:
    transition = REPORT.by_name[name]
    report.status = "superseded"
    assert f"{transition.verb} needs the status" in str(REPORT.closed(report, transition, cast.quinn))


@pytest.mark.refuses("reporting.not_its_author")
def test_whoever_signed_as_author_does_not_issue(report: Report, cast: Any) -> None:
    checked(report, cast)
    membership = cast.leo.membership
    membership.roles = ["auditor", "quality_head"]
    write(membership, by=cast.ada, action="person.roles")
    vars(cast.leo).pop("grants", None)
    with pytest.raises(WrongState, match="You signed this report as its author"):
        actions.issue(report, by=cast.leo, credentials=PROOF)


# --- issue -------------------------------------------------------------------------------------------
def test_issue_freezes_signs_and_hands_out_everything_or_nothing(report: Report, cast: Any) -> None:
    finding = make_finding(cast, report.audit, classification="major")
    issued(report, cast)
    finding = Finding.objects.get(pk=finding.pk)
    assert (report.status, report.audit.status, finding.status) == ("issued", "follow_up", "issued")
    assert report.snapshot["findings"][0]["label"] == "F-01"
    assert next(row.fault for row in signed(report, cast.quinn)) == ""
    document = document_of(report)
    assert verify_document(document.envelope, document.file.file.read()) is None
    assert Report.objects.visible_to(cast.pat).filter(pk=report.pk).exists()
    assert not Report.objects.visible_to(cast.bea).filter(pk=report.pk).exists()


def test_a_pdf_that_cannot_be_made_leaves_everything_as_it_was(
    report: Report, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_finding(cast, report.audit)
    checked(report, cast)
    monkeypatch.setattr("cmo_portal.lib.pdf.TEMPLATES", Path("/nowhere"))
    with pytest.raises(RuntimeError):
        actions.issue(report, by=cast.quinn, credentials=PROOF)
    stored = Report.objects.get(pk=report.pk)
    assert (stored.status, stored.is_shared, report.status) == ("ready", False, "ready")
    assert Finding.objects.get(audit=report.audit).status == "in_factual_check"
    assert not IssuedDocument.objects.filter(about_number=report.number).exists()


def test_the_pdf_holds_the_minimum_content_and_who_signed(report: Report, cast: Any) -> None:
    make_finding(cast, report.audit, classification="major", product_impact="Lots 7 to 9.")
    text = words(document_of(issued(report, cast)))
    for said in (
        report.number, report.audit.number, "Northgate Biopharma", "Leo Marchetti", "Lead auditor", "Pat Huber",
        "Close-out meeting", "Why this long", "Everything in scope was covered", "F-01", "Major", "21 CFR 211.182",
        "Logbook LY-3, pages 12 to 14", "Lots 7 to 9.", "Satisfactory", "Authorship", "Review", "Approval",
        "Quinn Abara", "Page 1 of",
    ):  # fmt: skip
        assert said in text, said


def test_a_correction_is_a_new_edition_and_the_issued_one_stands_until_then(report: Report, cast: Any) -> None:
    issued(report, cast)
    with pytest.raises(ValidationError, match="what this edition changes"):
        actions.correct(report, by=cast.leo, change_note=" ")
    second = actions.correct(report, by=cast.leo, change_note="The address of the site.")
    assert (second.edition, second.status, report.status) == (2, "draft", "issued")
    assert not Report.objects.visible_to(cast.pat).filter(pk=second.pk).exists()
    with pytest.raises(WrongState, match="in work already"):
        actions.correct(report, by=cast.leo, change_note="Again")
    actions.submit(second, by=cast.leo, credentials=PROOF)
    actions.review(second, by=cast.sam, credentials=PROOF)
    actions.issue(second, by=cast.quinn, credentials=PROOF)
    assert Report.objects.get(pk=report.pk).status == "superseded" and second.audit.status == "follow_up"
    assert "The address of the site." in words(document_of(second))


# --- what a stranger can check -----------------------------------------------------------------------
def test_the_script_proves_the_file_and_finds_a_forger_who_computes_every_digest_anew(
    report: Report, cast: Any, tmp_path: Path
) -> None:
    document = document_of(issued(report, cast))
    pdf, signature = tmp_path / "report.pdf", tmp_path / "report.pdf.sig.json"
    pdf.write_bytes(document.file.file.read())
    signature.write_bytes(as_file(document.envelope))
    key = next(row.key_id for row in all_keys() if row.key_id == document.key_id)

    def ask() -> int:
        command = [sys.executable, str(SCRIPT), str(pdf), "--key", key]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert ask() == 0
    pdf.write_bytes(pdf.read_bytes() + b"\n% forged\n")
    assert ask() == 1
    forged = json.loads(signature.read_text())
    forged["envelope"]["sha256"] = hashlib.sha256(pdf.read_bytes()).hexdigest()
    signature.write_text(json.dumps(forged))
    assert canonical(forged["envelope"]) != canonical(document.envelope["envelope"])
    assert ask() == 1


@pytest.mark.parametrize("forged", [False, True])
def test_the_public_page_says_whether_it_is_ours(forged: bool, report: Report, cast: Any, sign_in: Any) -> None:
    document = document_of(issued(report, cast))
    body = document.file.file.read() + (b"x" if forged else b"")
    sent = {
        "document": SimpleUploadedFile("r.pdf", body),
        "signature": SimpleUploadedFile("r.sig.json", as_file(document.envelope)),
    }
    page = sign_in("").post("/verify/", sent).content.decode()
    assert ("Not proved" in page) is forged and (report.number in page) is not forged


def test_nonsense_on_the_public_page_is_said_in_a_sentence(sign_in: Any) -> None:
    answer = sign_in("").post("/verify/", {"document": SimpleUploadedFile("r.pdf", b"%PDF-1.4")})
    assert answer.status_code == 422 and "Choose the signature file as well" in answer.content.decode()
    junk = {"document": SimpleUploadedFile("a.json", b"[1]"), "signature": SimpleUploadedFile("b", b"[2]")}
    assert "This is no signed document" in sign_in("").post("/verify/", junk).content.decode()


# --- pages -------------------------------------------------------------------------------------------
def test_the_author_goes_through_the_pages_to_the_signature(audit: Audit, sign_in: Any) -> None:
    leo = sign_in("leo")
    opened = leo.post(f"/audits/{audit.number}/report/open/")
    assert opened.status_code == 302 and opened.url.endswith("/edit/")
    number = opened.url.split("/")[2]
    words = dict.fromkeys(
        ("introduction", "background", "duration_note", "on_behalf_of", "contact", "high_risk_areas", "conclusion"), "x"
    )
    version = Report.objects.get(number=number).version
    saved = leo.post(opened.url, words | {"day_equivalents": "3", "result": "good", "version": version})
    assert saved.status_code == 302
    version = Report.objects.get(number=number).version
    sent = leo.post(f"/reports/{number}/moves/submit/", {"version": version, "reason": "", "password": PROOF.password})
    assert sent.status_code == 302 and Report.objects.get(number=number).status == "in_review"


def test_drafts_are_no_ones_but_the_teams(report: Report, sign_in: Any) -> None:
    url = report.get_absolute_url()
    seen = {name: sign_in(name).get(url).status_code for name in ("leo", "sam", "quinn", "eva", "ines", "pat", "otto")}
    assert seen == {"leo": 200, "sam": 200, "quinn": 200, "eva": 404, "ines": 404, "pat": 404, "otto": 404}
    assert sign_in("leo").get(f"{url}preview/").content.startswith(b"%PDF")
    assert sign_in("ines").get(f"{url}preview/").status_code == 403


def test_what_is_issued_the_cmo_reads_and_its_competitor_does_not(report: Report, cast: Any, sign_in: Any) -> None:
    issued(report, cast)
    document = document_of(report)
    for url in (report.get_absolute_url(), f"/documents/{document.number}/file/"):
        seen = {name: sign_in(name).get(url).status_code for name in ("pat", "ines", "bea", "otto", "ada")}
        assert seen == {"pat": 200, "ines": 200, "bea": 404, "otto": 404, "ada": 403}
    signature = sign_in("pat").get(f"/documents/{document.number}/signature/")
    assert json.loads(signature.content) == document.envelope


# --- the proposal and the certificate ----------------------------------------------------------------
@pytest.fixture
def qualified(report: Report, cast: Any) -> Report:
    """An issued report of a site whose audited service quality has approved."""
    site = report.audit.site
    scope = propose(site.vendor, by=cast.sam, site=site, service="testing")
    move(scope, "approve", by=cast.quinn, credentials=PROOF)
    return issued(report, cast)


def certify(report: Report, by: Any, **values: Any) -> AuditCertificate:
    latest = actions.certifying.latest_day(report.audit)
    facts = {"valid_until_date": latest, "scope_words": "Testing", "standards": "21 CFR 211", "credentials": PROOF}
    return actions.issue_certificate(report.audit, by=by, **(facts | values))


def test_the_outcome_proposes_and_quality_decides(report: Report, cast: Any, sign_in: Any) -> None:
    site = report.audit.site
    scope = propose(site.vendor, by=cast.sam, site=site, service="testing")
    for number in range(6):
        make_finding(cast, report.audit, title=f"Major {number}", classification="major")
    issued(report, cast)
    proposed = outcome_of(report.audit)["scopes"]
    assert [(row["qualification"], row["status"]) for row in proposed] == [(scope.number, "conditional")]
    page = sign_in("quinn").get(f"/audits/{report.audit.number}/report/").content.decode()
    assert f"/qualifications/{scope.number}/approve_conditionally/" in page
    assert "more than 5" in page
    assert (
        "What the audit proposes" not in sign_in("pat").get(f"/audits/{report.audit.number}/report/").content.decode()
    )


def test_a_certificate_tells_status_and_scope_and_no_finding(qualified: Report, cast: Any, sign_in: Any) -> None:
    certificate = certify(qualified, cast.quinn)
    text = words(document_of(certificate))
    assert "Qualified" in text and "Testing" in text and "Quinn Abara" in text
    assert "F-01" not in text and "finding" not in text.lower()
    assert sign_in("pat").get(certificate.get_absolute_url()).status_code == 200
    assert sign_in("bea").get(certificate.get_absolute_url()).status_code == 404
    with pytest.raises(WrongState, match="withdraw it before"):
        certify(qualified, cast.quinn)
    actions.withdraw_certificate(certificate, by=cast.quinn, reason="A typing error in the scope.")
    assert certify(qualified, cast.quinn).pk != certificate.pk


def test_a_certificate_is_not_valid_beyond_the_interval(qualified: Report, cast: Any) -> None:
    latest = actions.certifying.latest_day(qualified.audit)
    assert latest is not None
    with pytest.raises(ValidationError, match=r"valid until .* at the latest"):
        certify(qualified, cast.quinn, valid_until_date=latest + timedelta(days=1))


@pytest.mark.parametrize("case", ["early", "critical", "unqualified"])
def test_no_certificate_says_more_than_is_true(case: str, report: Report, cast: Any) -> None:
    if case == "critical":
        make_finding(cast, report.audit, classification="critical")
    if case != "early":
        issued(report, cast)
    sentence = {"early": "once the report", "critical": "critical finding", "unqualified": "No audited scope"}[case]
    with pytest.raises(WrongState, match=sentence):
        certify(report, cast.quinn, valid_until_date=report.audit.end_date)


def test_only_quality_certifies(qualified: Report, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        certify(qualified, cast.leo)


# --- the API and the cost ----------------------------------------------------------------------------
def test_the_api_goes_the_same_way(report: Report, cast: Any, sign_in: Any) -> None:
    leo, url = sign_in("leo"), f"/api/v1/audit-reports/{report.number}/"
    changed = leo.patch(url, {"conclusion": "Fit.", "version": leo.get(url).json()["version"]}, "application/json")
    assert changed.json()["conclusion"] == "Fit."
    sent = leo.post(
        f"{url}transitions/", {"name": "submit", "password": PROOF.password}, content_type="application/json"
    )
    assert sent.status_code == 200 and sent.json()["status"] == "in_review"
    again = leo.patch(url, {"conclusion": "More.", "version": leo.get(url).json()["version"]}, "application/json")
    assert again.status_code == 409 and "author's hands" in again.json()["detail"]
    assert leo.get(f"{url}signature/").status_code == 404
    assert sign_in("pat").get(url).status_code == 404


def test_the_tab_and_the_report_cost_the_same_however_much_was_found(
    report: Report, cast: Any, sign_in: Any, query_count: Any
) -> None:
    client = sign_in("leo")
    pages = {"audit-report": f"/audits/{report.audit.number}/report/", "report-detail": report.get_absolute_url()}
    client.get("/")
    for count in (3, 60):
        for number in range(count):
            make_finding(cast, report.audit, title=f"Finding {count} {number}")
        for name, url in pages.items():
            query_count("reporting", name, lambda url=url: client.get(url))


def test_the_author_does_not_review_their_own_report(report: Report, cast: Any) -> None:
    actions.submit(report, by=cast.leo, credentials=PROOF)
    sentence = REPORT.refusal(report, REPORT.by_name["review"], cast.leo)
    assert sentence is not None and "somebody else reviews" in sentence
    assert REPORT.refusal(report, REPORT.by_name["review"], cast.sam) is None
