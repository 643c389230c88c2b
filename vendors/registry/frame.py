"""The head of a CMO's and of a site's pages: who it is, what stands, and the tabs that every subject adds to.

A subject adds a tab with `panels.add("vendor", Panel(title, url_name, permission, order))`, or with "site"; the address
takes the number. Its page extends `vendors/cmo_base.html` or `vendors/site_base.html` and puts `cmo_frame(...)` or
`site_frame(...)` into its context. A section of the overview is a panel of "vendor.overview" or "site.overview": its
address answers with a fragment to htmx and with a whole page to anybody else.
"""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.panels import panels
from vendors.registry.models import Site, Vendor
from vendors.registry.moved import refuse_merged

OVERVIEW, SITES, CONTACTS, DOCUMENTS, HISTORY = "Overview", "Sites", "Contacts", "Documents", "History"


def cmo_frame(request: PersonRequest, number: str, tab: str) -> dict[str, Any]:
    """Context of a page of the CMO `number`: vendor, tabs, rights. 404 where the person may not see it."""
    rows = Vendor.objects.visible_to(request.user).with_standing().with_site_count()
    vendor = get_object_or_404(rows.select_related("manager", "sponsor", "company"), number=number)
    refuse_merged(vendor)
    return {
        "vendor": vendor,
        "tabs": tabs(request, "vendor", number, tab, {SITES: vendor.site_count}),
        "may_edit": request.user.may(P.CMO_EDIT),
        "may_edit_sites": request.user.may(P.SITE_EDIT),
        "may_invite": request.user.may(P.CMO_INVITE) and vendor.company_id is None and not vendor.is_retired,
    }


def site_frame(request: PersonRequest, number: str, tab: str) -> dict[str, Any]:
    """Context of a page of the site `number`, for its sponsor and for the CMO it belongs to."""
    rows = Site.objects.visible_to(request.user).select_related("vendor__sponsor")
    site = get_object_or_404(rows, number=number)
    user, in_use = request.user, not (site.is_retired or site.vendor.is_retired)
    return {
        "site": site,
        "vendor": site.vendor,
        "is_sponsor": user.company_kind == SPONSOR,
        "tabs": tabs(request, "site", number, tab, {}),
        "may_edit": user.may(P.SITE_EDIT),
        "may_offer": user.may(P.CAPACITY_OFFER) and in_use,
        "may_add_certificate": user.may(P.CERTIFICATE_ADD) and in_use,
    }


def tabs(request: PersonRequest, place: str, number: str, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """What `components/tabs.html` needs: every tab that is open to the person, one of them current."""
    return [
        {
            "label": panel.title,
            "url": reverse(panel.url_name, args=[number]),
            "count": counts.get(panel.title),
            "current": panel.title == tab,
        }
        for panel in panels.open_to(place, request.user)
    ]


def sections(request: PersonRequest, place: str, number: str) -> list[dict[str, str]]:
    """Sections that other subjects add to an overview: each is fetched from its own address."""
    return [
        {"title": panel.title, "url": reverse(panel.url_name, args=[number])}
        for panel in panels.open_to(place, request.user)
    ]
