"""Events that call for an audit: recorded once each, swept up where a signal was lost, and decided by a planner.

The public record arrives in bulk imports, which announce no single row; a signal is also lost with a process that dies
after its commit. So the sweep is the truth: it looks at what stands and records what is missing. A signal only rings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.programme.actions import plan_audit, require
from audits.programme.facts import OFFICIAL, in_programme, key_of, last_audit_end, official_actions, words_of
from audits.programme.models import Audit
from audits.programme.steering import AuditTrigger
from audits.programme.vocabulary import AuditType, TriggerKind
from audits.programme.workflows import TRIGGER
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write
from vendors.registry.models import Site


@dataclass(frozen=True)
class Event:
    """Something that calls for an audit. `key` tells it from every other of its kind; the source's number without."""

    site: Site
    kind: str
    what: str
    happened_date: date
    source: Record | None = None
    key: str = ""


# What upper subjects see: `event_sources["overdue_capa"] = function`; function(today) gives Events, again and again.
event_sources: dict[str, Callable[[date], Iterable[Event]]] = {}


def record_trigger(
    site: Site, kind: str, what: str, happened_date: date, *, by: Actor, source: Record | None = None, key: str = ""
) -> AuditTrigger:
    """Records an event at a site; the same event again gives the row that stands. By hand it has neither source nor
    key, and stands each time. Raises ValidationError.
    """
    key = key or (source.number if source is not None else "")
    if happened_date > timezone.localdate():
        raise ValidationError({"happened_date": "What happened is dated today or earlier."})
    found = AuditTrigger.objects.filter(site=site, kind=kind, source_key=key).first() if key else None
    if found is not None:
        return found
    trigger = AuditTrigger(site=site, kind=kind, what=what[:300], happened_date=happened_date, source_key=key)
    if source is not None:
        trigger.source_type, trigger.source_number = source.record_type(), source.number
    try:
        with transaction.atomic():
            write(trigger, by=by, action="trigger.record")
    except (IntegrityError, ValidationError):
        # somebody recorded the same event between the look and the write
        found = AuditTrigger.objects.filter(site=site, kind=kind, source_key=key).first() if key else None
        if found is None:
            raise
        return found
    return trigger


def report_event(site: Site, *, by: Actor, kind: str, what: str, happened_date: date) -> AuditTrigger:
    """An event that somebody knows of by other ways. Raises PermissionDenied, ValidationError."""
    require(by, P.AUDIT_PLAN)
    return record_trigger(site, kind, what, happened_date, by=by)


def regulatory_events(today: date) -> Iterable[Event]:
    """Official actions of the last 24 months that no whole audit of the site has followed yet."""
    last = 0
    while batch := list(
        in_programme(Site.objects.filter(pk__gt=last)).select_related("vendor__sponsor").order_by("pk")[:200]
    ):
        for site in batch:
            audited = last_audit_end(site)
            for event in official_actions(site, today):
                if audited is None or event.event_date > audited:
                    kind = OFFICIAL.get(event.type, TriggerKind.OAI)  # type: ignore[call-overload]
                    yield Event(site, kind, words_of(event), event.event_date, event, key_of(event))
        last = batch[-1].pk


event_sources["regulatory"] = regulatory_events


def sweep_triggers(today: date) -> int:
    """Records every event that the sources know and the programme does not; returns how many. Safe to run twice."""
    with acting_as(SWEEP):
        before = AuditTrigger.objects.count()
        for source in event_sources.values():
            for event in source(today):
                record_trigger(
                    event.site, event.kind, event.what, event.happened_date,
                    by=SWEEP, source=event.source, key=event.key,
                )  # fmt: skip
        return int(AuditTrigger.objects.count() - before)


def answer_with_audit(trigger: AuditTrigger, *, by: Actor, version: int | None = None, **values: Any) -> Audit:
    """Plans the audit that the event calls for, for cause unless `type` says otherwise, and closes the event with it.

    values: as `plan_audit` takes them. Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    values.setdefault("type", AuditType.FOR_CAUSE)
    values.setdefault("purpose", trigger.what)
    with transaction.atomic():
        audit = plan_audit(trigger.site, by=by, due_date=timezone.localdate(), **values)
        trigger.audit = audit
        TRIGGER.perform(trigger, "plan_audit", by=by, version=version)
    return audit


def move_trigger(
    trigger: AuditTrigger,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Any = None,
    version: int | None = None,
) -> None:
    """Finds that no audit is needed, with the reason, or takes that back.

    Raises PermissionDenied, WrongState, StaleRecord.
    """
    note, trigger.decision_note = trigger.decision_note, reason if name == "dismiss" else trigger.decision_note
    try:
        TRIGGER.perform(trigger, name, by=by, reason=reason, version=version)
    except Exception:
        trigger.decision_note = note
        raise
