"""`manage.py portal`: the whole portal on one machine, from an empty folder to a ready address, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections

from cmo_portal.accounts import demo
from cmo_portal.accounts.models import User
from cmo_portal.lib.probe import ask
from cmo_portal.lib.processes import Program, Supervisor
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.installation_key import current_key

PATIENCE = 12.0  # seconds in which children may end by themselves; all is over within 15
PORT_PATIENCE = 3.0  # a portal that was killed a moment ago may still be letting go of its port


def programs() -> dict[str, Program]:
    """Web, worker and beat. Beat is a child of its own: inside the worker it outlives a killed one."""
    python = [sys.executable, "-m"]
    # Celery's advice against root is for servers; here it would hide the line that says "ready".
    calm = [sys.executable, "-W", "ignore::RuntimeWarning:celery.platforms", "-m"]
    celery = [*calm, "celery", "--quiet", "-A", "cmo_portal.celery"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "web": Program([*python, "gunicorn", "-c", "python:cmo_portal.web", "--log-level", "warning"], signal.SIGTERM),
        "worker": Program([*celery, "worker", "-P", "threads", "-c", "2", "-l", "WARNING", *quiet]),
        "beat": Program([*celery, "beat", "-l", "WARNING", "--pidfile="]),
    }


def refuse_busy_port(port: int) -> None:
    give_up_at = time.monotonic() + PORT_PATIENCE
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except PermissionError:
                raise CommandError(f"Port {port} needs root. Choose one above 1023: PORT=8001 make run") from None
            except OSError:
                if time.monotonic() > give_up_at:
                    raise CommandError(
                        f"Port {port} is in use. Stop what uses it, or choose another: PORT={port % 65535 + 1} make run"
                    ) from None
        time.sleep(0.2)


@contextmanager
def only_portal_here() -> Iterator[None]:
    """Two portals on one data folder would run every scheduled job twice: the second is refused."""
    with (settings.VAR / "portal.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                f"A portal already runs on {settings.VAR}. Stop it, or set CMO_PORTAL_DATA to another folder."
            ) from None
        yield


class Command(BaseCommand):
    """Prepare the data, start web, worker and beat, and look after them."""

    help = "Starts the whole portal: database, demo (first start), web server, worker and scheduler. Ctrl-C stops it."
    requires_system_checks: list[str] = []
    asked_to_stop = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-prepare", action="store_true", help="do not migrate and do not load the demo")

    def handle(self, *args: Any, no_prepare: bool, **options: Any) -> None:
        with only_portal_here():
            refuse_busy_port(settings.PORT)
            try:
                if not no_prepare:
                    self.prepare()
            except KeyboardInterrupt:
                self.say("Stopped before it was ready. The next start goes on from here.")
                return
            accounts = self.accounts()
            connections.close_all()
            self.run_until_asked_to_stop(accounts)

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    # --- preparing ---------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Bring the database up to date; on the first start with the demo, load it."""
        unfinished = settings.VAR / "first-start-unfinished"
        if "django_migrations" not in connection.introspection.table_names():
            unfinished.touch()
        self.say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        with acting_as(SETUP):
            current_key()  # made now, so that it belongs to the first backup
        if not settings.DEMO:
            unfinished.unlink(missing_ok=True)
            call_command("create_first_admin", stdout=self.stdout)
        elif unfinished.exists():
            self.say("Loading the demo (first start only) ...")
            call_command("seed_demo", stdout=self.stdout)
            unfinished.unlink()

    def accounts(self) -> list[str]:
        """A line for each account of the demo that exists in this database."""
        if not settings.DEMO:
            return []
        companies = {key: name for key, name, *_ in demo.COMPANIES}
        cast = {
            f"{key}@{domain}": f"{title}, {companies[company]}" for key, company, domain, _, title, _ in demo.PEOPLE
        }
        with acting_as(SETUP):
            known = set(User.objects.filter(email__in=cast).values_list("email", flat=True))
        return [f"  {email:<26} {line}" for email, line in cast.items() if email in known]

    # --- running -----------------------------------------------------------------------------------
    def run_until_asked_to_stop(self, accounts: list[str]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        variables = {**os.environ, "PORT": str(settings.PORT), "PYTHONUNBUFFERED": "1"}
        supervisor = Supervisor(programs(), settings.BASE_DIR, variables, self.say)
        self.say("Starting web server, worker and scheduler ...")
        try:
            supervisor.start()
            self.look_after(supervisor, accounts)
        finally:
            self.say("Stopping ...")
            supervisor.stop(PATIENCE)
            self.say("Stopped. The data stays; the same command starts it again.")

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def look_after(self, supervisor: Supervisor, accounts: list[str]) -> None:
        ready, complain_at, answer = False, time.monotonic() + 60, ""
        while not self.asked_to_stop:
            supervisor.look_after()
            if not ready:
                status, answer = ask(settings.PORT, "/readyz")
                if ready := status == 200:
                    self.announce(accounts)
                elif time.monotonic() > complain_at:
                    self.say(f"Not ready yet; /readyz says: {answer}")
                    complain_at = time.monotonic() + 60
            time.sleep(0.25)

    def announce(self, accounts: list[str]) -> None:
        lines = [""]
        if accounts:
            lines += [f"Demo accounts (password of all: {demo.PASSWORD})", *accounts]
        lines += [f"CMO Portal is ready: {settings.SITE_URL}/   (Ctrl-C stops it)"]
        self.say("\n".join(lines))
