"""Turns a mark, a measurement or a price into a value of 0 to 100, exactly.

All arithmetic is done in fractions: a number typed as 0.1 is one tenth, so sums do not depend on the order of the
rows, and a tie is a tie. Nothing is rounded before it is displayed.

Three states are kept apart and never mixed up: a number (0 is a number), `Absent.MISSING` (asked for, not known yet)
and `Absent.NOT_APPLICABLE` (the question does not arise for this candidate).

Sources: value functions of multi-attribute value theory (Keeney and Raiffa 1976; SMART, Edwards 1977); the
proportional and linear price forms as used in public procurement.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

Number = int | float | Decimal | Fraction

FULL = Fraction(100)
NOTHING = Fraction(0)


class Absent(Enum):
    """Why there is no number: nobody has given it yet, or it does not apply to this candidate."""

    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Direction(Enum):
    """Whether more is better (marks, free capacity) or less is better (price, lead time)."""

    HIGHER = "higher"
    LOWER = "lower"


def exact(number: Number) -> Fraction:
    """The number as a fraction, read the way a person wrote it: the float 0.1 is 1/10. Refuses infinity and NaN."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise ValueError(f"{number} is not a number to calculate with.")
        return Fraction(float.__repr__(number))
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError(f"{number} is not a number to calculate with.")
    return Fraction(number)


def clamp(value: Fraction) -> Fraction:
    """The value, kept within 0 to 100."""
    return max(NOTHING, min(FULL, value))


def normalise(mark: Number, low: Number, high: Number) -> Fraction:
    """A mark on the scale low..high as 0 to 100: `100 (mark - low) / (high - low)`. Refuses a mark off the scale."""
    mark, low, high = exact(mark), exact(low), exact(high)
    if low >= high:
        raise ValueError("The top of a scale must lie above its bottom.")
    if not low <= mark <= high:
        raise ValueError(f"A mark must lie between {plain(low)} and {plain(high)}; {plain(mark)} does not.")
    return FULL * (mark - low) / (high - low)


def interpolate(x: Number, points: Sequence[tuple[Number, Number]]) -> Fraction:
    """Height at `x` of the line through `points` (x rising), level before the first and after the last point."""
    x = exact(x)
    line = [(exact(at), exact(height)) for at, height in points]
    if x <= line[0][0]:
        return line[0][1]
    for (x0, y0), (x1, y1) in pairwise(line):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return line[-1][1]


def plain(number: Fraction) -> str:
    """A number as people write it: without a fraction bar, at most four decimals, no trailing zeros."""
    return f"{float(number):z.4f}".rstrip("0").rstrip(".")


def half_up(number: Fraction, decimals: int = 1) -> str:
    """For display only: rounded to so many decimals (1 or more), a half away from zero, as people round."""
    tenths = int(abs(number) * 10**decimals + Fraction(1, 2))
    whole, rest = divmod(tenths, 10**decimals)
    return f"{'-' if number < 0 and tenths else ''}{whole}.{rest:0{decimals}d}"


class ValueFunction(Protocol):
    """What a criterion needs in order to value its numbers."""

    def fit(self, known: Sequence[Fraction]) -> ValueFunction:
        """The same function with its anchors fixed; `known` are the numbers of the candidates that can be ranked."""

    def value(self, x: Fraction) -> Fraction:
        """Value of 0 to 100. Raises ValueError with a sentence when `x` cannot be valued."""

    @property
    def points_per_unit(self) -> Fraction | None:
        """Value points one unit of x is worth (negative when less is better); None where that is not constant."""


@dataclass(frozen=True, slots=True)
class Points:
    """Numbers that are values of 0 to 100 already."""

    def fit(self, known: Sequence[Fraction]) -> Points:
        return self

    def value(self, x: Fraction) -> Fraction:
        if not NOTHING <= x <= FULL:
            raise ValueError(f"Points must lie between 0 and 100; {plain(x)} does not.")
        return x

    @property
    def points_per_unit(self) -> Fraction | None:
        return Fraction(1)


@dataclass(frozen=True, slots=True)
class Scale:
    """Marks on a rating scale, such as 0 to 5; a mark off the scale is refused."""

    low: Number = 0
    high: Number = 5

    def fit(self, known: Sequence[Fraction]) -> Scale:
        return self

    def value(self, x: Fraction) -> Fraction:
        return normalise(x, self.low, self.high)

    @property
    def points_per_unit(self) -> Fraction | None:
        return FULL / (exact(self.high) - exact(self.low))


@dataclass(frozen=True, slots=True)
class Linear:
    """A straight line between low and high, clamped; reversed where less is better.

    Without low and high the line runs between the lowest and the highest number of the candidates. Such a line depends
    on who is compared: adding or removing a bidder can change the order of the others. If all are equal, all are best.
    """

    low: Number | None = None
    high: Number | None = None
    direction: Direction = Direction.HIGHER

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError("Give both low and high, or neither.")
        if self.low is not None and self.high is not None and exact(self.low) >= exact(self.high):
            raise ValueError("high must lie above low.")

    def fit(self, known: Sequence[Fraction]) -> ValueFunction:
        if self.low is not None or not known:
            return self
        if min(known) == max(known):
            return Level()
        return Linear(min(known), max(known), self.direction)

    def value(self, x: Fraction) -> Fraction:
        if self.low is None or self.high is None:
            return Level().value(x)
        risen = clamp(FULL * (x - exact(self.low)) / (exact(self.high) - exact(self.low)))
        return risen if self.direction is Direction.HIGHER else FULL - risen

    @property
    def points_per_unit(self) -> Fraction | None:
        if self.low is None or self.high is None:
            return None
        slope = FULL / (exact(self.high) - exact(self.low))
        return slope if self.direction is Direction.HIGHER else -slope


@dataclass(frozen=True, slots=True)
class Level:
    """Every number is worth 100: what a line through the candidates becomes when all of them are equal."""

    def fit(self, known: Sequence[Fraction]) -> Level:
        return self

    def value(self, x: Fraction) -> Fraction:
        return FULL

    @property
    def points_per_unit(self) -> Fraction | None:
        return None


@dataclass(frozen=True, slots=True)
class Proportional:
    """In proportion to the best: `100 x / max`, or `100 min / x` where less is better. Depends on who is compared."""

    direction: Direction = Direction.HIGHER
    best: Number | None = None

    def fit(self, known: Sequence[Fraction]) -> Proportional:
        if self.best is not None or not known:
            return self
        return Proportional(self.direction, max(known) if self.direction is Direction.HIGHER else min(known))

    def value(self, x: Fraction) -> Fraction:
        if x < 0 or (x == 0 and self.direction is Direction.LOWER):
            wanted = "0 or more" if self.direction is Direction.HIGHER else "above 0"
            raise ValueError(f"A number valued in proportion must be {wanted}; {plain(x)} is not.")
        best = x if self.best is None else exact(self.best)
        if self.direction is Direction.LOWER:
            return clamp(FULL * best / x)
        return clamp(FULL * x / best) if best > 0 else NOTHING

    @property
    def points_per_unit(self) -> Fraction | None:
        return None


@dataclass(frozen=True, slots=True)
class Target:
    """100 at the target, 0 at the ceiling (the worst that is acceptable), a clamped straight line between.

    `clamp(100 (ceiling - x) / (ceiling - target))`. Fixed anchors: who else is compared cannot change the value.
    A ceiling below the target means that more is better.
    """

    target: Number
    ceiling: Number

    def __post_init__(self) -> None:
        if exact(self.target) == exact(self.ceiling):
            raise ValueError("target and ceiling must differ.")

    def fit(self, known: Sequence[Fraction]) -> Target:
        return self

    def value(self, x: Fraction) -> Fraction:
        target, ceiling = exact(self.target), exact(self.ceiling)
        return clamp(FULL * (ceiling - x) / (ceiling - target))

    @property
    def points_per_unit(self) -> Fraction | None:
        return -FULL / (exact(self.ceiling) - exact(self.target))


@dataclass(frozen=True, slots=True)
class Piecewise:
    """Straight lines through given points (x rising, value 0 to 100), level outside them."""

    points: tuple[tuple[Number, Number], ...]

    def __post_init__(self) -> None:
        places = [exact(x) for x, _ in self.points]
        if len(places) < 2 or any(right <= left for left, right in pairwise(places)):
            raise ValueError("A piecewise line needs two or more points, each further right than the one before.")
        if any(not NOTHING <= exact(height) <= FULL for _, height in self.points):
            raise ValueError("The values of a piecewise line must lie between 0 and 100.")

    def fit(self, known: Sequence[Fraction]) -> Piecewise:
        return self

    def value(self, x: Fraction) -> Fraction:
        return interpolate(x, self.points)

    @property
    def points_per_unit(self) -> Fraction | None:
        return None


@dataclass(frozen=True, slots=True)
class CostYear:
    """One year of supply: how many batches, at which batch price, and other fees, in one currency."""

    batches: Number
    batch_price: Number
    fees: Number = 0


def total_cost(transfer_fee: Number, validation: Number, rate: Number, years: Sequence[CostYear]) -> Fraction:
    """Total cost of ownership over the horizon, discounted to today, in the currency of its parts.

    `transfer fee + validation + sum over t of (batches_t x batch price_t + fees_t) / (1 + rate)^t`; t counts from 1.
    """
    growth = 1 + exact(rate)
    if growth <= 0:
        raise ValueError("The discount rate must be above -100 %.")
    yearly = (exact(year.batches) * exact(year.batch_price) + exact(year.fees) for year in years)
    later = (cost / growth**t for t, cost in enumerate(yearly, start=1))
    return exact(transfer_fee) + exact(validation) + sum(later, NOTHING)
