"""A sweep of 100,000 due of 300,000 open items, beside the same rows written by plain bulk statements.

Every measurement has a fresh copy of a filled database and a process of its own, floors and sweeps in turn. What is
compared is processor time, of the process and of its PostgreSQL backend together: on a busy machine the clock tells
more about others. BENCH_DUE and BENCH_OPEN set the sizes, BENCH_ROUNDS how often.
"""

from __future__ import annotations

import os
from typing import Any

from bench.installations import Installation, engines, installation
from bench.run import Record, record

WORKER = "bench.reminders_worker"
DUE = int(os.environ.get("BENCH_DUE", "100000"))
OPEN = int(os.environ.get("BENCH_OPEN", "300000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
LINES = 1000  # of a long digest
TO_BULK, IDLE, MEMORY, DIGEST, CHECK = 2.0, 25.0, 1.1, 15.0, 3.5
TO_STATEMENTS = {"sqlite": 18.0, "postgresql": 6.0}  # an embedded statement costs a fifth of a server's


def run() -> list[Record]:
    return [found for engine in engines() for found in on(engine)]


def on(engine: str) -> list[Record]:
    with installation(engine) as place:
        fill(place, "large", DUE, OPEN - DUE)
        fill(place, "small", DUE // 10, 0)
        fill(place, "in_step", DUE, 0)
        fill(place, "swept", LINES, 0, "sweep")
        return measured(place)


def fill(place: Installation, name: str, due: int, more: int, *then: str) -> None:
    place.renew()
    place.told(WORKER, "fill", str(due), str(more))
    for what in then:
        place.told(WORKER, what)
    place.vacuum()
    place.keep(name)


def measure(place: Installation, filled: str, what: str) -> dict[str, Any]:
    """What one measurement took, on a fresh copy of a filled database."""
    place.renew(filled)
    return place.told(WORKER, what)


def best(place: Installation, filled: str, *ways: str) -> list[float]:
    """The least processor time of ROUNDS rounds for each way, taken in turn."""
    rounds = [[measure(place, filled, way)["cpu"] for way in ways] for _ in range(ROUNDS)]
    return [min(values) for values in zip(*rounds, strict=True)]


def measured(place: Installation) -> list[Record]:
    sweep, bulk, statements = best(place, "large", "sweep", "orm_floor", "sql_floor")
    idle, looks = best(place, "swept", "idle", "idle_floor")
    digest, marks = best(place, "swept", "digest", "digest_floor")
    check, reads = best(place, "in_step", "check", "check_floor")
    large, small = (measure(place, filled, "memory")["peak"] for filled in ("large", "small"))
    on, of = place.engine, f"{DUE:,} due of {OPEN:,}"
    return [
        record(f"sweep, {of}, beside the ORM's bulk, {on}", sweep, "s CPU", bulk, TO_BULK),
        record(f"sweep, {of}, beside three statements, {on}", sweep, "s CPU", statements, TO_STATEMENTS[on]),
        record(f"300 sweeps that find nothing, beside the question alone, {on}", idle, "s CPU", looks, IDLE),
        record(f"peak memory of a sweep, {DUE:,} to {DUE // 10:,} items, {on}", large, "MB", small, MEMORY),
        record(f"digest of {LINES:,} lines, beside reading and marking, {on}", digest, "s CPU", marks, DIGEST),
        record(f"check of {DUE:,} due items, beside reading them, {on}", check, "s CPU", reads, CHECK),
    ]
