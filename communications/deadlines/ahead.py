"""The days ahead: what falls into them, and how it is put into lanes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from cmo_portal.lib.agenda import AgendaLane, Dated
from cmo_portal.records.deadlines import DueItem, DueItemQuerySet
from communications.deadlines.words import Row

DAYS = 90
BEHIND = timedelta(days=365)
MOST = 400  # items that one picture and its table can show
NO_NAME = "Your own company"


@dataclass(frozen=True)
class Ahead:
    """more: whether there are more than the picture holds; then the nearest are shown."""

    items: list[DueItem]
    more: bool


def within(rows: DueItemQuerySet, today: date, most: int = MOST) -> Ahead:
    """What is late by up to a year, and what is due within the days ahead; the nearest first."""
    found = rows.filter(due_date__gte=today - BEHIND, due_date__lte=today + timedelta(days=DAYS))
    items = list(found.order_by("due_date", "number")[: most + 1])
    return Ahead(items[:most], len(items) > most)


def lanes_of(rows: Sequence[Row], by: str, most: int = 40) -> list[AgendaLane]:
    """Lanes by `company` or by `kind`, the one with the nearest date first; at most so many, the rest in one."""
    found: dict[str, list[Dated]] = defaultdict(list)
    today = timezone.localdate()
    for row in rows:
        name = row.kind if by == "kind" else row.place or NO_NAME
        ours = row.item.side == row.reader_side
        on = min(row.item.due_date, today - timedelta(days=1)) if row.is_late else max(row.item.due_date, today)
        found[name].append(Dated(on, ours))
    lanes = [AgendaLane(name, dated) for name, dated in found.items()]
    if len(lanes) <= most:
        return lanes
    rest = [dated for lane in lanes[most - 1 :] for dated in lane.dated]
    return [*lanes[: most - 1], AgendaLane(f"{len(lanes) - most + 1} more", rest)]
