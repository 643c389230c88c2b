"""Pages of agreements: the register, one with its file, the CMO's tab, adding, revising and ending early."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import Listing, listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.registry import agreement_actions as actions
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.deadline_policy_views import in_words
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.frame import cmo_frame
from vendors.registry.history import history_of
from vendors.registry.supply import Agreement, cda_in_force
from vendors.registry.supply_filters import AgreementFilter
from vendors.registry.supply_forms import AgreementForm, EndForm
from vendors.registry.views import crumbs_of as crumbs_of_cmo
from vendors.registry.views import found_vendor

TAB = "Agreements"
SORTS = {
    "end": ("ends", "number"),
    "-end": ("-ends", "number"),
    "cmo": ("vendor__sort_name", "number"),
    "title": ("title", "number"),
}
STATES = {
    "draft": ("Not in force yet", ""),
    "future": ("Signed, not in force yet", "info"),
    "in_force": ("In force", "ok"),
    "expired": ("Expired", "bad"),
    "ended": ("Ended early", "warn"),
}


def with_states(agreements: Listing) -> Listing:
    """Adds the words, the pill and the day that counts to the rows of a page."""
    today = timezone.localdate()
    for row in agreements.rows:
        row.words, row.pill = STATES[row.state(today)]
        row.last_day = row.ended_date or row.expires_date
        row.is_running = row.state(today) in {"in_force", "future"}
    return agreements


@page(P.AGREEMENT_VIEW)
def agreement_list(request: PersonRequest) -> HttpResponse:
    """The register over all CMOs, what ends first on top."""
    rows = Agreement.objects.visible_to(request.user).with_end()
    filters = AgreementFilter(request.GET, queryset=rows)
    found = filters.qs.select_related("vendor")
    context = {
        "agreements": with_states(listing(request, found, sorts=SORTS, noun="agreement")),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
    }
    return render_page(request, "vendors/agreement_list.html", "vendors/_agreement_rows.html", context)


@page(P.AGREEMENT_VIEW)
def cmo_agreements(request: PersonRequest, number: str) -> HttpResponse:
    """The agreements with one CMO, and whether a CDA stands."""
    context = cmo_frame(request, number, TAB)
    vendor = context["vendor"]
    rows = Agreement.objects.visible_to(request.user).filter(vendor=vendor).with_end().select_related("vendor")
    context |= {
        "agreements": with_states(listing(request, rows, sorts=SORTS, noun="agreement")),
        "has_cda": cda_in_force(vendor, timezone.localdate()),
        "may_add": request.user.may(P.AGREEMENT_EDIT) and not vendor.is_retired,
        "of_one_cmo": True,
    }
    return render_page(request, "vendors/cmo_agreements.html", "vendors/_agreement_rows.html", context)


def found_agreement(request: PersonRequest, number: str) -> Agreement:
    rows = Agreement.objects.visible_to(request.user).select_related("vendor__sponsor")
    agreement: Agreement = get_object_or_404(rows, number=number)
    return agreement


def crumbs_of(agreement: Agreement) -> list[tuple[str, str]]:
    tab = reverse("vendors:cmo-agreements", args=[agreement.vendor.number])
    return [*crumbs_of_cmo(agreement.vendor), ("Agreements", tab)]


def policies_of(agreement: Agreement, request: PersonRequest) -> list[DeadlinePolicy]:
    """What the agreement says about reminders, for those who read it."""
    if not request.user.may(P.POLICY_VIEW):
        return []
    rows = DeadlinePolicy.objects.visible_to(request.user).in_use().filter(agreement=agreement)
    return [in_words(policy) for policy in rows.order_by("kind", "facet", "number")[:50]]


@page(P.AGREEMENT_VIEW)
def agreement_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The agreement's facts and its file; a POST adds a file."""
    agreement = found_agreement(request, number)
    if request.method == "POST":
        answer = add_file(request, agreement)
        if answer is not None:
            return answer
    today = timezone.localdate()
    words, pill = STATES[agreement.state(today)]
    may_edit = request.user.may(P.AGREEMENT_EDIT)
    context = {
        "agreement": agreement,
        "words": words,
        "pill": pill,
        "may_edit": may_edit,
        "may_end": may_edit and agreement.state(today) in {"in_force", "future"} and not agreement.ended_date,
        "policies": policies_of(agreement, request),
        "may_edit_policies": request.user.may(P.POLICY_EDIT),
        "history": history_of(agreement, request) if request.user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(agreement), (agreement.number, "")],
    }
    return render_page(request, "vendors/agreement_detail.html", None, context | shelf(request, agreement))


@page(P.AGREEMENT_EDIT)
def agreement_create(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    form = AgreementForm(request.POST or None, instance=Agreement(vendor=vendor))

    def act() -> Agreement:
        return actions.add_agreement(vendor, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"Add an agreement with {vendor.name}",
        back=reverse("vendors:cmo-agreements", args=[number]),
        said="The agreement is added: attach the signed file next.",
        verb="Add the agreement",
        crumbs=crumbs_of_cmo(vendor),
    )


@page(P.AGREEMENT_EDIT)
def agreement_edit(request: PersonRequest, number: str) -> HttpResponse:
    agreement = found_agreement(request, number)
    form = AgreementForm(request.POST or None, instance=agreement)

    def act() -> None:
        version = form.opened_version
        actions.revise_agreement(agreement, by=request.user, version=version, reason=form.reason, **form.values())

    back, crumbs = agreement.get_absolute_url(), crumbs_of(agreement)
    return form_page(request, form, act, heading="Edit the agreement", back=back, said="Saved.", crumbs=crumbs)


@page(P.AGREEMENT_EDIT)
def agreement_end(request: PersonRequest, number: str) -> HttpResponse:
    agreement = found_agreement(request, number)
    form = EndForm(request.POST or None, initial={"ended_date": timezone.localdate()})

    def act() -> None:
        actions.end_agreement(agreement, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        heading="End the agreement early",
        back=agreement.get_absolute_url(),
        said="The agreement is ended.",
        verb="End the agreement",
        crumbs=crumbs_of(agreement),
    )
