"""Pages of duplicates: the proposals with their evidence, and two CMOs side by side to merge or to tell apart."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from vendors.registry.countries import country_name
from vendors.registry.duplicates import declare_distinct, evidence_for, proposals_for
from vendors.registry.merging import merge_vendors, pointing_at
from vendors.registry.models import Site, Vendor
from vendors.registry.supply_forms import DistinctForm, MergeForm

MOST_SHOWN = 100


@page(P.CMO_MERGE)
def duplicate_list(request: PersonRequest) -> HttpResponse:
    """Pairs of CMOs that may be one, those with most evidence first."""
    found = proposals_for(request.user)
    context = {"proposals": found[:MOST_SHOWN], "more": max(len(found) - MOST_SHOWN, 0)}
    return render_page(request, "vendors/duplicate_list.html", None, context)


def found_pair(request: PersonRequest, first: str, second: str) -> tuple[Vendor, Vendor]:
    rows = (
        Vendor.objects.visible_to(request.user).live().with_standing().select_related("sponsor", "company", "manager")
    )
    pair = get_object_or_404(rows, number=first), get_object_or_404(rows, number=second)
    if first == second:
        raise Http404("These are not two CMOs.")
    return pair


@page(P.CMO_MERGE)
def duplicate_detail(request: PersonRequest, first: str, second: str) -> HttpResponse:
    """The two side by side; a POST merges them, or remembers that they are two."""
    pair = found_pair(request, first, second)
    is_merge = request.POST.get("act") == "merge"
    is_distinct = request.POST.get("act") == "distinct"
    merge = MergeForm(request.POST if is_merge else None, vendors=pair, prefix="merge")
    distinct = DistinctForm(request.POST if is_distinct else None, prefix="distinct")
    if is_merge and merge.is_valid():
        survivor = next(vendor for vendor in pair if vendor.number == merge.cleaned_data["survivor"])
        other = next(vendor for vendor in pair if vendor is not survivor)
        try:
            moved = merge_vendors(survivor, other, by=request.user, reason=merge.cleaned_data["reason"])
        except (ValidationError, StaleRecord) as error:
            refuse(merge, error)
        else:
            say(request, f"{other.name} is merged into {survivor.name}: {moved} rows moved.")
            return redirect(survivor)
    if is_distinct and distinct.is_valid():
        declare_distinct(*pair, by=request.user, reason=distinct.cleaned_data["reason"])
        say(request, f"{pair[0].name} and {pair[1].name} are two: they are not proposed again.")
        return redirect("vendors:duplicate-list")
    context = {"pair": pair, "facts": facts_of(pair), "evidence": evidence_for(request.user, *pair)}
    return render_page(request, "vendors/duplicate_detail.html", None, context | {"merge": merge, "distinct": distinct})


def refuse(form: MergeForm, error: ValidationError | StaleRecord) -> None:
    if isinstance(error, ValidationError):
        place(form, error)
    else:
        form.add_error(None, str(error))


def facts_of(pair: tuple[Vendor, Vendor]) -> list[tuple[str, str, str, bool]]:
    """(label, of the first, of the second, whether they agree), fields first, then how many rows hang on each."""
    fields: list[tuple[str, Any]] = [
        ("Name", lambda vendor: vendor.name),
        ("Country", lambda vendor: country_name(vendor.country)),
        ("Website", lambda vendor: vendor.website),
        ("OMS organisation", lambda vendor: vendor.oms_organisation),
        ("Looked after by", lambda vendor: vendor.manager.name if vendor.manager else ""),
        ("Joined as", lambda vendor: vendor.company.name if vendor.company else ""),
        ("Sites", sites_in_words),
    ]
    rows = [(label, *(read(vendor) for vendor in pair)) for label, read in fields]
    for model, name in pointing_at(Vendor):
        if model is not Site:
            rows.append(
                (plural(model), *(str(model._base_manager.filter(**{name: vendor}).count()) for vendor in pair))
            )
    return [(label, one, other, bool(one) and one == other) for label, one, other in rows]


def plural(model: type[Model]) -> str:
    words = str(model._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def sites_in_words(vendor: Vendor) -> str:
    rows = vendor.sites.filter(is_retired=False).order_by("name", "pk")[:12]
    return "; ".join(f"{site.name} (FEI {site.fei})" if site.fei else site.name for site in rows)
