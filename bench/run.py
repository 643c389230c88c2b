"""Runs every `bench/bench_*.py`, prints one table of ratios and writes `bench/results.json`.

Each of them has `run() -> list[dict]` of records {"name", "value", "unit", "floor", "ratio", "goal", "ok"}: what was
measured, the floor measured beside it in the same run, value / floor, the ratio it should keep, and whether it does.
A ratio of times: smaller is better. Names on the command line choose: `python bench/run.py import`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

Record = dict[str, Any]
FIELDS = ("name", "value", "unit", "floor", "ratio", "goal", "ok")


def record(name: str, value: float, unit: str, floor: float, goal: float) -> Record:
    """One line of the table; `ok` when value / floor is not above the goal."""
    ratio = value / floor
    values = (name, round(value, 3), unit, round(floor, 3), round(ratio, 3), goal, ratio <= goal)
    return dict(zip(FIELDS, values, strict=True))


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def table(records: list[Record]) -> str:
    heads = ("measurement", "value", "unit", "floor", "ratio", "goal", "")
    rows = [[*(str(row[name]) for name in FIELDS[:-1]), "ok" if row["ok"] else "ABOVE ITS GOAL"] for row in records]
    widths = [max(len(line[column]) for line in [heads, *rows]) for column in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) if place in (0, 2, 6) else cell.rjust(width) for place, (cell, width) in pairs)
        for pairs in (enumerate(zip(line, widths, strict=True)) for line in [heads, *rows])
    ]
    return "\n".join(line.rstrip() for line in lines)


def main() -> int:
    """0 when every ratio keeps its goal, 1 when one does not."""
    chosen = sys.argv[1:] or names()
    unknown = set(chosen) - set(names())
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}: choose from {', '.join(names())}.")
        return 2
    records: list[Record] = []
    for name in chosen:
        print(f"{name} ...", flush=True)
        records += importlib.import_module(f"bench.bench_{name}").run()
    (FOLDER / "results.json").write_text(json.dumps(records, indent=1) + "\n")
    print(table(records))
    return 0 if all(row["ok"] for row in records) else 1


if __name__ == "__main__":
    raise SystemExit(main())
