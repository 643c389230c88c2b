"""Verbs of intervals: count one anew, let a shorter one in by itself, ask quality to sign a longer one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.programme.facts import facts_of
from audits.programme.frequency import Assessment, Facts, assess, next_due
from audits.programme.steering import AuditInterval
from audits.programme.vocabulary import IntervalStatus
from audits.programme.workflows import INTERVAL
from cmo_portal.records.actors import SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from vendors.registry.models import Site

SENTENCES = 5  # of the explanation come before the caps and the dates


def refresh_interval(site: Site, *, by: Actor, today: date | None = None) -> AuditInterval:
    """Counts the site's interval anew from the facts and brings the records in step; run twice it changes nothing.

    Shorter comes into force by itself. Longer is proposed: the present one stays until quality signs, and a proposal
    that quality has rejected is not made again while the facts are the same. The system acts, at the word of `by`.
    Returns the interval in force.
    """
    today = today or timezone.localdate()
    with acting_as(SWEEP), transaction.atomic():
        lock(site)  # two counts of one site wait for each other
        facts = facts_of(site, today)
        found = assess(facts, today)
        live = AuditInterval.objects.filter(site=site, status__in=(IntervalStatus.IN_FORCE, IntervalStatus.PROPOSED))
        by_status: dict[str, AuditInterval] = {each.status: each for each in live}
        current = by_status.get(IntervalStatus.IN_FORCE)
        waiting = by_status.get(IntervalStatus.PROPOSED)
        values = values_of(facts, found, current)
        told = {"asked_by": by.ref}
        if current is not None and found.months > current.months:
            dated = dates_of(current, facts, today)
            if dated is not None:
                if waiting is not None:  # its explanation names the old date
                    replace(waiting, told)
                    waiting = None
                replace(current, told)
                current = enter(site, dated, told)
            propose_longer(site, values, waiting, told)
            return current
        if waiting is not None:
            replace(waiting, told)
        if current is not None and says_the_same(current, values):
            return current
        if current is not None:
            replace(current, told)
        return enter(site, values, told)


def values_of(facts: Facts, found: Assessment, current: AuditInterval | None) -> dict[str, Any]:
    """The fields of an interval. A site that was never audited keeps the day on which that was first seen."""
    never = current.next_due_date if current is not None and current.last_audit_date is None else None
    return {
        "complexity": facts.complexity,
        "criticality": facts.criticality,
        "compliance": found.compliance,
        "months": found.months,
        "model_version": found.version,
        "last_audit_date": facts.last_audit_end,
        "next_due_date": found.due or never or timezone.localdate(),
        "basis": {
            "class": found.risk_class,
            "score": found.score,
            "intrinsic": found.intrinsic,
            "factors": factors(facts),
            "sentences": list(found.sentences),
        },
    }


def factors(facts: Facts) -> list[Any]:
    """What an interval rests on, apart from dates: while it is the same, quality is not asked again."""
    known = facts.compliance
    return [
        *(facts.complexity, facts.criticality, facts.is_sterile_or_biologic, facts.is_conditional),
        *(known.critical, known.major, [each.words for each in known.actions]),
        *(known.has_vai and known.has_open_capa, known.red_quarters),
    ]


def says_the_same(interval: AuditInterval, values: dict[str, Any]) -> bool:
    return all(getattr(interval, name) == value for name, value in values.items())


def dates_of(current: AuditInterval, facts: Facts, today: date) -> dict[str, Any] | None:
    """The present interval with the date that follows from the last audit, for a row that takes its place; None where
    the date is the same. A row that may be signed is never touched.
    """
    said: list[str] = []
    due = next_due(facts, current.months, today, said)[0] or current.next_due_date
    if (due, facts.last_audit_end) == (current.next_due_date, current.last_audit_date):
        return None
    names = ("complexity", "criticality", "compliance", "months", "model_version")
    basis = current.basis | {"sentences": [*current.sentences[:SENTENCES], *said]}
    kept = {name: getattr(current, name) for name in names}
    return kept | {"basis": basis, "last_audit_date": facts.last_audit_end, "next_due_date": due}


def propose_longer(site: Site, values: dict[str, Any], waiting: AuditInterval | None, told: dict[str, str]) -> None:
    asked = values["basis"]["factors"], values["months"]
    if waiting is not None:
        if (waiting.basis["factors"], waiting.months) == asked:
            return
        replace(waiting, told)
    rejected = AuditInterval.objects.filter(site=site, status=IntervalStatus.REJECTED).order_by("-pk").first()
    if rejected is not None and (rejected.basis["factors"], rejected.months) == asked:
        return
    write(AuditInterval(site=site, **values), by=SWEEP, action="interval.propose", details=told)


def enter(site: Site, values: dict[str, Any], told: dict[str, str]) -> AuditInterval:
    made = AuditInterval(site=site, **values)
    write(made, by=SWEEP, action="interval.count", details=told)
    INTERVAL.perform(made, "enter", by=SWEEP)
    return made


def replace(interval: AuditInterval, told: dict[str, str]) -> None:
    INTERVAL.perform(interval, "replace", by=SWEEP, reason="A newer count of the same facts or of newer ones.")


def move_interval(
    interval: AuditInterval,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Quality accepts a longer interval, which then replaces the present one, or keeps the shorter. Signed as the
    workflow says. Raises PermissionDenied, WrongState, StaleRecord, BadCredentials.
    """

    def replace_present() -> None:
        present = AuditInterval.objects.filter(site=interval.site_id).in_force().first()
        if present is not None:
            present.site = interval.site
            with acting_as(SWEEP):
                INTERVAL.perform(present, "replace", by=SWEEP, reason=f"{interval.number} was accepted.")

    INTERVAL.perform(
        interval, name, by=by, reason=reason, credentials=credentials, version=version,
        first=replace_present if name == "accept" else None,
    )  # fmt: skip
