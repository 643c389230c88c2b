"""Time limits of updates that a sponsor may set and an agreement may say otherwise, beside those of audits.

Defaults: 24 h for what is critical leaves time for FDA's Field Alert Report, due three working days after the
application holder knows (21 CFR 314.81(b)(1)). A day is counted where whoever must act works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from audits.programme import limits
from audits.programme.limits import BUSINESS, CLOCK, DAYS, HOURS, LIMITS, Limit
from audits.programme.steering import AgreementLimits
from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.context import acting_as
from cmo_portal.records.offsets import Place
from communications.updates import clocks
from communications.updates.clocks import Span
from vendors.registry.models import Vendor
from vendors.registry.supply import Agreement

UNITS = {HOURS: clocks.HOURS, BUSINESS: clocks.BUSINESS, DAYS: clocks.DAYS}
USUAL = "Usual in quality agreements"

for row in (
    Limit("notify_critical_hours", "Word of a critical deviation or complaint", 24, HOURS, 1, 168, USUAL, PARTNER),
    Limit("notify_major_hours", "Word of a major deviation or complaint", 72, HOURS, 4, 336, USUAL, PARTNER),
    Limit("notify_minor_days", "Word of a minor deviation or complaint", 5, BUSINESS, 1, 60, USUAL, PARTNER),
    Limit("notify_oos_days", "Word of a confirmed out-of-specification result", 1, BUSINESS, 1, 20,
          "FDA's Field Alert Report is due in 3 working days", PARTNER),
    Limit("notify_inspection_hours", "Word of an announced inspection", 24, HOURS, 1, 336, USUAL, PARTNER),
    Limit("notify_unannounced_hours", "Word of an inspection that began unannounced", 4, HOURS, 1, 72, USUAL, PARTNER),
    Limit("notify_observations_days", "An inspection's observations", 3, BUSINESS, 1, 15,
          "FDA expects the response in 15 business days", PARTNER),
    Limit("notify_change_days", "Notice of a planned change", 90, DAYS, 0, 365, "Usual: 90 to 180", PARTNER,
          is_least=True),
    Limit("notify_key_person_days", "Notice of a key-person change", 30, DAYS, 0, 180, USUAL, PARTNER, is_least=True),
    Limit("investigate_days", "Investigation of a deviation or a result", 30, DAYS, 5, 120, "Usual", PARTNER),
    Limit("complaint_days", "Investigation of a complaint", 30, DAYS, 5, 120, "Usual: 20 to 30", PARTNER),
    Limit("acknowledge_days", "Acknowledgement of an update", 2, BUSINESS, 1, 30, "Our default, for both sides",
          SPONSOR),
    Limit("decide_major_days", "Our decision on a major change", 30, BUSINESS, 1, 120, USUAL, SPONSOR),
    Limit("decide_minor_days", "Our decision on a minor change", 15, BUSINESS, 1, 120, USUAL, SPONSOR),
    Limit("decide_specification_days", "The CMO's word on a specification change", 15, BUSINESS, 1, 120,
          "Our default", PARTNER),
    Limit("answer_days", "Answer to a question about an update", 5, BUSINESS, 1, 60, "Our default, for both sides",
          PARTNER),
):  # fmt: skip
    LIMITS.setdefault(row.name, row)


@dataclass(frozen=True)
class Terms:
    """What binds the two sides of one relation on one day: the agreements in force, then the sponsor's own numbers."""

    agreed: Mapping[str, Any]
    own: Mapping[str, Any]
    places: Mapping[str, Place]

    def span(self, name: str) -> Span:
        each = LIMITS[name]
        return Span(limits.in_force(each, self.agreed if each.side else {}, self.own), UNITS[each.unit])

    def is_agreed(self, name: str) -> bool:
        """Whether an agreement says it, and not a default."""
        return name in self.agreed

    def place(self, side: str) -> Place:
        return self.places[side]

    def ends(self, name: str, start: datetime, side: str) -> datetime:
        return clocks.ends(start, self.span(name), self.place(side))

    def last_day(self, name: str, start: datetime, side: str) -> date:
        place = self.place(side)
        return clocks.last_day(start.astimezone(place.zone).date(), self.span(name), place)


def terms_of(vendor: Vendor, on: date) -> Terms:
    """Also asked while the CMO acts, who reads the dates and not the sponsor's papers."""
    with acting_as(CLOCK):
        running = Agreement.objects.filter(Agreement.in_force_on(on), vendor=vendor)
        rows = list(AgreementLimits.objects.filter(agreement__in=running).values_list("values", flat=True))
        own = limits.own_limits(vendor.sponsor)
    places = {SPONSOR: place_of(vendor.sponsor), PARTNER: place_of(vendor.company or vendor.sponsor)}
    return Terms(limits.together(rows), own, places)


def place_of(company: Any) -> Place:
    return Place(ZoneInfo(company.time_zone), public_holidays(company.country, company.subdivision))
