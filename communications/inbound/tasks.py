"""Work on mail that is kept: each takes a number or nothing, and is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cmo_portal.records.context import acting_as
from communications.inbound.answers import answer
from communications.inbound.models import InboundMail, MailStatus
from communications.inbound.receiving import INBOUND, settle

log = logging.getLogger(__name__)
WAITED = timedelta(minutes=1)  # for whoever took the mail to read it
BATCH = 100


@shared_task
def answer_mail(number: str) -> None:
    answer(number, timezone.now())


@shared_task
def read_received() -> None:
    """Reads what was kept and not read, because the process that took it died."""
    with acting_as(INBOUND):
        rows = InboundMail.objects.filter(status=MailStatus.RECEIVED, created_at__lt=timezone.now() - WAITED)
        found = list(rows.order_by("created_at")[:BATCH])
    for mail in found:
        settle(mail)
