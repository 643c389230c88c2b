"""A lock on a name that a living process holds: PostgreSQL frees it when the process dies, whatever the clocks say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Whether this process now holds `name`, until the block ends; never waits. SQLite has no such lock: True."""
    if connection.vendor != "postgresql":
        yield True
        return
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with suppress(Error), connection.cursor() as cursor:  # a broken connection holds nothing any more
                cursor.execute("select pg_advisory_unlock(%s)", [key])
