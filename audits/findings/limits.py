"""Numbers of findings that a sponsor may set, beside those of the programme."""

from __future__ import annotations

from audits.programme.limits import BUSINESS, LIMITS, Limit
from cmo_portal.records.actors import PARTNER, SPONSOR

YEARS = "years"

for row in (
    Limit("recheck_days", "The CMO's check of a new wording", 5, BUSINESS, 1, 30, "Our default", PARTNER),
    Limit(
        "settle_days", "Our word on a disagreement", 5, BUSINESS, 1, 30, "Our default: both sides have a clock", SPONSOR
    ),
    Limit("repeat_years", "How long an earlier finding counts as a repeat", 5, YEARS, 1, 15, "Reaches the last audit"),
):
    LIMITS.setdefault(row.name, row)
