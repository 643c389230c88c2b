"""Threads for tests, started and written in by the people who would do it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from communications.messages import actions
from communications.messages.models import Thread
from vendors.registry.models import Vendor


def alpenglow(cast: Any) -> Vendor:
    """The CMO Alpenglow as Northgate knows it; it has joined."""
    return Vendor.objects.get(sponsor=cast.sam.company, name__startswith="Alpenglow")  # type: ignore[no-any-return]


def make_thread(cast: Any, subject: str = "Shelf mapping on lyophiliser LY-3", **more: Any) -> Thread:
    vendor = None if "record" in more else alpenglow(cast)
    return actions.start_thread(by=more.pop("by", cast.sam), subject=subject, vendor=vendor, **more)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("vendor__sponsor").get(pk=thread.pk)  # type: ignore[no-any-return]


def in_days(days: int) -> Any:
    """A day counted from the reader's own."""
    return timezone.localdate() + timedelta(days=days)
