"""What stands against an issue is said before anybody signs; what colleagues wrote to each other stays with them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from audits.findings import actions as findings
from audits.programme.actions import move_audit
from audits.programme.models import Audit
from audits.reporting import actions
from audits.reporting.models import IssuedDocument, Report
from audits.reporting.proposing import counts_of
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import make_audit, make_finding, make_place, written, written_report
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast), status="report_draft")


@pytest.fixture
def report(audit: Audit, cast: Any) -> Report:
    return written_report(audit, cast.leo)


def late(cast: Any, audit: Audit, **values: Any) -> Any:
    return make_finding(cast, audit, late_reason="Seen in the papers afterwards.", **values)


def reviewed(report: Report, cast: Any) -> Report:
    actions.submit(report, by=cast.leo, credentials=PROOF, reason="Thin on cleaning, Sam: let it pass.")
    actions.review(report, by=cast.sam, credentials=PROOF, reason="Between us: the laboratory was not looked at.")
    return report


def test_the_cmos_copy_prints_no_word_between_author_and_reviewer(report: Report, cast: Any) -> None:
    reviewed(report, cast)
    findings.start_factual_check(report.audit, by=cast.quinn)
    actions.issue(report, by=cast.quinn, credentials=PROOF, reason="For the file of the site.")
    document = IssuedDocument.objects.select_related("file").get(about_number=report.number)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(document.file.file.read())).pages)
    text = " ".join(text.split())
    assert "For the file of the site." in text and "Authorship" in text
    assert "let it pass" not in text and "Between us" not in text


def test_an_open_disagreement_refuses_the_issue_before_the_password(report: Report, cast: Any, sign_in: Any) -> None:
    finding = late(cast, report.audit)
    reviewed(report, cast)
    findings.start_factual_check(report.audit, by=cast.quinn)
    finding.refresh_from_db()
    findings.comment(finding, by=cast.pat, verdict="dispute", text="The logbook was on the desk.")
    page = sign_in("quinn").get(f"{report.get_absolute_url()}moves/issue/").content.decode()
    assert "F-01" in page and 'name="password"' not in page


def test_sending_the_report_to_the_cmo_is_one_click_away(report: Report, cast: Any, sign_in: Any) -> None:
    late(cast, report.audit)
    reviewed(report, cast)
    page = sign_in("quinn").get(report.get_absolute_url()).content.decode()
    assert f'href="/audits/{report.audit.number}/factual-check/start/">Send to the CMO' in page


def test_the_proposal_counts_what_is_open_at_the_site_as_the_approval_does(report: Report, cast: Any) -> None:
    earlier = make_audit(cast, report.audit.site, status="report_draft")
    first = written_report(earlier, cast.leo)
    late(cast, earlier, classification="critical")
    reviewed(first, cast)
    assert counts_of(report.audit).open_critical == 0, "a draft of another audit is nobody's knowledge yet"
    check = findings.start_factual_check(first.audit, by=cast.quinn)
    findings.end_factual_check(check, by=cast.quinn, note="Nothing more.")
    actions.issue(first, by=cast.quinn, credentials=PROOF)
    assert counts_of(report.audit).open_critical == 1


@pytest.mark.refuses("reporting.report_is_written", "reporting.report_goes_out")
def test_an_audit_does_not_move_on_by_itself_where_its_report_is_missing(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast), status="report_draft")
    with pytest.raises(WrongState, match="Write the report first"):
        move_audit(audit, "submit_review", by=cast.leo)
    written(audit, cast.leo, status="factual_check")
    with pytest.raises(WrongState, match="not reviewed yet"):
        move_audit(audit, "issue_report", by=cast.quinn)
    assert Audit.objects.get(pk=audit.pk).status == "factual_check"
