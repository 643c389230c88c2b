"""Gives the demo's clocks a past: everything was seeded a moment ago, while its story reaches back for months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import cycle

from django.utils import timezone

from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DueItem

# Days from the due date to the end, and for how many days it was open before that: nine in time, one late.
ENDS = (-6, -3, -1, 0, -2, -4, 3, -1, -5, -2)
LASTED = (12, 20, 8, 15, 25, 10, 18, 6, 30, 14)
WAITING = (2, 9, 4, 14, 1, 6, 11, 3)
NOON = time(12)


def seed_clocks() -> None:
    """Moves the beginning, and of what is closed the end, of each due item into the past."""
    now = timezone.now()
    ends, lasted, waiting = cycle(ENDS), cycle(LASTED), cycle(WAITING)
    for item in DueItem.objects.order_by("kind", "due_date", "title", "record_number"):
        due = datetime.combine(item.due_date, NOON, UTC)
        if item.is_open:
            begin = min(now, due) - timedelta(days=next(waiting))
            item.held_since = item.opened_at = begin
        else:
            end = min(due + timedelta(days=next(ends)), now)
            item.closed_at, item.held_since = end, end
            item.opened_at = end - timedelta(days=next(lasted))
            spent = int((end - item.opened_at).total_seconds())
            item.partner_seconds, item.sponsor_seconds = (spent, 0) if item.side == PARTNER else (0, spent)
        item.save(update_fields=["held_since", "opened_at", "closed_at", "partner_seconds", "sponsor_seconds"])
