"""Business days, months and the grid of a month."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmo_portal.lib.calendars import add_business_days, business_days_between, is_business_day, last_of_month, weeks_of
from cmo_portal.lib.public_holidays import Days

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


def test_days_between_leave_out_holidays_of_years_that_nobody_asked_for_yet() -> None:
    christmas = date(2031, 12, 25)
    assert business_days_between(christmas - timedelta(days=1), christmas, Days("CH", "ZH")) == 0


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns every microsecond, so that what can go wrong between two of them does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_threads_that_ask_at_once_all_learn_of_the_holiday() -> None:
    for _ in range(40):
        switzerland, start = Days("CH", "ZH"), Barrier(8)

        def ask(days: Days = switzerland, start: Barrier = start) -> bool:
            start.wait()
            return date(2026, 12, 25) in days

        with ThreadPoolExecutor(8) as pool:
            assert all(each.result() for each in [pool.submit(ask) for _ in range(8)])


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
