"""The verb of time limits: a sponsor sets its own numbers, which count for every clock that starts from then on."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from audits.programme.actions import require
from audits.programme.limits import LIMITS, limits_of
from audits.programme.steering import AuditLimits
from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write


def set_limits(
    sponsor: Company, values: Mapping[str, int], *, by: Actor, reason: str, version: int | None = None
) -> AuditLimits:
    """Sets some or all limits; a number equal to its default is not kept.

    Raises PermissionDenied, StaleRecord, or ValidationError naming each number that is unknown or out of range.
    """
    require(by, P.AUDIT_PLAN)
    errors = {}
    for name, value in values.items():
        known = LIMITS.get(name)
        if known is None:
            errors[name] = "There is no limit of this name."
        elif isinstance(value, bool) or not isinstance(value, int) or not known.lowest <= value <= known.highest:
            errors[name] = f"Give a number from {known.lowest} to {known.highest}."
    if errors:
        raise ValidationError(errors)
    row = AuditLimits.objects.filter(sponsor=sponsor).first() or AuditLimits(sponsor=sponsor)
    now = {**limits_of(sponsor), **values}
    row.values = {name: number for name, number in sorted(now.items()) if number != LIMITS[name].default}
    write(row, by=by, action="limits.set", reason=reason, version=version)
    return row
