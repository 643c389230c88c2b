"""Verbs of the annual plan: make it, fill it, and its way to approval, which freezes its lines into the record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.programme.actions import refuse_unknown, require
from audits.programme.models import Audit, AuditPlan
from audits.programme.querysets import OVER
from audits.programme.vocabulary import AuditStatus, PlanStatus
from audits.programme.workflows import PLAN
from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState

CLOSED = "The plan is with quality or approved: take it back into draft to change it."


def create_plan(sponsor: Company, *, by: Actor, year: int, note: str = "") -> AuditPlan:
    """The plan of a year; a sponsor has one a year. Raises PermissionDenied, ValidationError."""
    require(by, P.AUDIT_PLAN)
    plan = AuditPlan(sponsor=sponsor, year=year, note=note)
    write(plan, by=by, action="plan.create")
    return plan


def revise_plan(plan: AuditPlan, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Changes what the plan rests on. Raises PermissionDenied, WrongState, StaleRecord, ValidationError."""
    require(by, P.AUDIT_PLAN)
    refuse_unknown(values, ("note",))
    refuse_closed(plan)
    for name, value in values.items():
        setattr(plan, name, value)
    write(plan, by=by, action="plan.revise", version=version, reason=reason)


def refuse_closed(plan: AuditPlan) -> None:
    if plan.status != PlanStatus.DRAFT:
        raise WrongState(CLOSED)


def add_to_plan(plan: AuditPlan, audit: Audit, *, by: Actor) -> None:
    """Puts an audit of the plan's year into it. Raises PermissionDenied, WrongState, ValidationError."""
    require(by, P.AUDIT_PLAN)
    if audit.site.vendor.sponsor_id != plan.sponsor_id:
        raise ValidationError("The plan holds audits of your own CMOs.")
    if audit.plan_id is not None and audit.plan_id != plan.pk:
        raise ValidationError(f"{audit.number} stands in the plan of another year: take it out there first.")
    if audit.status in OVER:
        raise ValidationError(f"{audit.number} is over: a plan holds what is to come or under way.")
    if audit.sort_date.year != plan.year:
        raise ValidationError(f"{audit.number} is not planned for {plan.year}: move it first.")
    with transaction.atomic():
        refuse_closed(as_it_stands(plan))
        audit.plan = plan
        write(audit, by=by, action="audit.enter_plan")


def take_from_plan(plan: AuditPlan, audit: Audit, *, by: Actor, reason: str) -> None:
    """Takes an audit out of the plan; the audit itself stays. Raises PermissionDenied, WrongState, ValidationError."""
    require(by, P.AUDIT_PLAN)
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})
    if audit.plan_id != plan.pk:
        raise ValidationError({"audit": f"{audit.number} does not stand in the plan of {plan.year}."})
    with transaction.atomic():
        refuse_closed(as_it_stands(plan))
        audit.plan = None
        write(audit, by=by, action="audit.leave_plan", reason=reason)


def as_it_stands(plan: AuditPlan) -> AuditPlan:
    """The plan as it is stored now, held until the transaction ends: nobody approves it while a line comes or goes."""
    return lock(plan) or plan  # type: ignore[return-value]


def lines_of(plan: AuditPlan) -> list[list[str]]:
    """What stands in the plan now: [[audit number, site, type, planned month as YYYY-MM], ...]."""
    rows = plan.audits.exclude(status=AuditStatus.CANCELLED).select_related("site__vendor")
    return [
        [audit.number, f"{audit.site.name}, {audit.site.vendor.name}", audit.type, f"{audit.sort_date:%Y-%m}"]
        for audit in rows.order_by("sort_date", "number")
    ]


def move_plan(
    plan: AuditPlan,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Submits, returns, approves (the lines are frozen, then signed) or reopens the plan as a new revision.

    Raises PermissionDenied, WrongState, StaleRecord, BadCredentials.
    """
    before = plan.lines, plan.revision

    def freeze() -> None:
        if name == "approve":
            plan.lines = lines_of(plan)
        elif name == "reopen":
            plan.revision += 1

    try:
        PLAN.perform(plan, name, by=by, reason=reason, credentials=credentials, version=version, first=freeze)
    except Exception:
        plan.lines, plan.revision = before
        raise
