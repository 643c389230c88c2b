"""Pages of one finding: its story, the draft that saves itself, repeats, combinations, files and internal notes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.findings import actions
from audits.findings.forms import (
    SENTENCES,
    ChooseAuditForm,
    CombineForm,
    FindingForm,
    NewFindingForm,
    NoteForm,
    RepeatForm,
    guides,
)
from audits.findings.models import Finding, InternalNote
from audits.findings.story import answers, ball_of, chapters, clocks_of, dressed
from audits.findings.vocabulary import FindingClass, FindingStatus
from audits.findings.workflows import FINDING, RECLASSIFY, missing
from audits.programme.frame import found_audit
from audits.programme.models import Audit
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.gate import page
from cmo_portal.records.signed import signed
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.history import history_of

RELATED = ("audit__site__vendor__sponsor", "audit__site__vendor__company", "repeat_of__audit", "combined_into")


def found_finding(request: PersonRequest, number: str) -> Finding:
    """The finding as the person may see it, else 404."""
    finding: Finding = get_object_or_404(Finding.objects.open_to(request.user).select_related(*RELATED), number=number)
    return finding


def crumbs_of(finding: Finding) -> list[tuple[str, str]]:
    audit = finding.audit
    tab = reverse("audits:audit-findings", args=[audit.number])
    return [("Findings", reverse("audits:finding-list")), (f"{audit.site.name}, {audit.number}", tab)]


def crumbs_to(finding: Finding) -> list[tuple[str, str]]:
    return [*crumbs_of(finding), (finding.label, finding.get_absolute_url())]


@page(P.FINDING_VIEW)
def finding_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The story of a finding from observation to closure, with both sides' clocks. A POST adds a file."""
    finding = found_finding(request, number)
    if request.method == "POST":
        answer = add_file(request, finding)
        if answer is not None:
            return answer
    user = request.user
    is_sponsor = user.company_kind == SPONSOR
    said = answers(finding, user)
    told = [chapter for tell in chapters if (chapter := tell(request, finding)) is not None]
    context: dict[str, Any] = {
        "finding": dressed(finding),
        "audit": finding.audit,
        "is_sponsor": is_sponsor,
        "said": said,
        "has_answered": any(each.comment.round == finding.factual_round for each in said),
        "chapters": told,
        "clocks": clocks_of(finding, said, user),
        "ball": ball_of(finding, said, user),
        "offers": offered(finding, user),
        "signatures": signed(finding, user),
        "parts": [dressed(part) for part in finding.parts.filter(is_shared__in=[True, is_sponsor]).order_by("label")],
        "history": history_of(finding, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(finding), (finding.label, "")],
    }
    return render_page(
        request, "audits/finding_detail.html", None, context | shelf(request, finding) | of_team(request, finding)
    )


def of_team(request: PersonRequest, finding: Finding) -> dict[str, Any]:
    """What only colleagues see: who raised it, internal notes, what a draft lacks, earlier findings that look alike."""
    user = request.user
    may_read = user.company_kind == SPONSOR and user.may(P.AUDIT_DRAFTS)
    is_draft = finding.status == FindingStatus.DRAFT
    may_edit = user.may(P.FINDING_EDIT) and is_draft
    notes = InternalNote.objects.visible_to(user).filter(finding=finding).select_related("author")
    return {
        "may_edit": may_edit,
        "may_share": user.may(P.FINDING_EDIT) and finding.is_shared,
        "may_comment": may_comment(user, finding),
        "notes": notes.order_by("created_at") if may_read else None,
        "note_form": NoteForm() if may_read else None,
        "lacks": [SENTENCES[name] for name in missing(finding)] if may_read and is_draft else [],
        "proposals": actions.earlier_like(finding, user) if may_edit and finding.repeat_of_id is None else [],
    }


def may_comment(user: Any, finding: Finding) -> bool:
    """Whether the person can answer for the CMO: the CMO itself, or who writes down what came outside the portal."""
    if finding.status not in (FindingStatus.IN_FACTUAL_CHECK, FindingStatus.DISPUTED):
        return False
    if user.company_kind == PARTNER:
        return bool(user.may(P.FINDING_COMMENT))
    return bool(user.may(P.CAPA_RECORD)) and finding.audit.site.vendor.company_id is None


def offered(finding: Finding, user: Any) -> list[dict[str, str]]:
    """Buttons: the moves a person makes on one finding, and those that have a page of their own."""
    found = []
    for offer in FINDING.offers(finding, user):
        name = offer.transition.name
        if offer.refusal is None and name in (*actions.ALONE, "settle"):
            url = reverse("audits:finding-settle", args=[finding.number]) if name == "settle" else reverse(
                "audits:finding-move", args=[finding.number, name])  # fmt: skip
            found.append({"verb": offer.transition.verb, "url": url, "signed": offer.transition.signature})
    if finding.status in RECLASSIFY.sources and user.may(RECLASSIFY.permission):
        url = reverse("audits:finding-reclassify", args=[finding.number])
        found.append({"verb": RECLASSIFY.verb, "url": url, "signed": RECLASSIFY.signature})
    return found


@page(P.FINDING_EDIT)
def audit_finding_create(request: PersonRequest, number: str) -> HttpResponse:
    """The first line of a finding; the draft that follows saves itself."""
    audit = found_audit(request, number)
    form = NewFindingForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: Draft(actions.raise_finding(audit, by=request.user, title=form.cleaned_data["title"])),
        heading=f"Record a finding at {audit.site.name}",
        back=reverse("audits:audit-findings", args=[audit.number]),
        said="The draft is made: what you write now saves itself.",
        verb="Begin the finding",
        crumbs=[(audit.number, reverse("audits:audit-findings", args=[audit.number]))],
    )


@page(P.FINDING_EDIT)
def finding_create(request: PersonRequest) -> HttpResponse:
    """The same from anywhere: the audit is chosen first."""
    rows = Audit.objects.visible_to(request.user).filter(status__in=actions.RAISED_IN).select_related("site__vendor")
    audits = {row.number: row for row in rows.order_by("-start_date", "number")[:100]}
    choices = [(row.number, f"{row.site.name}, {row.site.vendor.name}, {row.number}") for row in audits.values()]
    form = ChooseAuditForm(request.POST or None, audits=choices)
    return form_page(
        request,
        form,
        lambda: Draft(
            actions.raise_finding(audits[form.cleaned_data["audit"]], by=request.user, title=form.cleaned_data["title"])
        ),
        heading="Record a finding",
        back=reverse("audits:finding-list"),
        said="The draft is made: what you write now saves itself.",
        verb="Begin the finding",
        crumbs=[("Findings", reverse("audits:finding-list"))],
    )


class Draft:
    """Leads from a new draft to the page where it is written."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding

    def get_absolute_url(self) -> str:
        return reverse("audits:finding-edit", args=[self.finding.number])


@page(P.FINDING_EDIT)
def finding_edit(request: PersonRequest, number: str) -> HttpResponse:
    """The draft. `Save and finish` says at each field what is still missing; everything typed is kept either way."""
    finding = found_finding(request, number)
    if finding.status != FindingStatus.DRAFT:
        say(request, f"{finding.label} is no draft any more: what the CMO has read is not edited.")
        return redirect(finding)
    finish = "finish" in request.POST
    form = FindingForm(request.POST or None, instance=finding, finish=finish)
    if request.method == "POST" and form.is_valid() and kept(form, finding, request):
        say(request, f"{finding.label} is complete." if finish else "Saved as a draft.")
        return redirect(finding)
    if finish and form.errors:  # nothing typed is lost to a refusal: what is whole stands saved as a draft
        keep_unfinished(request, finding.number, form)
    return render_page(request, "audits/finding_edit.html", None, page_of(form, finding, request))


def keep_unfinished(request: PersonRequest, number: str, refused: FindingForm) -> None:
    """Saves what a refused `finish` holds, as autosave would have; the form then carries the new version."""
    finding = found_finding(request, number)
    draft = FindingForm(request.POST, instance=finding)
    if draft.is_valid() and kept(draft, finding, request):
        data: Any = refused.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(finding.version)
        refused.data = data


def kept(form: FindingForm, finding: Finding, request: PersonRequest) -> bool:
    """Whether the action took the form's values; a refusal stands in the form."""
    try:
        actions.revise_finding(finding, by=request.user, version=form.opened_version, **form.values())
    except (ValidationError, StaleRecord) as error:
        form.refuse(error)
        return False
    except WrongState as error:
        form.add_error(None, str(error))
        return False
    return True


def page_of(form: FindingForm, finding: Finding, request: PersonRequest) -> dict[str, Any]:
    return {
        "form": form,
        "finding": finding,
        "lacks": [SENTENCES[name] for name in missing(finding)],
        "guides": guides(),
        "clause_url": reverse("audits:clause-list"),
        "crumbs": crumbs_to(finding),
        "parts_note": finding.parts.exists(),
    }


@require_POST
@page(P.FINDING_EDIT)
def finding_draft(request: PersonRequest, number: str) -> HttpResponse:
    """Autosave: keeps the draft as it stands and answers with the new version and what is still missing.

    409 with both texts where somebody was faster, 422 with the same form where a value cannot be kept.
    """
    finding = found_finding(request, number)
    form = FindingForm(request.POST, instance=finding)
    if form.is_valid() and kept(form, finding, request):
        lacks = [SENTENCES[name] for name in missing(finding)]
        return render(request, "audits/_finding_state.html", {"finding": finding, "lacks": lacks})
    if form.conflict:
        return render(request, "audits/_finding_conflict.html", {"finding": finding, "form": form}, status=409)
    return render(request, "audits/_finding_form.html", page_of(form, finding, request), status=422)


def earlier_of(request: PersonRequest, finding: Finding, earlier: str) -> Finding:
    """An issued finding of the same site: any other number is nothing here."""
    rows = Finding.objects.open_to(request.user).standing().select_related("audit")
    found: Finding = get_object_or_404(rows.filter(audit__site=finding.audit.site_id), number=earlier)
    return found


@page(P.FINDING_EDIT)
def repeat_confirm(request: PersonRequest, number: str, earlier: str) -> HttpResponse:
    """Both findings side by side, and why they are the same."""
    finding = found_finding(request, number)
    other = earlier_of(request, finding, earlier)
    form = RepeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_repeat(finding, by=request.user, earlier=other, **form.cleaned_data)
        except (ValidationError, WrongState) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))  # type: ignore[arg-type]
        else:
            say(request, f"{finding.label} is a repeat: it is now {finding.get_classification_display().lower()}.")
            return redirect(finding)
    context = {"form": form, "finding": dressed(finding), "other": dressed(other), "crumbs": crumbs_to(finding)}
    return render_page(request, "audits/repeat_confirm.html", None, context)


@require_POST
@page(P.FINDING_EDIT)
def repeat_rule_out(request: PersonRequest, number: str, earlier: str) -> HttpResponse:
    """The earlier finding is another matter: it is not proposed again."""
    finding = found_finding(request, number)
    other = earlier_of(request, finding, earlier)
    return done(request, finding, lambda: actions.rule_out(finding, by=request.user, earlier=other),
                f"{other.label} of {other.audit.number} is another matter.")  # fmt: skip


@page(P.FINDING_EDIT)
def repeat_clear(request: PersonRequest, number: str) -> HttpResponse:
    """Takes a repeat back, with the class it raised."""
    finding = found_finding(request, number)
    form = ReasonForm(request.POST or None)
    return asked(request, finding, form, f"{finding.label} is no repeat", "Take the repeat back",
                 lambda: actions.clear_repeat(finding, by=request.user, **form.cleaned_data))  # fmt: skip


@page(P.FINDING_EDIT)
def finding_separate(request: PersonRequest, number: str) -> HttpResponse:
    """Takes a finding out of its combination."""
    finding = found_finding(request, number)
    form = ReasonForm(request.POST or None)
    return asked(request, finding, form, f"Take {finding.label} out of the combination", "Take it out",
                 lambda: actions.separate(finding, by=request.user, **form.cleaned_data))  # fmt: skip


def asked(
    request: PersonRequest, finding: Finding, form: ReasonForm, heading: str, verb: str, act: Any
) -> HttpResponse:
    """A page that asks why, and does it."""
    back, crumbs = finding.get_absolute_url(), crumbs_to(finding)
    return form_page(request, form, act, heading=heading, back=back, said="Done.", verb=verb, crumbs=crumbs)


@page(P.FINDING_EDIT)
def finding_combine(request: PersonRequest, number: str) -> HttpResponse:
    """Several others of the audit become a major, explained."""
    audit = found_audit(request, number)
    rows = Finding.objects.visible_to(request.user).filter(
        audit=audit, status=FindingStatus.DRAFT, classification=FindingClass.OTHER, combined_into=None
    )
    parts = {row.number: row for row in rows.order_by("label")}
    form = CombineForm(request.POST or None, parts=list(parts.values()))

    def act() -> Finding:
        given = form.cleaned_data
        chosen = [parts[each] for each in given["parts"]]
        return actions.combine(audit, by=request.user, parts=chosen, title=given["title"], reason=given["reason"])

    back = reverse("audits:audit-findings", args=[audit.number])
    return form_page(request, form, act, heading="Combine findings into a major", back=back, verb="Combine them",
                     said="The combination is made: read it through, then finish it.",
                     crumbs=[(audit.number, back)])  # fmt: skip


@require_POST
@page(P.AUDIT_DRAFTS)
def note_create(request: PersonRequest, number: str) -> HttpResponse:
    """An internal note on the finding."""
    finding = found_finding(request, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        say(request, "Write the note first: nothing was added.")
        return redirect(finding)
    actions.add_note(finding.audit, by=request.user, finding=finding, text=form.cleaned_data["text"])
    say(request, "The note is added. It stays with us.")
    return redirect(finding)


@require_POST
@page(P.FINDING_EDIT)
def file_share(request: PersonRequest, number: str, file: str, choice: str) -> HttpResponse:
    """Lets the CMO read a file of the finding, or stops it."""
    finding = found_finding(request, number)
    kept_file = get_object_or_404(Attachment.objects.visible_to(request.user), number=file, is_retired=False)
    if choice not in ("shared", "internal"):
        raise Http404
    if kept_file.about_number != finding.number:
        raise PermissionDenied
    is_shared = choice == "shared"
    words = "The CMO reads it now." if is_shared else "It stays with us again; what was read before was read."
    return done(
        request,
        finding,
        lambda: actions.set_file_sharing(finding, kept_file, is_shared=is_shared, by=request.user),
        f"{kept_file.name}: {words}",
    )


def done(request: PersonRequest, finding: Finding, act: Any, words: str) -> HttpResponse:
    """Runs `act`, says what happened or why not, and goes back to the finding."""
    try:
        act()
    except (WrongState, StaleRecord) as error:
        words = str(error)
    say(request, words)
    return redirect(finding)
