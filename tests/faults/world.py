"""An installation with servers of its own, workers and beats that can be killed, and days that dawn when asked."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.private_servers import PATIENCE, ROOT, Cluster, Mailbox, Redis, text_of, wait_for

ITEMS = 5000
NOTICES, ITEM, LEDGER, MAILS = (
    "communications_notice",
    "records_dueitem",
    "records_reminderentry",
    "communications_mail",
)
LINE = re.compile(r"\bZ\d{5}\b")
LEASE = 10  # seconds; a PostgreSQL that starts again on a busy machine takes some of them
WORKERS, BEATS = 2, 1
TWICE = "may come twice"


@dataclass
class Program:
    """A worker or a beat: a process group of its own, and what it writes."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in path.read_text().split()] if path.exists() else []

    def lives(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> int:
        """SIGKILL for the process and all that it made; how many of these died, which do a worker's work."""
        dying = self.children()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        return len(dying)

    def kill_children(self) -> int:
        dying = self.children()
        for pid in dying:
            os.kill(pid, signal.SIGKILL)
        return len(dying)


@dataclass
class Wave:
    """One dawn and what came of it. days: how many days passed with it, so many stages each item owes."""

    days: int
    since: datetime
    first_mail: int


@dataclass
class World:
    folder: Path
    cluster: Cluster
    redis: Redis
    mailbox: Mailbox
    now: datetime
    offset: timedelta = timedelta()
    programs: list[Program] = field(default_factory=list)
    made: int = 0

    @property
    def environment(self) -> dict[str, str]:
        broker = f"redis://127.0.0.1:{self.redis.port}"
        return {
            **os.environ,
            **self.cluster.environment(),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CMO_PORTAL_DATA": str(self.folder),
            "CMO_BROKER_URL": f"{broker}/0",
            "CMO_CACHE_URL": f"{broker}/1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mailbox.port}",
            "SITE_URL": "https://portal.example",
            "SWEEP_SECONDS": "1",
            "MAIL_LEASE_SECONDS": str(LEASE),
            "CLOCK_OFFSET_FILE": str(self.folder / "clock"),
            "DEMO": "0",
            "LOG_LEVEL": "INFO",
        }

    # --- processes -------------------------------------------------------------------------------
    def run(self, *words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, kind: str) -> Program:
        """As `docker-compose.yml` starts it."""
        self.made += 1
        name = f"{kind}{self.made}"
        words = {
            "worker": ["-P", "prefork", "-c", "2", "--max-tasks-per-child", "500", "-n", f"{name}@here"],
            "beat": ["--pidfile=", "-s", str(self.folder / name)],
        }[kind]
        log = self.folder / f"{name}.log"
        command = [sys.executable, "-m", "celery", "-A", "cmo_portal.celery", kind, "-l", "INFO", *words]
        environment = {**self.environment, "PGAPPNAME": name}
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
            )
        self.programs.append(Program(name, log, process))
        return self.programs[-1]

    def alive(self, kind: str = "") -> list[Program]:
        return [program for program in self.programs if program.name.startswith(kind) and program.lives()]

    def crew(self, workers: int = WORKERS, beats: int = BEATS, *, wait: bool = True) -> None:
        """So many of each run, and no more."""
        for kind, count in {"worker": workers, "beat": beats}.items():
            alive = self.alive(kind)
            for extra in alive[count:]:
                extra.process.terminate()
            for extra in alive[count:]:
                extra.process.wait(PATIENCE)
            for _ in range(count - len(alive)):
                self.start(kind)
        for program in self.alive("worker") if wait else ():
            wait_for(lambda log=program.log: b" ready." in log.read_bytes(), f"{program.name} is ready")

    def named(self, names: set[str]) -> list[Program]:
        return [program for program in self.alive() if program.name in names]

    def end(self) -> None:
        for program in self.alive():
            program.kill()

    def logs(self) -> str:
        return "".join(program.log.read_text(errors="replace") for program in self.programs)

    # --- time ------------------------------------------------------------------------------------
    def turn_clock(self, to: datetime) -> None:
        self.now, self.offset = to, to - datetime.now(UTC)
        fresh = self.folder / "clock.new"
        fresh.write_text(str(self.offset.total_seconds()))
        fresh.replace(self.folder / "clock")

    def skip(self, seconds: float) -> None:
        self.turn_clock(datetime.now(UTC) + self.offset + timedelta(seconds=seconds))

    def dawn(self, days: int = 1) -> Wave:
        """It is noon, so many days later: every item owes a reminder for each of them."""
        wave = Wave(days, self.now + timedelta(days=days), len(self.mailbox.mails))
        self.turn_clock(wave.since)
        return wave

    # --- what the database knows -----------------------------------------------------------------
    @contextmanager
    def swept_into_a_wall(self) -> Iterator[None]:
        """Inside, no notice can be written: a sweep stands still in its transaction, its claims written before."""
        connection = self.cluster.connect("portal")
        connection.autocommit = False
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"lock table {NOTICES} in share mode")
            yield
        finally:
            connection.close()  # which takes the wall down; a server that went has taken it along

    def standing_sweeps(self) -> set[str]:
        """Names of the workers whose sweep waits at the wall."""
        rows = self.cluster.ask(
            "select application_name from pg_stat_activity where wait_event_type = 'Lock' and query like %s",
            f'insert into "{NOTICES}"%',
        )
        return {name for (name,) in rows}

    def senders(self) -> set[str]:
        """Names of the workers that have a mail in hand."""
        question = "select application_name from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory'"
        return {name for (name,) in self.cluster.ask(question)}

    def claims(self, wave: Wave) -> dict[str, int]:
        """Each record with how many of its reminders were claimed."""
        question = f"select record_number, count(*) from {LEDGER} where claimed_at >= %s group by 1"
        return dict(self.cluster.ask(question, wave.since))

    def is_quiet(self, wave: Wave) -> bool:
        """Everything of the wave was claimed, and nothing waits to be sent."""
        open_items = f"(select count(*) from {ITEM} where is_open and next_remind_at <= %s)"
        owed = f"(select count(*) from {NOTICES} where channel = 'email' and state in ('waiting', 'failed') and"
        mails = f"(select count(*) from {MAILS} where state in ('waiting', 'failed'))"
        question = f"select {open_items}, {owed} wait_until <= %s), {mails}"
        late = self.now + timedelta(minutes=1)
        try:
            return self.cluster.ask(question, late, late) == [(0, 0, 0)] and len(self.claims(wave)) == ITEMS
        except Exception:  # the database is away
            return False

    def settle(self, wave: Wave, patience: float = 180) -> None:
        try:
            wait_for(lambda: self.is_quiet(wave), "all reminders are sent", patience, pause=0.2)
        except AssertionError:
            print(self.logs()[-8000:])
            raise

    # --- what people got -------------------------------------------------------------------------
    def lines(self, wave: Wave) -> tuple[Counter[str], list[str]]:
        """How many lines each item has in the mails of the wave, and the id of each mail that came again.

        A mail that comes again under its Message-ID is one mail, as mail programs show it, and says the same again.
        """
        said: dict[str, list[str]] = {}
        again: list[str] = []
        for mail in self.mailbox.mails[wave.first_mail :]:
            message_id, lines = str(mail["Message-ID"]), LINE.findall(text_of(mail))
            if message_id in said:
                again.append(message_id)
                assert lines == said[message_id], f"{message_id} says something else when it comes again"
            said[message_id] = lines
        return Counter(line for lines in said.values() for line in lines), again

    def check(self, wave: Wave, killed: int = 0) -> list[str]:
        """0 lost, 0 double; gives the ids of mails that came again.

        killed: how many processes that send were killed; each may leave one that comes again.
        """
        self.settle(wave)
        claims = self.claims(wave)
        assert len(claims) == ITEMS and set(claims.values()) == {wave.days}
        found, again = self.lines(wave)
        wrong = {reference: count for reference, count in found.items() if count != 1}
        assert (len(found), wrong) == (ITEMS, {}), f"{ITEMS - len(found)} lost, double: {sorted(wrong.items())[:5]}"
        assert len(again) <= killed
        logs = self.logs() if again else ""
        for message_id in again:
            key = message_id.strip("<>").split("@")[0].removeprefix("reminders-")
            assert re.search(rf"mail {key} {TWICE}", logs), f"no log names {message_id}"
        return again


def pause(seconds: float) -> None:
    """Time for the others to do something wrong."""
    time.sleep(seconds)
