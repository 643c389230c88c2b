"""Many CMOs, sites and dated obligations, always the same, to measure and to try."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.scale import batches
from cmo_portal.records.trail import write_many
from vendors.registry.models import Certificate, CertificateKind, Site, Vendor

COUNTRIES = ("AT", "CH", "DE", "DK", "FR", "IE", "IN", "IT", "JP", "KR", "SE", "US")
PER_SITE = 20  # certificates; a real site has a handful, a list of what is due must bear more
SPREAD = 540  # days over which they end, a third of them in the past
NAME, PLANT = "Scale Pharma ", "Plant "


def add_vendors(sponsor: Company, count: int) -> None:
    """`count` CMOs with a site each, numbered on from those that a run before has made."""
    there = Vendor.objects.filter(sponsor=sponsor, name__startswith=NAME).count()
    for places in batches(count):
        batch = range(there + places.start, there + places.stop)
        vendors = [vendor(sponsor, number) for number in batch]
        write_many(vendors, by=SETUP, action="cmo.add")
        write_many([site(made, n) for made, n in zip(vendors, batch, strict=True)], by=SETUP, action="site.add")


def add_due_items(sponsor: Company, count: int) -> None:
    """`count` certificates that end, each with its due item, at as many sites of `add_vendors` as it takes."""
    needed = max(1, -(-count // PER_SITE))
    plants = Site.objects.filter(vendor__sponsor=sponsor, name__startswith=PLANT).order_by("name", "pk")
    if (lacking := needed - plants.count()) > 0:
        add_vendors(sponsor, lacking)
    sites, today = list(plants.select_related("vendor__sponsor")[:needed]), timezone.now().date()
    for batch in batches(count):
        made = [certificate(sites[number % needed], number, number // needed, today) for number in batch]
        write_many(made, by=SETUP, action="certificate.add")


def vendor(sponsor: Company, number: int) -> Vendor:
    return Vendor(sponsor=sponsor, name=f"{NAME}{number:07}", country=COUNTRIES[number % len(COUNTRIES)])


def site(of: Vendor, number: int) -> Site:
    return Site(
        vendor=of, name=f"{PLANT}{number:07}", city="Scaleton", country=of.country, fei=str(2_000_000_000 + number)
    )


def certificate(at: Site, number: int, place: int, today: date) -> Certificate:
    ends = today + timedelta(days=number * 7 % SPREAD - SPREAD // 3)
    return Certificate(
        site=at,
        kind=CertificateKind.values[number % len(CertificateKind.values)],
        authority=f"Scale authority {place}",  # at one site each has its own, so that none takes another's place
        reference=f"SC-{number:07}",
        issue_date=ends - timedelta(days=1095),
        expires_date=ends,
    )
