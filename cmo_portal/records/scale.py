"""What `seed_scale` can fill an installation with: each subject adds a row in its `hooks.py` and so gains a flag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

BATCH = 1000  # records that are written at once


@dataclass(frozen=True)
class Scale:
    """flag: `audits` for `--audits N`. make: (sponsor, how many) -> nothing; writes through `write_many`, in batches,
    always the same for the same numbers. order: who needs others' rows comes later."""

    flag: str
    make: Callable[[Any, int], None]
    help: str
    order: int = 50


rows: list[Scale] = []


def add(flag: str, make: Callable[[Any, int], None], *, help: str, order: int = 50) -> None:  # noqa: A002
    """Declares a flag. The same one twice is a mistake of the programmer."""
    if any(row.flag == flag for row in rows):
        raise ValueError(f"seed_scale has --{flag} already.")
    rows.append(Scale(flag, make, help, order))
    rows.sort(key=lambda row: row.order)


def batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))
