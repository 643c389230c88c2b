"""`manage.py seed_demo`: loads the demo into an empty installation, all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from cmo_portal.accounts.demo import seed_cast
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    """Companies and people of the demo."""

    help = "Loads the demo's companies and people; does nothing where people exist already."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SETUP), transaction.atomic():
            if User.objects.exists():
                self.stdout.write("Nothing was loaded: there are people here already.")
                return
            people = seed_cast()
        self.stdout.write(f"The demo has {len(people)} people.")
