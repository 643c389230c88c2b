"""Counts queries of an act and holds them against `tests/baselines/<subject>.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

FOLDER = Path(__file__).parent
NOISE = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


def check(subject: str, name: str, act: Callable[[], Any]) -> Any:
    """Runs `act` and compares; returns what it returned."""
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    statements = [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(NOISE)]
    path = FOLDER / f"{subject}.json"
    kept: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS") and kept.get(name) is None:
        path.write_text(json.dumps(dict(sorted((kept | {name: len(statements)}).items())), indent=1) + "\n")
        return answer
    expected = kept.get(name)
    listed = "\n".join(statement[:300] for statement in statements)
    assert len(statements) == expected, (
        f"{name}: {len(statements)} queries, {expected} in {path.name}.\n{listed}\n"
        "If the change is meant, remove the line there and run once with UPDATE_QUERY_COUNTS=1."
    )
    return answer
