"""Dates, times and numbers in the product's words; pure functions, the clock is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
NO_BREAK = " "
SOON_DAYS = 2
HOURS_TOLD = 48  # what is nearer than this is told in hours


def short_day(when: date, today: date) -> str:
    """`20 Nov` in today's year, `18 Mar 2027` otherwise."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {when:%b}{year}"


def day(when: date, today: date) -> str:
    """`Wed 25 Nov` in today's year, `18 Mar 2027` otherwise."""
    return f"{when:%a} {short_day(when, today)}" if when.year == today.year else short_day(when, today)


def full_day(when: date) -> str:
    """`20 Nov 2026`, for records that are read in later years."""
    return f"{when.day} {when:%b %Y}"


def span(start: date, end: date) -> str:
    """`6–8 Oct 2026`, `28 Nov – 3 Dec 2026`, `30 Dec 2026 – 2 Jan 2027`; one day when both are the same."""
    if start == end:
        return full_day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{full_day(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%b} – {full_day(end)}"
    return f"{full_day(start)} – {full_day(end)}"


def moment(when: datetime, now: datetime) -> str:
    """`08:52` today, `9 Nov, 10:05` this year, `9 Nov 2025, 10:05` before; both in the reader's zone."""
    clock = f"{when:%H:%M}"
    return clock if when.date() == now.date() else f"{short_day(when.date(), now.date())}, {clock}"


def utc_stamp(when: datetime) -> str:
    """`20 Nov 2026, 14:06 UTC`, as signatures and logs are written."""
    when = when.astimezone(UTC)
    return f"{full_day(when.date())}, {when:%H:%M} UTC"


def deadline(due: date, today: date, met: date | None = None) -> tuple[str, str]:
    """(state, words) of a deadline: `met`, `late`, `soon` (two days or less) or "" for later."""
    if met is not None:
        return "met", f"Met {short_day(met, today)}"
    days = (due - today).days
    if days < 0:
        return "late", f"{short_day(due, today)}, {counted(-days, 'day')} late"
    if days == 0:
        return "soon", f"Today, {day(due, today)}"
    return ("soon" if days <= SOON_DAYS else ""), day(due, today)


def letters(name: str) -> str:
    """The two letters of a company's mark: `AP` of Alpenglow Pharma Services, `OT` of Otterholm."""
    words = name.split()
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else name[:2]).upper()


def counted(count: int, one: str, many: str = "") -> str:
    """`1 day`, `3 days`, `10,000 tries`."""
    return f"{number(count)}{NO_BREAK}{one if count == 1 else many or one + 's'}"


def number(value: float | Decimal, decimals: int = 0) -> str:
    """`24,000`, `−45`, `6.45`: grouped thousands, a real minus, halves rounded away from zero."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,}"


def signed(value: float | Decimal, decimals: int = 1) -> str:
    """`+4.5`, `−1.9`, `0.0`."""
    text = number(value, decimals)
    return f"+{text}" if Decimal(str(value)) > 0 and text.strip("0.,") else text


def percent(value: float | Decimal, decimals: int = 0) -> str:
    """`78 %` from 78, with a space that does not break."""
    return f"{number(value, decimals)}{NO_BREAK}%"


def days_left(due: date, today: date) -> tuple[str, str]:
    """(state, words) of a day as seen from `today`: `3 days late`, `today`, `in 5 days`."""
    days = (due - today).days
    if days < 0:
        return "late", f"{counted(-days, 'day')} late"
    if days == 0:
        return "soon", "today"
    return ("soon" if days <= SOON_DAYS else ""), f"in {counted(days, 'day')}"


def hours_left(at: datetime, now: datetime, today: date) -> tuple[str, str]:
    """The same for an instant: within two days in hours, further away in days. `today` is the reader's."""
    seconds = (at - now).total_seconds()
    if abs(seconds) >= HOURS_TOLD * 3600:
        day = at.astimezone(now.tzinfo).date()
        return days_left(day, today)
    words = length(abs(seconds))
    return ("late", f"{words} late") if seconds < 0 else ("soon", f"in {words}")


def length(seconds: float) -> str:
    """`under an hour`, `5 hours`, `12 days`: how long something took, as people say it."""
    if seconds < 3600:
        return "under an hour"
    if seconds < HOURS_TOLD * 3600:
        return counted(int(seconds // 3600), "hour")
    return counted(int(seconds // 86400), "day")
