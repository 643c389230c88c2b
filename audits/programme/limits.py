"""Numbers of the audit programme that a sponsor may set: each with its default, its unit and where it comes from.

`limit(audit, "report_days")` gives the number in force, `due(audit, "report_days", day)` the date it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from audits.programme.models import Audit
from audits.programme.steering import AuditLimits
from cmo_portal.accounts.models import Company
from cmo_portal.lib.calendars import add_business_days, add_months

DAYS, BUSINESS, MONTHS, COUNT = "calendar days", "business days", "months", "audits"


@dataclass(frozen=True)
class Limit:
    """One number. `source` says whose practice the default is."""

    name: str
    label: str
    default: int
    unit: str
    lowest: int
    highest: int
    source: str


LIMITS: dict[str, Limit] = {
    row.name: row
    for row in (
        Limit("propose_months", "Propose an audit ahead of its due date", 4, MONTHS, 0, 12, "Our default"),
        Limit("notice_days", "Notice of a routine audit", 30, DAYS, 0, 120, "Usual in quality agreements"),
        Limit("notice_for_cause_days", "Notice of an audit for cause", 2, BUSINESS, 0, 30, "Usual: 2 to 5"),
        Limit("agenda_days", "Agenda with the CMO before the first day", 14, DAYS, 0, 60, "Usual in audit procedures"),
        Limit("report_days", "Report after the last day", 30, DAYS, 1, 120, "Usual; 15 business days is stricter"),
        Limit("factual_check_days", "The CMO's check of the facts", 10, BUSINESS, 1, 60, "Our default"),
        Limit("response_days", "Response to the report", 15, BUSINESS, 1, 90, "Usual; or 30 calendar days"),
        Limit("containment_days", "Containment of a critical finding", 3, BUSINESS, 1, 30, "Our default"),
        Limit("review_days", "Our review of a response", 30, DAYS, 1, 90, "Usual: 15 to 30"),
        Limit("capa_critical_days", "Correction of a critical finding", 15, BUSINESS, 1, 250, "Usual"),
        Limit("capa_major_days", "Correction of a major finding", 30, BUSINESS, 1, 250, "Usual"),
        Limit("capa_other_days", "Correction of any other finding", 60, BUSINESS, 1, 250, "Usual"),
        Limit("effectiveness_months", "Effectiveness check after implementation", 6, MONTHS, 1, 24, "Usual: 3 to 6"),
        Limit("close_days", "Closure after the last day", 180, DAYS, 30, 730, "Usual: 90 to 180"),
        Limit("conditional_months", "Follow-up of a conditional qualification", 6, MONTHS, 1, 6, "At most six"),
        Limit("auditor_months", "Renewal of an auditor's qualification", 36, MONTHS, 6, 60, "Our default"),
        Limit("co_audits", "Audits as co-auditor before leading", 3, COUNT, 0, 20, "Usual: 3 to 5"),
    )
}


def sponsor_key(of: Audit | Company) -> int:
    """The sponsor of an audit without a further query where its walls are stamped."""
    if isinstance(of, Company):
        return int(of.pk)
    return int(of.wall_owner or of.site.vendor.sponsor_id)


def limits_of(of: Audit | Company) -> dict[str, int]:
    """Every limit in force for the sponsor; one query."""
    row = AuditLimits.objects.filter(sponsor=sponsor_key(of)).first()
    own = row.values if row is not None else {}
    return {name: int(own.get(name, each.default)) for name, each in LIMITS.items()}


def limit(of: Audit | Company, name: str) -> int:
    """The number in force, in the limit's own unit. Raises KeyError for a name that is none."""
    return limits_of(of)[LIMITS[name].name]


def due(of: Audit | Company, name: str, start: date) -> date:
    """The last day of the limit when its clock starts on `start`, which itself does not count."""
    number, unit = limit(of, name), LIMITS[name].unit
    if unit == MONTHS:
        return add_months(start, number)
    return add_business_days(start, number) if unit == BUSINESS else start + timedelta(days=number)
