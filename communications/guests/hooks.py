"""What this room adds elsewhere: the kinds that can be answered by a link, search, and words of histories."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.panels import SearchSource, search_sources
from communications.guests import kinds
from communications.guests.documents import DOCUMENTS
from communications.guests.models import GuestLink
from communications.guests.thread_answers import THREADS
from vendors.registry.history import ACTS, HIDDEN

HITS = 7


def find_links(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """Links by the guest's name or address, the newest first."""
    rows = GuestLink.objects.visible_to(actor).named_like(words).order_by("-created_at", "number")
    now = timezone.now()
    return [(str(row), row.state(now).label, row.get_absolute_url()) for row in rows[:HITS]]


kinds.add(DOCUMENTS)
kinds.add(THREADS)
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
