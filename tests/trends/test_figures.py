"""Periods, shares, medians, ages and business days of the trends, by tables."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import median as exact

import pytest

from audits.trends import figures
from audits.trends.figures import Age, Cell, Period, Quarter, Timed

pytestmark = pytest.mark.embedded
D = date


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (D(2026, 11, 27), D(2025, 11, 28)),
        (D(2026, 12, 31), D(2026, 1, 1)),
        (D(2024, 2, 29), D(2023, 3, 1)),
        (D(2025, 2, 28), D(2024, 2, 29)),
    ],
)
def test_a_period_that_nobody_chose_is_the_twelve_months_to_today(today: date, first: date) -> None:
    assert figures.year_to(today) == Period(first, today)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (D(2026, 1, 1), D(2026, 1, 1), ""),
        (D(2021, 11, 27), D(2026, 11, 27), ""),
        (D(2021, 11, 27), D(2026, 11, 28), "Choose at most 5 years."),
        (D(2026, 1, 2), D(2026, 1, 1), "The last day must not be before the first."),
    ],
)
def test_dates_that_are_no_period_get_a_sentence(first: date, last: date, words: str) -> None:
    assert figures.problem(first, last) == words


@pytest.mark.parametrize(
    ("first", "last", "labels", "wholes"),
    [
        (D(2026, 1, 1), D(2026, 12, 31), ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"], [True] * 4),
        (
            D(2025, 11, 28), D(2026, 11, 27),
            ["Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"], [False, True, True, True, False],
        ),
        (D(2026, 3, 31), D(2026, 4, 1), ["Q1 2026", "Q2 2026"], [False, False]),
        (D(2026, 5, 5), D(2026, 5, 5), ["Q2 2026"], [False]),
    ],
)  # fmt: skip
def test_a_period_falls_into_calendar_quarters_cut_at_its_ends(
    first: date, last: date, labels: list[str], wholes: list[bool]
) -> None:
    period = Period(first, last)
    quarters = figures.quarters_of(period)
    assert [quarter.label for quarter in quarters] == labels
    assert [quarter.is_whole for quarter in quarters] == wholes
    assert quarters[0].first == first and quarters[-1].last == last
    for one, following in pairwise(quarters):
        assert following.first == one.last + timedelta(days=1)
    assert first in period and last in period and last + timedelta(days=1) not in period


@pytest.mark.parametrize(("part", "whole", "per_cent"), [(0, 0, None), (0, 4, 0), (1, 4, 25), (4, 4, 100)])
def test_a_share_of_nothing_is_unknown(part: int, whole: int, per_cent: float | None) -> None:
    assert figures.share(part, whole) == per_cent


@pytest.mark.parametrize(
    ("counts", "middle"),
    [
        ({}, None),
        ({7: 1}, 7),
        ({7: 2}, 7),
        ({1: 1, 2: 1}, 1.5),
        ({1: 1, 2: 1, 30: 1}, 2),
        ({1: 2, 9: 2}, 5),
        ({1: 3, 9: 2}, 1),
        ({-4: 1, 0: 1, 90: 1}, 0),
        ({3: 0, 5: 1}, 5),
    ],
)
def test_the_median_of_counted_values(counts: dict[int, int], middle: float | None) -> None:
    assert figures.median(counts) == middle


@pytest.mark.parametrize("seed", range(20))
def test_the_median_is_that_of_the_values_one_by_one(seed: int) -> None:
    values = [(seed * 7919 + n * n * 31) % 45 - 5 for n in range(seed + 1)]
    assert figures.median(Counter(values)) == exact(values)


@pytest.mark.parametrize(
    ("business", "weekday", "calendar"),
    [(2, 1, 2), (2, 4, 4), (2, 5, 4), (2, 6, 3), (2, 7, 2), (5, 3, 7), (15, 1, 21), (0, 6, 0)],
)
def test_business_days_as_calendar_days_depend_on_the_weekday(business: int, weekday: int, calendar: int) -> None:
    assert figures.calendar_days(business, weekday) == calendar


def test_ages_leave_no_day_out_and_none_twice() -> None:
    today = D(2026, 11, 27)
    for back in range(400):
        day = today - timedelta(days=back)
        at = [age.code for age in figures.AGES if is_of(age, day, today)]
        assert len(at) == 1, (back, at)
    assert figures.AGES[0].issued(today) == (D(2026, 10, 28), today)
    assert figures.AGES[-1].issued(today) == (None, today - timedelta(days=181))


def is_of(age: Age, day: date, today: date) -> bool:
    first, last = age.issued(today)
    return (first is None or day >= first) and day <= last


def test_findings_are_added_up_by_quarter_and_system() -> None:
    cells = [
        Cell(0, "major", "quality", False, 3),
        Cell(0, "other", "quality", True, 2),
        Cell(1, "major", "data", True, 1),
        Cell(1, "positive", "", False, 4),
    ]
    found = figures.added_up(cells, 3)
    assert (found.all.total, found.all.repeats, found.all.repeat_rate) == (10, 3, 30)
    assert [tally.total for tally in found.quarters] == [5, 5, 0]
    assert found.quarters[0].classes == {"major": 3, "other": 2} and found.quarters[0].repeat_rate == 40
    assert found.quarters[2].repeat_rate is None
    assert {code: tally.total for code, tally in found.systems.items()} == {"quality": 5, "data": 1, "": 4}


def test_a_step_says_how_many_kept_the_limit_and_what_the_middle_one_took() -> None:
    rows = [Timed(0, 10, False, 2), Timed(0, 40, True, 1), Timed(2, 20, False, 1)]
    whole = figures.cycle_of(rows)
    assert (whole.done, whole.late, whole.kept, whole.median, whole.in_time) == (4, 1, 3, 15, 75)
    first, second, third = figures.cycles_of(rows, 3)
    assert (first.done, first.late, first.median) == (3, 1, 10)
    assert (second.done, second.median, second.in_time) == (0, None, None)
    assert (third.done, third.in_time) == (1, 100)


def test_both_sides_are_counted_by_their_acts() -> None:
    side = figures.together([figures.Cycle(8, 2, 10), figures.Cycle(2, 2, 90)])
    assert (side.done, side.late, side.in_time, side.median) == (10, 4, 60, None)
    assert figures.together([]).in_time is None


def test_a_quarter_is_named_by_its_first_day() -> None:
    assert [Quarter(D(2026, month, 1), D(2026, month, 2)).label[:2] for month in range(1, 13)] == (
        ["Q1"] * 3 + ["Q2"] * 3 + ["Q3"] * 3 + ["Q4"] * 3
    )
