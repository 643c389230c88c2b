"""Work of the subject that beat asks for; safe to run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from audits.capa.overdue import drop_withdrawn, open_missing, record_overdue
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as

log = logging.getLogger(__name__)


@shared_task
def watch_capas() -> None:
    """Once a day: CAPAs past their agreed date, and links that follow a finding that was withdrawn."""
    with acting_as(SWEEP):
        late = record_overdue(timezone.localdate())
        dropped, opened = drop_withdrawn(), open_missing()
    if late or dropped or opened:
        log.info("%s CAPAs past their date, %s withdrawn with their finding, %s opened", late, dropped, opened)
