"""How long minutes may take: limits that a sponsor may set and an agreement may say otherwise, for both sides."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from audits.programme.limits import BUSINESS, LIMITS, Limit
from cmo_portal.records.actors import PARTNER
from communications.meetings.models import Meeting
from communications.updates.limits import terms_of

MINUTES, ACKNOWLEDGEMENT = "minutes_days", "minutes_acknowledge_days"

for row in (
    Limit(MINUTES, "Minutes of a meeting", 5, BUSINESS, 1, 30, "Our default, for both sides", PARTNER),
    Limit(ACKNOWLEDGEMENT, "Acknowledgement of minutes", 5, BUSINESS, 1, 30, "Our default, for both sides", PARTNER),
):
    LIMITS.setdefault(row.name, row)


def last_day(name: str, meeting: Meeting, start: datetime, side: str) -> date:
    """The last day in time, counted where `side` works, without its public holidays."""
    return terms_of(meeting.vendor, timezone.localdate(start)).last_day(name, start, side)
