"""Reports and certificates as PDF, signed with the installation's key and kept with what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from audits.reporting.models import AuditCertificate, DocumentKind, IssuedDocument, Report
from audits.reporting.snapshot import address_of, snapshot_of
from cmo_portal.lib import wording
from cmo_portal.lib.pdf import render_pdf
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import attach
from cmo_portal.records.installation_key import current_key, sign_document
from cmo_portal.records.signing import Signature, signatures_of
from cmo_portal.records.trail import write


def report_pdf(report: Report, signatures: Iterable[Signature], *, at: datetime) -> bytes:
    """The report as it stands; what is not issued yet says so on every page."""
    issued = bool(report.snapshot)
    facts = report.snapshot or snapshot_of(report)
    data = facts | {
        "title": f"Audit report: {facts['site']['name']}",
        "subtitle": f"{facts['type']} audit, {facts['first_day']} to {facts['last_day']}",
        "number": f"{report.number}, edition {report.edition}",
        "foot": f"{facts['sponsor']} · Confidential" if issued else "Draft: not issued, not signed",
        "author": facts["sponsor"],
        "issued": wording.full_day(report.issued_date) if report.issued_date else "",
        "signatures": [printed(signature) for signature in signatures],
        "key": current_key().key_id if issued else "",
    }
    return render_pdf("audit_report.typ", data, at=at)


def certificate_pdf(certificate: AuditCertificate, signatures: Iterable[Signature], *, at: datetime) -> bytes:
    """The certificate: site, scope, standards, dates, status and until when; nothing of what was found."""
    audit = certificate.audit
    site, sponsor = audit.site, audit.site.vendor.sponsor
    data = {
        "title": "Audit certificate",
        "number": certificate.number,
        "author": sponsor.name,
        "foot": sponsor.name,
        "sponsor": sponsor.name,
        "site": site.name,
        "cmo": site.vendor.name,
        "facts": [
            ["Address", address_of(site)],
            ["FEI", site.fei],
            ["Audit", f"{audit.number}, {audit.get_type_display().lower()}, {audit.get_mode_display().lower()}"],
            ["Dates", wording.span(audit.start_date, audit.end_date) if audit.start_date and audit.end_date else ""],
            ["Auditors", ", ".join(str(member) for member in audit.team.filter(is_removed=False).order_by("pk"))],
            ["Scope", certificate.scope_words],
            ["Standards", certificate.standards],
            ["Status", certificate.status_words],
            ["Valid until", wording.full_day(certificate.valid_until_date)],
            ["Issued on", wording.full_day(certificate.issued_date)],
        ],
        "signatures": [printed(signature) for signature in signatures],
        "key": current_key().key_id,
    }
    return render_pdf("audit_certificate.typ", data, at=at)


def printed(signature: Signature) -> dict[str, str]:
    """A signature as the document prints it (21 CFR 11.50). The CMO reads the document: what author and reviewer wrote
    to colleagues before it was shared stays among them."""
    return {
        "name": signature.signer_name,
        "meaning": str(signature.get_meaning_display()),
        "at": wording.utc_stamp(signature.at),
        "reason": signature.reason if signature.wall_shared else "",
    }


def keep(record: Report | AuditCertificate, *, by: Actor) -> IssuedDocument:
    """Makes the record's PDF, signs it and keeps both; the CMO reads them with the record."""
    at = timezone.now()
    is_report = isinstance(record, Report)
    kind = DocumentKind.REPORT if is_report else DocumentKind.CERTIFICATE
    make: Any = report_pdf if is_report else certificate_pdf
    pdf = make(record, signatures_of(record, by), at=at)
    signed = sign_document(
        pdf,
        number=record.number,
        version=record.edition if isinstance(record, Report) else 1,
        kind=kind,
        issuer=record.audit.site.vendor.sponsor.name,
        issued_at=at,
    )
    file = attach(record, ContentFile(pdf, name=f"{record.number}.pdf"), by=by, title=str(kind.label))
    document = IssuedDocument(
        audit=record.audit,
        kind=kind,
        about_number=record.number,
        file=file,
        sha256=signed["envelope"]["sha256"],
        key_id=signed["envelope"]["key_id"],
        envelope=signed,
    )
    write(document, by=by, action="document.issue")
    return document
