"""A list as a file for spreadsheets: written row by row to disk, then streamed, whatever its length.

The rows are read while the request still runs as the person who asks, because the walls of the database end with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from django.http import FileResponse

from cmo_portal.lib.spreadsheets import write_csv, write_xlsx

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Counted:
    """Rows on their way into a file; `number` says how many went."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            self.number += 1
            yield row


def export_response(
    name: str, kind: str, *, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> tuple[FileResponse, int]:
    """(`name.kind` as a download, number of rows). `kind` is csv or xlsx; no cell can run as a formula."""
    counted = Counted(rows)
    file = as_csv(header, counted) if kind == "csv" else write_xlsx(name, header, counted)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.{kind}", content_type=TYPES[kind])
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response, counted.number


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    for chunk in write_csv(chain(header, rows)):
        file.write(chunk)
    file.seek(0)
    return file


def chain(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield header
    yield from rows
