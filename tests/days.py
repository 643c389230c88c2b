"""The day it is where somebody reads: pages tell the days of their reader, which late in the evening are not UTC's."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from cmo_portal.accounts.models import User


def day_of(reader: User, days: int = 0) -> date:
    """The day of the reader, or the one so many days after it."""
    return timezone.localdate(timezone=ZoneInfo(reader.time_zone)) + timedelta(days=days)
