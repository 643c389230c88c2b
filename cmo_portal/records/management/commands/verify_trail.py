"""`verify_trail`: proves the trail whole, or names the first bad entry and exits 1."""

import itertools
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from cmo_portal.records import sealing
from cmo_portal.records.actors import VERIFY
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import TrailEvent, TrailSeal

SEAL = re.compile(r"\bseal ([0-9a-f]{64})\b")


class Command(BaseCommand):
    help = "Checks every record against its trail and every seal; exit 1 and the first bad entry when one is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seal", action="append", default=[], metavar="HASH", help="a seal copied from the log; may be repeated"
        )
        parser.add_argument(
            "--log", action="append", default=[], metavar="FILE", help="a log whose seals must stand here"
        )
        parser.add_argument("--without-files", action="store_true", help="do not read the bytes of the files")

    def handle(self, *args: Any, **options: Any) -> None:
        is_first = not connection.in_atomic_block  # inside somebody else's transaction, its snapshot is what there is
        with acting_as(VERIFY), transaction.atomic():
            if connection.vendor == "postgresql" and is_first:  # one snapshot: a sign-in meanwhile is no fault
                with connection.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read")
            copies = [*options["seal"], *seals_in(options["log"])]
            faults = sealing.verify(files=not options["without_files"])
            for fault in itertools.chain(sealing.verify_copies(copies), faults):
                raise CommandError(str(fault))
            entries, seals = TrailEvent.objects.count(), TrailSeal.objects.count()
            last = TrailSeal.objects.order_by("-id").first()
        head = f"; last seal {last.hash}" if last else ""
        outside = f" All {len(copies)} seals from outside stand here." if copies else ""
        self.stdout.write(f"The trail is whole: {entries} entries under {seals} seals{head}.{outside}")


def seals_in(files: list[str]) -> list[str]:
    """Every seal that the worker wrote into these logs. Raises CommandError when a log holds none."""
    found: list[str] = []
    for name in files:
        try:
            seals = SEAL.findall(Path(name).read_text(errors="replace"))
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        if not seals:
            raise CommandError(f"{name} holds no seal: is it the worker's log?")
        found += seals
    return found
