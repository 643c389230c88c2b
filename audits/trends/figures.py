"""The arithmetic of trends: a period and its quarters, shares, medians, ages, limits in business days.

It knows neither a database nor a clock: counts come in as groups that the database made, whose number does not depend
on how many findings there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from cmo_portal.lib.calendars import add_business_days, add_months

MONTHS = 12  # a period that nobody chose
LONGEST = 60  # months that one page shows; more quarters than twenty tell nothing
DAY = timedelta(days=1)
MONDAY = date(2024, 1, 1)  # some Monday, from which the weekdays are counted


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Quarter(Period):
    """The part of a calendar quarter that lies in a period."""

    @property
    def label(self) -> str:
        return f"Q{(self.first.month + 2) // 3} {self.first.year}"

    @property
    def is_whole(self) -> bool:
        return (self.first, self.last) == bounds_of_quarter(self.first)


def year_to(today: date) -> Period:
    """The twelve months that end with `today`: 2026-11-27 begins on 2025-11-28."""
    return Period(add_months(today, -MONTHS) + DAY, today)


def problem(first: date, last: date) -> str:
    """Why the two dates are no period that can be shown; empty where they are one."""
    if last < first:
        return "The last day must not be before the first."
    if last > add_months(first, LONGEST):
        return f"Choose at most {LONGEST // 12} years."
    return ""


def bounds_of_quarter(day: date) -> tuple[date, date]:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, add_months(first, 3) - DAY


def quarters_of(period: Period) -> list[Quarter]:
    """The calendar quarters that `period` touches, the earliest first, the outer two cut to its days."""
    found, day = [], period.first
    while day <= period.last:
        end = bounds_of_quarter(day)[1]
        found.append(Quarter(day, min(end, period.last)))
        day = end + DAY
    return found


def share(part: int, whole: int) -> float | None:
    """Per cent; None of nothing, because nothing is neither good nor bad."""
    return part / whole * 100 if whole else None


def median(counts: Mapping[int, int]) -> float | None:
    """The median of values that come as value -> how often: the middle one, or the mean of the two in the middle."""
    total = sum(counts.values())
    if not total:
        return None
    return (nth(counts, (total - 1) // 2) + nth(counts, total // 2)) / 2


def nth(counts: Mapping[int, int], place: int) -> int:
    """The value at `place`, counted from 0, were all of them written out in order."""
    values = sorted(counts)
    return next(
        value for value, seen in zip(values, accumulate(counts[v] for v in values), strict=True) if seen > place
    )


def calendar_days(business_days: int, iso_weekday: int) -> int:
    """How many calendar days `business_days` take when their clock starts on `iso_weekday` (1 is Monday)."""
    start = MONDAY + DAY * (iso_weekday - 1)
    return (add_business_days(start, business_days) - start).days


# --- ages ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Age:
    """Findings open for `youngest` to `oldest` days; None is without an end."""

    code: str
    label: str
    youngest: int
    oldest: int | None

    def issued(self, today: date) -> tuple[date | None, date]:
        """(first, last) day on which such a finding was issued; the first is open for the oldest."""
        return (today - DAY * self.oldest if self.oldest is not None else None), today - DAY * self.youngest


AGES = (
    Age("to_30", "Up to 30 days", 0, 30),
    Age("to_90", "31 to 90 days", 31, 90),
    Age("to_180", "91 to 180 days", 91, 180),
    Age("over_180", "Over 180 days", 181, None),
)


# --- findings --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """So many findings of one quarter (its place), class and system, repeats apart."""

    quarter: int
    classification: str
    system: str
    is_repeat: bool
    number: int


@dataclass
class Tally:
    """What stands in one row of a table: findings by class, and how many of them are repeats."""

    classes: Counter[str] = field(default_factory=Counter)
    repeats: int = 0

    @property
    def total(self) -> int:
        return sum(self.classes.values())

    @property
    def repeat_rate(self) -> float | None:
        return share(self.repeats, self.total)

    def add(self, cell: Cell) -> None:
        self.classes[cell.classification] += cell.number
        self.repeats += cell.number if cell.is_repeat else 0


@dataclass(frozen=True)
class Findings:
    """The same findings added up in three ways."""

    all: Tally
    quarters: Sequence[Tally]
    systems: Mapping[str, Tally]


def added_up(cells: Iterable[Cell], quarters: int) -> Findings:
    every, parts, systems = Tally(), [Tally() for _ in range(quarters)], dict[str, Tally]()
    for cell in cells:
        every.add(cell)
        parts[cell.quarter].add(cell)
        systems.setdefault(cell.system, Tally()).add(cell)
    return Findings(every, parts, systems)


# --- cycle times -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timed:
    """So many steps that were done in one quarter after `days`, within their limit or late."""

    quarter: int
    days: int
    is_late: bool
    number: int


@dataclass(frozen=True)
class Cycle:
    """A step over a period: how many were done, how many of them late, and the days that the middle one took."""

    done: int
    late: int
    median: float | None

    @property
    def kept(self) -> int:
        return self.done - self.late

    @property
    def in_time(self) -> float | None:
        return share(self.kept, self.done)


def cycle_of(rows: Sequence[Timed]) -> Cycle:
    days: Counter[int] = Counter()
    for row in rows:
        days[row.days] += row.number
    late = sum(row.number for row in rows if row.is_late)
    return Cycle(sum(days.values()), late, median(days))


def cycles_of(rows: Sequence[Timed], quarters: int) -> list[Cycle]:
    """The step quarter by quarter."""
    return [cycle_of([row for row in rows if row.quarter == place]) for place in range(quarters)]


def together(cycles: Iterable[Cycle]) -> Cycle:
    """Several steps of one side, each act counting the same; their days are not comparable, so there is no median."""
    found = list(cycles)
    return Cycle(sum(c.done for c in found), sum(c.late for c in found), None)
