"""Audit list, finding list, calendar and trends at 100 and at 10,000 audits (with ten findings each).

Lists stand beside a bare Django page over one table; the trends, which add up every finding of a year, also beside
their own statements asked without a page, which is the least that such sums cost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.bench_pages import DROPPED, ROOT, row

SMALL, LARGE = 100, 10_000


def measured(count: int) -> dict[str, Any]:
    """What the worker says of an installation with `count` audits more than the demo's, on the embedded default."""
    with tempfile.TemporaryDirectory() as data:
        environment = {k: v for k, v in os.environ.items() if k not in DROPPED}
        environment |= {"CMO_PORTAL_DATA": data, "LOG_LEVEL": "WARNING"}

        def run(*words: str) -> str:
            command = [sys.executable, *words]
            return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

        run("manage.py", "migrate", "-v0")
        run("manage.py", "seed_demo")
        run("manage.py", "seed_scale", "--audits", str(count))
        answer: dict[str, Any] = json.loads(run("-m", "bench.audits_worker").splitlines()[-1])
        return answer


def run() -> list[dict[str, Any]]:
    return rows_of(measured(SMALL), measured(LARGE))


def rows_of(small: dict[str, Any], large: dict[str, Any]) -> list[dict[str, Any]]:
    cpu, many = large["cpu"], f"{large['rows']['audits']:,} audits, {large['rows']['findings']:,} findings"
    names = {"list": "Audit list", "findings": "Finding list", "calendar": "Audit calendar", "trends": "Audit trends"}
    rows = [
        row(f"{name}, {many}, beside a bare page", cpu[code], cpu["floor"], GOALS[code]) for code, name in names.items()
    ]
    rows.append(row(f"Audit trends, {many}, beside its statements alone", cpu["trends"], cpu["statements"], 1.5))
    for code, count in large["queries"].items():
        name = names.get(code, "Audit trends by the API")
        rows.append(row(f"{name}, queries at {LARGE:,} beside {SMALL}", count, small["queries"][code], 1.0, "queries"))
    return rows


# A list shows 25 rows with their frame; the calendar a month of audits; the trends add up a year.
GOALS = {"list": 15.0, "findings": 25.0, "calendar": 20.0, "trends": 100.0}
