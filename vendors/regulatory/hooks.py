"""What the public record adds to pages of other subjects: tabs and sections of a CMO and of a site, search."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.panels import Panel, SearchSource, panels, search_sources
from vendors.regulatory.models import RegulatoryEvent

ROWS = 7
SHORTEST = 4  # letters, so that the first key typed does not walk through every name


def find_events(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """By FEI or Inspection ID always, by the firm's name from four letters on."""
    rows = RegulatoryEvent.objects.shown_to(actor)
    if words.isdigit():
        rows = rows.filter(external_id=words) | rows.filter(fei=words)
    elif len(words) < SHORTEST:
        return []
    else:
        rows = rows.matching(words)
    found = rows.order_by("-event_date", "number")[:ROWS]
    return [
        (f"{e.legal_name}, {e.outcome}", f"{e.authority}, {full_day(e.event_date)}", e.get_absolute_url())
        for e in found
    ]


panels.add("vendor", Panel("Inspections", "vendors:cmo-inspections", P.REGULATORY_VIEW, order=30))
panels.add("site", Panel("Inspections", "vendors:site-inspections", P.REGULATORY_VIEW, order=30))
panels.add("vendor.overview", Panel("Inspections", "vendors:cmo-inspections", P.REGULATORY_VIEW, order=20))
panels.add("site.overview", Panel("FDA registration", "vendors:site-registrations", P.REGULATORY_VIEW, order=40))
search_sources.add("", SearchSource("Inspections", P.REGULATORY_VIEW, find_events, order=40))
