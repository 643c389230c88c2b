"""A seal must not lose the entry of a transaction that began before it and commits after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server import Installation, database

pytestmark = pytest.mark.postgres
INSERT = (
    "insert into records_trailevent (record_type, record_number, seq, at, actor_ref, actor_name, action, body, salt,"
    " sealed, hash, wall_shared) values ('x', %s, 1, now(), 'x', 'x', 'x', '{}', '', '', repeat('ab', 32), false)"
)


def connect(made: Installation) -> Any:
    import psycopg2

    connection = psycopg2.connect(made.environment["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cmo.kind', 'system', false), set_config('cmo.system', 'test', false)")
    connection.commit()
    return connection


def test_an_entry_that_commits_late_is_sealed_by_the_next_seal(tmp_path: Path) -> None:
    with database(tmp_path) as made:
        late, early = connect(made), connect(made)
        late.cursor().execute(INSERT, ["LATE"])  # has its id and its transaction, is not committed
        early.cursor().execute(INSERT, ["EARLY"])
        early.commit()
        assert made.manage("seal_trail").startswith("1 entry sealed")  # nobody waits for the one that still runs
        late.commit()
        assert made.manage("seal_trail").startswith("1 entry sealed")
        early.cursor().execute(INSERT, ["NEXT"])
        early.commit()
        assert made.manage("seal_trail").startswith("1 entry sealed")
        assert "Nothing new" in made.manage("seal_trail")
        late.close()
        early.close()
