"""Several processes sweep and send at once, and one is killed within its transaction: each reminder still goes once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.server import ROOT, Installation, database

ITEMS = 400
FILL = f"""
import django
django.setup()
from datetime import UTC, date, datetime
from cmo_portal.accounts.actions import create_company, create_person
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
with acting_as(SETUP):
    sponsor = create_company("Only Pharma", kind="sponsor", by=SETUP)
    words = {{"email": "sam@only.example", "name": "Sam", "password": "Racing-portal-2026"}}
    create_person(sponsor, roles=["cmo_manager"], by=SETUP, **words)
    day, NOW = date(2030, 6, 1), datetime(2030, 6, 1, tzinfo=UTC)
    DueItem.objects.bulk_create(
        DueItem(number=f"N{{n}}", kind="certificate.expires", record_type="x", record_number=f"R{{n}}", title=f"T{{n}}",
                due_date=day, next_remind_at=NOW, opened_at=NOW, held_since=NOW, armed_at=NOW, wall_owner=sponsor.pk)
        for n in range({ITEMS})
    )
"""
START = """
import sys, time, django
django.setup()
from datetime import UTC, datetime
from django.db import transaction
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as
from communications.notices.delivery import deliver_all
from communications.notices.sweep import sweep, sweep_all
NOW = datetime(2030, 6, 1, 8, tzinfo=UTC)
"""
KILLED = (
    START
    + """
with acting_as(SWEEP), transaction.atomic():
    print(sweep(NOW, 50).claimed, flush=True)
    time.sleep(60)
"""
)
RACER = (
    START
    + """
print("ready", flush=True)
sys.stdin.readline()
print(sweep_all(NOW, 20).claimed, deliver_all(NOW).sent, flush=True)
"""
)
COUNT = (
    START
    + """
from cmo_portal.records.deadlines import ReminderEntry
from communications.notices.models import Notice
with acting_as(SWEEP):
    sent = Notice.objects.filter(channel="email", state="sent").values_list("record_number", flat=True)
    claimed = ReminderEntry.objects.filter(offset="0d").count()
    print(claimed, len(sent), len(set(sent)), Notice.objects.filter(channel="email").count())
"""
)


def start(made: Installation, script: str) -> subprocess.Popen[str]:
    environment = {**made.environment, "DJANGO_SETTINGS_MODULE": "cmo_portal.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment, text=True, **pipes)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str], word: str = "") -> list[int]:
    said, _ = process.communicate(word, timeout=120)
    assert process.returncode == 0
    return [int(number) for number in said.split()]


def test_each_reminder_goes_once_whoever_races_and_dies(tmp_path: Path) -> None:
    mails = tmp_path / "sent"
    with database(tmp_path) as made:
        made.environment["EMAIL_URL"] = f"file://{mails}"
        finish(start(made, FILL))
        victim = start(made, KILLED)
        assert line(victim) == "50"
        victim.kill()
        victim.communicate()
        racers = [start(made, RACER) for _ in range(3)]
        assert [line(racer) for racer in racers] == ["ready"] * 3
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        done = [finish(racer) for racer in racers]
        made.manage("send_due_reminders", "--now", "2030-06-01T09:00")  # what a racer wrote after the others had sent
        assert sum(claimed for claimed, _ in done) == ITEMS
        assert finish(start(made, COUNT)) == [ITEMS, ITEMS, ITEMS, ITEMS]
    said = "".join(path.read_text() for path in mails.iterdir())
    assert said.count("Due 1 June 2030, today.") == ITEMS
