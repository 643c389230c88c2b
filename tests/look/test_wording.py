"""Dates and numbers in the product's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cmo_portal.lib import wording
from cmo_portal.lib.texts import cut

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 11, 20), ("late", "20 Nov, 3 days late")),
        (date(2026, 11, 22), ("late", "22 Nov, 1 day late")),
        (date(2026, 11, 23), ("soon", "Today, Mon 23 Nov")),
        (date(2026, 11, 25), ("soon", "Wed 25 Nov")),
        (date(2026, 11, 26), ("", "Thu 26 Nov")),
        (date(2027, 3, 18), ("", "18 Mar 2027")),
    ],
)
def test_deadline_says_how_near_it_is(due: date, expected: tuple[str, str]) -> None:
    state, words = wording.deadline(due, TODAY)
    assert (state, words.replace(wording.NO_BREAK, " ")) == expected


def test_deadline_that_was_met_says_when() -> None:
    assert wording.deadline(date(2026, 11, 20), TODAY, met=date(2026, 11, 21)) == ("met", "Met 21 Nov")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 10, 6), date(2026, 10, 8), "6–8 Oct 2026"),
        (date(2026, 11, 28), date(2026, 12, 3), "28 Nov – 3 Dec 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 Dec 2026 – 2 Jan 2027"),
        (date(2026, 12, 1), date(2026, 12, 1), "1 Dec 2026"),
    ],
)
def test_ranges_name_each_month_once(start: date, end: date, words: str) -> None:
    assert wording.span(start, end) == words


def test_signature_times_are_utc() -> None:
    berlin = datetime(2026, 11, 20, 15, 6, tzinfo=timezone(timedelta(hours=1)))
    assert wording.utc_stamp(berlin) == "20 Nov 2026, 14:06 UTC"


def test_times_of_today_have_no_date() -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert wording.moment(now.replace(hour=8, minute=52), now) == "08:52"
    assert wording.moment(now.replace(month=9, day=9), now) == "9 Sep, 12:00"
    assert wording.moment(now.replace(year=2025), now) == "23 Nov 2025, 12:00"


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [(24000, 0, "24,000"), (-45, 0, "−45"), (6.45, 2, "6.45"), (2.5, 0, "3"), (-0.04, 1, "0.0"), (2.345, 2, "2.35")],
)
def test_numbers(value: float, decimals: int, words: str) -> None:
    assert wording.number(value, decimals) == words


@pytest.mark.parametrize(("value", "words"), [(4.5, "+4.5"), (-1.9, "−1.9"), (0, "0.0"), (0.01, "0.0")])
def test_signed_numbers(value: float, words: str) -> None:
    assert wording.signed(value) == words


def test_a_company_has_two_letters() -> None:
    assert wording.letters("Alpenglow Pharma Services") == "AP" and wording.letters("otterholm") == "OT"


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-3, ("late", "3 days late")), (-1, ("late", "1 day late")), (0, ("soon", "today")), (2, ("soon", "in 2 days")),
     (3, ("", "in 3 days"))],
)  # fmt: skip
def test_days_left(days: int, expected: tuple[str, str]) -> None:
    state, words = wording.days_left(TODAY + timedelta(days=days), TODAY)
    assert (state, words.replace(wording.NO_BREAK, " ")) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-30, ("late", "under an hour late")),
        (-185, ("late", "3 hours late")),
        (30, ("soon", "in under an hour")),
        (5 * 60 + 59, ("soon", "in 5 hours")),
        (47 * 60, ("soon", "in 47 hours")),
        (72 * 60, ("", "in 3 days")),
        (-72 * 60, ("late", "3 days late")),
    ],
)
def test_hours_left(minutes: int, expected: tuple[str, str]) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    state, words = wording.hours_left(now + timedelta(minutes=minutes), now, TODAY)
    assert (state, words.replace(wording.NO_BREAK, " ")) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "under an hour"), (3600, "1 hour"), (47 * 3600, "47 hours"), (12 * 86400, "12 days")]
)
def test_length(seconds: int, expected: str) -> None:
    assert wording.length(seconds).replace(wording.NO_BREAK, " ") == expected


def test_a_long_line_is_cut_at_a_word() -> None:
    assert cut("Add station 4 jams\nto the form", 60) == "Add station 4 jams to the form"
    assert cut("Add station 4 jams to the form", 20) == "Add station 4 jams …"
    assert cut("x" * 30, 10) == "xxxxxxxxx…"
    assert all(len(cut("a bc def ghij " * 9, n)) <= n for n in range(5, 60))
