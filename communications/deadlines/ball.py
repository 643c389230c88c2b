"""Which open due items wait for whom, as their reader sees it: me, a colleague, the other side.

Mine is what I am reminded of: what I hold, and what nobody of my side holds and I may do (notices/recipients.py).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.deadlines import DueItem, DueItemQuerySet, kinds

ME, COLLEAGUE, SIDE, OTHER = "me", "colleague", "side", "other"


def open_items(reader: Actor) -> DueItemQuerySet:
    """What is open and readable for `reader`; a kind that no subject declares any more is not shown."""
    rows: DueItemQuerySet = DueItem.objects.open_to(reader).filter(is_open=True, kind__in=kinds)
    return rows


def waiting_for(reader: Actor, whom: str) -> Q:
    """`whom` is me, colleague, side (mine as a whole) or other."""
    side = Q(side=reader.company_kind)
    if whom == OTHER:
        return ~side
    if whom == SIDE:
        return side
    mine = Q(holder_ref=reader.ref) | Q(holder_ref="", kind__in=doable(reader))
    return side & (mine if whom == ME else ~mine)


def doable(reader: Actor) -> list[str]:
    """The kinds that `reader` may do where nobody holds them."""
    acts = {code: kind.acts_of(reader.company_kind) for code, kind in kinds.items()}
    return [code for code, needed in acts.items() if needed and reader.may(needed)]


def is_mine(item: DueItem, reader: Actor) -> bool:
    """`waiting_for(reader, ME)` for one row that is read already."""
    if item.side != reader.company_kind:
        return False
    acts = kinds[item.kind].acts_of(item.side)
    return item.holder_ref == reader.ref if item.holder_ref else bool(acts and reader.may(acts))


def late(now: datetime) -> Q:
    """What should be done by `now`: a day is over at the reader's midnight, an instant when it has passed."""
    return Q(due_at__isnull=True, due_date__lt=timezone.localdate(now)) | Q(due_at__lt=now)


def due_within(now: datetime, first: int, last: int) -> Q:
    """What is not late and due on one of the reader's days from `first` to `last`, counted from today (0)."""
    zone, today = timezone.get_current_timezone(), timezone.localdate(now)
    days = [today + timedelta(days=first), today + timedelta(days=last)]
    begin, end = (datetime.combine(day, time(), zone) for day in (days[0], days[1] + timedelta(days=1)))
    return Q(due_at__isnull=True, due_date__range=days) | Q(due_at__gte=max(begin, now), due_at__lt=end)


def is_late(item: DueItem, now: datetime) -> bool:
    return item.due_at < now if item.due_at is not None else item.due_date < timezone.localdate(now)


def others_name(vendor: Any, reader: Actor) -> str:
    """The other side of a relation by name: the sponsor to a CMO, the CMO to its sponsor."""
    return str(vendor.sponsor.name if reader.company_kind == PARTNER else vendor.name)
