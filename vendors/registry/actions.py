"""Verbs of the registry: each is one act of one person on one record, through the one door."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from vendors.registry.models import Vendor


def add_vendor(sponsor: Company, *, by: Actor, **values: Any) -> Vendor:
    """A new relation of `sponsor` to a CMO that has not joined yet. Raises ValidationError."""
    vendor = Vendor(sponsor=sponsor, **values)
    write(vendor, by=by, action="cmo.add")
    return vendor


def revise_vendor(vendor: Vendor, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Raises ValidationError, or StaleRecord when somebody was faster."""
    for name, value in values.items():
        setattr(vendor, name, value)
    write(vendor, by=by, action="cmo.revise", version=version, reason=reason)
