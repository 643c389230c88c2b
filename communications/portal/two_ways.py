"""How a sponsor and a CMO keep their word to each other, in the same figures for both (domain.md 3.5).

Counted are the due items that both sides read, so that either side can check every number, and neither is measured by
what the other does not see. A figure of one side counts the items that it held when they were closed. Days end with
midnight UTC, or readers in two zones would read two figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncDate

from cmo_portal.records.actors import PARTNER, SPONSOR, Actor
from cmo_portal.records.deadlines import DueItem, kinds
from vendors.registry.models import Vendor

WINDOW = timedelta(days=365)
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Side:
    """One side's figures of a relation. done: closed in the last 365 days; in_time: of these, by their due date; days:
    mean days for which the side had the ball, of those closed; late_now: open and past due."""

    done: int = 0
    in_time: int = 0
    days: float | None = None
    late_now: int = 0

    @property
    def share(self) -> int | None:
        """Per cent closed in time; None where nothing was closed."""
        return round(100 * self.in_time / self.done) if self.done else None


@dataclass(frozen=True)
class Relation:
    """One sponsor and one CMO, with the figures of both."""

    vendor: Vendor
    sponsor: Side
    partner: Side

    @property
    def says_something(self) -> bool:
        return any(side.done or side.late_now for side in (self.sponsor, self.partner))


def in_time() -> Q:
    """What was closed by its instant, or on its day at the latest."""
    return Q(due_at__isnull=False, closed_at__lte=F("due_at")) | Q(due_at__isnull=True, closed_day__lte=F("due_date"))


def late_at(now: datetime) -> Q:
    """What is open past its instant, or past its day."""
    over = Q(due_at__lt=now) | Q(due_at__isnull=True, due_date__lt=now.astimezone(UTC).date())
    return Q(is_open=True) & over


def relations_of(reader: Actor, vendors: Sequence[Vendor], now: datetime) -> list[Relation]:
    """The figures of these relations, in their order, from one query for any number of them."""
    counted = [code for code, kind in kinds.items() if not kind.is_event]
    rows = DueItem.objects.visible_to(reader).filter(
        wall_shared=True, kind__in=counted, vendor_ref__in=[vendor.number for vendor in vendors]
    )
    rows = rows.annotate(closed_day=TruncDate("closed_at", tzinfo=UTC))
    closed = Q(is_open=False, closed_at__gte=now - WINDOW)
    found: dict[tuple[str, str], Side] = {}
    for row in rows.values("vendor_ref", "side").annotate(
        done=Count("pk", filter=closed),
        kept=Count("pk", filter=closed & in_time()),
        ours=Avg("sponsor_seconds", filter=closed),
        theirs=Avg("partner_seconds", filter=closed),
        late_now=Count("pk", filter=late_at(now)),
    ):
        seconds = row["theirs"] if row["side"] == PARTNER else row["ours"]
        days = None if seconds is None else float(seconds) / DAY
        found[row["vendor_ref"], row["side"]] = Side(row["done"], row["kept"], days, row["late_now"])
    return [
        Relation(vendor, found.get((vendor.number, SPONSOR), Side()), found.get((vendor.number, PARTNER), Side()))
        for vendor in vendors
    ]


def in_rows(relation: Relation, reader: Actor) -> dict[str, Any]:
    """The figures as rows of a table: the reader's side first, each in words."""
    is_partner = reader.company_kind == PARTNER
    ours, theirs = (relation.partner, relation.sponsor) if is_partner else (relation.sponsor, relation.partner)
    sides = (ours, theirs)
    return {
        "other": relation.vendor.sponsor.name if is_partner else relation.vendor.name,
        "vendor": relation.vendor,
        "rows": [
            ("Closed in time", [in_time_words(side) for side in sides]),
            ("Days with the ball", [day_words(side.days) for side in sides]),
            ("Late now", [str(side.late_now) for side in sides]),
        ],
    }


def in_time_words(side: Side) -> str:
    return "–" if side.share is None else f"{side.in_time} of {side.done}"


def day_words(days: float | None) -> str:
    if days is None:
        return "–"
    return "under 1" if days < 1 else f"{days:.0f}"
