"""Verbs of qualification: propose a scope, revise the proposal, move it; the hourly task lets old ones expire."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SWEEP, Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import StaleRecord, write
from cmo_portal.records.workflow import WrongState
from vendors.registry.models import Vendor
from vendors.registry.supply import Qualification
from vendors.registry.vocabulary import QualificationStatus
from vendors.registry.workflows import QUALIFICATION

# What a move may set besides the status; anything else is refused by name.
FIELDS = {
    "approve": ("expires_date",),
    "approve_conditionally": ("conditions", "expires_date"),
    "suspend": ("rationale", "inventory_plan", "alternate_plan"),
    "reinstate": ("expires_date",),
    "disqualify": ("rationale", "inventory_plan", "alternate_plan"),
}


def propose(vendor: Vendor, *, by: Actor, **values: Any) -> Qualification:
    """A scope in qualification. Raises PermissionDenied, or ValidationError where the scope has a row already."""
    if not by.may(P.QUALIFICATION_PROPOSE):
        raise PermissionDenied
    if vendor.is_retired:
        raise ValidationError(f"{vendor.name} is retired: bring it back before you qualify a site.")
    row = Qualification(vendor=vendor, status_date=timezone.localdate(), **values)
    write(row, by=by, action="qualification.propose")
    return row


def revise_proposal(row: Qualification, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Changes what is proposed. Raises WrongState once quality has decided."""
    if row.status != QualificationStatus.PENDING:
        raise WrongState("Quality has decided on this scope: it changes by its moves only.")
    for name, value in values.items():
        setattr(row, name, value)
    write(row, by=by, action="qualification.revise", version=version)


def move(
    row: Qualification,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    **values: Any,
) -> None:
    """Sets what the move takes, then moves, signs and trails in one transaction; a refusal leaves the row as it was.

    Raises PermissionDenied, WrongState, StaleRecord, BadCredentials, ValidationError.
    """
    unknown = set(values) - set(FIELDS.get(name, ()))
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "This move does not take it."))
    values |= emptied(name)
    values["status_date"] = timezone.localdate()
    before = {field: getattr(row, field) for field in values}
    for field, value in values.items():
        setattr(row, field, value)
    try:
        QUALIFICATION.perform(row, name, by=by, reason=reason, credentials=credentials, version=version)
    except Exception:
        for field, value in before.items():
            setattr(row, field, value)
        raise


def emptied(name: str) -> dict[str, Any]:
    """What a move takes away: a full approval knows no conditions, a new start no end."""
    if name in {"approve", "reinstate"}:
        return {"conditions": ""}
    return {"conditions": "", "expires_date": None} if name == "requalify" else {}


def expire_overdue(today: date) -> int:
    """Lets every qualification expire whose last day has passed at its sponsor; run twice, the second time finds none.

    today: the latest day that it is anywhere; the move's own guard knows the sponsor's. Returns how many expired. A row
    that somebody moves at the same moment is left to the next run.
    """
    done, last = 0, 0
    while True:
        rows = Qualification.objects.overdue(today).filter(pk__gt=last).order_by("pk")
        batch = list(rows.select_related("site", "vendor__sponsor")[:200])
        if not batch:
            return done
        for row in batch:
            try:
                move(row, "expire", by=SWEEP, reason="The last day of the qualification has passed.")
                done += 1
            except (StaleRecord, WrongState):
                continue
        last = batch[-1].pk
