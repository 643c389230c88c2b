"""Two people at once, and an issue that fails late: nobody reads an error of the server, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from audits.findings import actions as findings
from audits.programme.models import Audit
from audits.reporting import actions
from audits.reporting.models import AuditCertificate, IssuedDocument, Report
from cmo_portal.accounts.models import User
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import make_audit, make_finding, make_place, written_report
from tests.meanwhile import right_after
from tests.supply.makers import PROOF
from vendors.registry.qualification_actions import move, propose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests count stored files, and other processes store theirs at the same time."""
    monkeypatch.setattr(default_storage, "location", str(tmp_path))


@pytest.fixture
def place(cast: Any) -> Any:
    site = make_place(cast)
    move(propose(site.vendor, by=cast.sam, site=site, service="testing"), "approve", by=cast.quinn, credentials=PROOF)
    return site


def ready(cast: Any, site: Any) -> Report:
    report = written_report(make_audit(cast, site, status="report_draft"), cast.leo)
    actions.submit(report, by=cast.leo, credentials=PROOF)
    actions.review(report, by=cast.sam, credentials=PROOF)
    findings.start_factual_check(report.audit, by=cast.quinn)
    return report


def stored_files() -> set[Path]:
    return {path for path in Path(default_storage.location).rglob("*") if path.is_file()}


def failed_proofs(user: User) -> int:
    return TrailEvent.objects.filter(record_number=user.number, action="account.proof_failed").count()


def broken() -> None:
    raise RuntimeError("the network is gone")


def certify(report: Report, by: Any, proof: Credentials = PROOF) -> AuditCertificate:
    last = actions.certifying.latest_day(report.audit)
    assert last is not None
    return actions.issue_certificate(
        report.audit, by=by, credentials=proof, valid_until_date=last, scope_words="Testing", standards="21 CFR 211"
    )


def test_of_two_who_begin_the_report_at_once_the_second_finds_it(cast: Any, sign_in: Any) -> None:
    audit = make_audit(cast, make_place(cast), status="closeout_held")
    other = Audit.objects.select_related("site__vendor__sponsor").get(pk=audit.pk)
    with right_after("SELECT audits_audit", lambda: actions.open_report(other, by=cast.leo)) as came:
        answer = sign_in("leo").post(reverse("audits:report-open", args=[audit.number]))
    assert came and answer.status_code == 302
    assert answer["Location"] == reverse("audits:report-edit", args=[Report.objects.get(audit=audit).number])


def test_a_report_that_cannot_be_issued_to_the_end_leaves_no_file(cast: Any, place: Any) -> None:
    report = ready(cast, place)
    before = stored_files()
    with right_after('INSERT "audits_issueddocument"', broken) as came, pytest.raises(RuntimeError):
        actions.issue(report, by=cast.quinn, credentials=PROOF)
    assert came and stored_files() == before
    assert not IssuedDocument.objects.filter(about_number=report.number).exists()
    actions.issue(report, by=cast.quinn, credentials=PROOF)
    made = stored_files() - before
    assert [path.read_bytes()[:5] for path in made] == [b"%PDF-"], "issued whole, its file stays"


def test_a_certificate_that_cannot_be_issued_to_the_end_leaves_no_file(cast: Any, place: Any) -> None:
    report = ready(cast, place)
    actions.issue(report, by=cast.quinn, credentials=PROOF)
    before = stored_files()
    with right_after('INSERT "audits_issueddocument"', broken) as came, pytest.raises(RuntimeError):
        certify(report, cast.quinn)
    assert came and stored_files() == before and not AuditCertificate.objects.filter(audit=report.audit).exists()
    assert certify(report, cast.quinn).pk and len(stored_files() - before) == 1


def test_what_speaks_against_a_certificate_while_the_password_is_typed_still_counts(cast: Any, place: Any) -> None:
    report = ready(cast, place)
    actions.issue(report, by=cast.quinn, credentials=PROOF)
    scope = report.audit.site.qualifications.get(service="testing")
    plans = {"rationale": "Stopped", "inventory_plan": "Held", "alternate_plan": "Elsewhere"}

    def suspended() -> None:
        move(scope, "suspend", by=cast.quinn, credentials=PROOF, **plans)

    with right_after("SELECT vendors_qualification", suspended) as came, pytest.raises(WrongState):
        certify(report, cast.quinn)
    assert came and not AuditCertificate.objects.filter(audit=report.audit).exists()


def test_a_guard_holds_at_the_moment_of_the_write(cast: Any, place: Any) -> None:
    report = written_report(make_audit(cast, place, status="report_draft"), cast.leo)
    late = {"late_reason": "Seen in the papers afterwards.", "classification": ""}

    def found() -> None:
        make_finding(cast, report.audit, **late)

    with right_after("SELECT audits_finding", found) as came, pytest.raises(WrongState, match="F-01"):
        actions.submit(report, by=cast.leo, credentials=PROOF)
    assert came and Report.objects.get(pk=report.pk).status == "draft" and report.status == "draft"
    assert Audit.objects.get(pk=report.audit.pk).status == "report_draft"


def test_a_refused_move_asks_for_no_password(cast: Any, place: Any) -> None:
    report = written_report(make_audit(cast, place, status="report_draft"), cast.leo)
    make_finding(cast, report.audit, late_reason="Seen afterwards.", classification="")
    with pytest.raises(WrongState, match="F-01"):
        actions.submit(report, by=cast.leo, credentials=Credentials("wrong"))
    with pytest.raises(WrongState, match="once the report"):
        actions.issue_certificate(
            report.audit, by=cast.quinn, credentials=Credentials("wrong"), valid_until_date=timezone.localdate(),
            scope_words="x", standards="x",
        )  # fmt: skip
    assert failed_proofs(cast.leo) == failed_proofs(cast.quinn) == 0
