"""Pages of sites, at the same addresses for the sponsor and for the CMO: list, one site, its documents and history."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.gate import page
from vendors.registry import actions, site_actions
from vendors.registry.edits import Crumb, form_page, restore_record, retire_page
from vendors.registry.files import add_file, listed, shelf
from vendors.registry.filters import SiteListFilter
from vendors.registry.forms import FormerFeiForm, SiteForm
from vendors.registry.frame import DOCUMENTS, HISTORY, OVERVIEW, sections, site_frame
from vendors.registry.history import history_of
from vendors.registry.models import (
    Capability,
    CapacityOffer,
    Certificate,
    Contact,
    ContainmentBand,
    FormerFei,
    Site,
    Vendor,
)
from vendors.registry.views import crumbs_of, found_vendor

SORTS = {
    "cmo": ("vendor__sort_name", "name", "number"),
    "name": ("name", "number"),
    "-name": ("-name", "number"),
    "country": ("country", "name", "number"),
    "-country": ("-country", "name", "number"),
}
PARTNER_SORTS = {"name": SORTS["name"]} | SORTS


@page(P.SITE_VIEW)
def site_list(request: PersonRequest) -> HttpResponse:
    """A sponsor's sites over all its CMOs; a CMO's own sites, each under the sponsor who shares it."""
    is_sponsor = request.user.company_kind == SPONSOR
    rows = Site.objects.visible_to(request.user).live()
    filters = SiteListFilter(request.GET, queryset=rows, reader=request.user)
    found = filters.qs.with_counts(timezone.localdate()).select_related("vendor__sponsor")
    context = {
        "sites": listing(request, found, sorts=SORTS if is_sponsor else PARTNER_SORTS, noun="site"),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "vendors:site-list"),
        "is_sponsor": is_sponsor,
        "documents": shared_documents(request) if request.user.company_kind == PARTNER else [],
    }
    return render_page(request, "vendors/site_list.html", "vendors/_site_rows.html", context)


def shared_documents(request: PersonRequest) -> Any:
    """Files that sponsors keep with the whole relation and share with the CMO, newest first."""
    mine = Vendor.objects.visible_to(request.user).filter(is_retired=False).values("number")
    rows = Attachment.objects.visible_to(request.user).filter(
        about_type=Vendor.record_type(), about_number__in=mine, is_retired=False
    )
    return listed(rows, request.user).order_by("-pk")[:20]


@page(P.SITE_VIEW)
def site_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What the site is, can do, holds and promises."""
    context = site_frame(request, number, OVERVIEW)
    site, live = context["site"], {"site": context["site"], "is_retired": False}
    capabilities = Capability.objects.filter(**live).select_related("band")
    offers = CapacityOffer.objects.filter(site=site).order_by("is_withdrawn", "-expires_date", "number")
    today = timezone.localdate()
    context |= {
        "capabilities": capabilities.order_by("service", "dosage_form", "number")[:100],
        "bands": ContainmentBand.objects.filter(site=site).order_by("-oel_from"),
        "certificates": Certificate.objects.filter(**live).order_by("-issue_date", "number")[:50],
        "offers": [(offer, offer.state(today)) for offer in offers[:50]],
        "former_feis": FormerFei.objects.filter(site=site).order_by("fei"),
        "contacts": Contact.objects.filter(**live).order_by("-is_primary", "name")[:10],
        "sections": sections(request, "site.overview", number),
    }
    return render_page(request, "vendors/site_detail.html", None, context)


@page(P.SITE_VIEW)
def site_documents(request: PersonRequest, number: str) -> HttpResponse:
    context = site_frame(request, number, DOCUMENTS)
    if request.method == "POST":
        answer = add_file(request, context["site"])
        if answer is not None:
            return answer
    context |= shelf(request, context["site"])
    return render_page(request, "vendors/site_documents.html", None, context)


@page(P.HISTORY_VIEW)
def site_history(request: PersonRequest, number: str) -> HttpResponse:
    """Who changed what of the site, when and why; its sponsor reads it."""
    context = site_frame(request, number, HISTORY)
    context["history"] = history_of(context["site"], request)
    return render_page(request, "vendors/site_history.html", None, context)


def found_site(request: PersonRequest, number: str) -> Site:
    rows = Site.objects.visible_to(request.user).select_related("vendor__sponsor", "vendor__company")
    site: Site = get_object_or_404(rows, number=number)
    return site


def site_crumbs(request: PersonRequest, site: Site) -> list[Crumb]:
    """The way to a site: over its CMO for a sponsor, over the list of sites for the CMO itself."""
    here = (site.name, site.get_absolute_url())
    if request.user.company_kind == SPONSOR:
        return [*crumbs_of(site.vendor), here]
    return [("Sites and capabilities", reverse("vendors:site-list")), here]


@page(P.SITE_EDIT)
def site_create(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    form = SiteForm(request.POST or None, instance=Site(vendor=vendor))

    def act() -> Site:
        return site_actions.add_site(vendor, by=request.user, **form.values())

    back = reverse("vendors:cmo-sites", args=[number])
    return form_page(
        request,
        form,
        act,
        heading=f"Add a site of {vendor.name}",
        back=back,
        said="The site is added: say next what it can do.",
        verb="Add the site",
        crumbs=[*crumbs_of(vendor), ("Sites", back)],
    )


@page(P.SITE_EDIT)
def site_edit(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    name, crumbs = site.name, site_crumbs(request, site)
    form = SiteForm(request.POST or None, instance=site)

    def act() -> None:
        actions.revise(site, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back = site.get_absolute_url()
    return form_page(request, form, act, heading=f"Edit {name}", back=back, said=f"{name} saved.", crumbs=crumbs)


@page(P.SITE_EDIT)
def site_retire(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    undo, back = reverse("vendors:site-restore", args=[number]), site.get_absolute_url()
    return retire_page(request, site, name=site.name, back=back, undo=undo, crumbs=site_crumbs(request, site))


@require_POST
@page(P.SITE_EDIT)
def site_restore(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    return restore_record(request, site, name=site.name, back=site.get_absolute_url())


@page(P.SITE_EDIT)
def former_fei_create(request: PersonRequest, number: str) -> HttpResponse:
    """A FEI that was merged into the site's own."""
    site = found_site(request, number)
    form = FormerFeiForm(request.POST or None, instance=FormerFei(site=site))

    def act() -> None:
        site_actions.add_former_fei(site, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading="Add a former FEI",
        back=site.get_absolute_url(),
        said="Former FEI added: what authorities wrote under it belongs to this site.",
        crumbs=site_crumbs(request, site),
    )


@page(P.SITE_EDIT)
def former_fei_edit(request: PersonRequest, number: str) -> HttpResponse:
    rows = FormerFei.objects.visible_to(request.user).select_related("site__vendor__sponsor", "site__vendor__company")
    former = get_object_or_404(rows, number=number)
    crumbs = site_crumbs(request, former.site)
    form = FormerFeiForm(request.POST or None, instance=former)

    def act() -> None:
        actions.revise(former, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back = former.site.get_absolute_url()
    return form_page(
        request, form, act, heading="Edit the former FEI", back=back, said="Former FEI saved.", crumbs=crumbs
    )
