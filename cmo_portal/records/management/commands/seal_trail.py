"""`seal_trail`: seals what the trail holds now; beat does the same each minute."""

from typing import Any

from django.core.management.base import BaseCommand

from cmo_portal.lib.wording import counted
from cmo_portal.records import sealing
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Seals every trail entry that no seal holds yet."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SWEEP):
            made = sealing.seal()
        self.stdout.write(
            f"{counted(made.entries, 'entry', 'entries')} sealed, seal {made.hash}" if made else "Nothing new to seal."
        )
