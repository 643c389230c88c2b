"""`seed_demo`: loads the demo into an empty installation, all of it or nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cmo_portal.accounts.models import User
from cmo_portal.demo import seed
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Loads the demo's companies, people and records into an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SETUP), transaction.atomic():
            if User.objects.exists():
                self.stdout.write("There are people here already: the demo is not loaded.")
                return
            cast = seed()
        self.stdout.write(f"The demo is loaded: {len(cast)} people.")
