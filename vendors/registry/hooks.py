"""What the registry adds to pages of other floors: tabs, search, cards of the first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import scale
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources

# Two of them only declare: tabs, cards and searches of the supply side, and the workflows.
from vendors.registry import deadlines, supply_hooks, workflows  # noqa: F401
from vendors.registry.frame import CONTACTS, DOCUMENTS, HISTORY, OVERVIEW, SITES
from vendors.registry.models import CapacityOffer, Certificate, Site, Vendor
from vendors.registry.scale import add_due_items, add_vendors

HITS = 7  # one more than the search page shows, so that it knows of more
AHEAD = timedelta(days=90)
BEHIND = timedelta(days=365)
ROWS = 8


def find_cmos(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Vendor.objects.visible_to(actor).live().matching(words).order_by("sort_name", "number")
    return [(row.name, row.number, row.get_absolute_url()) for row in rows[:HITS]]


def find_sites(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Site.objects.visible_to(actor).live().matching(words).select_related("vendor__sponsor")
    found = rows.order_by("name", "number")[:HITS]
    return [(row.name, hint(row, actor), row.get_absolute_url()) for row in found]


def hint(site: Site, actor: Any) -> str:
    """Whose site it is: the CMO to a sponsor, the sponsor to the CMO."""
    side = site.vendor.sponsor.name if actor.company_kind == PARTNER else site.vendor.name
    return " · ".join(part for part in (side, site.place, f"FEI {site.fei}" if site.fei else "") if part)


def cmos_looked_after(actor: Any) -> Any:
    """The CMOs a person looks after, the worst standing first; None where there are none."""
    mine = Vendor.objects.visible_to(actor).live().filter(manager__number=actor.ref)
    rows = list(mine.with_standing().with_site_count().with_next_expiry().order_by("standing", "sort_name")[:ROWS])
    if not rows:
        return None
    return {"vendors": rows, "all_url": f"{reverse('vendors:cmo-list')}?manager={actor.ref}"}


def sites_of_partner(actor: Any) -> Any:
    rows = Site.objects.visible_to(actor).live().with_counts(timezone.localdate()).select_related("vendor__sponsor")
    found = list(rows.order_by("name", "number")[:ROWS])
    return {"sites": found, "all_url": reverse("vendors:site-list")} if found else None


def ending_soon(actor: Any) -> Any:
    """Certificates and offers that end within 90 days, and certificates that ended without a newer one."""
    today = timezone.localdate()
    whose = Q() if actor.company_kind == PARTNER else Q(site__vendor__manager__number=actor.ref)
    certificates = (
        Certificate.objects.visible_to(actor)
        .current()
        .filter(whose, expires_date__lte=today + AHEAD, expires_date__gte=today - BEHIND)
    )
    offers = CapacityOffer.objects.visible_to(actor).filter(
        CapacityOffer.standing_on(today), whose, expires_date__lte=today + AHEAD, site__is_retired=False
    )
    related = "site__vendor__sponsor"
    items = [certificate_item(row, today, actor) for row in certificates.select_related(related)[:50]]
    items += [offer_item(row, actor) for row in offers.select_related(related)[:50]]
    return sorted(items, key=lambda item: item["due"])[:ROWS] or None


def certificate_item(row: Certificate, today: Any, actor: Any) -> dict[str, Any]:
    ended = row.expires_date is not None and row.expires_date < today
    return {
        "icon": "file-warning" if ended else "file-check",
        "kind": "bad" if ended else "",
        "url": row.get_absolute_url(),
        "title": f"{row.get_kind_display()} {'ended and not replaced' if ended else 'ends'}",
        "meta": f"{side(row.site, actor)} · {row.site.name} · {row.reference}",
        "due": row.expires_date,
        "verb": "Replace it" if ended else "Renew it",
    }


def offer_item(row: CapacityOffer, actor: Any) -> dict[str, Any]:
    return {
        "icon": "hourglass",
        "kind": "",
        "url": row.get_absolute_url(),
        "title": f"Capacity offer ends: {row.line}",
        "meta": f"{side(row.site, actor)} · {row.site.name} · {row.number}",
        "due": row.expires_date,
        "verb": "Open",
    }


def side(site: Site, actor: Any) -> str:
    return site.vendor.sponsor.name if actor.company_kind == PARTNER else site.vendor.name


for place, prefix, permission in (("vendor", "vendors:cmo", P.CMO_VIEW), ("site", "vendors:site", P.SITE_VIEW)):
    panels.add(place, Panel(OVERVIEW, f"{prefix}-detail", permission, order=0))
    panels.add(place, Panel(DOCUMENTS, f"{prefix}-documents", permission, order=80))
    panels.add(place, Panel(HISTORY, f"{prefix}-history", P.HISTORY_VIEW, order=90))
panels.add("vendor", Panel(SITES, "vendors:cmo-sites", P.CMO_VIEW, order=10))
panels.add("vendor", Panel(CONTACTS, "vendors:cmo-contacts", P.CMO_VIEW, order=20))

search_sources.add("", SearchSource("CMOs", P.CMO_VIEW, find_cmos, order=10))
search_sources.add("", SearchSource("Sites", P.SITE_VIEW, find_sites, order=20))

home_cards.add(
    SPONSOR, HomeCard("CMOs you look after", "vendors/_home_cmos.html", P.CMO_VIEW, cmos_looked_after, order=60)
)
home_cards.add(SPONSOR, HomeCard("Ending soon", "vendors/_home_work.html", P.SITE_VIEW, ending_soon, order=20))
home_cards.add(PARTNER, HomeCard("Ending soon", "vendors/_home_work.html", P.CERTIFICATE_ADD, ending_soon, order=20))
home_cards.add(PARTNER, HomeCard("Your sites", "vendors/_home_sites.html", P.SITE_VIEW, sites_of_partner, order=60))

deadlines.declare()
scale.add("vendors", add_vendors, help="CMOs with a site each", order=0)
scale.add("due-items", add_due_items, help="certificates that end, each with its due item", order=90)
