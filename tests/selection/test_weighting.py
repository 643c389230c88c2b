"""Weights from swings, ranks and pairwise judgements, against figures worked out by hand or published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.selection.weighting import (
    combined_judgements,
    matrix_problems,
    normalised,
    pairwise_weights,
    rank_order_centroid,
    swing_weights,
)

SAATY_EXAMPLE: list[list[float]] = [[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]]
REFERENCE: list[list[float]] = [[1, 3, 3], [0.3333333333333333, 1, 2], [0.3333333333333333, 0.5, 1]]


def test_swings_become_shares_of_their_sum() -> None:
    assert [float(w) for w in swing_weights([100, 50, 50, 83.333, 50])] == pytest.approx(
        [0.30, 0.15, 0.15, 0.25, 0.15], abs=1e-5
    )


def test_rank_order_centroid_of_five() -> None:
    weights = rank_order_centroid(5)
    assert [float(w) for w in weights] == pytest.approx([0.4567, 0.2567, 0.1567, 0.0900, 0.0400], abs=5e-5)
    assert sum(weights) == 1


def test_rank_order_centroid_needs_a_criterion() -> None:
    with pytest.raises(ValueError, match="at least one"):
        rank_order_centroid(0)


@pytest.mark.parametrize("weights", [[0, 0], [], [1, -1, 3]])
def test_weights_that_cannot_be_shared_out_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        normalised(weights)


def test_pairwise_comparison_of_three() -> None:
    result = pairwise_weights(SAATY_EXAMPLE)
    assert result.weights == pytest.approx([0.6483, 0.2297, 0.1220], abs=5e-5)
    assert result.lambda_max == pytest.approx(3.0037, abs=5e-5)
    assert result.cr == pytest.approx(0.0032, abs=5e-5)
    assert result.consistent


def test_pairwise_comparison_agrees_with_the_published_reference() -> None:
    result = pairwise_weights(REFERENCE)
    assert result.weights == pytest.approx([0.5936, 0.2493, 0.1571], abs=1e-4)
    assert result.lambda_max == pytest.approx(3.053622, abs=1e-6)
    assert result.ci == pytest.approx(0.026811, abs=1e-6)
    assert result.cr == pytest.approx(0.046225, abs=1e-6)


@pytest.mark.parametrize("matrix", [[[1]], [[1, 7], [1 / 7, 1]]])
def test_one_or_two_criteria_are_always_consistent(matrix: list[list[float]]) -> None:
    result = pairwise_weights(matrix)
    assert (result.cr, result.consistent, result.worst_judgement) == (0, True, None)


def test_judgements_that_go_round_in_a_circle_are_inconsistent() -> None:
    result = pairwise_weights([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert result.cr > 0.10
    assert not result.consistent


def from_weights(weights: list[float]) -> list[list[float]]:
    return [[a / b for b in weights] for a in weights]


@pytest.mark.parametrize("pair", [(0, 1), (0, 3), (1, 2), (2, 3)])
def test_worst_judgement_is_the_one_that_was_spoilt(pair: tuple[int, int]) -> None:
    matrix = from_weights([0.4, 0.3, 0.2, 0.1])
    i, j = pair
    matrix[i][j] *= 5
    matrix[j][i] /= 5
    assert pairwise_weights(matrix).worst_judgement == pair


def test_no_judgement_is_worst_where_all_agree() -> None:
    result = pairwise_weights(from_weights([0.5, 0.25, 0.125, 0.125]))
    assert result.worst_judgement is None
    assert result.cr == pytest.approx(0, abs=1e-12)


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=10))
def test_a_perfectly_consistent_matrix_gives_back_its_weights(weights: list[float]) -> None:
    result = pairwise_weights(from_weights(weights))
    assert result.weights == pytest.approx([w / sum(weights) for w in weights])


@given(st.lists(st.integers(1, 9), min_size=6, max_size=6), st.permutations(range(4)))
def test_the_order_of_the_criteria_changes_no_weight(upper: list[int], order: list[int]) -> None:
    matrix = [[1.0] * 4 for _ in range(4)]
    for (i, j), judgement in zip([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)], upper, strict=True):
        matrix[i][j], matrix[j][i] = float(judgement), 1 / judgement
    before = pairwise_weights(matrix)
    after = pairwise_weights([[matrix[i][j] for j in order] for i in order])
    assert after.weights == pytest.approx([before.weights[i] for i in order])
    assert after.cr == pytest.approx(before.cr, abs=1e-9)


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        ([], "pairwise has 0 rows: compare 1 to 10 criteria."),
        ([[1, 2]], "pairwise[0] has 2 entries: write 1."),
        ([[1, 0], [2, 1]], "pairwise[0][1] is 0: write a number above 0."),
        ([[2, 1], [1, 1]], "pairwise[0][0] is 2: write 1, a criterion compared with itself."),
        ([[1, 3], [3, 1]], "pairwise[1][0] is 3: write 1 divided by pairwise[0][1], which is 3."),
    ],
)
def test_a_bad_matrix_is_explained(matrix: list[list[float]], sentence: str) -> None:
    assert matrix_problems(matrix) == [sentence]
    with pytest.raises(ValueError, match="pairwise"):
        pairwise_weights(matrix)


def test_a_third_may_be_typed_with_three_decimals() -> None:
    assert matrix_problems([[1, 3], [0.333, 1]]) == []


def test_a_group_is_combined_by_the_geometric_mean() -> None:
    combined = combined_judgements([[[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]])
    assert combined[0][1] == pytest.approx(4)
    assert combined[0][1] * combined[1][0] == pytest.approx(1)
    assert math.isclose(pairwise_weights(combined).weights[0], 0.8)
