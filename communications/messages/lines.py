"""A thread as a line of a list or of the first page, in the words of whoever reads it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.lists import Listing, listing
from cmo_portal.records.actors import PARTNER
from communications.messages import subjects
from communications.messages.audience import other_company
from communications.messages.models import Thread
from communications.messages.querysets import ThreadQuerySet

LIST = "communications:thread-list"
SORTS = {"newest": ("-last_at", "number"), "oldest": ("last_at", "number")}
STATUS_PILLS = {"open": "info", "awaiting_cmo": "warn", "awaiting_sponsor": "warn", "resolved": "ok"}
ON_HOME = 3


def rows_for(reader: User) -> ThreadQuerySet:
    """What the person may see, with what a row of the list shows."""
    rows: ThreadQuerySet = Thread.objects.open_to(reader).with_unread(reader).with_last_words()
    return rows.select_related("vendor", "sponsor")


def listed(request: HttpRequest, reader: User, rows: ThreadQuerySet) -> Listing:
    found = listing(request, rows, sorts=SORTS, noun="thread")
    for row in found.rows:
        dressed(row, reader)
    return found


def dressed(thread: Any, reader: User) -> Any:
    """Gives a thread the words of its status and its other side, as the reader says them."""
    subject = subjects.kinds.get(thread.about_type)
    thread.about_noun = subject.noun if subject else ""
    thread.pill = STATUS_PILLS[thread.status]
    thread.waits = status_words(thread, reader)
    thread.is_unread = reader.may(P.MESSAGE_POST) and getattr(thread, "seen", 0) < thread.message_count
    if thread.is_shared:
        thread.other = thread.sponsor.name if reader.company_kind == PARTNER else thread.vendor.name
    else:
        thread.other = ""
    return thread


def status_words(thread: Thread, reader: User) -> str:
    if not thread.awaits:
        return str(thread.get_status_display())  # type: ignore[attr-defined]
    if thread.awaits == reader.company_kind:
        return "Waits for you"
    return f"Waits for {other_company(thread, reader)}"


def dressed_action(action: Any, reader: User) -> Any:
    """Gives an action the words of its side and of how it stands."""
    action.is_ours = action.side == reader.company_kind
    action.doer = reader.company_name if action.is_ours else other_company(action.thread, reader)
    if action.done_date:
        action.stand, action.pill = "Done", "ok"
    elif action.is_dropped:
        action.stand, action.pill = "Dropped", ""
    elif action.is_late(timezone.localdate()):
        action.stand, action.pill = "Late", "bad"
    else:
        action.stand, action.pill = "To be done", "info"
    action.may_finish = action.is_open and action.is_ours and reader.may(P.MESSAGE_POST)
    action.may_drop = action.is_open and reader.may(P.MESSAGE_POST)
    return action


def latest(reader: Any, sponsor: int | None = None) -> dict[str, Any] | None:
    """The card of the first page: where something was said last and the matter is not settled."""
    found = rows_for(reader).unresolved().order_by(*SORTS["newest"])
    found = found.filter(wall_owner=sponsor) if sponsor else found
    rows = [dressed(row, reader) for row in found[:ON_HOME]]
    return {"threads": rows, "all_url": reverse(LIST)} if rows else None
