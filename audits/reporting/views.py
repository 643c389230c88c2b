"""Pages of reports and certificates: the audit's tab, one edition, its moves, its files, the certificate."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.programme.frame import audit_frame, found_audit, way_to
from audits.programme.models import Audit
from audits.reporting import actions, certifying, documents
from audits.reporting.forms import CertificateForm, CorrectForm, ReportForm
from audits.reporting.models import AuditCertificate, IssuedDocument, Report, ReportStatus
from audits.reporting.proposing import outcome_of
from audits.reporting.snapshot import scope_words, snapshot_of
from audits.reporting.workflows import REPORT, is_first, is_written
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import page
from cmo_portal.records.installation_key import as_file
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import REFUSALS
from cmo_portal.records.signed import signed
from cmo_portal.records.signing import Meaning
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import Transition, WrongState
from vendors.registry.edits import form_page
from vendors.registry.history import history_of

TAB = "Report"
# The signature under a certificate, as a move's form asks for it.
CERTIFY = Transition("certify", (), "", P.CERTIFICATE_ISSUE, label="Issue the certificate", signature=Meaning.APPROVED)


@page(P.AUDIT_VIEW)
def audit_report(request: PersonRequest, number: str) -> HttpResponse:
    """The editions of the report, what the audit proposes for each scope, and the certificate."""
    context = audit_frame(request, number, TAB)
    audit: Audit = context["audit"]
    reports = list(Report.objects.open_to(request.user).filter(audit=audit).order_by("-edition"))
    certificates = AuditCertificate.objects.visible_to(request.user).filter(audit=audit).order_by("-created_at")
    is_sponsor = request.user.company_kind != PARTNER
    shows_outcome = is_sponsor and bool(reports) and request.user.may(P.AUDIT_DRAFTS)
    may_open = request.user.may(P.REPORT_WRITE) and audit.status in ("closeout_held", "report_draft") and not reports
    context |= {
        "reports": reports,
        "documents": files_of(request, audit),
        "certificates": list(certificates),
        "outcome": outcome_of(audit) if shows_outcome else None,
        "may_decide": request.user.may(P.QUALIFICATION_APPROVE),
        "may_open": may_open,
        "may_certify": request.user.may(P.CERTIFICATE_ISSUE),
        "certificate_refusal": certifying.refusal(audit) if request.user.may(P.CERTIFICATE_ISSUE) else None,
    }
    return render_page(request, "audits/audit_report.html", None, context)


def files_of(request: PersonRequest, audit: Audit) -> dict[str, IssuedDocument]:
    """number of a report or certificate -> its signed file, where the person may read it."""
    rows = IssuedDocument.objects.visible_to(request.user).filter(audit=audit)
    return {row.about_number: row for row in rows}


@require_POST
@page(P.REPORT_WRITE)
def report_open(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    try:
        report = actions.open_report(audit, by=request.user)
    except WrongState as error:
        say(request, str(error))
        return redirect("audits:audit-report", number)
    return redirect("audits:report-edit", report.number)


def found_report(request: PersonRequest, number: str) -> Report:
    rows = Report.objects.open_to(request.user).select_related("audit__site__vendor__sponsor", "audit__lead")
    report: Report = get_object_or_404(rows, number=number)
    return report


def crumbs_of(audit: Audit) -> list[tuple[str, str]]:
    return way_to(audit, TAB, "audits:audit-report")


@page(P.AUDIT_VIEW)
def report_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One edition as it reads, who signed it, its file, and the moves that are open."""
    report = found_report(request, number)
    user = request.user
    facts = report.snapshot or snapshot_of(report)
    context: dict[str, Any] = {
        "report": report,
        "facts": facts,
        "offers": REPORT.offers(report, user),
        "missing": is_written(report, user) if report.status == ReportStatus.DRAFT else None,
        "signatures": signed(report, user),
        "document": files_of(request, report.audit).get(report.number),
        "may_edit": user.may(P.REPORT_WRITE) and report.status == ReportStatus.DRAFT,
        "may_correct": user.may(P.REPORT_WRITE) and report.status == ReportStatus.ISSUED,
        "may_send": user.may(P.REPORT_REVIEW) and report.status == ReportStatus.READY and is_first(report),
        "history": history_of(report, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(report.audit), (f"Edition {report.edition}", "")],
    }
    return render_page(request, "audits/report_detail.html", None, context)


@page(P.REPORT_WRITE)
def report_edit(request: PersonRequest, number: str) -> HttpResponse:
    report = found_report(request, number)
    if report.status != ReportStatus.DRAFT:
        say(request, "The report is out of its author's hands: it changes again once it is returned.")
        return redirect(report)
    form = ReportForm(request.POST or None, instance=report)
    back = report.get_absolute_url()

    def act() -> None:
        actions.revise_report(report, by=request.user, version=form.opened_version, **form.values())

    heading = f"Report of {report.audit.site.name}"
    return form_page(request, form, act, heading=heading, back=back, said="Saved.", crumbs=crumbs_of(report.audit))


@page(P.AUDIT_DRAFTS)
def report_preview(request: PersonRequest, number: str) -> HttpResponse:
    """The PDF as it would be issued now, marked as a draft."""
    report = found_report(request, number)
    pdf = documents.report_pdf(report, (), at=timezone.now())
    return HttpResponse(pdf, content_type="application/pdf", headers=as_download(f"{report.number}-draft.pdf"))


def as_download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


@page(P.REPORT_WRITE)
def report_correct(request: PersonRequest, number: str) -> HttpResponse:
    report = found_report(request, number)
    form = CorrectForm(request.POST or None)

    def act() -> Report:
        return actions.correct(report, by=request.user, change_note=form.cleaned_data["change_note"])

    return form_page(
        request,
        form,
        act,
        heading=f"Correct edition {report.edition}",
        back=report.get_absolute_url(),
        said="The next edition is in draft; the issued one stands until it is issued.",
        verb="Begin the next edition",
        crumbs=crumbs_of(report.audit),
    )


@page(P.AUDIT_VIEW)
def report_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    report = found_report(request, number)
    if name == "supersede":
        raise Http404("An edition is superseded by the next one only.")
    crumbs = [*crumbs_of(report.audit), (f"Edition {report.edition}", report.get_absolute_url())]
    return move_page(
        request,
        report,
        REPORT,
        name,
        template="audits/report_move.html",
        context={"report": report, "crumbs": crumbs},
        act=actions.move_report,
        said="Signed and recorded." if name != "return" else "Returned to the author.",
    )


@page(P.AUDIT_VIEW)
def document_file(request: PersonRequest, number: str) -> HttpResponseBase:
    """The signed PDF; the download is noted in its trail."""
    document = get_object_or_404(IssuedDocument.objects.visible_to(request.user).select_related("file"), number=number)
    note(document, by=request.user, action="document.download")
    response = FileResponse(document.file.file.open("rb"), content_type="application/pdf")
    for name, value in as_download(f"{document.about_number}.pdf").items():
        response[name] = value
    return response


@page(P.AUDIT_VIEW)
def document_signature(request: PersonRequest, number: str) -> HttpResponse:
    """The envelope with its signature, to be kept beside the PDF."""
    document = get_object_or_404(IssuedDocument.objects.visible_to(request.user), number=number)
    name = f"{document.about_number}.pdf.sig.json"
    return HttpResponse(as_file(document.envelope), content_type="application/json", headers=as_download(name))


@page(P.CERTIFICATE_ISSUE)
def certificate_issue(request: PersonRequest, number: str) -> HttpResponse:
    """What the certificate says, and the signature under it."""
    audit = found_audit(request, number)
    refusal = certifying.refusal(audit)
    initial = {
        "scope_words": scope_words(audit)[:400],
        "standards": "; ".join(audit.standards)[:400],
        "valid_until_date": certifying.latest_day(audit),
    }
    form = CertificateForm(
        request.POST or None, transition=CERTIFY, by=request.user, version=audit.version, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        proof = form.proof()
        try:
            made = actions.issue_certificate(
                audit, by=request.user, credentials=proof["credentials"], reason=proof["reason"], **form.values()
            )
        except REFUSALS as error:
            form.refuse(error)
        else:
            say(request, "The certificate is signed and issued.")
            return redirect(made)
    context = {
        "audit": audit,
        "form": form,
        "transition": CERTIFY,
        "refusal": refusal,
        "back_url": reverse("audits:audit-report", args=[number]),
        "crumbs": crumbs_of(audit),
    }
    return render_page(request, "audits/certificate_issue.html", None, context)


@page(P.AUDIT_VIEW)
def certificate_detail(request: PersonRequest, number: str) -> HttpResponse:
    rows = AuditCertificate.objects.visible_to(request.user).select_related("audit__site__vendor__sponsor")
    certificate = get_object_or_404(rows, number=number)
    context = {
        "certificate": certificate,
        "audit": certificate.audit,
        "document": files_of(request, certificate.audit).get(certificate.number),
        "signatures": signed(certificate, request.user),
        "may_withdraw": request.user.may(P.CERTIFICATE_ISSUE) and not certificate.is_withdrawn,
        "crumbs": [*crumbs_of(certificate.audit), (certificate.number, "")],
    }
    return render_page(request, "audits/certificate_detail.html", None, context)


@page(P.CERTIFICATE_ISSUE)
def certificate_withdraw(request: PersonRequest, number: str) -> HttpResponse:
    rows = AuditCertificate.objects.visible_to(request.user).select_related("audit__site__vendor__sponsor")
    certificate = get_object_or_404(rows, number=number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.withdraw_certificate(certificate, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading=f"Withdraw {certificate.number}",
        back=certificate.get_absolute_url(),
        said="The certificate is withdrawn.",
        verb="Withdraw the certificate",
        crumbs=crumbs_of(certificate.audit),
    )
