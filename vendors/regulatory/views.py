"""Pages of the public record: the list of events, one event with its source, the inspections of a CMO and of a site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, wants_fragment
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page
from vendors.registry.filters import put_in_order
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.models import FormerFei, Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.regulatory.files import REGISTRATIONS
from vendors.regulatory.filters import EventFilter
from vendors.regulatory.history import coverage, histories, timeline
from vendors.regulatory.models import Registration, RegulatoryEvent

TAB = "Inspections"
SORTS = {"-date": ("-event_date", "number"), "date": ("event_date", "-number")}
HEADER = (
    *("Authority", "Kind", "ID", "Project area", "GMP", "FEI", "Firm", "City", "Country", "Date", "Outcome"),
    *("Source file", "SHA-256", "Row", "As of"),
)


@page(P.REGULATORY_VIEW)
def event_list(request: PersonRequest) -> HttpResponse:
    """Everything the person may see of what authorities found, each fact once."""
    filters = filtered(request)
    context = {
        "filters": filters,
        "events": listing(request, filters.qs, sorts=SORTS, noun="event"),
        "covered": coverage(request.user),
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "vendors:event-list"),
        "query": request.GET.urlencode(),
        "may_import": request.user.may(P.REGULATORY_IMPORT),
        "is_sponsor": request.user.company_kind == SPONSOR,
    }
    return render_page(request, "vendors/event_list.html", "vendors/_event_rows.html", context)


@page(P.REGULATORY_VIEW)
def event_export(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The list as csv or xlsx, with the same filters."""
    if kind not in TYPES:
        raise Http404
    rows = filtered(request).qs.order_by(*SORTS["-date"]).iterator(chunk_size=2000)
    name = f"inspections-{timezone.localdate().isoformat()}"
    response, _ = export_response(name, kind, header=HEADER, rows=lines(rows))
    return response


def filtered(request: PersonRequest) -> EventFilter:
    rows = RegulatoryEvent.objects.shown_to(request.user)
    filters = EventFilter(request.GET, queryset=rows, request=request)
    asked = ["q", "fei", "outcome", "type", "authority", "country", "since", "until"]
    # A CMO reads of its own sites only, so that it has nothing to narrow down to.
    put_in_order(filters, *asked, *(["mine"] if request.user.company_kind == SPONSOR else []))
    return filters


def lines(rows: Iterator[RegulatoryEvent]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            *(row.authority, row.get_type_display(), row.external_id, row.area, "yes" if row.is_gmp else "no"),
            *(row.fei, row.legal_name, row.city, row.country, row.event_date, row.outcome),
            *(row.source_file, row.source_sha256, row.source_row, row.snapshot_date),
        ]


@page(P.REGULATORY_VIEW)
def event_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One fact, the file and row it came from, and the sites it is about."""
    shown = RegulatoryEvent.objects.shown_to(request.user)
    event = get_object_or_404(RegulatoryEvent.objects.visible_to(request.user), number=number)
    same = shown.filter(authority=event.authority, type=event.type, external_id=event.external_id)
    former = FormerFei.objects.filter(fei=event.fei).values("site")
    live = Site.objects.visible_to(request.user).filter(is_retired=False).select_related("vendor__sponsor")
    sites = (live.filter(fei=event.fei) | live.filter(pk__in=former)) if event.fei else live.none()
    may_import = request.user.may(P.REGULATORY_IMPORT)
    runs = ImportRun.objects.visible_to(request.user).filter(pk=event.run_id)
    context = {
        "event": event,
        "areas": same.exclude(area=event.area).order_by("-is_gmp", "area"),
        "sites": sites.order_by("name", "number")[:25],
        "run": runs.first() if may_import else None,
        "is_own": event.wall_owner is not None,
        "is_sponsor": request.user.company_kind == SPONSOR,
    }
    return render_page(request, "vendors/event_detail.html", None, context)


@page(P.REGULATORY_VIEW)
def cmo_inspections(request: PersonRequest, number: str) -> HttpResponse:
    """The inspections of a CMO's sites over the years, for its sponsor and for the CMO itself."""
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user).select_related("sponsor"), number=number)
    sites = Site.objects.visible_to(request.user).filter(vendor=vendor, is_retired=False).order_by("name", "number")
    context = {"vendor": vendor} | record_of(request, sites, key=vendor.number)
    if request.user.company_kind != SPONSOR:
        return render_page(request, "vendors/own_inspections.html", "vendors/_inspections.html", context)
    if not wants_fragment(request):
        context |= cmo_frame(request, number, TAB)
    return render_page(request, "vendors/cmo_inspections.html", "vendors/_inspections.html", context)


@page(P.REGULATORY_VIEW)
def site_inspections(request: PersonRequest, number: str) -> HttpResponse:
    """The same of one site, with its registrations."""
    context = site_frame(request, number, TAB)
    context |= record_of(request, Site.objects.filter(pk=context["site"].pk), key=number)
    context["registered"] = coverage(request.user, REGISTRATIONS.code)
    return render_page(request, "vendors/site_inspections.html", "vendors/_inspections.html", context)


@page(P.REGULATORY_VIEW)
def site_registrations(request: PersonRequest, number: str) -> HttpResponse:
    """Until when and for what a site is registered with FDA, which is neither an approval nor an inspection."""
    context = site_frame(request, number, "")
    rows = Registration.objects.shown_to(request.user).of_site(context["site"])
    context |= {
        "registrations": rows.order_by("fei", "duns"),
        "registered": coverage(request.user, REGISTRATIONS.code),
    }
    return render_page(request, "vendors/site_registrations.html", "vendors/_registrations.html", context)


def record_of(request: PersonRequest, sites: QuerySet[Any], *, key: str) -> dict[str, Any]:
    """Context of the picture and the table of `sites`."""
    lanes = histories(sites, request.user)
    today = timezone.localdate()
    return {
        "lanes": lanes,
        "picture": timeline(lanes, today, f"tl-{key.lower()}"),
        "visits": sorted(
            ((visit, lane.site) for lane in lanes for visit in lane.visits), key=lambda pair: pair[0].on, reverse=True
        ),
        "old": [lane for lane in lanes if lane.is_old(today)],
        "covered": coverage(request.user),
        "is_sponsor": request.user.company_kind == SPONSOR,
    }
