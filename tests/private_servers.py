"""A PostgreSQL cluster, a Redis server and a mail server of a test's own, in a temporary folder and on free ports.

They are stopped, killed and started again as the test likes, which nobody may do to the machine's own. A superuser
starts them as an unprivileged user, since PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg2
from aiosmtpd.controller import Controller

from tests.run import ROLES, answers, missing, program
from tests.server import ROOT, free_port

OWNER, APPLICATION, PASSWORD = "portal_owner", "portal_app", "private"
PATIENCE = 120.0


def wait_for(question: Callable[[], Any], what: str, patience: float = PATIENCE, pause: float = 0.05) -> Any:
    """Asks until the answer is true, and gives it; AssertionError with `what` when it never is."""
    give_up_at = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < give_up_at, f"waited {patience:.0f} s in vain: {what}"
        time.sleep(pause)
    return answer


def unprivileged() -> dict[str, Any]:
    """The arguments of Popen under which nothing runs as root."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in known else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def private_folder() -> Iterator[Path]:
    """A temporary folder that the unprivileged user may use; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cmo-portal-private-"))
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Server:
    """A process that can be stopped, killed and started again on the same port and data."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_up(self) -> bool:
        return answers("127.0.0.1", self.port)

    def launch(self) -> None:
        with (self.folder / f"{type(self).__name__}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **unprivileged()
            )

    def start(self) -> None:
        self.launch()
        wait_for(self.is_up_or_again, f"{type(self).__name__} on port {self.port}")

    def is_up_or_again(self) -> bool:
        """After a kill the remains of the old one can hold the data for a moment: then it is started again."""
        if self.process is None or self.process.poll() is not None:
            self.launch()
        return self.is_up()

    def stop(self, how: int = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process = None


class Redis(Server):
    """As `docker-compose.yml` starts it."""

    def command(self) -> list[str]:
        keep = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""]
        return [str(program("redis-server")), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", ".", *keep]


class Cluster(Server):
    """PostgreSQL with the two roles of an installation."""

    def command(self) -> list[str]:
        # Without fsync a killed process loses nothing, only a machine without power would.
        values = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "port": self.port}
        options = [word for name, value in values.items() for word in ("-c", f"{name}={value}")]
        return [str(program("postgres")), "-D", "data", *options]

    def make(self) -> None:
        make = [
            str(program("initdb")),
            "-D",
            "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(make, cwd=self.folder, check=True, capture_output=True, **unprivileged())
        self.start()
        wait_for(self.takes_statements, "PostgreSQL takes statements")
        names = {"owner": OWNER, "owner_password": PASSWORD, "app": APPLICATION, "app_password": PASSWORD}
        words = [word for name, value in names.items() for word in ("-v", f"{name}={value}")]
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", "postgres"]
        command = [str(program("psql")), "-Xq", *where, *words, "-f", str(ROLES)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def is_up(self) -> bool:
        return super().is_up() and self.takes_statements()

    def takes_statements(self) -> bool:
        try:
            self.ask("select 1", database="postgres")
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> Any:
        """A connection of the superuser, whom no wall stops."""
        found = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
        found.autocommit = True
        return found

    def ask(self, statement: str, *values: Any, database: str = "portal") -> list[tuple[Any, ...]]:
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def create(self, database: str, template: str = "template1") -> None:
        self.ask(f"create database {database} owner {OWNER} template {template}", database="postgres")

    def environment(self, database: str = "portal") -> dict[str, str]:
        def url(user: str) -> str:
            return f"postgres://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

        return {"DATABASE_URL": url(APPLICATION), "DATABASE_OWNER_URL": url(OWNER), "SECRET_KEY": "only for tests " * 4}


@contextmanager
def cluster() -> Iterator[Cluster]:
    with private_folder() as folder:
        made = Cluster(folder)
        try:
            made.make()
            yield made
        finally:
            made.stop()


@contextmanager
def redis() -> Iterator[Redis]:
    with private_folder() as folder:
        made = Redis(folder)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@dataclass
class Mailbox:
    """A real mail server that keeps what it took. on_mail: called with each mail before the sender is told."""

    port: int = field(default_factory=free_port)
    mails: list[Message] = field(default_factory=list)
    on_mail: Callable[[int], None] | None = None
    controller: Controller | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content))
        if self.on_mail is not None:
            self.on_mail(len(self.mails))
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


def text_of(mail: Message) -> str:
    """The plain text of a mail; its HTML says the same again."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            return bytes(part.get_payload(decode=True)).decode()
    return ""


__all__ = ["ROOT", "Cluster", "Mailbox", "Redis", "cluster", "missing", "redis", "text_of", "wait_for"]
