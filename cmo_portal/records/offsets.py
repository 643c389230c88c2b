"""How long before or after its due date a reminder comes, and when that is: calendar days, business days or hours.

An offset is written as people say it: `14d` is fourteen days before, `-3d` three days after, `5b` five business days
before, `24h` twenty-four hours before. A day begins at midnight where its holder is; a business day is Monday to Friday
without that side's public holidays. Hours are hours on the clock, across changes of summer time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cmo_portal.lib.calendars import NONE, add_business_days

UNITS = {"d": "day", "b": "business day", "h": "hour"}
WRITTEN = re.compile(r"([+-]?\d{1,4})\s*([dbh]?)")
LONGEST = {"d": 730, "b": 500, "h": 720}


class Place(NamedTuple):
    """Where a day is counted: a time zone, and the days on which nobody works there."""

    zone: ZoneInfo = ZoneInfo("UTC")
    holidays: Collection[date] = NONE


UTC_PLACE = Place()
FIRST_YEAR, LAST_YEAR = 1900, 9000  # of days from which one can count in both directions


def is_countable(day: date) -> bool:
    """Whether days can be counted from `day`: not from the ends of the calendar, which stand for "always" or a slip."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@dataclass(frozen=True)
class Offset:
    """`amount` of `unit` (d, b or h) before the due date; negative: after it."""

    amount: int
    unit: str = "d"

    @classmethod
    def of(cls, written: int | str | Offset) -> Offset:
        """Reads `14`, `14d`, `-3d`, `5b` or `24h`; ValueError with a sentence when it is none of these."""
        if isinstance(written, Offset):
            return written
        found = WRITTEN.fullmatch(str(written).strip())
        if found is None:
            raise ValueError(f"{written!s} is no time before a date: write 14d, -3d, 5b (business days) or 24h.")
        made = cls(int(found[1]), found[2] or "d")
        if abs(made.amount) > LONGEST[made.unit]:
            raise ValueError(f"{written!s} is too far away: at most {LONGEST[made.unit]} {UNITS[made.unit]}s.")
        return made

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def says(self) -> str:
        """`14 days before`, `on the day`, `3 business days after`."""
        if self.amount == 0:
            return "when it is due" if self.unit == "h" else "on the day"
        count = abs(self.amount)
        word = UNITS[self.unit] if count == 1 else f"{UNITS[self.unit]}s"
        return f"{count} {word} {'before' if self.amount > 0 else 'after'}"

    def moment(self, due: Due, place: Place) -> datetime:
        """When the reminder of `due` comes, as an instant in UTC."""
        if self.unit == "h":
            return due.ends(place) - timedelta(hours=self.amount)
        if self.unit == "b":
            return midnight(add_business_days(due.day, -self.amount, place.holidays), place.zone)
        return midnight(due.day - timedelta(days=self.amount), place.zone)


class Due(NamedTuple):
    """What is due: a day, or with `at` an instant of that day (UTC)."""

    day: date
    at: datetime | None = None

    def ends(self, place: Place) -> datetime:
        """The instant after which it is late: of a day, the midnight that ends it at `place`."""
        return self.at or midnight(self.day + timedelta(days=1), place.zone)

    @property
    def key(self) -> str:
        """By which the ledger knows this date: the day, or the instant to the minute."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if self.at else self.day.isoformat()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When `day` begins in `zone`, in UTC; where the clocks skip midnight, the first moment after the gap."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def offsets_of(written: Iterable[int | str | Offset]) -> tuple[Offset, ...]:
    """Offsets read, each once, in the order written."""
    return tuple(dict.fromkeys(Offset.of(each) for each in written))
