"""`verify_trail`: proves the trail whole, or names the first bad entry and exits 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from cmo_portal.records import sealing
from cmo_portal.records.actors import VERIFY
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import TrailEvent, TrailSeal


class Command(BaseCommand):
    help = "Checks every record against its trail and every seal; exit 1 and the first bad entry when one is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(VERIFY), transaction.atomic():
            if connection.vendor == "postgresql":  # one snapshot: a sign-in meanwhile is no fault
                with connection.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read")
            for fault in sealing.verify():
                raise CommandError(str(fault))
            entries, seals = TrailEvent.objects.count(), TrailSeal.objects.count()
            last = TrailSeal.objects.order_by("-id").first()
        head = f"; last seal {last.hash}" if last else ""
        self.stdout.write(f"The trail is whole: {entries} entries under {seals} seals{head}.")
