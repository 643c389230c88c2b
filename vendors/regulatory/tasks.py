"""Imports in the background: the queue is a doorbell, the run in the database is the truth."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from cmo_portal.records.actors import IMPORT
from cmo_portal.records.context import acting_as
from vendors.registry.runs import ImportRun, lost_runs
from vendors.regulatory.facts import FACTS
from vendors.regulatory.importing import work

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=1)  # how long a run may wait for its own call before it is called again


@shared_task
def import_file(number: str) -> None:
    """Reads the run of that number, unless it is finished or somebody else reads it. Safe to run twice."""
    with acting_as(IMPORT):
        try:
            work(number)
        except SoftTimeLimitExceeded:
            import_file.delay(number)  # it goes on behind the last batch that stands


@shared_task
def pick_up_imports() -> None:
    """Calls for runs that nobody works on: the worker died, or the broker was down when the file came."""
    with acting_as(IMPORT):
        now = timezone.now()
        waiting = lost_runs(now).filter(kind__in=FACTS, created_at__lt=now - PATIENCE)
        for number in waiting.values_list("number", flat=True):
            import_file.delay(number)


def call(run: ImportRun) -> bool:
    """Rings for a worker; False where the broker does not answer and the run stands as waiting, to be started again."""
    try:
        import_file.apply_async([run.number], retry=False)
    except Exception:  # the broker may fail in any way of its own
        log.exception("the broker did not take import %s", run.number)
        return False
    return True
