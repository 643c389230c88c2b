"""The pages of the roof: home by role, search over every subject, the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.navigation import STARTS, items
from cmo_portal.records.gate import page, personal, public
from cmo_portal.records.installation_key import all_keys, current_key
from cmo_portal.records.panels import home_cards, search_sources
from communications.portal.lens import lens_of

SEARCH_ROWS = 6


@personal
def home(request: PersonRequest) -> HttpResponse:
    """What the person's subjects put on the first page, each from its own `hooks.py`: its column and the one beside."""
    lens = lens_of(request, request.user)
    cards, beside, shown = list[dict[str, Any]](), list[dict[str, Any]](), set[str]()
    for card in home_cards.open_to(request.user.company_kind, request.user):
        chosen = {"sponsor": lens.sponsor_id} if card.by_sponsor else {}
        rows = not_twice(card.rows(request.user, **chosen), shown)
        if rows is None:
            continue
        for column, template in ((cards, card.template), (beside, card.aside)):
            if template:
                column.append({"title": card.title, "template": template, "rows": rows})
    now = timezone.localtime()
    context = {"cards": cards, "beside": beside, "lens": lens, "now": now, "greeting": greeting(now.hour)}
    return render_page(request, "home.html", None, context | {"starts": items(STARTS, request.user, request.path)})


def greeting(hour: int) -> str:
    if hour < 5 or hour >= 18:
        return "Good evening"
    return "Good morning" if hour < 12 else "Good afternoon"


def not_twice(rows: Any, shown: set[str]) -> Any:
    """A work list without what an earlier card has shown already; that card names the pages in its `addresses`."""
    if isinstance(rows, Mapping):
        shown |= rows.get("addresses", set())
        return rows
    if not shown or not isinstance(rows, list):
        return rows
    left = [row for row in rows if not isinstance(row, dict) or row["url"].partition("#")[0] not in shown]
    return left or None


@public
def absent(request: HttpRequest) -> HttpResponse:
    """Stands where a library has a page that this product does not want."""
    raise Http404


@public
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that sign this installation's documents, for whoever holds one of them."""
    current = current_key().key_id
    return render_page(request, "keys.html", None, {"keys": all_keys(), "current": current})


@public
def keys_json(request: HttpRequest) -> JsonResponse:
    """The same for machines; docs/verify/verify_document.py reads it."""
    current = current_key().key_id
    listed = [
        {
            "key_id": key.key_id,
            "public_key": key.public_key,
            "algorithm": "Ed25519",
            "since": key.created_at.isoformat(timespec="seconds"),
            "retired_at": key.retired_at.isoformat(timespec="seconds") if key.retired_at else None,
            "retired_because": key.retired_because,
            "endorsed_by": key.endorsed_by if key.is_endorsed else "",
            "endorsement": key.endorsement if key.is_endorsed else "",
        }
        for key in all_keys()
    ]
    return JsonResponse({"current": current, "keys": listed})


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
