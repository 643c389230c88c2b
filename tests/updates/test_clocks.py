"""When a clock of an update ends and how it came: in tables, at both sides' midnights and through a change of hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cmo_portal.records.offsets import Place
from communications.updates import clocks
from communications.updates.catalogue import TYPES
from communications.updates.clocks import Span, Standing
from communications.updates.limits import LIMITS, Terms
from tests.updates.makers import utc

VIENNA = Place(ZoneInfo("Europe/Vienna"), {date(2026, 10, 26)})  # Austria's national day, a Monday
BOSTON = Place(ZoneInfo("America/New_York"), set())


@pytest.mark.parametrize(
    ("start", "span", "place", "expected"),
    [
        (utc(2026, 3, 6, 15), Span(24, "h"), VIENNA, utc(2026, 3, 7, 15)),  # a Friday: hours know no weekend
        (utc(2026, 10, 24, 23), Span(24, "h"), VIENNA, utc(2026, 10, 25, 23)),  # the night with 25 hours
        (utc(2026, 3, 6, 15), Span(1, "b"), VIENNA, utc(2026, 3, 9, 23)),  # Friday to the end of Monday in Vienna
        (utc(2026, 3, 6, 15), Span(1, "b"), BOSTON, utc(2026, 3, 10, 4)),  # the end of the same Monday in Boston
        (utc(2026, 10, 23, 9), Span(1, "b"), VIENNA, utc(2026, 10, 27, 23)),  # Monday is a holiday
        (utc(2026, 3, 6, 23, 30), Span(1, "b"), VIENNA, utc(2026, 3, 9, 23)),  # Saturday already in Vienna
        (utc(2026, 3, 1, 9), Span(30), VIENNA, utc(2026, 3, 31, 22)),  # after the change to summer time
    ],
)
def test_a_clock_ends_where_whoever_must_act_is(start: datetime, span: Span, place: Place, expected: datetime) -> None:
    assert clocks.ends(start, span, place) == expected


def test_notice_counts_back_from_the_planned_day() -> None:
    assert clocks.ahead(date(2026, 12, 1), Span(90), VIENNA) == utc(2026, 9, 2, 22)  # 2 September is the last in time


@pytest.mark.parametrize(
    ("posted", "due", "start", "expected"),
    [
        (12, 24, 0, "early"),  # half of the time, to the minute
        (12.1, 24, 0, "in_time"),
        (24, 24, 0, "in_time"),
        (24.1, 24, 0, "late"),
        (5, None, 0, "early"),  # nothing binds yet
        (5, 24, None, "in_time"),  # a notice ahead is owed, however early
        (25, 24, None, "late"),
    ],
)
def test_how_an_update_came(posted: float, due: float | None, start: float | None, expected: str) -> None:
    zero = utc(2026, 3, 6, 9)

    def at(hours: Any) -> Any:
        return None if hours is None else zero + timedelta(hours=hours)

    assert clocks.timing(at(posted), at(due), at(start)) == expected


@pytest.mark.parametrize(
    ("standing", "holder"),
    [
        (Standing("partner", "posted"), "sponsor"),
        (Standing("sponsor", "posted"), "partner"),
        (Standing("partner", "asked"), "partner"),
        (Standing("partner", "acknowledged"), ""),
        (Standing("partner", "acknowledged", decides=True), "sponsor"),
        (Standing("sponsor", "acknowledged", asks_answer=True), "partner"),
        (Standing("partner", "acknowledged", investigates=True), "partner"),
        (Standing("sponsor", "answered", asks_answer=True), "sponsor"),
        *[(Standing("partner", s, True, False, True), "") for s in ("accepted", "refused", "closed", "withdrawn")],
    ],
)
def test_whose_move_it_is(standing: Standing, holder: str) -> None:
    assert clocks.holder(standing) == holder


@pytest.mark.parametrize(
    ("code", "grade", "details", "limit"),
    [
        ("deviation", "critical", {}, "notify_critical_hours"),
        ("deviation", "major", {}, "notify_major_hours"),
        ("complaint", "minor", {}, "notify_minor_days"),
        ("deviation", "open", {}, ""),
        ("oos", "", {"confirmed": "open"}, ""),
        ("oos", "", {"confirmed": "confirmed"}, "notify_oos_days"),
        ("inspection", "", {"stage": "announced"}, "notify_inspection_hours"),
        ("inspection", "", {"stage": "unannounced"}, "notify_unannounced_hours"),
        ("inspection", "", {"stage": "result"}, "notify_observations_days"),
        ("change_proposal", "minor", {}, "notify_change_days"),
        ("key_person", "", {}, "notify_key_person_days"),
        ("forecast", "", {}, ""),
    ],
)
def test_which_limit_binds(code: str, grade: str, details: dict[str, str], limit: str) -> None:
    assert TYPES[code].limit(grade, details) == limit


def test_every_limit_that_a_type_names_exists_with_the_usual_number() -> None:
    usual = {"notify_critical_hours": 24, "notify_major_hours": 72, "notify_minor_days": 5, "notify_oos_days": 1,
             "notify_inspection_hours": 24, "notify_unannounced_hours": 4, "notify_observations_days": 3,
             "notify_change_days": 90, "notify_key_person_days": 30, "investigate_days": 30,
             "decide_major_days": 30, "decide_minor_days": 15}  # fmt: skip
    assert {name: LIMITS[name].default for name in usual} == usual
    assert {row.investigates for row in TYPES.values()} - {""} <= set(LIMITS)


def test_an_agreement_counts_before_the_sponsors_number_and_that_before_the_usual() -> None:
    places = {"sponsor": BOSTON, "partner": VIENNA}
    assert Terms({}, {}, places).span("notify_critical_hours") == Span(24, "h")
    assert Terms({}, {"notify_critical_hours": 12}, places).span("notify_critical_hours") == Span(12, "h")
    agreed = Terms({"notify_critical_hours": 8}, {"notify_critical_hours": 12}, places)
    assert agreed.span("notify_critical_hours") == Span(8, "h") and agreed.is_agreed("notify_critical_hours")
