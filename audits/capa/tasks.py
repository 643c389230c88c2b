"""Work of the subject that beat asks for; safe to run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from audits.capa.overdue import drop_withdrawn, record_overdue
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as

log = logging.getLogger(__name__)


@shared_task
def watch_capas() -> None:
    """Once a day: CAPAs past their agreed date, and links whose finding was withdrawn."""
    with acting_as(SWEEP):
        late = record_overdue(timezone.localdate())
        dropped = drop_withdrawn()
    if late or dropped:
        log.info("%s CAPAs past their date, %s withdrawn with their finding", late, dropped)
