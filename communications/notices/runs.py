"""Keeps what each look for owed reminders did: the administrator's desk and `/readyz` read it.

A look that found nothing is no row of its own: it moves the last row of that kind along, as a heartbeat. A look whose
process died leaves a row without an end. Rows end after `KEPT`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from cmo_portal.records import readiness
from communications.notices.models import SweepRun
from communications.notices.sweep import Swept, sweep_all

KEPT = timedelta(days=30)
SILENT_AFTER_BELLS = 3


def run_sweep(now: datetime, *, by_hand: bool = False) -> Swept:
    """`sweep_all` with a row of what it did, also where it fails."""
    run = begin(by_hand)
    try:
        swept = sweep_all(now)
    except BaseException as failure:
        run.error = f"{type(failure).__name__}: {failure}"[:500]
        run.ended_at = timezone.now()
        run.save()
        raise
    run.items, run.claimed, run.notices = swept.items, swept.claimed, swept.notices
    run.unheard, run.ended_at = list(swept.unheard), timezone.now()
    run.save()
    if swept.items:
        prune(timezone.now())
    return swept


def begin(by_hand: bool) -> SweepRun:
    """A row for this look: the last one where that found nothing, else a new one. Of two looks that begin at once only
    one takes the last row."""
    now = timezone.now()
    last = latest()
    if last is not None and last.found_nothing:
        same = SweepRun.objects.filter(pk=last.pk, ended_at=last.ended_at, items=0, error="")
        if same.update(started_at=now, ended_at=None, by_hand=by_hand):
            last.started_at, last.ended_at, last.by_hand = now, None, by_hand
            return last
    return SweepRun.objects.create(started_at=now, by_hand=by_hand)


def latest() -> SweepRun | None:
    return SweepRun.objects.order_by("-started_at", "-id").first()


def prune(now: datetime) -> int:
    return SweepRun.objects.filter(started_at__lt=now - KEPT).delete()[0]


def sweeping() -> str:
    """The state of the looks for `/readyz`: "ok", or since when there was none, or that the last one failed."""
    last = latest()
    if last is None:
        return "not heard yet"
    if last.error:
        return "the last one failed"
    age = (timezone.now() - last.started_at).total_seconds()
    if last.ended_at is None:
        limit = settings.CELERY_TASK_TIME_LIMIT
        return "ok" if age < limit else f"one that began {age:.0f} s ago has not ended"
    return readiness.age_in_words(age, max(SILENT_AFTER_BELLS * settings.SWEEP_SECONDS, 90))


def declare() -> None:
    readiness.add("sweep", sweeping)
