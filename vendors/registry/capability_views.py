"""Pages on which a site's capabilities and its containment bands are kept."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.records.gate import page
from vendors.registry import actions, site_actions
from vendors.registry.edits import form_page, restore_record, retire_page
from vendors.registry.forms import BandForm, CapabilityForm
from vendors.registry.models import Capability, ContainmentBand
from vendors.registry.site_views import found_site, site_crumbs

OF_SITE = ("site__vendor__sponsor", "site__vendor__company")


@page(P.SITE_EDIT)
def capability_create(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    form = CapabilityForm(request.POST or None, instance=Capability(site=site))

    def act() -> None:
        site_actions.add_capability(site, by=request.user, **form.values())

    back, crumbs = site.get_absolute_url(), site_crumbs(request, site)
    return form_page(request, form, act, heading="Add a capability", back=back, said="Capability added.", crumbs=crumbs)


def found_capability(request: PersonRequest, number: str) -> Capability:
    rows = Capability.objects.visible_to(request.user).select_related("band", *OF_SITE)
    capability: Capability = get_object_or_404(rows, number=number)
    return capability


@page(P.SITE_EDIT)
def capability_edit(request: PersonRequest, number: str) -> HttpResponse:
    capability = found_capability(request, number)
    name, site = str(capability), capability.site
    form = CapabilityForm(request.POST or None, instance=capability)

    def act() -> None:
        actions.revise(capability, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back, crumbs = site.get_absolute_url(), site_crumbs(request, site)
    return form_page(request, form, act, heading=f"Edit {name}", back=back, said=f"{name} saved.", crumbs=crumbs)


@page(P.SITE_EDIT)
def capability_retire(request: PersonRequest, number: str) -> HttpResponse:
    capability = found_capability(request, number)
    site, undo = capability.site, reverse("vendors:capability-restore", args=[number])
    crumbs = site_crumbs(request, site)
    return retire_page(
        request, capability, name=str(capability), back=site.get_absolute_url(), undo=undo, crumbs=crumbs
    )


@require_POST
@page(P.SITE_EDIT)
def capability_restore(request: PersonRequest, number: str) -> HttpResponse:
    capability = found_capability(request, number)
    return restore_record(request, capability, name=str(capability), back=capability.site.get_absolute_url())


@page(P.SITE_EDIT)
def band_create(request: PersonRequest, number: str) -> HttpResponse:
    """A row of the site's own containment table."""
    site = found_site(request, number)
    form = BandForm(request.POST or None, instance=ContainmentBand(site=site))

    def act() -> None:
        site_actions.add_band(site, by=request.user, **form.values())

    back, crumbs = site.get_absolute_url(), site_crumbs(request, site)
    return form_page(request, form, act, heading="Add a containment band", back=back, said="Band added.", crumbs=crumbs)


@page(P.SITE_EDIT)
def band_edit(request: PersonRequest, number: str) -> HttpResponse:
    rows = ContainmentBand.objects.visible_to(request.user).select_related(*OF_SITE)
    band = get_object_or_404(rows, number=number)
    name, site = band.name, band.site
    form = BandForm(request.POST or None, instance=band)

    def act() -> None:
        actions.revise(band, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back, crumbs = site.get_absolute_url(), site_crumbs(request, site)
    return form_page(request, form, act, heading=f"Edit {name}", back=back, said=f"{name} saved.", crumbs=crumbs)
