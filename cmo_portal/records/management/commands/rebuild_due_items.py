"""`rebuild_due_items`: brings every due item in step with its record; `--check` only says what differs, and exits 1."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cmo_portal.records import rebuilding
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Brings the due items in step with their records; --check exits 1 and names what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, name what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with acting_as(SWEEP):
            if options["check"]:
                found = list(rebuilding.drift(now))
                if found:
                    raise CommandError("\n".join(found[:50]))
                self.stdout.write("Every due item says what its record says.")
                return
            with transaction.atomic():
                looked = rebuilding.rebuild(now)
        self.stdout.write(f"{looked} records looked at; every due item is in step.")
