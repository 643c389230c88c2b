"""Pages of a response: the CMO writes and sends it, the sponsor reads, accepts or returns it, and both agree a date."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.capa import actions, containment, dates
from audits.capa.draft_form import DraftForm, differences
from audits.capa.forms import (
    REVIEW_FORMS,
    ContainmentForm,
    DateForm,
    ExtensionAnswerForm,
    ExtensionForm,
    RecordResponseForm,
    SendForm,
)
from audits.capa.models import CapaLink, Extension, ResponseDraft
from audits.capa.views import found_link, under
from audits.capa.vocabulary import ResponseStatus
from audits.capa.workflows import RESPONSE, what_lacks
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say, wants_fragment
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import MoveForm
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.forms import AttachForm

NOT_YOURS = "The CMO records its containment itself."
OF_THE_SPONSOR = "The CMO has not joined the portal: only whoever records its responses records its containment."
BEING_WRITTEN = (ResponseStatus.DUE, ResponseStatus.RETURNED)


@page(P.CAPA_ANSWER)
def response_edit(request: PersonRequest, number: str) -> HttpResponse:
    """The CMO's draft: what a good response answers, then the response itself. It saves itself while it is written.

    A POST of the form saves (and does one step of the cause tree); any other POST adds a file to the draft.
    """
    link = found_link(request, number)
    if link.response_status not in BEING_WRITTEN:
        say(request, "The response is with the sponsor: it cannot be changed while it is read.")
        return redirect(link)
    draft = actions.draft_of(link, request.user)
    if request.method == "POST" and "draft" not in request.POST:
        if draft.pk is None:
            actions.save_draft(draft, by=request.user)
        answer = add_file(request, draft)
        if answer is not None:
            return answer
    form = DraftForm(request.POST if "draft" in request.POST else None, instance=draft)
    if form.is_bound and form.is_valid():
        return save_and_go_on(request, link, draft, form)
    return response_page(request, link, draft, form)


def save_and_go_on(request: PersonRequest, link: CapaLink, draft: ResponseDraft, form: DraftForm) -> HttpResponse:
    name, _, place = request.POST.get("step", "").partition(":")
    at = int(place) if place.isdigit() else 0
    values, cursor = form.values(name, at)
    version = form.cleaned_data["version"] if draft.pk else None
    try:
        actions.save_draft(draft, by=request.user, version=version, **values)
    except StaleRecord as error:
        return conflict(request, link, draft, error, values)
    if wants_fragment(request):
        return render(request, "audits/_draft_saved.html", {"draft": draft, "link": link, "lacking": what_lacks(draft)})
    here = reverse("audits:response-edit", args=[link.number])
    if name:
        return redirect(f"{here}?at={cursor}#line-{cursor}")
    if "send" in request.POST:
        return redirect("audits:response-send", link.number)
    say(request, "Saved. Only your company reads it until you send it.")
    return redirect(f"{here}#actions" if "more" in request.POST else here)


def conflict(
    request: PersonRequest, link: CapaLink, draft: ResponseDraft, error: StaleRecord, values: dict[str, Any]
) -> HttpResponse:
    """A colleague saved meanwhile: both texts side by side, what was typed kept, and the next save decides."""
    stored: Any = error.stored
    rows = differences(stored, values)
    if wants_fragment(request):
        return render(request, "audits/_draft_conflict.html", {"rows": rows, "sentence": str(error)}, status=409)
    sent = request.POST.copy()
    sent["version"] = str(stored.version)
    form = DraftForm(sent, instance=draft)
    form.add_error(None, str(error))
    return response_page(request, link, draft, form, rows)


def response_page(
    request: PersonRequest, link: CapaLink, draft: ResponseDraft, form: DraftForm, rows: Any = ()
) -> HttpResponse:
    at = request.GET.get("at", "")
    last = link.responses.order_by("-round").first()
    context: dict[str, Any] = {
        "link": link,
        "finding": link.finding,
        "draft_form": form,
        "differing": rows,
        "lacking": what_lacks(draft if draft.pk else None),
        "cursor": int(at) if at.isdigit() else None,
        "returned": last if last is not None and last.status == ResponseStatus.RETURNED else None,
        "sponsor": link.finding.audit.site.vendor.sponsor.name,
        "crumbs": [*under(link), ("Response", "")],
    }
    files = shelf(request, draft) if draft.pk else shelf_of_new(request)
    return render_page(request, "audits/response_edit.html", "audits/_response_form.html", context | files)


def shelf_of_new(request: PersonRequest) -> dict[str, Any]:
    return {"files": [], "form": AttachForm(readers=[]), "may_retire_files": False}


@page(P.CAPA_OWN)
def draft_files(request: PersonRequest, number: str) -> HttpResponse:
    """Where a file of a draft stands: on the page of the response."""
    rows = ResponseDraft.objects.visible_to(request.user).select_related("link")
    return redirect(get_object_or_404(rows, number=number))


@page(P.CAPA_ANSWER)
def response_send(request: PersonRequest, number: str) -> HttpResponse:
    """Sends the draft as the next round; until then the sponsor sees nothing of it."""
    link = found_link(request, number)
    draft = actions.draft_of(link, request.user)
    form = DraftForm(instance=draft)

    def act(
        record: CapaLink,
        name: str,
        *,
        by: Any,
        reason: str,
        credentials: Any,
        version: int | None,
        draft_version: int,
    ) -> None:
        actions.submit(record, by=by, reason=reason, version=version, draft_version=draft_version)

    context = {
        "crumbs": under(link),
        "link": link,
        "finding": link.finding,
        "draft": draft,
        "unticked": [row["criterion"] for row in form.checks if not row["ticked"]],
        "sponsor": link.finding.audit.site.vendor.sponsor.name,
    }
    said = f"Round {link.rounds + 1} is sent. You are told when it is read."
    return move_page(
        request, link, RESPONSE, "submit", template="audits/response_send.html", context=context, act=act, said=said,
        back_url=link.get_absolute_url(), form_class=SendForm, initial={"draft_version": draft.version},
    )  # fmt: skip


@page(P.CAPA_RECORD)
def response_record(request: PersonRequest, number: str) -> HttpResponse:
    """What a CMO answered outside the portal, recorded by the sponsor and marked as such."""
    link = found_link(request, number)
    form = RecordResponseForm(request.POST or None)

    def act() -> None:
        actions.record_response(link, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        heading="Record a response received outside the portal",
        back=link.get_absolute_url(),
        said="Recorded: it is marked as received outside the portal. Attach the letter as a file.",
        verb="Record the response",
        crumbs=under(link),
    )


@page(P.CAPA_EVIDENCE)
def containment_record(request: PersonRequest, number: str) -> HttpResponse:
    """What was done at once about a critical finding: it stops the clock of hours."""
    link = found_link(request, number)
    if not containment.may_record(link, request.user) and request.method != "POST":
        why = NOT_YOURS if link.has_joined else OF_THE_SPONSOR
        say(request, why if containment.is_owed(link) else "No containment waits to be recorded here.")
        return redirect(link)
    form = ContainmentForm(request.POST or None, by=request.user, initial={"version": link.version})

    def act() -> None:
        containment.record_containment(link, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        heading="Record the containment",
        back=link.get_absolute_url(),
        said="Recorded: the clock of hours stands still. The response says the rest.",
        verb="Record the containment",
        crumbs=under(link),
    )


@page(P.CAPA_REVIEW)
def response_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """The sponsor accepts a round, returns it with what is still needed, or asks for a new one."""
    link = found_link(request, number)
    if name not in REVIEW_FORMS:
        raise Http404
    last = link.responses.order_by("-round").first()
    proposal = dates.open_proposal(link)
    is_theirs = proposal is not None and proposal.proposed_by != dates.side_of(request.user)
    initial = (
        {"proposed": proposal.date} if proposal is not None and is_theirs and request.user.may(P.CAPA_DATE) else {}
    )
    return move_page(
        request,
        link,
        RESPONSE,
        name,
        template="audits/capa_move.html",
        context={"crumbs": under(link), "link": link, "finding": link.finding, "last": last},
        form_class=REVIEW_FORMS.get(name, MoveForm),
        act=actions.review,
        initial=initial,
    )


# --- dates ----------------------------------------------------------------------------------------------------------


def speaks_for(request: PersonRequest, link: CapaLink) -> bool:
    """Whether the sponsor passes on what an absent CMO says: it asks so with `?for=cmo`."""
    asked = (request.POST.get("for") or request.GET.get("for")) == "cmo"
    return asked and request.user.company_kind != PARTNER and not link.has_joined


@page(P.CAPA_DATE)
def date_propose(request: PersonRequest, number: str) -> HttpResponse:
    """A day by which the CAPA is done; the other side agrees or answers with its own."""
    link = found_link(request, number)
    outside = speaks_for(request, link)
    standing = dates.open_proposal(link)
    day = standing.date if standing is not None else link.suggested_date
    form = DateForm(request.POST or None, outside=outside, initial={"date": day})

    def act() -> None:
        given = form.cleaned_data
        keywords = {"by": request.user, "reason": given["reason"], "outside": outside}
        author = given.get("author_name", "")
        dates.propose_date(link, given["date"], author_name=author, **keywords)

    return form_page(
        request,
        form,
        act,
        heading="Record the day the CMO proposes" if outside else "Propose a day",
        back=link.get_absolute_url(),
        said="The day is proposed: the other side agrees, or answers with its own.",
        verb="Record the day" if outside else "Propose the day",
        crumbs=under(link),
    )


@require_POST
@page(P.CAPA_DATE)
def date_agree(request: PersonRequest, number: str) -> HttpResponse:
    """Agrees the day that the other side proposed. An absent CMO's agreement is recorded with `for=cmo`."""
    link = found_link(request, number)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        dates.agree(link, by=request.user, outside=speaks_for(request, link), day=day)
    except ValueError:
        say(request, "Which day you agree to was not sent: open the page again.")
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        say(request, "Agreed: this day is the clock now.")
    return redirect(link)


@page(P.CAPA_DATE)
def extension_ask(request: PersonRequest, number: str) -> HttpResponse:
    """A later day than the agreed one, with the reason and what keeps things safe meanwhile."""
    link = found_link(request, number)
    outside = request.user.company_kind != PARTNER and not link.has_joined
    form = ExtensionForm(request.POST or None, outside=outside)

    def act() -> None:
        given = form.cleaned_data | {"by": request.user, "outside": outside}
        dates.ask_extension(link, given.pop("new_date"), **given)

    return form_page(
        request,
        form,
        act,
        heading="Ask for a later date",
        back=link.get_absolute_url(),
        said="Asked: the agreed date stands until the other side answers.",
        verb="Ask for the later date",
        crumbs=under(link),
    )


@page(P.CAPA_DATE)
def extension_answer(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """The other side's answer to a later date."""
    rows = Extension.objects.visible_to(request.user).select_related("link__finding__audit__site__vendor__sponsor")
    extension: Extension = get_object_or_404(rows, number=number)
    if name not in ("grant", "refuse"):
        raise Http404
    link = extension.link
    form = ExtensionAnswerForm(request.POST or None)
    granted = name == "grant"

    def act() -> None:
        note = form.cleaned_data["note"]
        dates.answer_extension(extension, granted=granted, by=request.user, note=note)

    return form_page(
        request,
        form,
        act,
        heading="Agree to the later date" if granted else "Keep the agreed date",
        back=link.get_absolute_url(),
        said="The later date is agreed." if granted else "The agreed date stays.",
        verb="Agree to the later date" if granted else "Keep the agreed date",
        crumbs=under(link),
    )
