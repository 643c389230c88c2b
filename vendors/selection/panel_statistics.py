"""How far a panel of evaluators agrees: statistics of one cell, and Kendall's W over a whole ranking.

A cell is flagged for discussion when its marks lie 2 or more points apart or their sample standard deviation exceeds
1.0 (on a 0 to 5 scale; both limits are arguments). Kendall's W: Kendall and Babington Smith 1939, with tie correction.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vendors.selection.value_functions import Number, exact

RANGE_LIMIT = 2
DEVIATION_LIMIT = 1
STRONG_AGREEMENT = 0.7


@dataclass(frozen=True)
class PanelStatistics:
    """Of the marks of one cell, in scale points; `deviation` is the sample one, None for a single mark.

    `low` and `high` are the lowest and the highest mark, `range` is what lies between them.
    """

    count: int
    mean: Fraction
    median: Fraction
    deviation: float | None
    range: Fraction
    flagged: bool
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)


def panel_statistics(
    marks: Sequence[Number], range_limit: Number = RANGE_LIMIT, deviation_limit: Number = DEVIATION_LIMIT
) -> PanelStatistics | None:
    """Mean, median, sample standard deviation, range and flag of the marks of one cell; None without a mark."""
    numbers = [exact(mark) for mark in marks]
    if not numbers:
        return None
    mean = sum(numbers, Fraction(0)) / len(numbers)
    spread = max(numbers) - min(numbers)
    # Compared as a variance: no square root, so a deviation of exactly the limit is not flagged by rounding.
    variance = sum(((x - mean) ** 2 for x in numbers), Fraction(0)) / max(len(numbers) - 1, 1)
    return PanelStatistics(
        count=len(numbers),
        mean=mean,
        median=Fraction(statistics.median(numbers)),
        deviation=float(statistics.stdev(numbers)) if len(numbers) > 1 else None,
        range=spread,
        flagged=spread >= exact(range_limit) or variance > exact(deviation_limit) ** 2,
        low=min(numbers),
        high=max(numbers),
    )


def mid_ranks(scores: Sequence[Number]) -> list[Fraction]:
    """Ranks of the scores, 1 for the highest; equal scores share the mean of the ranks they occupy."""
    numbers = [exact(score) for score in scores]
    return [Fraction(2 * sum(y > x for y in numbers) + sum(y == x for y in numbers) + 1, 2) for x in numbers]


def kendalls_w(rankings: Sequence[Sequence[Number]]) -> Fraction | None:
    """Agreement of m rankings of n items, 0 (none) to 1 (complete); 0.7 and more counts as strong.

    `W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t))`, S the sum of squared deviations of the rank sums, t the sizes of the
    groups of ties. None where there is nothing to agree on: fewer than two items, or every ranking one single tie.
    Raises ValueError when the rankings are not of the same length.
    """
    table = [[exact(rank) for rank in ranking] for ranking in rankings]
    if not table:
        return None
    m, n = len(table), len(table[0])
    if any(len(ranking) != n for ranking in table):
        raise ValueError("Every ranking must rank the same items.")
    rank_sums = [sum(column, Fraction(0)) for column in zip(*table, strict=True)]
    mean = sum(rank_sums, Fraction(0)) / n if n else Fraction(0)
    squares = sum(((total - mean) ** 2 for total in rank_sums), Fraction(0))
    ties = sum(t**3 - t for ranking in table for t in Counter(ranking).values())
    below = m * m * (n**3 - n) - m * ties
    return 12 * squares / below if below else None
