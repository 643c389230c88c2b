"""Verbs of reports and certificates: write, submit, review, return, issue, correct; certify and withdraw."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.conduct.models import Attendance
from audits.findings.actions import issue_all
from audits.programme.actions import move_audit
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from audits.reporting import certifying, documents
from audits.reporting.models import AuditCertificate, Report, ReportStatus
from audits.reporting.proposing import outcome_of
from audits.reporting.snapshot import snapshot_of
from audits.reporting.workflows import REPORT, is_first
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import attachments
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials, Meaning, prove, sign
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState

WRITTEN = (
    "introduction", "background", "duration_note", "day_equivalents", "on_behalf_of", "contact", "high_risk_areas",
    "conclusion", "result", "change_note",
)  # fmt: skip
TOO_EARLY = "A report is begun once the close-out meeting was held; an issued one is corrected instead."
IN_WORK = (ReportStatus.DRAFT, ReportStatus.IN_REVIEW, ReportStatus.READY)


def require(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied


def open_report(audit: Audit, *, by: Actor, on: date | None = None) -> Report:
    """The report in work, begun where there is none. Raises PermissionDenied, WrongState."""
    require(by, P.REPORT_WRITE)
    with transaction.atomic():
        lock(audit)  # of two who begin at once, the second finds what the first began
        found = Report.objects.filter(audit=audit, status__in=IN_WORK).first()
        if found is not None:
            found.audit = audit
            return found
        if audit.status not in (AuditStatus.CLOSEOUT_HELD, AuditStatus.REPORT_DRAFT):
            raise WrongState(TOO_EARLY)
        report = Report(audit=audit, **beginnings(audit))
        if audit.status == AuditStatus.CLOSEOUT_HELD:
            move_audit(audit, "draft_report", by=by, on=on)
        write(report, by=by, action="report.open")
    return report


def beginnings(audit: Audit) -> dict[str, Any]:
    """What the report can take from the audit's rows; the author goes on from there."""
    people = audit.team.filter(is_removed=False).exclude(role="observer").count()
    met = Attendance.objects.filter(meeting__audit=audit, is_removed=False, is_key_person=True).order_by("pk").first()
    return {
        "on_behalf_of": audit.site.vendor.sponsor.name,
        "contact": ", ".join(part for part in (met.name, met.role) if part) if met else "",
        "day_equivalents": people * audit.days if audit.days else None,
        "introduction": audit.purpose,
    }


def revise_report(report: Report, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Changes what is written by hand. Raises PermissionDenied, WrongState, StaleRecord, ValidationError."""
    require(by, P.REPORT_WRITE)
    if report.status != ReportStatus.DRAFT:
        raise WrongState("The report is out of its author's hands: it changes again once it is returned.")
    unknown = set(values) - set(WRITTEN)
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "This is not written by hand."))
    for name, value in values.items():
        setattr(report, name, value)
    write(report, by=by, action="report.revise", version=version)


def move_report(
    report: Report,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    **values: Any,
) -> None:
    """Makes the move `name` of the report with everything that goes along; the way pages and API take."""
    if values:
        raise ValidationError(dict.fromkeys(sorted(values), "This move does not take it."))
    acts: dict[str, Any] = {"submit": submit, "return": return_report, "review": review, "issue": issue}
    if name not in acts:
        raise WrongState("A report is superseded by its next edition only.")
    acts[name](report, by=by, reason=reason, credentials=credentials, version=version)


def submit(report: Report, **proof: Any) -> None:
    """The author signs; report and audit go to review together."""
    along(report, "submit", "submit_review", **proof)


def review(report: Report, **proof: Any) -> None:
    """The reviewer signs; the audit stays in review until it is sent to the CMO for its facts."""
    along(report, "review", "", **proof)


def return_report(report: Report, **proof: Any) -> None:
    """Back to the author with the reason. What the CMO has read and answered of the findings stays as it is."""
    along(report, "return", "return_report", **proof)


def along(report: Report, name: str, audit_move: str, *, by: Actor, on: date | None = None, **proof: Any) -> None:
    """Moves the report and, for the first edition, its audit, in one transaction."""
    require(by, REPORT.by_name[name].permission)
    moves_audit = audit_move if is_first(report) else ""

    def follow() -> None:
        if moves_audit:
            move_audit(report.audit, moves_audit, by=by, reason=proof.get("reason", ""), on=on)

    REPORT.perform(report, name, by=by, then=follow, **proof)


def issue(report: Report, *, by: Actor, on: date | None = None, **proof: Any) -> None:
    """Signs, freezes the facts, issues the findings, makes and signs the PDF; the audit goes into its follow-up.

    on: the day it was issued, where it is recorded later. All of it happens, or nothing does.
    """
    require(by, P.REPORT_ISSUE)
    first, day = is_first(report), on or timezone.localdate()
    before = {name: getattr(report, name) for name in ("snapshot", "outcome", "is_shared", "issued_date")}

    def freeze() -> None:
        if first:
            issue_all(report.audit, by=by, on=on)
        else:
            supersede_earlier(report, by=by)
        report.is_shared, report.issued_date = True, day
        report.snapshot, report.outcome = snapshot_of(report), outcome_of(report.audit)

    def hand_out() -> None:
        documents.keep(report, by=by)
        if first:
            move_audit(report.audit, "issue_report", by=by, on=on)
            move_audit(report.audit, "follow_up", by=by, on=on)

    try:
        with attachments.kept_or_gone():
            REPORT.perform(report, "issue", by=by, first=freeze, then=hand_out, **proof)
    except Exception:
        for name, value in before.items():
            setattr(report, name, value)
        raise


def supersede_earlier(report: Report, *, by: Actor) -> None:
    for earlier in Report.objects.filter(audit=report.audit, status=ReportStatus.ISSUED).select_related("audit"):
        REPORT.perform(earlier, "supersede", by=by, reason=report.change_note)


def correct(report: Report, *, by: Actor, change_note: str) -> Report:
    """The next edition of an issued report, with its words to go on from. The issued one stands until it is issued."""
    require(by, P.REPORT_WRITE)
    if report.status != ReportStatus.ISSUED:
        raise WrongState("Only the edition that stands is corrected.")
    if not change_note.strip():
        raise ValidationError({"change_note": "Write what this edition changes and why: it stands in the report."})
    words = {name: getattr(report, name) for name in WRITTEN if name != "change_note"}
    made = Report(audit=report.audit, edition=report.edition + 1, change_note=change_note, **words)
    with transaction.atomic():
        lock(report.audit)
        if Report.objects.filter(audit=report.audit, status__in=IN_WORK).exists():
            raise WrongState("The next edition is in work already: open that one.")
        write(made, by=by, action="report.correct", reason=change_note)
    return made


def issue_certificate(
    audit: Audit,
    *,
    by: Actor,
    credentials: Credentials | None,
    valid_until_date: date,
    scope_words: str,
    standards: str,
    reason: str = "",
) -> AuditCertificate:
    """A signed certificate of an audit whose report is issued. Raises WrongState, BadCredentials, ValidationError."""
    require(by, P.CERTIFICATE_ISSUE)
    certifying.status_to_certify(audit)
    certifying.refuse_too_long(audit, valid_until_date)
    proof = prove(by, credentials)
    with attachments.kept_or_gone(), transaction.atomic():
        lock(audit)  # and again: what speaks against it may have come while the password was typed
        certifying.hold_place(audit)
        certifying.refuse_too_long(audit, valid_until_date)
        status_words = certifying.status_to_certify(audit)
        certificate = AuditCertificate(
            audit=audit,
            scope_words=scope_words,
            standards=standards,
            status_words=status_words,
            valid_until_date=valid_until_date,
            issued_date=timezone.localdate(),
        )
        write(certificate, by=by, action="certificate.issue", reason=reason)
        sign(certificate, proof=proof, meaning=Meaning.APPROVED, reason=reason)
        documents.keep(certificate, by=by)
        certifying.follow(certificate)
    return certificate


def withdraw_certificate(certificate: AuditCertificate, *, by: Actor, reason: str) -> None:
    """The certificate no longer stands; it stays on record with the reason, and another may be issued."""
    require(by, P.CERTIFICATE_ISSUE)
    if certificate.is_withdrawn:
        raise WrongState("This certificate is withdrawn already.")
    if not reason.strip():
        raise ValidationError({"reason": "Write why: whoever holds the certificate may ask."})
    certificate.is_withdrawn, certificate.withdrawn_reason = True, reason
    with transaction.atomic():
        certifying.hold_place(certificate.audit)
        write(certificate, by=by, action="certificate.withdraw", reason=reason)
        certifying.follow(certificate)
