"""The moves of batches and qualifications; buttons, API and refusals follow from these rows.

Qualification: EU GMP chapter 7 (the contract giver assesses before it outsources), 21 CFR 211.22 (the quality unit
decides); suspension and disqualification take a rationale, an inventory plan and an alternate-source plan.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.calendars import add_months
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning
from cmo_portal.records.workflow import BY_THE_SYSTEM, Guard, Transition, Workflow
from vendors.registry.supply import Batch, Qualification
from vendors.registry.vocabulary import BatchStatus as B
from vendors.registry.vocabulary import QualificationStatus as Q

CONDITIONAL_MONTHS = 6  # the longest a conditional qualification may run

# What upper floors have to say before a site is approved: an open critical finding, a missing audit. Each is a guard
# that returns its sentence or None; a subject adds its own from `hooks.py`.
approval_checks: list[Guard] = []


def all_of(*guards: Callable[[Qualification, Actor], str | None]) -> Guard:
    """A guard that asks each in turn and gives the first refusal."""

    def guard(record: Qualification, by: Actor) -> str | None:
        return next((sentence for each in guards if (sentence := each(record, by))), None)

    return guard


def site_stands(row: Qualification, by: Actor) -> str | None:
    if row.site.is_retired or row.vendor.is_retired:
        return f"{row.site.name} is retired: a retired site cannot be qualified."
    return None


def nothing_stands_against(row: Qualification, by: Actor) -> str | None:
    return next((sentence for check in approval_checks if (sentence := check(row, by))), None)


def date_is_ahead(row: Qualification, by: Actor) -> str | None:
    if row.expires_date and row.expires_date <= timezone.localdate():
        return "The date on which the qualification ends has passed: give a later one."
    return None


def bounded(row: Qualification, by: Actor) -> str | None:
    """Conditions and an end within six months belong to a conditional qualification."""
    if not row.conditions.strip():
        return "Write the conditions under which the site may be used."
    if row.expires_date is None:
        return "Give the date on which the conditional qualification ends."
    latest = add_months(timezone.localdate(), CONDITIONAL_MONTHS)
    if row.expires_date > latest:
        return f"A conditional qualification runs for six months at most: give a date up to {latest.isoformat()}."
    return None


def planned(row: Qualification, by: Actor) -> str | None:
    """Why, what happens to stock, and where supply comes from instead."""
    missing = [words for words, text in plans(row).items() if not text.strip()]
    if not missing:
        return None
    return f"Write {' and '.join(missing) if len(missing) < 3 else ', '.join(missing[:-1]) + ' and ' + missing[-1]}."


def plans(row: Qualification) -> dict[str, str]:
    return {
        "the rationale": row.rationale,
        "what happens to stock": row.inventory_plan,
        "where supply comes from instead": row.alternate_plan,
    }


def has_run_out(row: Qualification, by: Actor) -> str | None:
    """The last day counts to its end where the sponsor is, not in Greenwich."""
    if row.expires_date and row.expires_date < row.vendor.sponsor.today():
        return None
    return "The last day of this qualification has not passed."


QUALIFICATION = Workflow(
    Qualification,
    Transition(
        "approve",
        sources=(Q.PENDING, Q.CONDITIONAL, Q.EXPIRED),
        target=Q.APPROVED,
        permission=P.QUALIFICATION_APPROVE,
        signature=Meaning.APPROVED,
        guard=all_of(site_stands, nothing_stands_against),
        form_guard=date_is_ahead,
    ),
    Transition(
        "approve_conditionally",
        sources=(Q.PENDING, Q.APPROVED, Q.CONDITIONAL, Q.SUSPENDED, Q.EXPIRED),
        target=Q.CONDITIONAL,
        permission=P.QUALIFICATION_APPROVE,
        label="Approve with conditions",
        signature=Meaning.APPROVED,
        guard=site_stands,
        form_guard=all_of(date_is_ahead, bounded),
    ),
    Transition(
        "suspend",
        sources=(Q.APPROVED, Q.CONDITIONAL),
        target=Q.SUSPENDED,
        permission=P.QUALIFICATION_APPROVE,
        signature=Meaning.APPROVED,
        form_guard=planned,
    ),
    Transition(
        "reinstate",
        sources=(Q.SUSPENDED,),
        target=Q.APPROVED,
        permission=P.QUALIFICATION_APPROVE,
        signature=Meaning.APPROVED,
        guard=all_of(site_stands, nothing_stands_against),
        form_guard=date_is_ahead,
        reason_needed=True,
    ),
    Transition(
        "disqualify",
        sources=(Q.PENDING, Q.APPROVED, Q.CONDITIONAL, Q.SUSPENDED, Q.EXPIRED),
        target=Q.DISQUALIFIED,
        permission=P.QUALIFICATION_APPROVE,
        signature=Meaning.REJECTED,
        form_guard=planned,
    ),
    Transition(
        "requalify",
        sources=(Q.DISQUALIFIED, Q.EXPIRED),
        target=Q.PENDING,
        permission=P.QUALIFICATION_PROPOSE,
        label="Start qualification again",
        guard=site_stands,
        reason_needed=True,
    ),
    Transition(
        "expire",
        sources=(Q.APPROVED, Q.CONDITIONAL),
        target=Q.EXPIRED,
        permission=BY_THE_SYSTEM,
        guard=has_run_out,
    ),
    Transition(
        "retire",
        sources=(Q.PENDING, Q.APPROVED, Q.CONDITIONAL, Q.SUSPENDED, Q.DISQUALIFIED, Q.EXPIRED),
        target=Q.RETIRED,
        permission=P.QUALIFICATION_APPROVE,
        signature=Meaning.APPROVED,
        reason_needed=True,
    ),
    noun="qualification",
)

BATCH = Workflow(
    Batch,
    Transition(
        "start", sources=(B.PLANNED,), target=B.IN_PROCESS, permission=P.PRODUCT_EDIT, label="Start manufacture"
    ),
    Transition("test", sources=(B.IN_PROCESS,), target=B.TESTING, permission=P.PRODUCT_EDIT, label="Send to testing"),
    Transition("release", sources=(B.TESTING,), target=B.RELEASED, permission=P.PRODUCT_EDIT),
    Transition(
        "reject",
        sources=(B.IN_PROCESS, B.TESTING),
        target=B.REJECTED,
        permission=P.PRODUCT_EDIT,
        reason_needed=True,
    ),
    noun="batch",
)
