"""`rotate_signing_key`: a new key signs documents from now on; the old one stays known for what it signed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cmo_portal.records import installation_key


class Command(BaseCommand):
    help = "Makes a new key that signs documents from now on; documents of the old key stay verifiable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="why, in a sentence; it stands on /keys/ and in the trail")
        parser.add_argument("--into", metavar="FILE", help="where the new key goes when SIGNING_KEY is the key itself")

    def handle(self, *args: Any, **options: Any) -> None:
        into = Path(options["into"]).resolve() if options["into"] else None
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("Write why the key is rotated: --reason '...'")
        try:
            old, new = installation_key.rotate(reason=reason[:200], into=into)
        except (installation_key.BadKey, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Retired {old.key_id}\nNew key {new.key_id}")
        if into:
            self.stdout.write(f"Set SIGNING_KEY to {into} and start every process again: until then the old key signs.")
