"""`migrate` as the owner of the tables: the application's own role may not change them."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from cmo_portal.records.walls import as_owner


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
