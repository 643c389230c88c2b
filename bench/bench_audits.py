"""Audit list, finding list, calendar and trends at 100 and at 10,000 audits (with ten findings each).

Lists stand beside a bare Django page over one table; the trends, which add up every finding of a year, also beside
their own statements asked without a page, which is the least that such sums cost.
"""

from __future__ import annotations

import os
from typing import Any

from bench.installations import seeded
from bench.run import Record, record

SMALL, LARGE = 100, int(os.environ.get("BENCH_AUDITS", "10000"))


def run() -> list[Record]:
    """On the embedded default."""
    return rows_of(*(seeded("sqlite", "bench.audits_worker", audits=count) for count in (SMALL, LARGE)))


def rows_of(small: dict[str, Any], large: dict[str, Any]) -> list[Record]:
    cpu, many = large["cpu"], f"{large['rows']['audits']:,} audits, {large['rows']['findings']:,} findings"
    names = {"list": "Audit list", "findings": "Finding list", "calendar": "Audit calendar", "trends": "Audit trends"}
    rows = [
        record(f"{name}, {many}, beside a bare page", cpu[code], "ms CPU", cpu["floor"], GOALS[code])
        for code, name in names.items()
    ]
    alone = f"Audit trends, {many}, beside its statements alone"
    rows.append(record(alone, cpu["trends"], "ms CPU", cpu["statements"], 1.5))
    for code, count in large["queries"].items():
        name = f"{names.get(code, 'Audit trends by the API')}, queries at {LARGE:,} beside {SMALL}"
        rows.append(record(name, count, "queries", small["queries"][code], 1.0))
    return rows


# A list shows 25 rows with their frame; the calendar a month of audits, several hundred; the trends add up a year.
GOALS = {"list": 8.0, "findings": 10.0, "calendar": 15.0, "trends": 100.0}
