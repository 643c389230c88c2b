"""Verbs of audits: propose, plan, revise, set dates, and every move; `move_audit` is the only way a status moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.programme.limits import due
from audits.programme.models import Audit, Slot
from audits.programme.querysets import BEFORE_VISIT
from audits.programme.vocabulary import AuditStatus, SlotStatus
from audits.programme.workflows import AUDIT
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from vendors.registry.models import Site

# What happens in the transaction of a move once the audit has moved; upper subjects add to it as the programme does:
# (audit, name of the move, who). The interval is counted anew here, a report opened there.
after_move: list[Callable[[Audit, str, Actor], None]] = []

CHANGING = (*BEFORE_VISIT, AuditStatus.IN_PROGRESS)  # what an audit is about may still change
EDITABLE = ("type", "mode", "purpose", "services", "scope_text", "standards", "due_date", "planned_month", "follows")


@contextmanager
def holding(audit: Audit) -> Iterator[Audit]:
    """A transaction with the audit as it is stored now, held: it neither goes to review nor is notified meanwhile."""
    with transaction.atomic():
        now: Any = lock(audit) or audit
        now.site = audit.site
        yield now


def propose_audit(site: Site, *, by: Actor, **values: Any) -> Audit:
    """An audit that somebody, or the daily task, thinks is due; a planner takes it into the programme.

    values: fields of Audit. Raises PermissionDenied or ValidationError.
    """
    return start_audit(site, AuditStatus.PROPOSED, "audit.propose", by=by, **values)


def plan_audit(site: Site, *, by: Actor, **values: Any) -> Audit:
    """An audit in the programme; `lead` names the colleague who leads it. Raises PermissionDenied, ValidationError."""
    from audits.programme.team_actions import add_member

    lead = values.pop("lead", None)
    with transaction.atomic():
        audit = start_audit(site, AuditStatus.PLANNED, "audit.plan", by=by, **values)
        if lead is not None:
            add_member(audit, by=by, person=lead, role="lead")
    return audit


def start_audit(site: Site, status: AuditStatus, action: str, *, by: Actor, **values: Any) -> Audit:
    require(by, P.AUDIT_PLAN)
    if site.is_retired or site.vendor.is_retired:
        raise ValidationError({"site": f"{site.name} is retired: a retired site is not audited."})
    audit = Audit(site=site, status=status, status_date=timezone.localdate(), **values)
    refuse_other_site(audit)
    write(audit, by=by, action=action)
    return audit


def revise_audit(audit: Audit, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Changes what the audit is about, until the visit is over.

    Raises PermissionDenied, WrongState, StaleRecord, or ValidationError where a value is none of `EDITABLE`.
    """
    require(by, P.AUDIT_PLAN)
    refuse_unknown(values, EDITABLE)
    if audit.status not in CHANGING:
        raise WrongState("The visit is over: what the audit was about stands as it was notified.")
    for name, value in values.items():
        setattr(audit, name, value)
    refuse_other_site(audit)
    write(audit, by=by, action="audit.revise", version=version, reason=reason)


def schedule_audit(
    audit: Audit,
    *,
    by: Actor,
    start_date: date | None,
    end_date: date | None,
    reason: str,
    planned_month: date | None = None,
    version: int | None = None,
) -> None:
    """Sets or moves the dates, or only the month they are planned for. Dates that were agreed need a reason to move.

    An agreed slot that says otherwise is withdrawn with the reason, so that the CMO reads why.
    """
    require(by, P.AUDIT_PLAN)
    if audit.status not in CHANGING:
        raise WrongState("The visit is over: its dates stand.")
    if (audit.start_date or audit.planned_month) and not reason.strip():
        raise ValidationError({"reason": "Write why the dates move: both sides read it."})
    with transaction.atomic():
        lock(audit)  # before its offers, as whoever answers one does
        withdraw_agreed(audit, start_date, end_date, by=by, reason=reason)
        audit.start_date, audit.end_date = start_date, end_date
        audit.planned_month = planned_month or start_date or audit.planned_month
        write(audit, by=by, action="audit.schedule", version=version, reason=reason)


def withdraw_agreed(audit: Audit, start: date | None, end: date | None, *, by: Actor, reason: str) -> None:
    for slot in Slot.objects.filter(audit=audit, status=SlotStatus.AGREED):
        if (slot.start_date, slot.end_date) != (start, end):
            slot.audit, slot.status, slot.answer_note = audit, SlotStatus.WITHDRAWN, reason[:300]
            write(slot, by=by, action="slot.withdraw", reason=reason)


def move_audit(
    audit: Audit,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    on: date | None = None,
) -> None:
    """Moves the audit with every date that follows, in one transaction; a refusal leaves it as it was.

    on: the day it happened, where it is recorded later; today otherwise. Raises PermissionDenied, WrongState,
    StaleRecord, BadCredentials.
    """
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"on": "What happened is dated today or earlier."})
    values = {"status_date": day} | dates_of(audit, name, day)
    before = {field: getattr(audit, field) for field in values}
    for field, value in values.items():
        setattr(audit, field, value)

    def follow() -> None:
        if name == "notify":
            share_team(audit, by=by)
        for also in after_move:
            also(audit, name, by)

    try:
        AUDIT.perform(audit, name, by=by, reason=reason, credentials=credentials, version=version, then=follow)
    except Exception:
        for field, value in before.items():
            setattr(audit, field, value)
        raise


def dates_of(audit: Audit, name: str, day: date) -> dict[str, Any]:
    """What a move sets besides the status."""
    if name == "notify":
        return {"notified_date": day, "is_shared": True}
    if name == "hold_closeout":
        return {"report_due_date": due(audit, "report_days", audit.end_date or day)}
    if name == "issue_report":
        return {"report_issued_date": day, "response_due_date": due(audit, "response_days", day)}
    return {"closed_date": day} if name == "close" else {}


def share(audit: Audit, *, by: Actor) -> None:
    """Lets the CMO read the audit and its team, as soon as dates are offered to it."""
    if not audit.is_shared:
        audit.is_shared = True
        write(audit, by=by, action="audit.share")
        share_team(audit, by=by)


def share_team(audit: Audit, *, by: Actor) -> None:
    """Copies the audit's wall onto its team, which is read with it."""
    for member in audit.team.order_by("pk"):
        member.audit = audit
        write(member, by=by, action="member.share")


def require(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied


def refuse_unknown(values: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = set(values) - set(known)
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "This cannot be changed here."))


def refuse_other_site(audit: Audit) -> None:
    if audit.follows is not None and audit.follows.site_id != audit.site_id:
        raise ValidationError({"follows": "A follow-up audit is of the same site."})
