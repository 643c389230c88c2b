"""Registers the floor that knows what a controlled record is."""

from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "cmo_portal.records"
    label = "records"

    def ready(self) -> None:
        from cmo_portal.records import context, roles, walls

        connection_created.connect(context.on_connection_created, dispatch_uid="cmo-actor")
        checks.register(roles.check_settings)
        checks.register(roles.check_database, checks.Tags.database)
        post_migrate.connect(walls.after_migrate, dispatch_uid="cmo-walls")
