"""When the clock of an update ends, whether it was posted in time, and whose move it is: pure, the same for both sides.

Hours run on the clock, through nights and weekends; days end with midnight where whoever must act is. The day on which
a clock starts does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cmo_portal.lib.calendars import add_business_days
from cmo_portal.records.offsets import Place, midnight

HOURS, BUSINESS, DAYS = "h", "b", "d"
DAY = timedelta(days=1)
SPONSOR, PARTNER, NOBODY = "sponsor", "partner", ""
OTHER = {SPONSOR: PARTNER, PARTNER: SPONSOR}
EARLY, IN_TIME, LATE = "early", "in_time", "late"


@dataclass(frozen=True)
class Span:
    """So many hours, business days or calendar days."""

    amount: int
    unit: str = DAYS


def last_day(start: date, span: Span, place: Place) -> date:
    """The last day of a span of days."""
    if span.unit == BUSINESS:
        return add_business_days(start, span.amount, place.holidays)
    return start + DAY * span.amount


def ends(start: datetime, span: Span, place: Place) -> datetime:
    """The instant after which what began at `start` is late."""
    if span.unit == HOURS:
        return start + timedelta(hours=span.amount)
    return midnight(last_day(start.astimezone(place.zone).date(), span, place) + DAY, place.zone)


def ahead(planned: date, span: Span, place: Place) -> datetime:
    """The instant after which it is too late to tell of what happens on `planned`: the end of the last day in time."""
    back = Span(-span.amount, span.unit)
    return midnight(last_day(planned, back, place) + DAY, place.zone)


def timing(posted: datetime, due: datetime | None, start: datetime | None) -> str:
    """How an update came: late, in time, or early.

    start: when its clock began; None where it counts back from a planned day. Early: in the first half of the time, or
    while nothing binds yet (due is None).
    """
    if due is None:
        return EARLY
    if posted > due:
        return LATE
    return EARLY if start is not None and posted - start <= (due - start) / 2 else IN_TIME


@dataclass(frozen=True)
class Standing:
    """What decides on the ball. side: who posted it."""

    side: str
    status: str
    decides: bool = False
    asks_answer: bool = False
    investigates: bool = False


def holder(now: Standing) -> str:
    """The side whose move it is; empty when nothing waits."""
    other = OTHER[now.side]
    if now.status == "posted":
        return other
    if now.status in ("asked", "answered"):
        return now.side
    if now.status == "acknowledged":
        if now.decides or now.asks_answer:
            return other
        return now.side if now.investigates else NOBODY
    return NOBODY
