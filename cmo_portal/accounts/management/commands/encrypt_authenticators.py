"""`encrypt_authenticators`: encrypts every authenticator's secret with today's SECRET_KEY, after it was changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cmo_portal.accounts import secrets
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as


class Command(BaseCommand):
    help = "Encrypts every authenticator's secret with today's SECRET_KEY; then the fallback keys can go."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with acting_as(SETUP), transaction.atomic():
                count = secrets.encrypt_all()
        except secrets.UnreadableSecret as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{counted(count, 'secret', 'secrets')} encrypted with today's key.")
