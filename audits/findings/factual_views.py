"""Pages of the factual check and of decisions: start, answer, settle, classify anew, withdraw, end a round."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from audits.findings import actions
from audits.findings.factual import files_for_the_cmo, running_round
from audits.findings.finding_views import crumbs_to, found_finding, may_comment
from audits.findings.forms import (
    AnswerForm,
    EndCheckForm,
    ExtendCheckForm,
    ReclassifyForm,
    SettleForm,
    StartCheckForm,
    WithdrawForm,
)
from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.story import dressed, files_of
from audits.findings.vocabulary import FindingStatus, Verdict
from audits.findings.workflows import FINDING, RECLASSIFY, answer_of
from audits.programme.frame import audit_frame, found_audit
from audits.programme.limits import due
from audits.programme.models import Audit
from audits.programme.workflows import AUDIT
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import REFUSALS, MoveForm
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf

TAB = "Findings"


@page(P.REPORT_REVIEW)
def factual_check_start(request: PersonRequest, number: str) -> HttpResponse:
    """Sends every finding of the audit to the CMO, until a day, with the files that are chosen here."""
    audit = found_audit(request, number)
    drafts = list(audit.findings.filter(status=FindingStatus.DRAFT).order_by("label"))
    labels = {finding.number: finding.label for finding in drafts}
    files = files_for_the_cmo(audit, request.user)
    initial = {"due_date": due(audit, "factual_check_days", timezone.localdate()), "version": audit.version}
    form = StartCheckForm(request.POST or None, files=files, labels=labels, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_factual_check(audit, by=request.user, **form.cleaned_data)
        except (ValidationError, WrongState, StaleRecord) as error:
            refuse(form, error)
        else:
            say(request, f"{len(drafts)} findings are with the CMO.")
            return redirect("audits:factual-check", audit.number)
    transition = AUDIT.by_name["start_factual_check"]
    refusal = None if request.method == "POST" else AUDIT.closed(audit, transition, request.user)
    tab = reverse("audits:audit-findings", args=[audit.number])
    context = {
        "audit": audit,
        "drafts": [dressed(finding) for finding in drafts],
        "form": form,
        "refusal": refusal,
        "back_url": tab,
        "crumbs": [(f"{audit.site.name}, {audit.number}", tab)],
    }
    return render_page(request, "audits/factual_check_start.html", None, context)


def refuse(form: Any, error: Exception) -> None:
    """A refusal of an action, at its field where it names one of the form's."""
    if isinstance(error, ValidationError):
        place(form, error)
    else:
        form.add_error(None, str(error))


@page(P.FINDING_VIEW)
def factual_check(request: PersonRequest, number: str) -> HttpResponse:
    """Every finding that was sent, what the CMO says of it, and for the CMO its answer in one click."""
    context = audit_frame(request, number, TAB)
    audit, user = context["audit"], request.user
    if user.company_kind == SPONSOR and not user.may(P.AUDIT_DRAFTS):
        raise PermissionDenied
    checks = list(FactualCheck.objects.visible_to(user).filter(audit=audit).order_by("-round"))
    today = timezone.localdate()
    cards = cards_of(audit, user)
    for card in cards:
        running = any(each.round == card["finding"].factual_round and each.is_running(today) for each in checks)
        card["may_answer"] = running and may_comment(user, card["finding"])
    context |= {
        "cards": cards,
        "checks": checks,
        "running": [check for check in checks if check.is_running(today)],
        "waiting": sum(card["may_answer"] and card["comment"] is None for card in cards),
        "may_end": user.may(P.REPORT_REVIEW),
        "verdicts": Verdict,
    }
    return render_page(request, "audits/factual_check.html", None, context)


def cards_of(audit: Audit, user: Any) -> list[dict[str, Any]]:
    """The audit's sent findings with the answer of their round and the files of both; four queries."""
    rows = Finding.objects.visible_to(user).filter(audit=audit, factual_round__gt=0, is_shared=True).order_by("label")
    findings = list(rows)
    said = FactualComment.objects.visible_to(user).filter(finding__in=findings)
    comments = {(row.finding_id, row.round): row for row in said}
    files = files_of(Finding.record_type(), [finding.number for finding in findings], user)
    theirs = files_of(FactualComment.record_type(), [row.number for row in comments.values()], user)
    cards = []
    for finding in findings:
        finding.audit = audit
        comment = comments.get((finding.pk, finding.factual_round))
        shared = [file for file in files.get(finding.number, []) if file.is_shared]
        cards.append(
            {"finding": dressed(finding), "comment": comment, "files": shared,
             "answer_files": theirs.get(comment.number, []) if comment else []}
        )  # fmt: skip
    return cards


@page(P.FINDING_VIEW)
def finding_answer(request: PersonRequest, number: str) -> HttpResponse:
    """The CMO's answer on one finding: agree, agree with context, or see it differently, with files."""
    finding = found_finding(request, number)
    user = request.user
    is_outside = user.company_kind != PARTNER
    if not user.may(P.CAPA_RECORD if is_outside else P.FINDING_COMMENT):
        raise PermissionDenied
    said = answer_of(finding)
    initial = {"verdict": request.GET.get("verdict", said.verdict if said else ""), "text": said.text if said else ""}
    form = AnswerForm(request.POST or None, request.FILES or None, is_outside=is_outside, initial=initial)
    back = reverse("audits:factual-check", args=[finding.audit.number])
    if request.method == "POST" and form.is_valid():
        try:
            actions.comment(finding, by=user, **form.values())
        except RefusedUpload as error:
            form.add_error("papers", str(error))
        except (ValidationError, WrongState, StaleRecord) as error:
            refuse(form, error)
        else:
            say(request, f"{finding.label}: {Verdict(form.cleaned_data['verdict']).label.lower()}.")
            return redirect(back)
    check = running_round(finding.audit, finding.factual_round)
    context = {
        "finding": dressed(finding),
        "form": form,
        "said": said,
        "check": check,
        "closed": check is None or not may_comment(user, finding),
        "back_url": back,
        "crumbs": crumbs_to(finding),
    }
    return render_page(request, "audits/finding_answer.html", None, context)


@page(P.FINDING_VIEW)
def comment_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One answer with its files; the CMO adds more as long as its round runs."""
    rows = FactualComment.objects.open_to(request.user)
    comment = get_object_or_404(rows.select_related("finding__audit__site__vendor__sponsor"), number=number)
    comment.is_retired = running_round(comment.finding.audit, comment.round) is None or bool(comment.outcome)
    if request.method == "POST":
        answer = add_file(request, comment)
        if answer is not None:
            return answer
    context = {
        "comment": comment,
        "finding": dressed(comment.finding),
        "is_sponsor": request.user.company_kind == SPONSOR,
        "crumbs": [*crumbs_to(comment.finding), (f"Answer, round {comment.round}", "")],
    }
    return render_page(request, "audits/comment_detail.html", None, context | shelf(request, comment))


@page(P.DISPUTE_SETTLE)
def finding_settle(request: PersonRequest, number: str) -> HttpResponse:
    """The programme owner's word on a disagreement, with the CMO's beside it."""
    finding = found_finding(request, number)
    kept = {name: getattr(finding, name) for name in ("title", "statement", "evidence")}

    def act(record: Any, name: str, *, by: Any, **given: Any) -> None:
        if given["outcome"] != "reworded":
            given = {key: value for key, value in given.items() if key not in kept}
        actions.settle(record, by=by, **given)

    return move_page(
        request,
        finding,
        FINDING,
        "settle",
        template="audits/finding_move.html",
        context={"finding": dressed(finding), "said": answer_of(finding), "crumbs": crumbs_to(finding)},
        form_class=SettleForm,
        act=act,
        said=f"The disagreement about {finding.label} is settled: both sides read the note.",
        initial=kept,
    )


@page(P.FINDING_VIEW)
def finding_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """Send alone, take back or withdraw."""
    finding = found_finding(request, number)
    if name not in actions.ALONE:
        raise Http404
    return move_page(
        request,
        finding,
        FINDING,
        name,
        template="audits/finding_move.html",
        context={"finding": dressed(finding), "said": answer_of(finding), "crumbs": crumbs_to(finding)},
        form_class=WithdrawForm if name == "withdraw" else MoveForm,
        act=actions.move,
    )


@page(P.FINDING_RECLASSIFY)
def finding_reclassify(request: PersonRequest, number: str) -> HttpResponse:
    """Another class for what the CMO has read, signed with the reason."""
    finding = found_finding(request, number)
    given = request.POST if request.method == "POST" else None
    form = ReclassifyForm(given, transition=RECLASSIFY, by=request.user, version=finding.version)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reclassify(finding, by=request.user, **form.proof(), **form.values())
        except REFUSALS as error:
            form.refuse(error)
        else:
            say(request, f"{finding.label} is now {finding.get_classification_display().lower()}: signed and recorded.")
            return redirect(finding)
    refusal = None
    if finding.status not in RECLASSIFY.sources:
        refusal = f"{finding.label} stands at {finding.get_status_display()}: its class is not changed now."
    context = {
        "finding": dressed(finding),
        "said": answer_of(finding),
        "transition": RECLASSIFY,
        "form": form,
        "refusal": refusal,
        "back_url": finding.get_absolute_url(),
        "crumbs": crumbs_to(finding),
    }
    return render_page(request, "audits/finding_move.html", None, context)


def found_check(request: PersonRequest, number: str) -> FactualCheck:
    rows = FactualCheck.objects.visible_to(request.user).select_related("audit__site__vendor__sponsor")
    check: FactualCheck = get_object_or_404(rows, number=number)
    return check


@page(P.REPORT_REVIEW)
def factual_check_end(request: PersonRequest, number: str) -> HttpResponse:
    """Ends a round before its day."""
    check = found_check(request, number)
    form = EndCheckForm(request.POST or None)
    return changed(request, check, form, "End the round now", "The round is over.", actions.end_factual_check)


@page(P.REPORT_REVIEW)
def factual_check_extend(request: PersonRequest, number: str) -> HttpResponse:
    """Gives the CMO more time."""
    check = found_check(request, number)
    form = ExtendCheckForm(request.POST or None, initial={"due_date": check.due_date})
    return changed(request, check, form, "Give more time", "The CMO has more time.", actions.extend_factual_check)


def changed(request: PersonRequest, check: FactualCheck, form: Any, verb: str, said: str, act: Any) -> HttpResponse:
    def acted() -> None:
        act(check, by=request.user, **form.cleaned_data)

    audit = check.audit
    crumbs = [(f"{audit.site.name}, {audit.number}", check.get_absolute_url())]
    heading = f"{verb}: {str(check).lower()}"
    return form_page(request, form, acted, heading=heading, back=check.get_absolute_url(), said=said, verb=verb,
                     crumbs=crumbs)  # fmt: skip
