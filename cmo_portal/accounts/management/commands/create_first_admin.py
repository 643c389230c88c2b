"""`create_first_admin`: prints the one-time address that creates the first sponsor and its administrator."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cmo_portal.accounts.models import User
from cmo_portal.accounts.profile import SETUP_HOURS, setup_address
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Prints a one-time address that creates the first sponsor and administrator; nothing once there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SETUP):
            if User.objects.exists():
                self.stdout.write("This installation has its first administrator already.")
                return
        self.stdout.write(f"Open this address within {SETUP_HOURS} hours to create the first administrator:")
        self.stdout.write(f"{settings.SITE_URL}{setup_address()}")
