"""`seed_scale`: fills an installation with many rows, fast, in bulk and always the same, to measure and to try."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cmo_portal.accounts.models import Company
from cmo_portal.records import scale
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Adds many rows to the first sponsor, through the same door as everything else. Each subject adds its flag."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for row in scale.rows:
            parser.add_argument(f"--{row.flag}", type=int, default=0, metavar="N", help=row.help)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = [(row, options[row.flag.replace("-", "_")]) for row in scale.rows]
        if any(count < 0 for _, count in asked):
            raise CommandError("Write a number of rows, like --vendors 1000.")
        with acting_as(SETUP):
            sponsor = Company.objects.filter(kind="sponsor").order_by("name").first()
            if sponsor is None:
                raise CommandError("There is no sponsor yet: run seed_demo, or set one up first.")
            for row, count in asked:
                if count:
                    row.make(sponsor, count)
                    self.stdout.write(f"{count} {row.flag.replace('-', ' ')} were added to {sponsor.name}.")
