"""Numbers of the audit programme that a sponsor may set: each with its default, its unit and where it comes from.

`limit(audit, "report_days")` gives the number in force, `due(audit, "report_days", day)` the date it leads to. What an
agreement with the CMO says counts before the sponsor's own number, and of several agreements in force the shortest, or
the longest where the number is a minimum. Business days leave out the public holidays where the side works that acts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.programme.models import Audit
from audits.programme.steering import AgreementLimits, AuditLimits
from cmo_portal.accounts.models import Company
from cmo_portal.lib.calendars import add_business_days, add_months
from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.actors import PARTNER, SPONSOR, SystemActor
from cmo_portal.records.context import acting_as
from vendors.registry.models import Site
from vendors.registry.supply import Agreement

DAYS, BUSINESS, HOURS, MONTHS, COUNT = "calendar days", "business days", "hours", "months", "audits"
CLOCK = SystemActor("clock")


@dataclass(frozen=True)
class Limit:
    """One number. `source` says whose practice the default is.

    side: who must act in that time, `sponsor` or `partner`; with a side, an agreement may say otherwise. follows: the
    limit that counts where this one is not set. is_least: the number is a minimum, as notice is, so that of several
    agreements the longest holds them all.
    """

    name: str
    label: str
    default: int
    unit: str
    lowest: int
    highest: int
    source: str
    side: str = ""
    follows: str = ""
    is_least: bool = False


LIMITS: dict[str, Limit] = {
    row.name: row
    for row in (
        Limit("propose_months", "Propose an audit ahead of its due date", 4, MONTHS, 0, 12, "Our default"),
        Limit("notice_days", "Notice of a routine audit", 30, DAYS, 0, 120, "Usual in quality agreements", SPONSOR,
              is_least=True),
        Limit("notice_for_cause_days", "Notice of an audit for cause", 2, BUSINESS, 0, 30, "Usual: 2 to 5", PARTNER,
              is_least=True),
        Limit("agenda_days", "Agenda with the CMO before the first day", 14, DAYS, 0, 60, "Usual in audit procedures"),
        Limit("report_days", "Report after the last day", 30, DAYS, 1, 120, "Usual; 15 business days is stricter",
              SPONSOR),
        Limit("factual_check_days", "The CMO's check of the facts", 10, BUSINESS, 1, 60, "Our default", PARTNER),
        Limit("response_days", "Response to the report", 15, BUSINESS, 1, 90, "Usual; or 30 calendar days", PARTNER),
        Limit("response_critical_days", "Response to a critical finding", 15, BUSINESS, 1, 90, "As any response",
              PARTNER, "response_days"),
        Limit("response_major_days", "Response to a major finding", 15, BUSINESS, 1, 90, "As any response",
              PARTNER, "response_days"),
        Limit("containment_hours", "Containment of a critical finding", 72, HOURS, 4, 240, "Usual: 24 to 72", PARTNER),
        Limit("review_days", "Our review of a response", 30, DAYS, 1, 90, "Usual: 15 to 30", SPONSOR),
        Limit("capa_critical_days", "Correction of a critical finding", 15, BUSINESS, 1, 250, "Usual", PARTNER),
        Limit("capa_major_days", "Correction of a major finding", 30, BUSINESS, 1, 250, "Usual", PARTNER),
        Limit("capa_other_days", "Correction of any other finding", 60, BUSINESS, 1, 250, "Usual", PARTNER),
        Limit("effectiveness_months", "Effectiveness check after implementation", 6, MONTHS, 1, 24, "Usual: 3 to 6"),
        Limit("close_days", "Closure after the last day", 180, DAYS, 30, 730, "Usual: 90 to 180"),
        Limit("conditional_months", "Follow-up of a conditional qualification", 6, MONTHS, 1, 6, "At most six"),
        Limit("auditor_months", "Renewal of an auditor's qualification", 36, MONTHS, 6, 60, "Our default"),
        Limit("co_audits", "Audits as co-auditor before leading", 3, COUNT, 0, 20, "Usual: 3 to 5"),
    )
}  # fmt: skip
RESPONSES = {"critical": "response_critical_days", "major": "response_major_days"}


def response_limit(classification: str) -> str:
    """The name of the limit for the response to a finding of this class."""
    return RESPONSES.get(classification, "response_days")


def sponsor_key(of: Audit | Company) -> int:
    """The sponsor of an audit without a further query where its walls are stamped."""
    if isinstance(of, Company):
        return int(of.pk)
    return int(of.wall_owner or of.site.vendor.sponsor_id)


def limits_of(of: Audit | Company, on: date | None = None) -> dict[str, int]:
    """Every limit in force for the sponsor; for an audit, also what its agreements say on that day (today). One query
    for a sponsor, two for an audit."""
    agreed = agreed_with(of, on or timezone.localdate()) if isinstance(of, Audit) else {}
    own = own_limits(of)
    return {name: in_force(each, agreed, own) for name, each in LIMITS.items()}


def own_limits(of: Audit | Company) -> dict[str, Any]:
    """What the sponsor set itself."""
    row = AuditLimits.objects.filter(sponsor=sponsor_key(of)).first()
    return dict(row.values) if row is not None else {}


def in_force(each: Limit, *levels: Mapping[str, Any]) -> int:
    """The number of the first level that names the limit, or the one it follows; its default where none does."""
    for values in levels:
        for name in (each.name, each.follows):
            if name in values:
                return int(values[name])
    return LIMITS[each.follows].default if each.follows else each.default


def agreed_with(audit: Audit, day: date) -> dict[str, int]:
    """What the agreements with the audit's CMO say that are in force on `day`. Also asked while the CMO acts, who reads
    the dates and not the sponsor's papers."""
    with acting_as(CLOCK):
        running = Agreement.objects.filter(Agreement.in_force_on(day), vendor__sites=audit.site_id)
        rows = list(AgreementLimits.objects.filter(agreement__in=running).values_list("values", flat=True))
    return together(rows)


def together(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What holds all agreements: of each limit the shortest, of a minimum the longest. An agreement that says only the
    general number means the special one by it."""
    found: dict[str, int] = {}
    for name in {name for values in rows for name in values if name in LIMITS}:
        each = LIMITS[name]
        said = [values.get(name, values.get(each.follows)) for values in rows]
        found[name] = (max if each.is_least else min)(int(number) for number in said if number is not None)
    return found


def limit(of: Audit | Company, name: str, on: date | None = None) -> int:
    """The number in force, in the limit's own unit. Raises KeyError for a name that is none."""
    each = LIMITS[name]
    agreed = {}
    if each.side and isinstance(of, Audit):  # of a number without a side no agreement speaks
        agreed = agreed_with(of, on or timezone.localdate())
    return in_force(each, agreed, own_limits(of))


def due(of: Audit | Company, name: str, start: date) -> date:
    """The last day of the limit when its clock starts on `start`, which itself does not count."""
    return reach(of, name, limit(of, name, start), start)


def reach(of: Audit | Company, name: str, number: int, start: date) -> date:
    """The day to which `number` of the limit's units leads, for a caller that has the number already."""
    unit = LIMITS[name].unit
    if unit == MONTHS:
        return add_months(start, number)
    if unit == BUSINESS:
        return add_business_days(start, number, holidays_of(of, LIMITS[name].side))
    return start + timedelta(days=number)


def holidays_of(of: Audit | Company, side: str) -> Collection[date]:
    """The public holidays where `side` works: of a CMO that has not joined, those of the site's country."""
    return public_holidays(*place_of(of, side))


def place_of(of: Audit | Company, side: str) -> tuple[str, str]:
    """(country, region) of the side that must act; empty where it is not known."""
    if isinstance(of, Company):
        return of.country, of.subdivision
    who = "company" if side == PARTNER else "sponsor"
    names = (f"vendor__{who}__country", f"vendor__{who}__subdivision", "country", "vendor__country")
    with acting_as(CLOCK):
        country, region, of_site, of_cmo = Site.objects.filter(pk=of.site_id).values_list(*names).get()
    if country or side != PARTNER:
        return country or "", region or ""
    return of_site or of_cmo, ""
