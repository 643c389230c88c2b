"""Work of the registry that beat or a page asks for; each looks its record up again and is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cmo_portal.records.actors import IMPORT, SWEEP
from cmo_portal.records.context import acting_as
from vendors.registry import importing
from vendors.registry.qualification_actions import expire_overdue
from vendors.registry.renewals import lapse_offers

EASTERNMOST = timedelta(hours=14)  # where a day begins first: UTC+14
WESTERNMOST = timedelta(hours=12)  # where a day ends last: UTC-12

log = logging.getLogger(__name__)


@shared_task
def expire_qualifications() -> None:
    """Once an hour, because midnight comes to one sponsor after the other: qualifications whose last day has passed.
    With them goes what was owed of capacity offers whose day has passed everywhere."""
    with acting_as(SWEEP):
        done = expire_overdue((timezone.now() + EASTERNMOST).date())
        lapse_offers((timezone.now() - WESTERNMOST).date())
    if done:
        log.info("%s qualifications expired", done)


@shared_task
def work_import(number: str) -> None:
    """The step of an import that is due: read the file into a preview, or write what was confirmed."""
    importing.work(number)


@shared_task
def resume_imports() -> None:
    """Takes up imports whose worker died or whose call was lost."""
    with acting_as(IMPORT):
        numbers = list(importing.due_runs(timezone.now()).order_by("pk").values_list("number", flat=True)[:20])
    for number in numbers:
        importing.work(number)
