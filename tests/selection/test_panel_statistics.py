"""Agreement within a panel: statistics of one cell and Kendall's W, against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vendors.selection.panel_statistics import kendalls_w, mid_ranks, panel_statistics


@pytest.mark.parametrize(
    ("given_marks", "deviation", "spread", "flagged"),
    [
        ([3, 4, 4], 0.57735, 1, False),
        ([2, 4, 3], 1.0, 2, True),
        ([2, 3.9, 2, 3.9], 1.09697, 1.9, True),
        ([3, 4, 5], 1.0, 2, True),
        ([4], None, 0, False),
        ([1, 1, 1, 2.9], 0.95, 1.9, False),
    ],
)
def test_a_cell_on_which_the_panel_differs_is_flagged(
    given_marks: list[float], deviation: float | None, spread: float, flagged: bool
) -> None:
    found = panel_statistics(given_marks)
    assert found is not None
    assert found.deviation == pytest.approx(deviation, abs=1e-5)
    assert float(found.range) == spread
    assert found.flagged is flagged
    assert found.count == len(given_marks)


def test_a_deviation_of_exactly_one_is_not_above_one() -> None:
    found = panel_statistics([3, 4, 5], range_limit=9)
    assert found is not None
    assert (found.deviation, found.flagged) == (1.0, False)


def test_mean_and_median_differ_and_nobody_is_no_statistic() -> None:
    found = panel_statistics([1, 4, 4, 5])
    assert found is not None
    assert [found.mean, found.median] == [Fraction(7, 2), 4]
    assert panel_statistics([]) is None


def test_kendalls_w_of_the_reference() -> None:
    assert float(kendalls_w([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]) or 0) == pytest.approx(0.7778, abs=5e-5)


def test_kendalls_w_with_ties() -> None:
    assert float(kendalls_w([[1, 2.5, 2.5, 4], [1, 2, 3, 4], [2, 1, 3, 4]]) or 0) == pytest.approx(0.8621, abs=5e-5)


def test_kendalls_w_at_its_ends_and_where_there_is_none() -> None:
    assert kendalls_w([[1, 2, 3]] * 4) == 1
    assert kendalls_w([[1, 2], [2, 1]]) == 0
    assert kendalls_w([[2, 2, 2]] * 3) is None
    assert kendalls_w([]) is None
    assert kendalls_w([[1], [1]]) is None
    with pytest.raises(ValueError, match="same items"):
        kendalls_w([[1, 2], [1, 2, 3]])


def test_equal_scores_share_the_mean_rank() -> None:
    assert [float(rank) for rank in mid_ranks([5, 3, 3, 1])] == [1, 2.5, 2.5, 4]
