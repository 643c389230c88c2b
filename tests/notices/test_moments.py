"""A person's hours and the moments of reminders, by table and by search: quiet hours, weekends, summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.offsets import Due, Offset, Place, offsets_of
from communications.notices.moments import Hours, at

pytestmark = pytest.mark.embedded
BASEL, TOKYO = ZoneInfo("Europe/Zurich"), ZoneInfo("Asia/Tokyo")
NIGHT = {"quiet_from": time(22), "quiet_until": time(6)}
MON, FRI, SAT = date(2026, 5, 4), date(2026, 5, 8), date(2026, 5, 9)


def basel(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BASEL)


@pytest.mark.parametrize(
    ("hours", "moment", "ready"),
    [
        ({}, basel(MON, 0), basel(MON, 7)),
        ({}, basel(MON, 7), basel(MON, 7)),
        ({}, basel(MON, 15), basel(MON, 15)),  # no digest went yet, or pack() puts it off
        (NIGHT, basel(MON, 23), basel(MON + timedelta(1), 7)),
        (NIGHT, basel(MON, 3), basel(MON, 7)),
        ({**NIGHT, "digest": time(5)}, basel(MON, 0), basel(MON, 6)),  # the digest's own hour is quiet
        ({"rests_at_weekends": True}, basel(FRI, 20), basel(FRI, 20)),
        ({"rests_at_weekends": True}, basel(SAT, 9), basel(MON + timedelta(7), 7)),  # not at midnight
        ({"rests_at_weekends": True, **NIGHT}, basel(FRI, 23), basel(MON + timedelta(7), 7)),
    ],
)
def test_what_waits_for_the_digest(hours: dict[str, object], moment: datetime, ready: datetime) -> None:
    assert Hours(BASEL, **hours).ready(moment, waits=True) == ready  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "moment", "ready"),
    [
        ({}, basel(MON, 3), basel(MON, 3)),
        (NIGHT, basel(MON, 21, 59), basel(MON, 21, 59)),
        (NIGHT, basel(MON, 22), basel(MON + timedelta(1), 6)),
        (NIGHT, basel(MON, 5, 59), basel(MON, 6)),
        ({"quiet_from": time(12), "quiet_until": time(14)}, basel(MON, 13), basel(MON, 14)),
        ({"rests_at_weekends": True}, basel(SAT, 9), basel(MON + timedelta(7), 0)),
        ({"rests_at_weekends": True, **NIGHT}, basel(FRI, 23), basel(MON + timedelta(7), 6)),
    ],
)
def test_what_goes_at_once_waits_for_quiet_hours_only(
    hours: dict[str, object], moment: datetime, ready: datetime
) -> None:
    assert Hours(BASEL, **hours).ready(moment, waits=False) == ready  # type: ignore[arg-type]


def test_the_digest_keeps_its_hour_when_the_clocks_change() -> None:
    hours = Hours(BASEL)
    assert hours.digest_of(date(2026, 3, 28)) == datetime(2026, 3, 28, 6, tzinfo=UTC)
    assert hours.digest_of(date(2026, 3, 29)) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert hours.digest_of(date(2026, 10, 25)) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_an_hour_that_spring_skips_is_the_moment_after_the_gap() -> None:
    assert at(date(2026, 3, 29), time(2, 30), BASEL).astimezone(BASEL).time() == time(3, 30)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_the_second_time_at_the_latest() -> None:
    hours = Hours(BASEL, quiet_from=time(22), quiet_until=time(2, 30))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert hours.after_quiet(second) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


clocks = st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0))
zones = st.sampled_from(
    [BASEL, TOKYO, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Africa/Cairo")]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(zones, clocks, clocks, clocks, st.booleans(), moments)
def test_quiet_hours_are_kept_and_nothing_comes_early(
    zone: ZoneInfo, digest: time, start: time, end: time, weekends: bool, moment: datetime
) -> None:
    hours = Hours(zone, digest, start, end, weekends)
    for waits in (True, False):
        ready = hours.ready(moment, waits=waits)
        assert ready >= moment and not hours.is_quiet(ready)
        assert ready - moment < timedelta(days=5)
    first = hours.after_quiet(moment)
    steps = [moment + (first - moment) * part / 20 for part in range(20)]
    assert all(hours.is_quiet(step) for step in steps if step < first), "it could have gone earlier"


# --- offsets ---------------------------------------------------------------------------------------------
SWITZERLAND = Place(BASEL, public_holidays("CH", "BS"))


@pytest.mark.parametrize(
    ("written", "due", "moment"),
    [
        ("14d", Due(date(2026, 4, 9)), "2026-03-25T23:00"),  # before summer time, from after it
        ("0d", Due(date(2026, 4, 9)), "2026-04-08T22:00"),
        ("-3d", Due(date(2026, 4, 9)), "2026-04-11T22:00"),
        ("1b", Due(date(2026, 4, 7)), "2026-04-01T22:00"),  # over Good Friday, the weekend and Easter Monday
        ("-1b", Due(date(2026, 4, 2)), "2026-04-06T22:00"),
        ("24h", Due(date(2026, 3, 29), datetime(2026, 3, 29, 12, tzinfo=UTC)), "2026-03-28T12:00"),
        ("-2h", Due(date(2026, 3, 29), datetime(2026, 3, 29, 12, tzinfo=UTC)), "2026-03-29T14:00"),
        ("1h", Due(date(2026, 4, 9)), "2026-04-09T21:00"),  # a day ends at its midnight
    ],
)
def test_when_a_reminder_comes(written: str, due: Due, moment: str) -> None:
    assert Offset.of(written).moment(due, SWITZERLAND) == datetime.fromisoformat(f"{moment}+00:00")


def test_the_same_day_begins_earlier_in_tokyo_and_holidays_are_its_own() -> None:
    due = Due(date(2026, 5, 7))
    japan = Place(TOKYO, public_holidays("JP"))
    assert Offset.of("0d").moment(due, SWITZERLAND) - Offset.of("0d").moment(due, japan) == timedelta(hours=7)
    assert Offset.of("1b").moment(due, japan).astimezone(TOKYO).date() == date(2026, 5, 1)  # over Golden Week
    assert Offset.of("1b").moment(due, SWITZERLAND).astimezone(BASEL).date() == date(2026, 5, 6)


@given(st.integers(-700, 700), st.integers(-700, 700), zones, st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_the_larger_offset_comes_first(one: int, other: int, zone: ZoneInfo, day: date) -> None:
    early, late = sorted((Offset(one), Offset(other)), key=lambda offset: -offset.amount)
    assert early.moment(Due(day), Place(zone)) <= late.moment(Due(day), Place(zone))


@given(st.integers(-500, 500), st.sampled_from("dbh"))
def test_what_is_written_is_read(amount: int, unit: str) -> None:
    assert Offset.of(str(Offset(amount, unit))) == Offset(amount, unit)
    assert offsets_of([f"{amount}{unit}", Offset(amount, unit)]) == (Offset(amount, unit),)


@pytest.mark.parametrize("written", ["", "soon", "7w", "1.5d", "100000d", "731d", "501b", "721h"])
def test_what_is_no_offset_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"write 14d|at most"):
        Offset.of(written)
