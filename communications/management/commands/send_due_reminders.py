"""`send_due_reminders`: claims the reminders that are owed and sends them, in this process, as beat has it done."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cmo_portal.lib import clock
from cmo_portal.lib.wording import counted
from communications.notices.delivery import deliver_all
from communications.notices.runs import run_sweep


def moment(text: str) -> datetime:
    try:
        now = parse_datetime(text)
    except ValueError:
        now = None
    if now is None:
        raise CommandError(f"--now is {text!r}: write a date and time like 2026-05-04T08:00.")
    return now if timezone.is_aware(now) else timezone.make_aware(now)


class Command(BaseCommand):
    help = "Sends every reminder that is owed, each once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now", default="", help="as if it were this time (ISO 8601; UTC unless it says otherwise)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["now"]) if options["now"] else clock.now()
        swept, done = run_sweep(now, by_hand=True), deliver_all(now)
        self.stdout.write(
            f"{counted(swept.items, 'due item')}, {counted(swept.claimed, 'reminder')} claimed, "
            f"{counted(swept.notices, 'notice')} written.\n"
            f"{counted(done.mails, 'mail')} sent with {counted(done.sent, 'notice')}; "
            f"{done.dropped} closed or moved meanwhile, {done.failed} failed."
        )
        if swept.unheard:
            self.stderr.write(f"Nobody could be told about {', '.join(swept.unheard)}.")
