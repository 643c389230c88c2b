"""Business days, months and the grid of a month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmo_portal.lib.calendars import add_business_days, business_days_between, is_business_day, last_of_month, weeks_of

pytestmark = pytest.mark.embedded
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (FRIDAY, 1, MONDAY),
        (FRIDAY, 0, FRIDAY),
        (date(2026, 11, 28), 1, MONDAY),
        (date(2026, 11, 29), 5, date(2026, 12, 4)),
        (FRIDAY, 10, date(2026, 12, 11)),
        (FRIDAY, 15, date(2026, 12, 18)),
        (MONDAY, -1, FRIDAY),
        (date(2026, 11, 29), -1, FRIDAY),
    ],
)
def test_business_days_leave_out_the_weekend(start: date, count: int, expected: date) -> None:
    assert add_business_days(start, count) == expected


def test_holidays_that_are_given_do_not_count() -> None:
    assert add_business_days(FRIDAY, 1, {MONDAY}) == date(2026, 12, 1)
    assert business_days_between(FRIDAY, date(2026, 12, 1), {MONDAY}) == 1
    assert not is_business_day(MONDAY, {MONDAY})


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2050, 1, 1))


@given(days, st.integers(1, 90))
def test_counting_back_finds_what_was_counted_forth(start: date, count: int) -> None:
    end = add_business_days(start, count)
    assert is_business_day(end) and business_days_between(start, end) == count


@given(days, st.integers(0, 400))
def test_days_between_are_counted_one_by_one(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    one_by_one = sum(is_business_day(start + timedelta(days=n + 1)) for n in range(length))
    assert business_days_between(start, end) == one_by_one
    assert business_days_between(end, start) == -one_by_one


@given(days)
def test_weeks_of_a_month_begin_on_monday_and_hold_all_its_days(day: date) -> None:
    weeks = weeks_of(day)
    flat = [each for week in weeks for each in week]
    assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
    assert {day.replace(day=n + 1) for n in range(last_of_month(day).day)} <= set(flat)
    assert all(day.replace(day=1) <= week[6] and week[0] <= last_of_month(day) for week in weeks)
