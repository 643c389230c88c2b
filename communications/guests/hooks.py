"""What this room adds elsewhere: the kinds that can be answered by a link, search, and words of histories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.panels import HomeCard, SearchSource, home_cards, search_sources
from communications.guests import kinds
from communications.guests.documents import DOCUMENTS
from communications.guests.models import GuestLink
from communications.guests.thread_answers import THREADS
from communications.guests.vocabulary import PILLS
from vendors.registry.history import ACTS, HIDDEN

HITS, ROWS, LATELY = 7, 4, timedelta(days=7)


def find_links(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """Links by the guest's name or address, the newest first."""
    rows = GuestLink.objects.visible_to(actor).named_like(words).order_by("-created_at", "number")
    now = timezone.now()
    return [(str(row), row.state(now).label, row.get_absolute_url()) for row in rows[:HITS]]


def my_links(actor: Any) -> Any:
    """Whom the person asked by link: what is still open, and what was answered in the last days."""
    now = timezone.now()
    lately = Q(answered_at__gte=now - LATELY, revoked_at__isnull=True)
    rows = GuestLink.objects.visible_to(actor).filter(made_by_ref=actor.ref)
    found = list(
        rows.filter(lately | Q(answered_at__isnull=True, revoked_at__isnull=True)).order_by("-created_at")[:ROWS]
    )
    kinds.titles(found, actor)
    for link in found:
        state = link.state(now)
        link.state_words, link.pill = state.label, PILLS[state]
    return {"links": found} if found else None


kinds.add(DOCUMENTS)
kinds.add(THREADS)
for side in (SPONSOR, PARTNER):
    card = HomeCard("Asked by link", "", P.GUEST_ASK, my_links, order=60, aside="communications/_home_links.html")
    home_cards.add(side, card)
search_sources.add("", SearchSource("Answers by link", P.GUEST_VIEW, find_links, order=85))
HIDDEN.update(
    {
        "receipt",
        "uses",
        "about_type",
        "company_name",
        "made_by_name",
        "wrong_codes",
        "last_used_at",
        "code_made_at",
        "code_wanted_at",
        "made_by_ref",
        "account_mailed_at",
    }
)
ACTS.update(
    {
        "provide": "provided it",
        "make_link": "made the link",
        "ask_by_link": "asked somebody for it by a link",
        "renew_link": "sent a new link",
        "revoke_link": "revoked the link",
        "deliver_link": "sent the mail with the link",
        "open_link": "opened the link",
        "want_code": "asked for a code",
        "draw_code": "drew a code",
        "send_code": "sent the code",
        "wrong_code": "typed a wrong code",
        "enter_link": "came in with the code",
        "answer_link": "answered",
        "read_link_file": "took a file",
        "leave_link": "left",
        "want_account": "asked for an account",
        "mail_account_wish": "told those who invite people",
    }
)
