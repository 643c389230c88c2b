"""`migrate` as the owner of the tables: the application's own role may not change them."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from cmo_portal.records.walls import as_owner


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            if not (options["check_unapplied"] or options["plan"]):
                call_command("createcachetable", verbosity=0)  # before the grants, which migrating makes
            super().handle(*args, **options)
