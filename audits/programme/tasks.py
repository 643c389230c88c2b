"""Work of the programme that beat asks for: each looks its records up again and is safe to run twice.

A day that was missed is caught up by the next: everything is read from what stands, nothing from when it ran last.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from audits.programme.actions import propose_audit
from audits.programme.facts import WHOLE, in_programme, services_of
from audits.programme.interval_actions import refresh_interval
from audits.programme.limits import limit
from audits.programme.models import Audit
from audits.programme.steering import AuditInterval
from audits.programme.trigger_actions import sweep_triggers
from audits.programme.vocabulary import AuditType
from cmo_portal.lib.calendars import add_months, first_of_month
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import lock
from vendors.registry.models import Site

log = logging.getLogger(__name__)


@shared_task
def run_programme() -> None:
    """Once a day: events, intervals, and the audits that fall due."""
    work(timezone.localdate())


@shared_task
def find_events() -> None:
    """What a finished import rings for; the daily run finds the same."""
    sweep_triggers(timezone.localdate())


def work(today: date) -> int:
    """Everything of `run_programme`; returns how many audits were proposed. One site's failure leaves the others."""
    sweep_triggers(today)
    proposed = 0
    for site in sites_of_programme():
        try:
            with acting_as(SWEEP), transaction.atomic():
                interval = refresh_interval(site, by=SWEEP, today=today)
                proposed += propose_when_due(site, interval, today) is not None
        except Exception:
            log.exception("the programme of site %s was left for the next run", site.number)
    if proposed:
        log.info("%s audits proposed", proposed)
    return proposed


def sites_of_programme() -> Iterator[Site]:
    last = 0
    while True:
        with acting_as(SWEEP):
            rows = in_programme(Site.objects.filter(pk__gt=last)).select_related("vendor__sponsor", "vendor__company")
            batch = list(rows.order_by("pk")[:200])
        if not batch:
            return
        yield from batch
        last = batch[-1].pk


def propose_when_due(site: Site, interval: AuditInterval, today: date) -> Audit | None:
    """Proposes the next audit of a site ahead of its due date, unless one is on its way already."""
    due = interval.next_due_date
    if due is None or due > add_months(today, limit(site.vendor.sponsor, "propose_months")):
        return None
    lock(site)  # two runs at once propose one audit
    if Audit.objects.filter(site=site, type__in=WHOLE).coming().exists():
        return None
    first = interval.last_audit_date is None
    return propose_audit(
        site,
        by=SWEEP,
        type=AuditType.QUALIFICATION if first else AuditType.ROUTINE,
        services=services_of(site),
        due_date=due,
        planned_month=first_of_month(max(due, today)),
    )
