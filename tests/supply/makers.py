"""Small makers for tests: CMOs, sites, products and people's proof, through the same actions as the pages."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.models import Company, User
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write
from vendors.registry import actions
from vendors.registry.models import Site, Vendor

PROOF = Credentials("Demo-portal-2026")


def company(name: str) -> Company:
    return Company.objects.get(name=name)


def make_vendor(by: User, name: str = "Testwerk Pharma", **values: Any) -> Vendor:
    assert by.belongs is not None
    return actions.add_vendor(by.belongs.company, by=by, name=name, **values)


def make_site(vendor: Vendor, by: User, name: str = "Testwerk Linz", **values: Any) -> Site:
    site = Site(vendor=vendor, name=name, **values)
    write(site, by=by, action="site.add")
    return site
