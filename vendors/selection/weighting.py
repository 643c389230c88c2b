"""Ways to arrive at weights: points, swing weighting, rank-order centroid, and pairwise comparison (AHP).

Weights sum to 1. The first three are exact; pairwise comparison is an eigenvector and therefore in floating point.
Sources: swing weighting, von Winterfeldt and Edwards 1986; rank-order centroid, Barron and Barrett 1996; analytic
hierarchy process, Saaty 1977 and 1980 (random indices as in his table for 1 to 10 criteria).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vendors.selection.value_functions import Number, exact

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
CONSISTENCY_LIMIT = 0.10
# A judgement typed as 0.333 against 3 is meant as its reciprocal.
RECIPROCAL_TOLERANCE = 0.01


def normalised(weights: Sequence[Number]) -> list[Fraction]:
    """The weights brought to a sum of 1. Raises ValueError when one is below 0 or all are 0."""
    numbers = [exact(weight) for weight in weights]
    total = sum(numbers, Fraction(0))
    if any(number < 0 for number in numbers) or total <= 0:
        raise ValueError("Weights must be 0 or more, and at least one must be above 0.")
    return [number / total for number in numbers]


def swing_weights(swings: Sequence[Number]) -> list[Fraction]:
    """`w_i = s_i / sum s`: each swing from worst to best rated against the most valued one, which is rated 100."""
    return normalised(swings)


def rank_order_centroid(count: int) -> list[Fraction]:
    """Weights of `count` criteria of which only the order is known: `w_i = (1/n) sum over j = i..n of 1/j`."""
    if count < 1:
        raise ValueError("Rank at least one criterion.")
    return [sum((Fraction(1, j) for j in range(i, count + 1)), Fraction(0)) / count for i in range(1, count + 1)]


@dataclass(frozen=True)
class PairwiseResult:
    """Weights (sum 1) of a pairwise comparison and how consistent it is.

    `ci = (lambda_max - n) / (n - 1)`, `cr = ci / random index`, 0 for one or two criteria; consistent up to 0.10.
    `worst_judgement` is the pair (i, j), i < j, counted from 0, whose judgement lies furthest from w_i / w_j (ratio);
    None when every judgement agrees with the weights.
    """

    weights: list[float]
    lambda_max: float
    ci: float
    cr: float
    consistent: bool
    worst_judgement: tuple[int, int] | None


def matrix_problems(matrix: Sequence[Sequence[Number]]) -> list[str]:
    """What keeps a matrix of pairwise judgements from being used, in sentences naming the place; empty when nothing."""
    n = len(matrix)
    if not 1 <= n <= len(RANDOM_INDEX):
        return [f"pairwise has {n} rows: compare 1 to {len(RANDOM_INDEX)} criteria."]
    problems = [f"pairwise[{i}] has {len(row)} entries: write {n}." for i, row in enumerate(matrix) if len(row) != n]
    if problems:
        return problems
    for i, row in enumerate(matrix):
        for j, judgement in enumerate(row):
            if judgement <= 0:
                problems.append(f"pairwise[{i}][{j}] is {judgement}: write a number above 0.")
    if problems:
        return problems
    for i in range(n):
        if matrix[i][i] != 1:
            problems.append(f"pairwise[{i}][{i}] is {matrix[i][i]}: write 1, a criterion compared with itself.")
        for j in range(i + 1, n):
            if abs(float(matrix[i][j]) * float(matrix[j][i]) - 1) > RECIPROCAL_TOLERANCE:
                problems.append(
                    f"pairwise[{j}][{i}] is {matrix[j][i]}: write 1 divided by pairwise[{i}][{j}], which is "
                    f"{matrix[i][j]}."
                )
    return problems


def pairwise_weights(matrix: Sequence[Sequence[Number]]) -> PairwiseResult:
    """Weights from judgements "row is so many times as important as column"; raises ValueError on a bad matrix."""
    problems = matrix_problems(matrix)
    if problems:
        raise ValueError(" ".join(problems))
    judgements = [[float(entry) for entry in row] for row in matrix]
    n = len(judgements)
    weights = _principal_eigenvector(judgements)
    lambda_max = sum(row / weight for row, weight in zip(_times(judgements, weights), weights, strict=True)) / n
    # Rounding can leave lambda_max a hair below n; its true value never is.
    ci = max(0.0, (lambda_max - n) / (n - 1)) if n > 1 else 0.0
    cr = ci / RANDOM_INDEX[n - 1] if n > 2 else 0.0
    return PairwiseResult(weights, lambda_max, ci, cr, cr <= CONSISTENCY_LIMIT, _worst_judgement(judgements, weights))


def combined_judgements(matrices: Sequence[Sequence[Sequence[Number]]]) -> list[list[float]]:
    """One matrix for a group: the geometric mean of its members' judgements, which keeps reciprocals reciprocal."""
    if not matrices:
        raise ValueError("Combine at least one person's judgements.")
    if len({len(matrix) for matrix in matrices}) > 1:
        raise ValueError("Everybody must compare the same criteria.")
    for matrix in matrices:
        if problems := matrix_problems(matrix):
            raise ValueError(" ".join(problems))
    size = range(len(matrices[0]))
    return [[math.exp(sum(math.log(matrix[i][j]) for matrix in matrices) / len(matrices)) for j in size] for i in size]


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [math.fsum(entry * x for entry, x in zip(row, vector, strict=True)) for row in matrix]


def _principal_eigenvector(matrix: Sequence[Sequence[float]], rounds: int = 10_000) -> list[float]:
    """Power iteration; a matrix of positive numbers always converges (Perron and Frobenius)."""
    vector = [1 / len(matrix)] * len(matrix)
    for _ in range(rounds):
        product = _times(matrix, vector)
        total = math.fsum(product)
        following = [x / total for x in product]
        moved = max(abs(new / old - 1) for new, old in zip(following, vector, strict=True))
        vector = following
        if moved < 1e-15:
            break
    return vector


def _worst_judgement(matrix: Sequence[Sequence[float]], weights: Sequence[float]) -> tuple[int, int] | None:
    """Measured as a ratio, so that 3 for 6 is as far off as 1/3 for 1/6; equal ratios: the larger difference wins."""
    worst, worst_pair = (1e-9, 0.0), None
    for i in range(len(matrix)):
        for j in range(i + 1, len(matrix)):
            implied = weights[i] / weights[j]
            off = abs(math.log(matrix[i][j] / implied))
            difference = max(abs(matrix[i][j] - implied), abs(1 / matrix[i][j] - 1 / implied))
            if off > worst[0] + 1e-9 or (off > worst[0] - 1e-9 and off > 1e-9 and difference > worst[1]):
                worst, worst_pair = (off, difference), (i, j)
    return worst_pair
