"""The whole demo, subject by subject in building order. The tests look at the same rows."""

from __future__ import annotations

from audits.capa.demo import seed as seed_capas
from audits.conduct.demo import seed as seed_conduct
from audits.findings.demo import seed as seed_findings
from audits.programme.demo import seed as seed_programme
from audits.reporting.demo import seed as seed_reports
from cmo_portal.accounts.demo import seed_cast
from cmo_portal.accounts.models import User
from communications.deadlines.demo import seed_clocks
from communications.guests.demo import seed as seed_guests
from communications.inbound.demo import seed as seed_inbound
from communications.meetings.demo import seed as seed_meetings
from communications.messages.demo import seed as seed_messages
from communications.profiles.demo import seed as seed_profiles
from communications.updates.demo import seed as seed_updates
from vendors.registry.deadline_policy_demo import seed_policies
from vendors.registry.demo import seed as seed_registry
from vendors.registry.supply_demo import seed_supply
from vendors.regulatory.demo import seed as seed_regulatory
from vendors.selection.demo import seed as seed_selection


def seed() -> dict[str, User]:
    """Makes everything; runs as SETUP. Returns the cast by first name."""
    cast = seed_cast()
    vendors = (seed_registry, seed_supply, seed_regulatory, seed_selection)
    for part in (*vendors, seed_programme, seed_conduct, seed_findings, seed_reports, seed_capas, seed_messages):
        part(cast)
    seed_updates(cast)
    seed_profiles(cast)
    seed_guests(cast)
    seed_meetings(cast)
    seed_inbound(cast)
    seed_policies(cast["sam"])
    seed_clocks()
    return cast
