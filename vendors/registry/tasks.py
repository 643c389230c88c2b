"""Work of the registry that beat or a page asks for; each looks its record up again and is safe to run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as
from vendors.registry.qualification_actions import expire_overdue

log = logging.getLogger(__name__)


@shared_task
def expire_qualifications() -> None:
    """Once a day: qualifications whose last day has passed."""
    with acting_as(SWEEP):
        done = expire_overdue(timezone.now().date())
    if done:
        log.info("%s qualifications expired", done)
