"""What time it is for reminders: the machine's clock, which only the settings of the tests can move."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present instant, in UTC."""
    return timezone.now() + offset()


def offset() -> timedelta:
    """How far the clock was moved: seconds in the file CLOCK_OFFSET_FILE, read each time so that processes follow."""
    if not settings.CLOCK_OFFSET_FILE:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text()))
    except FileNotFoundError:
        return timedelta()
