"""What the registry adds to pages of other floors: tabs, search, cards of the first page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import scale
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources

# Two of them only declare: tabs, cards and searches of the supply side, and the workflows.
from vendors.registry import deadlines, supply_hooks, workflows  # noqa: F401
from vendors.registry.frame import CONTACTS, DOCUMENTS, HISTORY, OVERVIEW, SITES
from vendors.registry.models import Site, Vendor
from vendors.registry.scale import add_due_items, add_vendors

HITS = 7  # one more than the search page shows, so that it knows of more
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


def sites_of_partner(actor: Any, sponsor: int | None = None) -> Any:
    rows = Site.objects.visible_to(actor).live().with_counts(timezone.localdate()).select_related("vendor__sponsor")
    rows = rows.filter(wall_owner=sponsor) if sponsor else rows
    found = list(rows.order_by("name", "number")[:ROWS])
    return {"sites": found, "all_url": reverse("vendors:site-list")} if found else None


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
home_cards.add(
    PARTNER, HomeCard("Your sites", "vendors/_home_sites.html", P.SITE_VIEW, sites_of_partner, 60, by_sponsor=True)
)

deadlines.declare()
scale.add("vendors", add_vendors, help="CMOs with a site each", order=0)
scale.add("due-items", add_due_items, help="certificates that end, each with its due item", order=90)
