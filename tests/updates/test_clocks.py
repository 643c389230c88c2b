"""When the time to tell ends, in time zones, over weekends and holidays; whether it was kept; whose move it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from audits.programme.limits import LIMITS
from cmo_portal.records.offsets import Place
from communications.updates.catalogue import TYPES, types_of
from communications.updates.clocks import (
    BUSINESS,
    DAYS,
    EARLY,
    HOURS,
    IN_TIME,
    LATE,
    Span,
    Standing,
    ahead,
    ends,
    holder,
    timing,
)

VIENNA = Place(ZoneInfo("Europe/Vienna"), {date(2027, 10, 26)})  # Austria's national day, a Tuesday
TOKYO = Place(ZoneInfo("Asia/Tokyo"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "span", "place", "end"),
    [
        # hours run on the clock: over a weekend, and over the night in which summer time ends
        ("2027-03-05T16:30", Span(24, HOURS), VIENNA, "2027-03-06T16:30"),
        ("2027-10-30T12:00", Span(24, HOURS), VIENNA, "2027-10-31T12:00"),
        # one business day from a Friday is Monday, to its midnight in Vienna (UTC+1)
        ("2027-03-05T16:30", Span(1, BUSINESS), VIENNA, "2027-03-08T23:00"),
        # the holiday is left out: from Monday the first business day is Wednesday (UTC+2)
        ("2027-10-25T08:00", Span(1, BUSINESS), VIENNA, "2027-10-27T22:00"),
        # late on a Thursday in UTC is Friday in Tokyo already
        ("2027-03-04T16:00", Span(1, BUSINESS), TOKYO, "2027-03-08T15:00"),
        # calendar days ask for no weekday
        ("2027-03-05T16:30", Span(30, DAYS), VIENNA, "2027-04-04T22:00"),
    ],
)
def test_a_clock_ends_where_whoever_must_act_is(start: str, span: Span, place: Place, end: str) -> None:
    assert ends(at(start), span, place) == at(end)


def test_notice_counts_back_from_the_day_to_the_end_of_the_last_day_in_time() -> None:
    assert ahead(date(2027, 6, 30), Span(30), VIENNA) == at("2027-05-31T22:00")  # 31 May, to its midnight


@pytest.mark.parametrize(
    ("posted", "due", "start", "found"),
    [
        ("2027-03-05T20:00", "2027-03-06T08:00", "2027-03-05T08:00", EARLY),  # exactly half of it
        ("2027-03-05T20:01", "2027-03-06T08:00", "2027-03-05T08:00", IN_TIME),
        ("2027-03-06T08:00", "2027-03-06T08:00", "2027-03-05T08:00", IN_TIME),  # on the stroke
        ("2027-03-06T08:01", "2027-03-06T08:00", "2027-03-05T08:00", LATE),
        ("2027-03-05T20:00", None, None, EARLY),  # nothing binds yet
        ("2027-03-05T20:00", "2027-03-06T08:00", None, IN_TIME),  # counted back from a day: no half
    ],
)
def test_how_an_update_came(posted: str, due: str | None, start: str | None, found: str) -> None:
    assert timing(at(posted), at(due) if due else None, at(start) if start else None) == found


@pytest.mark.parametrize(
    ("standing", "side"),
    [
        (Standing("partner", "posted"), "sponsor"),
        (Standing("sponsor", "posted"), "partner"),
        (Standing("partner", "asked"), "partner"),
        (Standing("partner", "acknowledged"), ""),
        (Standing("partner", "acknowledged", decides=True), "sponsor"),
        (Standing("partner", "acknowledged", investigates=True), "partner"),
        (Standing("sponsor", "acknowledged", asks_answer=True), "partner"),
        (Standing("sponsor", "answered", asks_answer=True), "sponsor"),
        (Standing("partner", "accepted", decides=True), ""),
        (Standing("partner", "withdrawn", investigates=True), ""),
    ],
)
def test_whose_move_it_is(standing: Standing, side: str) -> None:
    assert holder(standing) == side


def test_every_type_can_be_asked_and_names_limits_that_exist() -> None:
    assert {row.side for row in TYPES.values()} == {"sponsor", "partner"}
    assert len(types_of("partner")) == 9 and len(types_of("sponsor")) == 3
    for row in TYPES.values():
        assert set(row.needs) <= set(row.facts) and row.label and row.tells
        stages = [{}, *({"stage": each} for each in ("announced", "unannounced", "under_way", "result"))]
        for details in [*stages, {"confirmed": "confirmed"}]:
            for grade in ("", "critical", "major", "minor", "open"):
                named = {row.limit(grade, details), row.decides(grade, details), row.investigates} - {""}
                assert named <= set(LIMITS), row.code


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"stage": "somewhere"}, "stage"),
        ({"observations": "-1"}, "observations"),
        ({"observations": "NaN"}, "observations"),
        ({"authority": 7}, "authority"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_details_keep_to_their_type(details: dict[str, str], fault: str) -> None:
    assert fault in TYPES["inspection"].problems(details, whole=False)
    assert TYPES["inspection"].problems({"authority": "FDA", "stage": "result", "observations": "3"}, whole=True) == {}
