"""What the tests of the registry look at: Alpenglow as Northgate and as Otter know it, and rows by the hundred."""

from __future__ import annotations

from typing import Any

import pytest

from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import write_many
from vendors.registry.actions import add_vendor
from vendors.registry.models import Site, Vendor
from vendors.registry.site_actions import add_capability, add_site


@pytest.fixture
def linz(cast: Any) -> Site:
    """Alpenglow's aseptic site as Northgate knows it."""
    return Site.objects.get(fei="3009912011", vendor__sponsor=cast.sam.company)


@pytest.fixture
def alpenglow(linz: Site) -> Vendor:
    return linz.vendor


@pytest.fixture
def corvus(cast: Any) -> Vendor:
    """A CMO of Northgate that has not joined."""
    return Vendor.objects.get(name="Corvus Sterile", sponsor=cast.sam.company)


@pytest.fixture
def heron(cast: Any) -> Site:
    """A site of a CMO of Northgate that offers four things and is qualified for none."""
    vendor = add_vendor(cast.sam.company, by=SETUP, name="Heronry Labs", manager=cast.sam)
    site = add_site(vendor, by=SETUP, name="Heron Fill", country="NL")
    for form in ("vial_liquid", "vial_lyo", "pfs"):
        add_capability(site, by=SETUP, service="fill_finish", dosage_form=form, modality="mab", scale="commercial")
    add_capability(site, by=SETUP, service="secondary_packaging", dosage_form="vial_liquid", scale="commercial")
    return site


@pytest.fixture
def many_cmos(cast: Any) -> Any:
    """`many_cmos(300)`: Northgate has so many more CMOs, each with a site."""

    def make(count: int) -> None:
        start = Vendor.objects.count()
        numbers = range(start, start + count)
        rows = [Vendor(sponsor=cast.sam.company, name=f"Made {n:04}", manager=cast.sam, country="CH") for n in numbers]
        write_many(rows, by=SETUP, action="cmo.add")
        write_many([Site(vendor=row, name=f"Site of {row.name}") for row in rows], by=SETUP, action="site.add")

    return make
