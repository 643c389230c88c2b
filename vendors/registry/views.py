"""Pages of CMOs: the list, one CMO, adding and revising it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from vendors.registry import actions
from vendors.registry.filters import VendorFilter
from vendors.registry.forms import VendorForm
from vendors.registry.models import Vendor

SORTS = {"name": ("sort_name", "number"), "-name": ("-sort_name", "number"), "country": ("country", "number")}


@page(P.CMO_VIEW)
def cmo_list(request: PersonRequest) -> HttpResponse:
    """The sponsor's CMOs with what stands of each."""
    rows = Vendor.objects.visible_to(request.user).live()
    filters = VendorFilter(request.GET, queryset=rows)
    found = filters.qs.with_standing().with_site_count().select_related("manager")
    cmos = listing(request, found, sorts=SORTS, noun="CMO")
    context = {"cmos": cmos, "filters": filters, "may_edit": request.user.may(P.CMO_EDIT)}
    return render_page(request, "vendors/cmo_list.html", "vendors/_cmo_rows.html", context)


@page(P.CMO_VIEW)
def cmo_detail(request: PersonRequest, number: str) -> HttpResponse:
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user).with_standing(), number=number)
    context = {"vendor": vendor, "may_edit": request.user.may(P.CMO_EDIT)}
    return render_page(request, "vendors/cmo_detail.html", None, context)


@page(P.CMO_EDIT)
def cmo_create(request: PersonRequest) -> HttpResponse:
    form = VendorForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            vendor = actions.add_vendor(request.user.company, by=request.user, **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            say(request, f"{vendor.name} added.")
            return redirect(vendor)
    return render_page(request, "vendors/cmo_edit.html", None, {"form": form})


@page(P.CMO_EDIT)
def cmo_edit(request: PersonRequest, number: str) -> HttpResponse:
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user), number=number)
    form = VendorForm(request.POST or None, instance=vendor, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_vendor(vendor, by=request.user, version=form.opened_version, **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, f"{vendor.name} saved.")
            return redirect(vendor)
    return render_page(request, "vendors/cmo_edit.html", None, {"form": form, "vendor": vendor})
