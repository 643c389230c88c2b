"""`manage.py import_regulatory FILE`: reads a public regulatory file as a fact of the whole installation."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cmo_portal.records.actors import IMPORT
from cmo_portal.records.context import acting_as
from vendors.registry.runs import ImportRun
from vendors.regulatory.files import KINDS
from vendors.regulatory.importing import BATCH, receive, work

LINES_APART = 20 * BATCH  # rows between two lines of progress


class Command(BaseCommand):
    """Every sponsor of the installation reads the facts. Refused rows are listed and are no failure."""

    help = "Import a regulatory file that FDA offers for download; its kind is recognised by its headings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="csv, tab-separated text or xlsx")
        parser.add_argument("--kind", choices=[kind.code for kind in KINDS], help="take it for this kind")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATE", help="the day it was downloaded, 2026-05-04; else today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        with acting_as(IMPORT):
            try:
                with path.open("rb") as source:
                    run = receive(source, by=IMPORT, name=path.name, kind=options["kind"], as_of=options["as_of"])
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            except ValidationError as refusal:
                raise CommandError(" ".join(refusal.messages)) from refusal
            self.stdout.write(f"{run.number}: {run.kind_title}, {run.file_name}, as of {run.as_of}")
            done = work(run.number, self.tell)
        if done is None:
            raise CommandError(f"{run.number} is being read by another worker: see its page.")
        if done.status == ImportRun.Status.FAILED:
            raise CommandError(done.failure)
        self.report(done)

    def tell(self, run: ImportRun) -> None:
        if run.read % LINES_APART < BATCH and run.read >= LINES_APART:
            self.stdout.write(f"{run.read:,} rows read, {run.progress} %")

    def report(self, run: ImportRun) -> None:
        counts = ("read", "added", "changed", "unchanged", "refused", "left_out", "repeated")
        self.stdout.write(", ".join(f"{getattr(run, name):,} {name.replace('_', ' ')}" for name in counts))
        if run.refused:
            self.stdout.write(f"The refused rows, with column and reason, stand in {run.refused_file.path}")
            self.stdout.write(f"and on {run.get_absolute_url()}: mend them there and import that file.")
