"""A sweep of 100,000 due of 300,000 open items on PostgreSQL, beside the same rows written by plain bulk statements.

It starts a PostgreSQL cluster of its own. Every measurement has a fresh copy of the database and a process of its own,
floors and sweeps in turn, so that a busy machine slows both. BENCH_DUE and BENCH_OPEN set the sizes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.run import Record, record
from tests.private_servers import ROOT, Cluster, cluster, missing

DUE = int(os.environ.get("BENCH_DUE", "100000"))
OPEN = int(os.environ.get("BENCH_OPEN", "300000"))
PAIRS = 3
LINES = 1000  # of a long digest
TO_BULK, TO_STATEMENT, IDLE, MEMORY, DIGEST, CHECK = 2.0, 12.0, 40.0, 1.1, 12.0, 3.0


class Place:
    """The cluster with its filled databases; `measure` runs a worker on a copy of one."""

    def __init__(self, postgres: Cluster, data: str) -> None:
        self.postgres, self.data = postgres, data
        postgres.create("empty")
        self.run("empty", "manage.py", "migrate", "-v0")

    def run(self, database: str, *words: str) -> str:
        variables = self.postgres.environment(database)
        more = {"CMO_PORTAL_DATA": self.data, "LOG_LEVEL": "WARNING", "CMO_BROKER_URL": "", "CMO_CACHE_URL": ""}
        mail = {"EMAIL_URL": f"file://{self.data}/mail"}
        environment = {**os.environ, **variables, **more, **mail}
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def fill(self, name: str, due: int, more: int) -> None:
        self.postgres.create(name, template="empty")
        self.run(name, "-m", "bench.reminders_worker", "fill", str(due), str(more))

    def measure(self, filled: str, *names: str) -> dict[str, Any]:
        """What the last of `names` took, on a copy on which the others ran before."""
        self.postgres.ask("drop database if exists measured with (force)", database="postgres")
        self.postgres.create("measured", template=filled)
        for name in names:
            answer = self.run("measured", "-m", "bench.reminders_worker", name).splitlines()[-1]
            self.postgres.ask("vacuum", database="measured")
        found: dict[str, Any] = json.loads(answer)
        return found

    def best(self, filled: str, *ways: tuple[str, ...], key: str = "seconds") -> list[float]:
        """The least of PAIRS rounds for each way, taken in turn."""
        rounds = [[self.measure(filled, *way)[key] for way in ways] for _ in range(PAIRS)]
        return [min(values) for values in zip(*rounds, strict=True)]


def run() -> list[Record]:
    if missing():
        print(f"reminders: {missing()}, so nothing was measured")
        return []
    with cluster() as postgres, tempfile.TemporaryDirectory() as data:
        place = Place(postgres, data)
        place.fill("large", DUE, OPEN - DUE)
        place.fill("small", DUE // 10, 0)
        place.fill("digest", LINES, 0)
        place.fill("in_step", DUE, 0)
        return measured(place)


def measured(place: Place) -> list[Record]:
    sweep, bulk, statement = place.best("large", ("sweep",), ("orm_floor",), ("sql_floor",))
    idle, looks = place.best("large", ("sweep", "idle"), ("sweep", "idle_floor"))
    digest, marks = place.best("digest", ("sweep", "digest"), ("sweep", "digest_floor"))
    check, reads = place.best("in_step", ("check",), ("check_floor",))
    memory = [place.measure(filled, "sweep")["peak"] for filled in ("large", "small")]
    of = f"{DUE:,} due of {OPEN:,}"
    return [
        record(f"sweep, {of}, beside the ORM's bulk", sweep, "s", bulk, TO_BULK),
        record(f"sweep, {of}, beside one statement", sweep, "s", statement, TO_STATEMENT),
        record(f"sweep that finds nothing of {OPEN:,}", idle, "ms", looks, IDLE),
        record(f"peak memory of a sweep, {DUE:,} to {DUE // 10:,}", memory[0], "MB", memory[1], MEMORY),
        record(f"digest of {LINES:,} lines, beside reading and marking", digest, "s", marks, DIGEST),
        record(f"check of {DUE:,} due items, beside reading them", check, "s", reads, CHECK),
    ]
