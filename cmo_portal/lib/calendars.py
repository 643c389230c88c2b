"""Days as contracts count them: business days, months that keep the day, and what a calendar page lays out.

A business day is Monday to Friday. Public holidays differ from place to place; a caller that knows them gives them as
dates, otherwise none counts, and `business_days_words` says which wherever a date is shown.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date, timedelta

NONE: frozenset[date] = frozenset()
DAY = timedelta(days=1)


def business_days_words(where: str) -> str:
    """What a business day is; `where` names whose public holidays are left out, and is empty where nobody's are."""
    if not where:
        return "Business days are Monday to Friday; public holidays are not taken out."
    return f"Business days are Monday to Friday without public holidays of {where}."


def is_business_day(day: date, holidays: Collection[date] = NONE) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_business_days(start: date, count: int, holidays: Collection[date] = NONE) -> date:
    """The `count`-th business day after `start`; before it for a negative count. The start itself never counts.

    0 gives `start` itself, whatever day it is.
    """
    step, left, day = (DAY if count > 0 else -DAY), abs(count), start
    while left:
        day += step
        left -= is_business_day(day, holidays)
    return day


def business_days_between(start: date, end: date, holidays: Collection[date] = NONE) -> int:
    """How many business days lie after `start` up to and with `end`; negative where `end` is before."""
    if end < start:
        return -business_days_between(end, start, holidays)
    # Each day is asked for: holidays may know of a year only once a day of it was asked.
    return sum(is_business_day(start + DAY * (n + 1), holidays) for n in range((end - start).days))


def add_months(day: date, months: int) -> date:
    """The same day `months` later, else the month's last: 2026-08-31 and 6 give 2027-02-28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def weeks_of(month: date) -> list[list[date]]:
    """The weeks, Monday first, that touch the month of `month`; whole weeks, so with days of its neighbours."""
    first = first_of_month(month)
    start = first - DAY * first.weekday()
    last = last_of_month(month)
    weeks = []
    while start <= last:
        weeks.append([start + DAY * n for n in range(7)])
        start += DAY * 7
    return weeks
