"""What the subject adds to pages of others, and what it has to say about an audit's moves."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from audits.findings.workflows import findings_are_complete, findings_stand
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from audits.programme.waiting import Waits, add_teller
from audits.programme.workflows import add_check
from audits.reporting import certifying
from audits.reporting.models import AuditCertificate, Report, ReportStatus
from audits.reporting.workflows import authors_of, is_written
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import deadlines
from cmo_portal.records.actors import SPONSOR, Actor
from cmo_portal.records.deadlines import DeadlineKind
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from vendors.registry import renewals
from vendors.registry.files import Rule, register

HITS, ROWS = 7, 8


def in_work(audit: Audit) -> Report | None:
    found: Report | None = Report.objects.filter(
        audit=audit, status__in=(ReportStatus.DRAFT, ReportStatus.IN_REVIEW, ReportStatus.READY)
    ).first()
    return found


def report_is_written(audit: Audit, by: Actor) -> str | None:
    report = in_work(audit)
    return "Write the report first." if report is None else is_written(report, by)


def report_is_reviewed(audit: Audit, by: Actor) -> str | None:
    report = in_work(audit)
    if report is not None and report.status == ReportStatus.READY:
        return None
    return "The report is not reviewed yet: the reviewer signs first."


def report_goes_out(audit: Audit, by: Actor) -> str | None:
    """The audit follows its report: asked before the report is issued, and again in the same transaction."""
    if Report.objects.filter(audit=audit, status=ReportStatus.ISSUED).exists():
        return None
    return report_is_reviewed(audit, by)


def while_written(audit: Audit, reader: Any) -> Waits | None:
    """What the report and its findings lack before the author can sign."""
    if reader.company_kind != SPONSOR:
        return None
    lacks = (report_is_written(audit, reader), findings_are_complete(audit, reader))
    return Waits(SPONSOR, " ".join(words for words in lacks if words), by_lead=True)


def while_reviewed(audit: Audit, reader: Any) -> Waits | None:
    """Whoever signed as the author neither reviews nor issues; each of the two is somebody's."""
    report = in_work(audit) if reader.company_kind == SPONSOR else None
    if report is None:
        return None
    authors = frozenset(authors_of(report))
    if report.status == ReportStatus.IN_REVIEW:
        return Waits(SPONSOR, "The report waits for its review.", P.REPORT_REVIEW, authors)
    if audit.status == AuditStatus.REPORT_REVIEW:
        return Waits(SPONSOR, "The report is reviewed: its findings go to the CMO next.", P.REPORT_REVIEW)
    lacks = findings_stand(audit, reader)
    return Waits(SPONSOR, lacks or "Nothing is missing: the report waits for its issue.", P.REPORT_ISSUE, authors)


def to_read_and_sign(actor: Any) -> Any:
    """Reports that wait for the person's review or signature."""
    wanted = Q()
    if actor.may(P.REPORT_REVIEW):
        wanted |= Q(status=ReportStatus.IN_REVIEW)
    if actor.may(P.REPORT_ISSUE):
        wanted |= Q(status=ReportStatus.READY)
    if actor.may(P.REPORT_WRITE):
        wanted |= Q(status=ReportStatus.DRAFT, audit__lead__number=actor.ref)
    if not wanted:
        return None
    rows = Report.objects.visible_to(actor).filter(wanted).select_related("audit__site__vendor")
    return [item(row) for row in rows.order_by("pk")[:ROWS]] or None


VERBS = {ReportStatus.DRAFT: "Write", ReportStatus.IN_REVIEW: "Review", ReportStatus.READY: "Open"}


def item(row: Report) -> dict[str, Any]:
    return {
        "icon": "file-text",
        "kind": "",
        "url": row.get_absolute_url(),
        "title": f"Audit report of {row.audit.site.name}",
        "meta": f"{row.audit.site.vendor.name} · {row.audit.number} · {row.get_status_display()}",
        "due": row.audit.report_due_date,
        "verb": VERBS[ReportStatus(row.status)],
    }


def find_reports(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Report.objects.open_to(actor).select_related("audit__site__vendor")
    for word in words.split():
        rows = rows.filter(
            Q(number__iexact=word) | Q(audit__number__iexact=word) | Q(audit__site__name__icontains=word)
        )
    return [(str(row), row.audit.site.name, row.get_absolute_url()) for row in rows.order_by("-pk")[:HITS]]


panels.add("audit", Panel("Report", "audits:audit-report", P.AUDIT_VIEW, order=60))
add_check("submit_review", report_is_written)
add_check("start_factual_check", report_is_reviewed)
add_check("issue_report", report_goes_out)
add_teller(AuditStatus.REPORT_DRAFT, while_written)
add_teller(AuditStatus.REPORT_REVIEW, while_reviewed)
add_teller(AuditStatus.FACTUAL_CHECK, while_reviewed)
home_cards.add(
    SPONSOR, HomeCard("Audit reports", "vendors/_home_work.html", P.AUDIT_DRAFTS, to_read_and_sign, order=15)
)
search_sources.add("", SearchSource("Audit reports", P.AUDIT_VIEW, find_reports, order=60))
register("audits.report", Rule(P.AUDIT_VIEW, P.REPORT_ISSUE, P.REPORT_ISSUE, "audits:report-detail"))
register(
    "audits.auditcertificate", Rule(P.AUDIT_VIEW, P.CERTIFICATE_ISSUE, P.CERTIFICATE_ISSUE, "audits:certificate-detail")
)
deadlines.add(
    "audit_certificate.expires",
    DeadlineKind(
        AuditCertificate,
        "valid_until_date",
        certifying.is_owed,
        Q(is_withdrawn=False),  # wider than `is_open`, which looks at services and at what is in use as well
        lambda c: f"Audit certificate of {c.audit.site.name} ends",
        offsets=(90, 30, 0),
        is_open_says_less=True,  # one that a later audit's takes the place of, or of a site out of use
        acts=P.CERTIFICATE_ISSUE,
    ),
)
renewals.further.append(certifying.at)
