"""Marks, measurements and prices as values of 0 to 100, and the total cost: the published vectors and the edges."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.selection.value_functions import (
    CostYear,
    Direction,
    Linear,
    Number,
    Piecewise,
    Points,
    Proportional,
    Scale,
    Target,
    ValueFunction,
    exact,
    half_up,
    interpolate,
    normalise,
    total_cost,
)

PRICES = [exact(price) for price in (1.2, 1.5, 1.0)]


def values(function: ValueFunction, numbers: list[Fraction]) -> list[float]:
    fitted = function.fit(numbers)
    return [float(fitted.value(x)) for x in numbers]


def test_a_float_is_read_as_it_was_typed() -> None:
    assert exact(0.1) + exact(0.2) == exact(0.3) == exact(Decimal("0.3"))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_no_number_is_no_number(number: Number) -> None:
    with pytest.raises(ValueError, match="not a number"):
        exact(number)


@pytest.mark.parametrize(("mark", "low", "high", "value"), [(0, 0, 5, 0), (3, 0, 5, 60), (1, 1, 5, 0), (3, 1, 5, 50)])
def test_a_mark_is_normalised_to_100(mark: int, low: int, high: int, value: int) -> None:
    assert normalise(mark, low, high) == value


def test_a_mark_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 5; 6 does not"):
        normalise(6, 0, 5)
    with pytest.raises(ValueError, match="above its bottom"):
        normalise(1, 5, 5)


def test_price_in_proportion_to_the_lowest() -> None:
    assert values(Proportional(Direction.LOWER), PRICES) == pytest.approx([83.33, 66.67, 100], abs=0.005)


def test_price_on_a_line_between_the_candidates() -> None:
    assert values(Linear(direction=Direction.LOWER), PRICES) == [60, 0, 100]


def test_price_against_a_target_does_not_depend_on_the_others() -> None:
    target = Target(target=1, ceiling=1.5)
    assert values(target, PRICES) == [60, 0, 100]
    assert values(target, PRICES[:1]) == [60]
    assert [float(target.value(exact(x))) for x in (0.5, 2)] == [100, 0]


def test_a_target_below_which_it_is_unacceptable_rewards_more() -> None:
    assert [Target(target=10, ceiling=5).value(exact(x)) for x in (4, 5, 7.5, 10, 11)] == [0, 0, 50, 100, 100]


def test_linear_is_clamped_and_reversed() -> None:
    assert [Linear(0, 4).value(exact(x)) for x in (-1, 1, 9)] == [0, 25, 100]
    assert [Linear(0, 4, Direction.LOWER).value(exact(x)) for x in (-1, 1, 9)] == [100, 75, 0]


def test_proportion_to_the_highest() -> None:
    assert values(Proportional(), [exact(x) for x in (50, 200, 0)]) == [25, 100, 0]
    assert values(Proportional(), [exact(0), exact(0)]) == [0, 0]


@pytest.mark.parametrize("price", [0, -1])
def test_a_price_of_nothing_has_no_proportion(price: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Proportional(Direction.LOWER).value(exact(price))


@pytest.mark.parametrize("function", [Linear(), Linear(direction=Direction.LOWER), Proportional(Direction.LOWER)])
def test_equal_numbers_are_equally_best(function: ValueFunction) -> None:
    assert values(function, [exact(7)] * 3) == [100, 100, 100]


def test_piecewise_line_of_the_reference() -> None:
    line = [(40, 1), (70, 0.6), (100, 0)]
    assert [float(interpolate(x, line)) for x in (0, 40, 55, 70, 85, 120)] == [1, 1, 0.8, 0.6, 0.3, 0]
    function = Piecewise(((40, 100), (70, 60), (100, 0)))
    assert [function.value(exact(x)) for x in (0, 40, 55, 70, 85, 120)] == [100, 100, 80, 60, 30, 0]


@pytest.mark.parametrize("points", [((1, 0),), ((2, 0), (1, 100)), ((1, 0), (1, 5)), ((0, 0), (1, 101))])
def test_a_piecewise_line_must_be_one(points: tuple[tuple[Number, Number], ...]) -> None:
    with pytest.raises(ValueError, match="piecewise"):
        Piecewise(points)


def test_total_cost_of_the_reference() -> None:
    years = [CostYear(4, 120_000), CostYear(6, 110_000, 20_000), CostYear(6, 110_000, 20_000)]
    assert half_up(total_cost(500_000, 300_000, 0.08, years), 2) == "2367240.77"


def test_total_cost_without_discount_is_a_plain_sum() -> None:
    assert total_cost(1, 2, 0, [CostYear(3, 4, 5)]) == 20


@pytest.mark.parametrize(("number", "text"), [("0.05", "0.1"), ("-0.05", "-0.1"), ("72.25", "72.3"), ("-0.01", "0.0")])
def test_halves_round_away_from_zero_at_display(number: str, text: str) -> None:
    assert half_up(Fraction(number)) == text


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(1, 1000))
def test_the_currency_does_not_matter(prices: list[int], rate: int) -> None:
    here, there = [exact(price) for price in prices], [exact(price) * rate for price in prices]
    for function in (Proportional(Direction.LOWER), Linear(direction=Direction.LOWER), Proportional()):
        assert values(function, here) == values(function, there)


def test_scale_refuses_what_points_and_scale_do_not_hold() -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        Points().value(exact(101))
    with pytest.raises(ValueError, match="between 1 and 5"):
        Scale(1, 5).value(exact(0))
