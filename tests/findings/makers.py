"""Audits and findings for tests, brought along by the people who would do it, through the same actions as the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.conduct import visit_actions as visits
from audits.findings import actions
from audits.findings.models import Finding
from audits.programme.actions import move_audit, plan_audit
from audits.programme.models import Audit
from audits.programme.team_actions import declare_independence
from audits.reporting import actions as reports
from audits.reporting.models import Report
from audits.reporting.workflows import WRITTEN
from cmo_portal.records.trail import write
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.models import Site, Vendor

WHOLE: dict[str, Any] = {
    "title": "Logbook entries are made after the task",
    "statement": "Four of ten entries of logbook LY-3 were written the day after.",
    "evidence": "Logbook LY-3, pages 12 to 14; badge record of the same days.",
    "system": "production",
    "refs": [{"source": "21 CFR 211", "clause": "211.182"}],
    "classification": "other",
    "classification_reason": "The work was done as it should be; its record was late.",
}
WAY = (
    ("notify", "leo"),
    ("start", "leo"),
    ("hold_closeout", "leo"),
    ("draft_report", "leo"),
    ("submit_review", "leo"),
)


def make_place(cast: Any, name: str = "Testwerk", joined: str = "Alpenglow") -> Site:
    """A site of Northgate's at the CMO `joined` of the demo, or at one without an account here where that is empty."""
    vendor = (
        Vendor.objects.get(sponsor=cast.sam.company, name__startswith=joined)
        if joined
        else make_vendor(cast.sam, f"{name} Pharma")
    )
    return make_site(vendor, cast.sam, f"{name} plant")


def make_audit(
    cast: Any, site: Site, status: str = "in_progress", days: int = 10, services: tuple[str, ...] = ("testing",)
) -> Audit:
    """An audit of `site` that ended so many days ago, brought up to `status`."""
    first = timezone.localdate() - timedelta(days=days + 2)
    audit = plan_audit(
        site,
        by=cast.leo,
        lead=cast.leo,
        purpose="To see how records are kept.",
        services=list(services),
        start_date=first,
        end_date=first + timedelta(days=2),
    )
    for member in audit.team.select_related("audit", "person"):
        declare_independence(member, by=cast.leo, has_conflict=False)
    for name, who in WAY:
        if audit.status == status:
            break
        go(audit, name, getattr(cast, who))
    return audit


def go(audit: Audit, name: str, by: Any) -> None:
    """Makes the move with what the rooms around it want: a close-out meeting, a report that is written and signed."""
    if name == "hold_closeout":
        hold_closeout(audit, by)
    if name == "submit_review":
        reports.submit(written_report(audit, by), by=by, credentials=PROOF)
        return
    move_audit(audit, name, by=by)


def hold_closeout(audit: Audit, by: Any) -> None:
    meeting = visits.record_meeting(audit, by=by, kind="closeout", held_at=timezone.now())
    for name, firm in (("Leo Marchetti", "Northgate Biopharma"), ("Pat Huber", "Alpenglow")):
        visits.add_attendance(meeting, by=by, name=name, organisation=firm, is_key_person=firm == "Alpenglow")


def written_report(audit: Audit, by: Any) -> Report:
    report = reports.open_report(audit, by=by)
    words = dict.fromkeys(WRITTEN, "Written for the test.")
    reports.revise_report(report, by=by, **words, day_equivalents=3, result="satisfactory")
    return report


def reviewed(audit: Audit, by: Any) -> Report:
    """The report in review, signed by the reviewer."""
    report: Report = Report.objects.get(audit=audit, status="in_review")
    report.audit = audit
    reports.review(report, by=by, credentials=PROOF)
    return report


def make_finding(cast: Any, audit: Audit, **values: Any) -> Finding:
    return actions.raise_finding(audit, by=cast.leo, **(WHOLE | values))


def to_review(cast: Any, audit: Audit) -> None:
    """From wherever the visit stands to a reviewed report."""
    statuses = ["in_progress", "closeout_held", "report_draft"]
    for name, _who in WAY[2 + statuses.index(audit.status) :]:
        go(audit, name, cast.leo)
    reviewed(audit, cast.sam)


def checked(cast: Any, audit: Audit, **more: Any) -> Any:
    """The audit in its factual check; every finding is with the CMO."""
    to_review(cast, audit)
    return actions.start_factual_check(audit, by=cast.quinn, **more)


def issued(cast: Any, audit: Audit, **more: Any) -> list[Finding]:
    """Answered by the round's end, and issued with the report."""
    check = checked(cast, audit)
    actions.end_factual_check(check, by=cast.quinn, note="Nothing more to say.")
    found = actions.issue_all(audit, by=cast.quinn, **more)
    move_audit(audit, "issue_report", by=cast.quinn)
    return found


def fresh(finding: Finding) -> Finding:
    rows = Finding.objects.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company")
    found: Finding = rows.get(pk=finding.pk)
    return found


def written(record: Any, by: Any, **values: Any) -> None:
    """A change that no action makes, through the door: for states that take years to come about."""
    for name, value in values.items():
        setattr(record, name, value)
    write(record, by=by, action="test.change")


def upload(name: str = "evidence.pdf", content: bytes = b"%PDF-1.4\n%%EOF\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
