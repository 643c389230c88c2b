"""List, deep page, search and detail at 100 and at 10,000 CMOs, beside a bare Django page over the same table."""

from __future__ import annotations

import os
from typing import Any

from bench.installations import seeded
from bench.run import Record, record

SMALL, LARGE = 100, int(os.environ.get("BENCH_VENDORS", "10000"))


def run() -> list[Record]:
    """On the embedded default."""
    return rows_of(*(seeded("sqlite", "bench.pages_worker", vendors=count) for count in (SMALL, LARGE)))


def rows_of(small: dict[str, Any], large: dict[str, Any]) -> list[Record]:
    cpu, less = large["cpu"], small["cpu"]
    rows = [
        record(f"CMO list, {LARGE:,} CMOs, beside a bare page", cpu["list"], "ms CPU", cpu["floor"], LIST),
        record("CMO list, last page beside the first", cpu["deep"], "ms CPU", cpu["list"], 1.2),
    ]
    for name in ("list", "search", "detail", "api"):
        rows.append(record(f"CMO {name}, {LARGE:,} beside {SMALL}", cpu[name], "ms CPU", less[name], 1.2))
    for name, count in large["queries"].items():
        title = f"CMO {name}, queries at {LARGE:,} beside {SMALL}"
        rows.append(record(title, count, "queries", small["queries"][name], 1.0))
    return rows


# The bare page has one query, one template of 26 lines and neither frame nor filters; docs/figures.md says
# where the rest goes.
LIST = 4.0
