"""Small makers for tests: an audit whose report is out, its findings and their links, through the same actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.capa import actions, work
from audits.capa.models import CapaAction, CapaLink
from audits.findings.models import Finding
from audits.programme.models import Audit
from cmo_portal.accounts.models import User
from cmo_portal.records import attachments
from cmo_portal.records.record import door_is_open
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write
from vendors.registry.models import Site

PROOF = Credentials("Demo-portal-2026")
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
ACTION = {
    "kind": "corrective",
    "text": "Add a row for stopper jams to form MF-F12",
    "owner": "D. Roche",
    "due": "",
    "interim": "Second person watches each set-up",
    "number": "",
}


def today() -> date:
    return timezone.localdate()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def pdf(name: str = "evidence.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more, content_type="application/pdf")


def site_of(sponsor: str, name: str = "Linz Aseptic") -> Site:
    rows = Site.objects.select_related("vendor__sponsor", "vendor__company")
    found: Site = rows.get(vendor__sponsor__name__startswith=sponsor, name__startswith=name)
    return found


def issued_finding(by: User, site: Site, classification: str = "major", label: str = "F-01", **values: Any) -> Finding:
    """A finding as it stands once its report is issued; the rooms before prove how it comes there."""
    audit = Audit(site=site, status="follow_up", is_shared=True, start_date=in_days(-40), end_date=in_days(-38))
    write(audit, by=by, action="audit.plan")
    facts = {
        "title": "Media fill intervention not recorded",
        "statement": "In media fill MF-26-07 the video shows an intervention that the batch record does not list.",
        "evidence": "Video log 14:20, batch record page 41",
        "classification_reason": "A combination of process and record",
        "system": "production",
        "refs": [{"source": "21 CFR 211", "clause": "211.188"}],
    } | values
    finding = Finding(
        audit=audit, label=label, status="issued", is_shared=True, issued_date=today(),
        classification=classification, raised_by=by, **facts,
    )  # fmt: skip
    write(finding, by=by, action="finding.issue")
    return finding


def open_link(by: User, site: Site, classification: str = "major", **values: Any) -> CapaLink:
    link = actions.open_link(issued_finding(by, site, classification, **values), by)
    assert link is not None
    return link


def write_draft(link: CapaLink, by: User, **values: Any) -> Any:
    """A draft that lacks nothing."""
    draft = actions.draft_of(link, by)
    given = {
        "containment": "Batches L2604-01 and -02 quarantined on the day.",
        "root_cause": "Form MF-F12 has no row for stopper jams.",
        "five_whys": ["Nobody wrote it down", "The form has no row for it"],
        "cause_tree": {"text": "Not recorded", "causes": [{"text": "No row in the form", "causes": []}]},
        "actions": [ACTION | {"due": in_days(30).isoformat()}],
        "proposed_date": in_days(40),
    } | values
    actions.save_draft(draft, by=by, **given)
    return draft


def answered(link: CapaLink, by: User, **values: Any) -> CapaLink:
    """The link with one round sent."""
    write_draft(link, by, **values)
    actions.submit(link, by=by)
    return fresh(link)


def accepted(link: CapaLink, cmo: User, sponsor: User) -> CapaLink:
    """The link with its response accepted and the date agreed."""
    link = answered(link, cmo)
    actions.review(link, "accept", by=sponsor, agree_date=True)
    return fresh(link)


def implemented(link: CapaLink, cmo: User, sponsor: User) -> CapaLink:
    """The link reported as implemented, its action done with a file."""
    link = accepted(link, cmo, sponsor)
    for action in CapaAction.objects.filter(link=link, is_removed=False).select_related("link"):
        action.link = link
        work.finish_action(action, by=cmo, done_date=today(), done_note="Form MF-F12 version 5 in use.")
        attachments.attach(action, pdf(), by=cmo)
    work.move_link(link, "report_done", by=cmo)
    return fresh(link)


def fresh(link: CapaLink) -> CapaLink:
    found: CapaLink = CapaLink.objects.with_places().get(pk=link.pk)
    return found


def force(row: Any, **values: Any) -> None:
    """Makes a day lie in the past, as only time can."""
    token = door_is_open.set(True)
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    door_is_open.reset(token)
