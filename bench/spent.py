"""What a measurement took: processor seconds of this process and of its PostgreSQL backend, and memory of its own.

On a machine that others use as well the clock says how busy they are; processor time says what the work costs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")
IN_USER, IN_SYSTEM = 13, 14  # fields of /proc/PID/stat, counted from nought
LAST_NAME = ")"


def own_memory() -> float:
    """MB of this process that no file backs: SQLite maps its database into memory, which is the file's, not ours."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("RssAnon")).split()[1]) / 1024


def backend() -> Path | None:
    """Where the kernel counts this connection's PostgreSQL backend; None on SQLite and for a server elsewhere."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        place = Path("/proc") / str(cursor.fetchone()[0])
    try:
        return place / "stat" if b"postgres" in (place / "cmdline").read_bytes() else None
    except OSError:
        return None


def of_backend(stat: Path | None) -> float:
    if stat is None:
        return 0.0
    fields = stat.read_text().rpartition(LAST_NAME)[2].split()  # the name may hold spaces; the state comes next
    return (int(fields[IN_USER - 2]) + int(fields[IN_SYSTEM - 2])) / TICKS


@contextmanager
def counted() -> Iterator[dict[str, float]]:
    """Filled at the end: `seconds` by the clock, `cpu` of this process and its backend together.

    Where the backend cannot be seen, `cpu` is the clock's, so that its share is not left out.
    """
    found: dict[str, float] = {}
    stat = backend()
    unseen = connection.vendor == "postgresql" and stat is None
    clock, own, other = time.perf_counter(), time.process_time(), of_backend(stat)
    yield found
    found["seconds"] = time.perf_counter() - clock
    found["cpu"] = found["seconds"] if unseen else time.process_time() - own + of_backend(stat) - other


@contextmanager
def watched() -> Iterator[list[float]]:
    """Notes the memory before each statement."""
    noted = [own_memory()]

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        noted.append(own_memory())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield noted
