"""The verb of time limits: a sponsor sets its own numbers, which count for every clock that starts from then on."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from audits.programme.actions import require
from audits.programme.limits import LIMITS, Limit
from audits.programme.steering import AgreementLimits, AuditLimits
from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from vendors.registry.supply import Agreement


def set_limits(
    sponsor: Company, values: Mapping[str, int | None], *, by: Actor, reason: str, version: int | None = None
) -> AuditLimits:
    """Sets some or all limits; a number equal to its default is not kept, and None lets a limit follow its other.

    Raises PermissionDenied, StaleRecord, or ValidationError naming each number that is unknown or out of range.
    """
    require(by, P.AUDIT_PLAN)
    refuse_odd(values, LIMITS)
    row = AuditLimits.objects.filter(sponsor=sponsor).first() or AuditLimits(sponsor=sponsor)
    row.values = merged(
        row.values, {name: None if is_usual(name, number) else number for name, number in values.items()}
    )
    write(row, by=by, action="limits.set", reason=reason, version=version)
    return row


def set_agreed_limits(
    agreement: Agreement, values: Mapping[str, int | None], *, by: Actor, reason: str, version: int | None = None
) -> AgreementLimits:
    """Sets what the agreement says; None where it says nothing. Raises as `set_limits`."""
    require(by, P.AUDIT_PLAN)
    refuse_odd(values, {name: each for name, each in LIMITS.items() if each.side})
    row = AgreementLimits.objects.filter(agreement=agreement).first() or AgreementLimits(agreement=agreement)
    row.values = merged(row.values, values)
    write(row, by=by, action="agreement_limits.set", reason=reason, version=version)
    return row


def is_usual(name: str, number: int | None) -> bool:
    """Whether a number need not be kept. One that follows another is: the other may change."""
    return not LIMITS[name].follows and number == LIMITS[name].default


def merged(stored: Mapping[str, int], values: Mapping[str, int | None]) -> dict[str, int]:
    now = {**stored, **values}
    return {name: number for name, number in sorted(now.items()) if number is not None}


def refuse_odd(values: Mapping[str, int | None], settable: Mapping[str, Limit]) -> None:
    errors = {}
    for name, value in values.items():
        known = settable.get(name)
        if known is None:
            errors[name] = "There is no limit of this name."
        elif value is None:
            continue
        elif isinstance(value, bool) or not isinstance(value, int) or not known.lowest <= value <= known.highest:
            errors[name] = f"Give a number from {known.lowest} to {known.highest}."
    if errors:
        raise ValidationError(errors)
