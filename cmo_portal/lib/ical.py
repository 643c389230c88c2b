"""A calendar as other programs read it (RFC 5545); the one place that knows the library.

DTSTAMP and LAST-MODIFIED are when the fact last changed, not when somebody asked: the same facts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vUri  # noqa: TID251 - this is the one place

PRODUCT = "-//CMO Portal//Deadlines//EN"
REFRESH = timedelta(hours=1)
LASTS = timedelta(minutes=30)  # how long an instant stands in the calendar, so that it can be seen


@dataclass(frozen=True)
class Entry:
    """One thing in the calendar. on: its day; at: where hours count, the instant (aware).

    uid: the same as long as the thing is. sequence: grows with each move. changed_at: when it last changed. until: when
    what takes people's time is over; None for a deadline, which takes nobody's. is_off: it does not take place.
    """

    uid: str
    title: str
    on: date
    sequence: int
    changed_at: datetime
    at: datetime | None = None
    description: str = ""
    url: str = ""
    category: str = ""
    until: datetime | None = None
    place: str = ""
    is_off: bool = False


def calendar_bytes(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar as a file: lines folded at 75 bytes and ended by CRLF."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(event(entry))
    written: bytes = calendar.to_ical()
    return written


def event(entry: Entry) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.changed_at.astimezone(UTC))
    made.add("last-modified", entry.changed_at.astimezone(UTC))
    made.add("sequence", entry.sequence)
    made.add("summary", entry.title)
    if entry.at is None:
        made.add("dtstart", entry.on)
        made.add("dtend", entry.on + timedelta(days=1))  # RFC 5545, 3.6.1: the end is the first day after
    else:
        made.add("dtstart", entry.at.astimezone(UTC))
        made.add("dtend", (entry.until or entry.at + LASTS).astimezone(UTC))
    made.add("transp", "OPAQUE" if entry.until else "TRANSPARENT")  # a deadline takes nobody's time
    if entry.is_off:
        made.add("status", "CANCELLED")
    if entry.place:
        made.add("location", entry.place)
    made.add("class", "PRIVATE")
    if entry.description:
        made.add("description", entry.description)
    if entry.url:
        made.add("url", vUri(entry.url))
    if entry.category:
        made.add("categories", [entry.category])
    return made
