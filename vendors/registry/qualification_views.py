"""Pages of qualification: the CMO's tab, one scope with its signatures and history, the proposal, and every move."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import MoveForm
from cmo_portal.records.signed import signed
from vendors.registry import qualification_actions as actions
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.frame import cmo_frame
from vendors.registry.history import history_of
from vendors.registry.supply import Qualification
from vendors.registry.supply_forms import MOVE_FORMS, QualificationForm
from vendors.registry.views import crumbs_of as crumbs_of_cmo
from vendors.registry.views import found_vendor
from vendors.registry.vocabulary import QualificationStatus
from vendors.registry.workflows import QUALIFICATION

TAB = "Qualification"
SORTS = {"site": ("site__name", "service", "dosage_form", "number")}


@page(P.CMO_VIEW)
def cmo_qualifications(request: PersonRequest, number: str) -> HttpResponse:
    """What each site of the CMO may be used for, as quality has decided."""
    context = cmo_frame(request, number, TAB)
    vendor = context["vendor"]
    rows = Qualification.objects.visible_to(request.user).filter(vendor=vendor).select_related("site", "product")
    with_retired = bool(request.GET.get("retired"))
    context |= {
        "scopes": listing(request, rows if with_retired else rows.active(), sorts=SORTS, noun="scope"),
        "with_retired": with_retired,
        "may_propose": request.user.may(P.QUALIFICATION_PROPOSE) and not vendor.is_retired,
    }
    return render_page(request, "vendors/cmo_qualifications.html", "vendors/_qualification_rows.html", context)


def found_qualification(request: PersonRequest, number: str) -> Qualification:
    rows = Qualification.objects.visible_to(request.user).select_related("vendor__sponsor", "site__vendor", "product")
    row: Qualification = get_object_or_404(rows, number=number)
    return row


def crumbs_of(row: Qualification) -> list[tuple[str, str]]:
    tab = reverse("vendors:cmo-qualifications", args=[row.vendor.number])
    return [*crumbs_of_cmo(row.vendor), (TAB, tab)]


@page(P.CMO_VIEW)
def qualification_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The scope, what stands, what it rests on, who signed what, and the moves that are open. A POST adds a file."""
    row = found_qualification(request, number)
    if request.method == "POST":
        answer = add_file(request, row)
        if answer is not None:
            return answer
    is_pending = row.status == QualificationStatus.PENDING
    context: dict[str, Any] = {
        "row": row,
        "offers": QUALIFICATION.offers(row, request.user),
        "signatures": signed(row, request.user),
        "may_revise": request.user.may(P.QUALIFICATION_PROPOSE) and is_pending,
        "history": history_of(row, request) if request.user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(row), (row.number, "")],
    }
    return render_page(request, "vendors/qualification_detail.html", None, context | shelf(request, row))


@page(P.QUALIFICATION_PROPOSE)
def qualification_create(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    new = Qualification(vendor=vendor)
    form = QualificationForm(request.POST or None, instance=new, by=request.user, vendor=vendor)

    def act() -> Qualification:
        return actions.propose(vendor, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"Propose a scope at {vendor.name}",
        back=reverse("vendors:cmo-qualifications", args=[number]),
        said="The scope is in qualification: quality decides.",
        verb="Propose the scope",
        crumbs=crumbs_of_cmo(vendor),
    )


@page(P.QUALIFICATION_PROPOSE)
def qualification_edit(request: PersonRequest, number: str) -> HttpResponse:
    """The proposal, as long as quality has not decided."""
    row = found_qualification(request, number)
    if row.status != QualificationStatus.PENDING:
        say(request, "Quality has decided on this scope: it changes by its moves only.")
        return redirect(row)
    form = QualificationForm(request.POST or None, instance=row, by=request.user, vendor=row.vendor)
    back, crumbs = row.get_absolute_url(), crumbs_of(row)

    def act() -> None:
        actions.revise_proposal(row, by=request.user, version=form.opened_version, **form.values())

    return form_page(request, form, act, heading="Edit the proposal", back=back, said="Saved.", crumbs=crumbs)


@page(P.CMO_VIEW)
def qualification_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """A decision: what it takes, and the signature under it."""
    row = found_qualification(request, number)
    name = name.replace("-", "_")
    return move_page(
        request,
        row,
        QUALIFICATION,
        name,
        template="vendors/qualification_move.html",
        context={"crumbs": [*crumbs_of(row), (row.number, row.get_absolute_url())], "row": row},
        form_class=MOVE_FORMS.get(name, MoveForm),
        act=actions.move,
        said="Signed and recorded." if name in QUALIFICATION.by_name and QUALIFICATION.by_name[name].signature else "",
    )
