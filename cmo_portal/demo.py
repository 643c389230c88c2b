"""The whole demo, subject by subject in building order. The tests look at the same rows."""

from __future__ import annotations

from cmo_portal.accounts.demo import seed_cast
from cmo_portal.accounts.models import User
from vendors.registry.demo import seed as seed_registry
from vendors.registry.supply_demo import seed_supply
from vendors.regulatory.demo import seed as seed_regulatory
from vendors.selection.demo import seed as seed_selection


def seed() -> dict[str, User]:
    """Makes everything; runs as SETUP. Returns the cast by first name."""
    cast = seed_cast()
    for part in (seed_registry, seed_supply, seed_regulatory, seed_selection):
        part(cast)
    return cast
