"""The pages of the roof: home by role, search over every subject, the trail."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page, personal, public
from cmo_portal.records.panels import home_cards, search_sources
from cmo_portal.records.trail import TrailEvent

SEARCH_ROWS = 6


@personal
def home(request: PersonRequest) -> HttpResponse:
    """What the person's subjects put on the first page, each from its own `hooks.py`."""
    cards = []
    for card in home_cards.open_to(request.user.company_kind, request.user):
        rows = card.rows(request.user)
        if rows is not None:
            cards.append({"title": card.title, "template": card.template, "rows": rows})
    return render_page(request, "home.html", None, {"cards": cards, "now": timezone.localtime()})


@public
def absent(request: HttpRequest) -> HttpResponse:
    """Stands where a library has a page that this product does not want."""
    raise Http404


@page(P.SEARCH_USE)
def search(request: PersonRequest) -> HttpResponse:
    """Everything the person may see that answers to the words, grouped by subject."""
    words = request.GET.get("q", "").strip()[:100]
    groups = []
    if len(words) >= 2:
        for source in search_sources.open_to("", request.user):
            hits = source.find(request.user, words)
            if hits:
                groups.append({"title": source.title, "hits": hits[:SEARCH_ROWS], "more": len(hits) > SEARCH_ROWS})
    return render_page(request, "search.html", "_search_hits.html", {"groups": groups, "words": words})


@page(P.TRAIL_VIEW)
def trail_list(request: PersonRequest) -> HttpResponse:
    """The trail of everything the person's company may read, newest first."""
    rows = TrailEvent.objects.open_to(request.user)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = rows.filter(record_number__iexact=words) | rows.filter(actor_name__icontains=words)
    action = request.GET.get("action", "").strip()
    if action:
        rows = rows.filter(action__startswith=action)
    found = listing(request, rows, sorts={"newest": ("-at", "hash")}, noun="entry", plural="entries", size=50)
    return render_page(request, "trail_list.html", None, {"events": found, "words": words, "action": action})
