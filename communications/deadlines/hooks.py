"""What deadlines add to pages of others: the first page, search, the CMO's page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from communications.deadlines.ball import open_items
from communications.deadlines.filters import matching
from communications.deadlines.home import days_ahead, due_of_home
from communications.deadlines.views import TAB
from communications.deadlines.words import rows_of

HITS = 7


def find_deadlines(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """What is open and answers to the words, the nearest first."""
    found = matching(open_items(actor), words, actor).order_by("due_date", "number")[:HITS]
    rows = rows_of(list(found), actor, timezone.now())
    return [(row.item.title, " · ".join(part for part in (row.place, row.due_words) if part), row.url) for row in rows]


for kind in (SPONSOR, PARTNER):
    DUE, WAITS = "communications/_home_due.html", "communications/_home_waits.html"
    home_cards.add(kind, HomeCard("Deadlines", DUE, P.DUE_VIEW, due_of_home, 1, aside=WAITS, by_sponsor=True))
    AHEAD = "communications/_home_ahead.html"
    home_cards.add(kind, HomeCard("The next 90 days", AHEAD, P.DUE_VIEW, days_ahead, 55, by_sponsor=True))
search_sources.add("", SearchSource("Deadlines", P.DUE_VIEW, find_deadlines, order=75))
panels.add("vendor", Panel(TAB, "communications:cmo-deadlines", P.CMO_VIEW, order=70))
