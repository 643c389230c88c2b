"""Pages of the CMO's own CAPAs. No sponsor holds the right to any of them, so no answer differs by what exists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.capa import cause_tree, own, planned
from audits.capa.draft_form import CapaForm, differences
from audits.capa.filters import OwnCapaFilter
from audits.capa.forms import AddLinkForm, ShareForm
from audits.capa.models import Capa, OwnLink
from audits.capa.story import stand_of, waits_for
from audits.capa.vocabulary import OVER
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf

SORTS = {"title": ("title", "number"), "-title": ("-title", "number")}


def rows_of(request: PersonRequest) -> Any:
    return Capa.objects.visible_to(request.user).with_progress(OwnLink.objects.visible_to(request.user))


def found_capa(request: PersonRequest, number: str) -> Capa:
    capa: Capa = get_object_or_404(rows_of(request), number=number)
    return capa


def crumbs_of(capa: Capa | None = None) -> list[tuple[str, str]]:
    above = [("CAPAs", reverse("audits:capa-list")), ("Our own", reverse("audits:own-capa-list"))]
    return [*above, (capa.number, capa.get_absolute_url())] if capa is not None else above


@page(P.CAPA_OWN)
def own_capa_list(request: PersonRequest) -> HttpResponse:
    """The CMO's CAPAs, each with how many of its findings are closed."""
    filters = OwnCapaFilter(
        request.GET, queryset=rows_of(request).filter(is_withdrawn=request.GET.get("withdrawn") == "True")
    )
    context = {
        "capas": listing(request, filters.qs, sorts=SORTS, noun="CAPA"),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "may_edit": request.user.may(P.CAPA_ANSWER),
    }
    return render_page(request, "audits/own_capa_list.html", "audits/_own_capa_rows.html", context)


@page(P.CAPA_OWN)
def own_capa_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What the CAPA says, its evidence, and each finding it answers with what that sponsor reads. POST adds a file."""
    capa = found_capa(request, number)
    if request.method == "POST":
        answer = add_file(request, capa)
        if answer is not None:
            return answer
    rows = OwnLink.objects.visible_to(request.user).filter(capa=capa, is_removed=False)
    links = list(rows.select_related("link__finding__audit__site__vendor__sponsor").order_by("pk"))
    today, may_edit = timezone.localdate(), request.user.may(P.CAPA_ANSWER) and not capa.is_withdrawn
    for row in links:
        row.words, row.pill = stand_of(row.link)
        row.waits = waits_for(row.link, request.user, today)
        row.share_form = ShareForm(instance=row, prefix=row.number)
        row.may_copy = row.link.status not in OVER
    context: dict[str, Any] = {
        "capa": capa,
        "links": links,
        "lines": cause_tree.to_lines(capa.cause_tree),
        "plan": planned.shown(capa.actions),
        "is_done": bool(links) and all(row.link.status in OVER for row in links),
        "may_edit": may_edit,
        "add_form": AddLinkForm(by=request.user) if may_edit else None,
        "crumbs": [*crumbs_of(), (capa.number, "")],
    }
    return render_page(request, "audits/own_capa_detail.html", None, context | shelf(request, capa))


def edit_page(request: PersonRequest, capa: Capa, form: CapaForm, act: Any, heading: str) -> HttpResponse:
    """The form of a CAPA; a step of the tree keeps the page and what was typed."""
    rows: Any = ()
    at = request.GET.get("at", "")
    cursor = int(at) if at.isdigit() else None
    if form.is_bound and form.is_valid():
        name, _, place = request.POST.get("step", "").partition(":")
        values, cursor = form.values(name, int(place) if place.isdigit() else 0)
        try:
            made = act(values, form.cleaned_data["version"] if capa.pk else None)
        except StaleRecord as error:
            stored: Any = error.stored
            rows = differences(stored, values)
            sent = request.POST.copy()
            sent["version"] = str(stored.version)
            form = CapaForm(sent, instance=capa)
            form.add_error(None, str(error))
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            here = reverse("audits:own-capa-edit", args=[made.number])
            if name:
                return redirect(f"{here}?at={cursor}#line-{cursor}")
            if "more" in request.POST:
                return redirect(f"{here}#actions")
            say(request, "Saved. No sponsor reads it until you copy something to its finding.")
            return redirect(made)
    context = {"draft_form": form, "capa": capa, "heading": heading, "differing": rows, "cursor": cursor,
               "crumbs": crumbs_of(capa if capa.pk else None)}  # fmt: skip
    return render_page(request, "audits/own_capa_edit.html", None, context)


@page(P.CAPA_ANSWER)
def own_capa_create(request: PersonRequest) -> HttpResponse:
    capa = Capa()
    form = CapaForm(request.POST or None, instance=capa)
    return edit_page(
        request, capa, form, lambda values, version: own.open_capa(by=request.user, **values), "Open a CAPA of our own"
    )


@page(P.CAPA_ANSWER)
def own_capa_edit(request: PersonRequest, number: str) -> HttpResponse:
    capa = found_capa(request, number)

    def act(values: dict[str, Any], version: int | None) -> Capa:
        own.revise_capa(capa, by=request.user, version=version, **values)
        return capa

    return edit_page(request, capa, CapaForm(request.POST or None, instance=capa), act, "Edit the CAPA")


@page(P.CAPA_ANSWER)
def own_capa_withdraw(request: PersonRequest, number: str) -> HttpResponse:
    capa = found_capa(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        own.withdraw_capa(capa, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading="Withdraw the CAPA",
        back=capa.get_absolute_url(),
        said="The CAPA is withdrawn.",
        verb="Withdraw the CAPA",
        crumbs=crumbs_of(capa),
        undo=reverse("audits:own-capa-restore", args=[number]),
    )


@require_POST
@page(P.CAPA_ANSWER)
def own_capa_restore(request: PersonRequest, number: str) -> HttpResponse:
    capa = found_capa(request, number)
    own.restore_capa(capa, by=request.user)
    say(request, "The CAPA is back in use.")
    return redirect(capa)


@require_POST
@page(P.CAPA_ANSWER)
def own_link_add(request: PersonRequest, number: str) -> HttpResponse:
    """Takes one more finding into the CAPA."""
    capa = found_capa(request, number)
    form = AddLinkForm(request.POST, by=request.user)
    if not form.is_valid():
        say(request, "Choose a finding that is open and belongs to none of your CAPAs yet.")
        return redirect(capa)
    try:
        own.add_link(capa, form.cleaned_data["link"], by=request.user)
    except WrongState as error:
        say(request, str(error))
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        say(request, "The CAPA answers this finding too. Nothing is shared with its sponsor yet.")
    return redirect(capa)


def found_own_link(request: PersonRequest, number: str) -> OwnLink:
    rows = OwnLink.objects.visible_to(request.user).filter(is_removed=False)
    found: OwnLink = get_object_or_404(
        rows.select_related("capa", "link__finding__audit__site__vendor__sponsor"), number=number
    )
    return found


@require_POST
@page(P.CAPA_ANSWER)
def own_link_choose(request: PersonRequest, number: str) -> HttpResponse:
    """What of the CAPA this one sponsor may read, and, where asked, the copy itself."""
    row = found_own_link(request, number)
    form = ShareForm(request.POST, instance=row, prefix=row.number)
    try:
        if form.is_valid():
            own.choose(row, by=request.user, **form.cleaned_data)
        copied = own.copy_to_link(row, by=request.user) if "copy" in request.POST else []
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        sponsor = row.link.finding.audit.site.vendor.sponsor.name
        say(request, f"Copied for {sponsor}: {', '.join(copied)}." if copied else "Your choice is kept.")
    return redirect(row.capa)


@require_POST
@page(P.CAPA_ANSWER)
def own_link_remove(request: PersonRequest, number: str) -> HttpResponse:
    row = found_own_link(request, number)
    own.remove_link(row, by=request.user)
    say(request, "The finding is taken out of the CAPA; what was copied stays with it.")
    return redirect(row.capa)
