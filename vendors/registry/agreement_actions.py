"""Verbs of agreements: add, revise, end early, and keep the signed file with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from cmo_portal.records.actors import Actor
from cmo_portal.records.deadlines import wake
from cmo_portal.records.trail import write
from vendors.registry.models import Vendor
from vendors.registry.renewals import together
from vendors.registry.supply import Agreement


def add_agreement(vendor: Vendor, *, by: Actor, **values: Any) -> Agreement:
    """Raises ValidationError."""
    if vendor.is_retired:
        raise ValidationError(f"{vendor.name} is retired: bring it back before you add an agreement.")
    agreement = Agreement(vendor=vendor, **values)
    with together(agreement):
        write(agreement, by=by, action="agreement.add")
    return agreement


def revise_agreement(
    agreement: Agreement, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Raises ValidationError, or StaleRecord when somebody was faster."""
    for name, value in values.items():
        setattr(agreement, name, value)
    with together(agreement):
        write(agreement, by=by, action="agreement.revise", version=version, reason=reason)
        plan_again(agreement)


def end_agreement(
    agreement: Agreement, *, by: Actor, ended_date: date, reason: str, version: int | None = None
) -> None:
    """Ends an agreement before its date, from `ended_date` on. Raises ValidationError at the date or the reason."""
    if not reason.strip():
        raise ValidationError({"reason": "Write why the agreement ends early."})
    if agreement.ended_date:
        raise ValidationError("This agreement was ended already.")
    if not agreement.effective_date:
        raise ValidationError("This agreement never came into force: there is nothing to end.")
    if ended_date < agreement.effective_date:
        since = agreement.effective_date.isoformat()
        raise ValidationError(
            {"ended_date": f"The agreement came into force on {since}: give that day or a later one."}
        )
    if agreement.expires_date and ended_date > agreement.expires_date:
        last = agreement.expires_date.isoformat()
        raise ValidationError({"ended_date": f"The agreement expires on {last} by itself: give an earlier day."})
    agreement.ended_date, agreement.ended_reason = ended_date, reason.strip()[:500]
    with together(agreement):
        write(agreement, by=by, action="agreement.end", reason=reason, version=version)
        plan_again(agreement)


def plan_again(agreement: Agreement) -> None:
    """Policies of the agreement may begin or cease to hold with what was written. Where a date passes by itself, the
    sweep looks that day (`sweep.turns_of`)."""
    if agreement.deadline_policies.filter(is_retired=False).exists():
        wake(Q(wall_owner=agreement.wall_owner, vendor_ref=agreement.vendor.number), timezone.now())
