"""A whole installation of its own for browser tests: its database, migrated and seeded, behind a real web server.

The tests then write as people do, commit as production does, and disturb no other test. On PostgreSQL it is a second
database, made by the owner and used by the application's role.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Demo-portal-2026"


@dataclass
class Installation:
    """Where it answers, and the environment in which its commands run."""

    url: str
    data: Path
    environment: dict[str, str] = field(repr=False)
    sessions: dict[str, list[Any]] = field(default_factory=dict, repr=False)  # cookies of who has signed in, by name

    def manage(self, *words: str) -> str:
        """Runs a management command; returns what it printed. Raises when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sign_in(self, page: Page, name: str) -> Page:
        """Signs the person in through the form, as a person does, or goes on with the session of the last time."""
        if name in self.sessions:
            page.context.add_cookies(self.sessions[name])
            page.goto(f"{self.url}/")
            if page.url == f"{self.url}/":
                return page
        domain = {"pat": "alpenglow", "uwe": "alpenglow", "bea": "balticfill", "otto": "ottertx"}.get(name, "northgate")
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", f"{name}@{domain}.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url(f"{self.url}/")
        self.sessions[name] = page.context.cookies()
        return page


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_urls(name: str) -> dict[str, str]:
    def url(given: dict[str, str]) -> str:
        return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}/{name}"

    return {
        "DATABASE_URL": url(settings.DATABASES["default"] | {"USER": settings.DATABASE_ROLE}),
        "DATABASE_OWNER_URL": url(settings.DATABASE_OWNER),
        "SECRET_KEY": settings.SECRET_KEY,
    }


def as_database_owner(statement: str) -> None:
    import psycopg2

    owner = settings.DATABASE_OWNER
    connection = psycopg2.connect(
        dbname="postgres",
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or 5432,
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as reply:  # noqa: S310 - our own server
            return bool(reply.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One seeded installation a test process."""
    with installation(tmp_path_factory.mktemp("portal")) as made:
        yield made


@contextmanager
def installation(data: Path) -> Iterator[Installation]:
    """Migrated, seeded and answering; gone at the end."""
    with database(data, "seeded") as made, answering(made, "cmo_portal.wsgi"):
        yield made


@contextmanager
def days_later(given: Installation, days: int) -> Iterator[Installation]:
    """The same installation at a second address, where it is some days later."""
    environment = given.environment | {"DAYS_AHEAD": str(days)}
    made = replace(given, url=f"http://127.0.0.1:{free_port()}", environment=environment)
    with answering(made, "tests.later"):
        yield made


@contextmanager
def answering(made: Installation, module: str) -> Iterator[None]:
    """A web server with the application of `module`; it has ended when the block has."""
    program = [sys.executable, "-m", "gunicorn", module, "-b", made.url.removeprefix("http://")]
    options = ["-k", "gthread", "--threads", "8", "--no-control-socket", "--timeout", "0"]
    server = subprocess.Popen([*program, *options], cwd=ROOT, env=made.environment)
    try:
        for _ in range(150):
            if answers(made.url):
                break
            time.sleep(0.2)
        else:
            raise AssertionError("The web server does not answer.")
        yield
    finally:
        server.terminate()
        server.wait(15)


@contextmanager
def database(data: Path, kind: str = "empty") -> Iterator[Installation]:
    """A migrated installation without a server, empty or seeded; its database is gone at the end."""
    port = free_port()
    name = f"cmo_walk_{os.getpid()}_{port}"
    try:
        patterns.copy(kind, data, name)
        yield prepared(data, name, f"http://127.0.0.1:{port}")
    finally:
        drop(name)


def prepared(data: Path, name: str, url: str) -> Installation:
    """What is at this address, in this folder and, on PostgreSQL, in the database of this name."""
    environment = {**os.environ, "CMO_PORTAL_DATA": str(data), "SITE_URL": url, "DEMO": "1", "LOG_LEVEL": "WARNING"}
    environment["CMO_BROKER_URL"] = "filesystem://localhost"
    return Installation(url, data, environment if settings.EMBEDDED else environment | database_urls(name))


def drop(name: str) -> None:
    if not settings.EMBEDDED:
        as_database_owner(f"drop database if exists {name} with (force)")


class Patterns:
    """Installations that nobody uses, one empty and one seeded, for copies.

    Migrating and seeding take half a minute, a copy a moment. Whoever needs one first makes it, and the other processes
    of the run wait. Its maker takes it away after its own tests; who needs it later still makes it again.
    """

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        self.folder, self.mine = Path(tempfile.gettempdir()) / f"cmo-portal-patterns-{run}", list[str]()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process makes, copies or drops a pattern meanwhile."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def copy(self, kind: str, data: Path, name: str) -> None:
        """The installation of this kind in this data folder and, on PostgreSQL, in a new database of this name."""
        with self.alone():
            self.lay_out(kind, data, name)

    def lay_out(self, kind: str, data: Path, name: str) -> None:
        note = self.folder / f"{kind}.database"  # stands when the pattern is whole
        if not note.exists():
            note.write_text(self.make(kind))
        shutil.copytree(self.folder / kind, data, dirs_exist_ok=True)
        if not settings.EMBEDDED:
            as_database_owner(f"create database {name} template {note.read_text()}")

    def make(self, kind: str) -> str:
        """Its database's name."""
        name, data = f"cmo_pattern_{kind}_{os.getpid()}", self.folder / kind
        self.mine.append(kind)
        made = prepared(data, name, "http://127.0.0.1")
        if kind == "seeded":
            self.lay_out("empty", data, name)
            made.manage("seed_demo")
        else:
            if not settings.EMBEDDED:
                as_database_owner(f"create database {name}")
            made.manage("migrate", "-v0")
        return name

    def end(self) -> None:
        if not self.mine:
            return
        with self.alone():
            for kind in self.mine:
                drop(f"cmo_pattern_{kind}_{os.getpid()}")
                (self.folder / f"{kind}.database").unlink(missing_ok=True)
                shutil.rmtree(self.folder / kind, ignore_errors=True)
            if not list(self.folder.glob("*.database")):
                shutil.rmtree(self.folder)


patterns = Patterns()
