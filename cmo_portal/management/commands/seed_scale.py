"""`seed_scale`: fills an installation with many rows, fast, in bulk and always the same, to measure and to try."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import write_many
from vendors.registry.models import Site, Vendor

BATCH = 1000
COUNTRIES = ("AT", "CH", "DE", "DK", "FR", "IE", "IN", "IT", "JP", "KR", "SE", "US")


class Command(BaseCommand):
    help = "Adds --vendors N CMOs with a site each to the first sponsor, through the same door as everything else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vendors", type=int, default=0, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SETUP):
            sponsor = Company.objects.filter(kind="sponsor").order_by("name").first()
            if sponsor is None:
                raise CommandError("There is no sponsor yet: run seed_demo, or set one up first.")
            for batch in batches(options["vendors"]):
                vendors = [vendor(sponsor, number) for number in batch]
                write_many(vendors, by=SETUP, action="cmo.add")
                write_many([site(made, n) for made, n in zip(vendors, batch, strict=True)], by=SETUP, action="site.add")
        self.stdout.write(f"{options['vendors']} CMOs with a site each were added to {sponsor.name}.")


def batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


def vendor(sponsor: Company, number: int) -> Vendor:
    return Vendor(sponsor=sponsor, name=f"Scale Pharma {number:07}", country=COUNTRIES[number % len(COUNTRIES)])


def site(of: Vendor, number: int) -> Site:
    return Site(
        vendor=of, name=f"Plant {number:07}", city="Scaleton", country=of.country, fei=str(2_000_000_000 + number)
    )
