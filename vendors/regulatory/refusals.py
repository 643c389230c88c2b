"""The refused rows of an import, read back from the file in which they stand to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, cast

from cmo_portal.lib.spreadsheets import read_rows
from cmo_portal.lib.tables import REFUSAL_HEADINGS
from vendors.registry.runs import ImportRun

ADDED = len(REFUSAL_HEADINGS)


@dataclass(frozen=True)
class Refusal:
    """A row of the file that was not taken: its number there, the column at fault, why, and its cells by heading."""

    row: int
    column: str
    reason: str
    values: dict[str, str]


def refusals(run: ImportRun, *, after: int = 0) -> Iterator[Refusal]:
    """Refused rows below row `after`, in the file's order; none while the run is still being read."""
    if not run.refused_file:
        return
    with run.refused_file.open("rb") as stream, closing(read_rows(cast(BinaryIO, stream))) as rows:
        headings = next(rows).values[:-ADDED]
        for row in rows:
            number, column, reason = row.values[-ADDED:]
            if int(number) > after:
                yield Refusal(int(number), column, reason, dict(zip(headings, row.values, strict=False)))
