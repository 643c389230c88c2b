"""Large files are read in flat memory: the peak does not grow with the rows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from cmo_portal.lib.spreadsheets import read_rows, write_csv, write_xlsx
from tests.files.makers import INSPECTION_HEADINGS, inspection
from vendors.regulatory.files import InspectionRow, read

MEGABYTE = 1024 * 1024


def many_inspections(count: int) -> Iterator[list[str]]:
    yield INSPECTION_HEADINGS
    row = inspection()
    place = INSPECTION_HEADINGS.index("Inspection ID")
    for number in range(count):
        yield [*row[:place], str(9_000_000 + number), *row[place + 1 :]]


def counted_with_peak(rows: Iterable[object]) -> tuple[int, float]:
    """How many rows there are, and the peak of memory in MB while they were read and let go."""
    tracemalloc.start()
    try:
        count = sum(1 for _ in rows)
        return count, tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def test_two_hundred_thousand_csv_rows_are_read_in_two_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as target:
        target.writelines(write_csv(many_inspections(200_000)))
    assert path.stat().st_size > 33 * MEGABYTE
    count, peak = counted_with_peak(read_rows(path))
    assert count == 200_001
    assert peak < 2


def test_typed_rows_cost_no_more_than_the_keys_that_tell_repeats(tmp_path: Path) -> None:
    path = tmp_path / "inspections.csv"
    with path.open("wb") as target:
        target.writelines(write_csv(many_inspections(20_000)))
    count, peak = counted_with_peak(
        row for row in read(path, as_of=date(2025, 12, 31)) if isinstance(row, InspectionRow)
    )
    assert count == 20_000
    assert peak < 2 + 20_000 * 200 / MEGABYTE


def test_workbook_rows_are_read_without_holding_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with write_xlsx("Rows", ["Number", "Name", "City"], ([n, f"Firm {n}", "Lindau"] for n in range(12_000))) as made:
        path.write_bytes(made.read())
    count, peak = counted_with_peak(read_rows(path))
    assert count == 12_001
    assert peak < 2.5


def test_workbook_is_written_without_holding_the_rows() -> None:
    def chunks() -> Iterator[object]:
        with write_xlsx("Rows", ["Number", "Name"], ([n, f"Firm {n} " * 10] for n in range(12_000))) as made:
            yield made.seek(0, 2)

    _, peak = counted_with_peak(chunks())
    assert peak < 1
