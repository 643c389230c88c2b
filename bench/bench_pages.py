"""List, deep page, search and detail at 100 and at 10,000 CMOs, beside a bare Django page over the same table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE = 100, 10_000
DROPPED = ("DATABASE_URL", "DATABASE_OWNER_URL", "CMO_BROKER_URL", "CMO_CACHE_URL")


def measured(count: int) -> dict[str, Any]:
    """What the worker says of an installation with `count` CMOs more than the demo's, on the embedded default."""
    with tempfile.TemporaryDirectory() as data:
        environment = {k: v for k, v in os.environ.items() if k not in DROPPED}
        environment |= {"CMO_PORTAL_DATA": data, "LOG_LEVEL": "WARNING"}

        def run(*words: str) -> str:
            command = [sys.executable, *words]
            return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

        run("manage.py", "migrate", "-v0")
        run("manage.py", "seed_demo")
        run("manage.py", "seed_scale", "--vendors", str(count))
        answer: dict[str, Any] = json.loads(run("-m", "bench.pages_worker").splitlines()[-1])
        return answer


def row(name: str, value: float, floor: float, goal: float, unit: str = "ms CPU") -> dict[str, Any]:
    ratio = value / floor if floor else 1.0
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "floor": round(floor, 3),
        "ratio": round(ratio, 2),
        "goal": goal,
        "ok": ratio <= goal,
    }


def run() -> list[dict[str, Any]]:
    small, large = measured(SMALL), measured(LARGE)
    rows = [
        row(f"CMO list, {LARGE:,} CMOs, beside a bare page", large["cpu"]["list"], large["cpu"]["floor"], 1.5),
        row("CMO list, last page beside the first", large["cpu"]["deep"], large["cpu"]["list"], 1.2),
    ]
    for name in ("list", "search", "detail", "api"):
        rows.append(row(f"CMO {name}, {LARGE:,} beside {SMALL}", large["cpu"][name], small["cpu"][name], 1.2))
    for name, count in large["queries"].items():
        rows.append(
            row(f"CMO {name}, queries at {LARGE:,} beside {SMALL}", count, small["queries"][name], 1.0, "queries")
        )
    return rows
