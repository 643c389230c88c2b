"""Pages of CMOs: the list with its export, one CMO's overview, adding, revising and retiring it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from vendors.registry import actions
from vendors.registry.countries import country_name
from vendors.registry.edits import form_page, restore_record, retire_page
from vendors.registry.filters import VendorListFilter
from vendors.registry.forms import VendorForm
from vendors.registry.frame import OVERVIEW, cmo_frame, sections
from vendors.registry.models import CapacityOffer, Certificate, Contact, Site, Vendor
from vendors.registry.overview import complete, matrix
from vendors.registry.querysets import VendorQuerySet
from vendors.registry.vocabulary import QualificationStatus

SORTS = {
    "name": ("sort_name", "number"),
    "-name": ("-sort_name", "number"),
    "country": ("country", "sort_name", "number"),
    "-country": ("-country", "sort_name", "number"),
    "status": ("standing", "sort_name", "number"),
    "-status": ("-standing", "sort_name", "number"),
}
SHOWN = 30  # sites, certificates and offers of an overview; the tabs hold them all
HEADER = (
    "Number",
    "Name",
    "Country",
    "Qualification",
    "Scopes",
    "Sites",
    "Next certificate ends",
    "Looked after by",
    "OMS organisation",
    "Website",
)


@page(P.CMO_VIEW)
def cmo_list(request: PersonRequest) -> HttpResponse:
    """The sponsor's CMOs with what stands of each."""
    filters = VendorListFilter(request.GET, queryset=own_register(request), reader=request.user)
    found = filters.qs.select_related("manager")
    by_status = request.GET.get("sort", "").endswith("status")
    cmos = listing(request, found.with_standing() if by_status else found, sorts=SORTS, noun="CMO")
    complete(cmos.rows)
    context = {
        "cmos": cmos,
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "vendors:cmo-list"),
        "may_edit": request.user.may(P.CMO_EDIT),
        "may_export": request.user.may(P.CMO_EXPORT),
        "may_import": request.user.may(P.CMO_IMPORT),
        "may_merge": request.user.may(P.CMO_MERGE),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "vendors/cmo_list.html", "vendors/_cmo_rows.html", context)


def own_register(request: PersonRequest) -> VendorQuerySet:
    rows: VendorQuerySet = Vendor.objects.visible_to(request.user).register_of(request.user.company_id)
    return rows


def with_everything(rows: VendorQuerySet) -> VendorQuerySet:
    return rows.with_standing().with_site_count().with_next_expiry().select_related("manager")


@page(P.CMO_EXPORT)
def cmo_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = VendorListFilter(request.GET, queryset=own_register(request), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["name"])
    rows = with_everything(filters.qs).order_by(*sort).iterator(chunk_size=500)
    name = f"cmos-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="cmo.export", details=details)
    return response


def exported(vendors: Iterator[Any]) -> Iterator[tuple[object, ...]]:
    for vendor in vendors:
        yield (
            vendor.number,
            vendor.name,
            country_name(vendor.country),
            QualificationStatus(vendor.worst).label if vendor.worst else "Not qualified",
            vendor.scopes,
            vendor.site_count,
            vendor.next_expiry,
            vendor.manager.name if vendor.manager else "",
            vendor.oms_organisation,
            vendor.website,
        )


@page(P.CMO_VIEW)
def cmo_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The overview: what each site can do, what ends when, what is promised, whom to call."""
    context = cmo_frame(request, number, OVERVIEW)
    vendor, today = context["vendor"], timezone.localdate()
    sites = list(Site.objects.filter(vendor=vendor, is_retired=False).order_by("name", "number")[:SHOWN])
    certificates = Certificate.objects.current().filter(site__vendor=vendor).select_related("site")
    offers = CapacityOffer.objects.filter(CapacityOffer.standing_on(today), site__vendor=vendor, site__is_retired=False)
    contacts = Contact.objects.filter(vendor=vendor, is_retired=False).select_related("site")
    context |= {
        "matrix": matrix(sites),
        "certificates": certificates.order_by("expires_date", "number")[:SHOWN],
        "offers": offers.select_related("site").order_by("window_start", "number")[:SHOWN],
        "contacts": contacts.order_by("-is_primary", "role", "name")[:6],
        "sections": sections(request, "vendor.overview", number),
        "more_sites": vendor.site_count > SHOWN,
    }
    return render_page(request, "vendors/cmo_detail.html", None, context)


@page(P.CMO_EDIT)
def cmo_create(request: PersonRequest) -> HttpResponse:
    form = VendorForm(request.POST or None, by=request.user)
    back = reverse("vendors:cmo-list")

    def act() -> Vendor:
        return actions.add_vendor(request.user.company, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading="Add a CMO",
        back=back,
        said="The CMO is added: add its sites next.",
        verb="Add the CMO",
        crumbs=[("CMOs", back)],
    )


def found_vendor(request: PersonRequest, number: str) -> Vendor:
    vendor: Vendor = get_object_or_404(Vendor.objects.visible_to(request.user), number=number)
    return vendor


def crumbs_of(vendor: Vendor) -> list[tuple[str, str]]:
    return [("CMOs", reverse("vendors:cmo-list")), (vendor.name, vendor.get_absolute_url())]


@page(P.CMO_EDIT)
def cmo_edit(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    name = vendor.name
    form = VendorForm(request.POST or None, instance=vendor, by=request.user)

    def act() -> None:
        actions.revise_vendor(vendor, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"Edit {name}",
        back=vendor.get_absolute_url(),
        said=f"{name} saved.",
        crumbs=crumbs_of(vendor),
    )


@page(P.CMO_EDIT)
def cmo_retire(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    undo = reverse("vendors:cmo-restore", args=[number])
    back = vendor.get_absolute_url()
    return retire_page(request, vendor, name=vendor.name, back=back, undo=undo, crumbs=crumbs_of(vendor))


@require_POST
@page(P.CMO_EDIT)
def cmo_restore(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    return restore_record(request, vendor, name=vendor.name, back=vendor.get_absolute_url())
