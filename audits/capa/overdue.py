"""What follows from a day that has passed or a finding that was withdrawn; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from audits.capa.actions import drop, open_link
from audits.capa.models import CapaLink
from audits.findings.models import Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, FindingStatus
from audits.programme.trigger_actions import record_trigger
from audits.programme.vocabulary import TriggerKind
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState

BATCH = 200
PLACES = "audit__site__vendor__sponsor"


def record_overdue(today: date) -> int:
    """An overdue CAPA is an event that may call for an audit: recorded once a CAPA. Returns how many are overdue."""
    found = 0
    for link in in_batches(CapaLink.objects.overdue(today).with_places()):
        what = f"{link.number} for {link.finding.label} was agreed for {full_day(link.agreed_date)}"
        record_trigger(link.finding.audit.site, TriggerKind.OVERDUE_CAPA, what, link.agreed_date, source=link, by=SWEEP)
        found += 1
    return found


def drop_withdrawn() -> int:
    """Ends the links of withdrawn findings; one that somebody moves at the same moment is left to the next run."""
    done = 0
    rows = CapaLink.objects.open().filter(finding__status=FindingStatus.WITHDRAWN).with_places()
    for link in in_batches(rows):
        try:
            drop(link, by=SWEEP)
            done += 1
        except (StaleRecord, WrongState):
            continue
    return done


def open_missing() -> int:
    """Opens the links of findings that came to need one by themselves: parts of a combination that was withdrawn."""
    done = 0
    rows = Finding.objects.filter(status=FindingStatus.ISSUED, capa_link__isnull=True, combined_into__isnull=True)
    for finding in in_batches(rows.filter(classification__in=NEEDS_RESPONSE).select_related(PLACES)):
        done += open_link(finding, SWEEP, contain_from=timezone.localdate()) is not None
    return done


def in_batches(rows: Any) -> Iterator[Any]:
    """The rows in the order of their keys, some hundred at a time, so that memory stays flat."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk
