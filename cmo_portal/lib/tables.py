"""Recognises which kind of table a file is and turns its rows into typed values, each refusal with a row and a reason.

A kind of file is data (`FileKind`): adding one means describing its columns and how a row is built from them.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeVar

from cmo_portal.lib import cells
from cmo_portal.lib.delimited import unguarded
from cmo_portal.lib.spreadsheets import DEFAULT_LIMITS, Limits, Row, Source, UnreadableFile, read_rows

T = TypeVar("T")
RowType = TypeVar("RowType", covariant=True)
Values = Mapping[str, Any]

PREAMBLE_ROWS = 50  # the header is looked for in the first 50 rows that hold anything
REFUSAL_HEADINGS = ("Row in the file", "Refused for", "Reason")


class UnknownFile(UnreadableFile):
    """The file can be read, but is none of the kinds asked for; the sentence says what is known and what was found."""


class FieldRefused(ValueError):
    """Raised by `FileKind.build` for one column by name, where it takes more than the cell itself to see the fault."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True)
class Column:
    """One column: the name of its value, the official heading, other headings it goes by, and how a cell is read.

    `required`: the heading must stand in the file. `filled`: a row without a value is refused, and `wants` says what
    to write. `parse` gets the text without blanks around it, never an empty one, and raises ValueError with a sentence.
    """

    name: str
    heading: str
    parse: Callable[[str], object] = cells.text
    aliases: tuple[str, ...] = ()
    required: bool = True
    filled: bool = False
    wants: str = "write a value"


@dataclass(frozen=True)
class FileKind(Generic[RowType]):
    """A kind of file: what it is called, its columns, the columns that make a row unique, and how a row is built.

    `build(number, values, as_of)` gets the number of the row and a value (or None) for every column and may raise
    FieldRefused. `leave_out(texts)` sees the raw texts first and returns the reason why a row is not to be stored.
    `never_read` are headings whose cells are not looked at, not even to hand back a refused row.
    """

    code: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    build: Callable[[int, Values, date], RowType]
    leave_out: Callable[[Mapping[str, str]], str | None] = lambda texts: None
    empty: frozenset[str] = frozenset({"", "-"})
    never_read: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Header(Generic[RowType]):
    """Where the header stands: its row number, the headings as found, the column for each name, the lines above it."""

    kind: FileKind[RowType]
    number: int
    headings: tuple[str, ...]
    positions: Mapping[str, int]
    preamble: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its number, the heading at fault, the sentence why, and its cells as they stood."""

    number: int
    column: str
    reason: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A row that is not stored on purpose. It carries no values: what it says is none of our business."""

    number: int
    reason: str


@dataclass(frozen=True)
class Repeated:
    """A row that says the same as an earlier one of the same key and is therefore passed over."""

    number: int
    first: int


def plain(heading: str) -> str:
    """A heading as it is compared: without mark, blanks, underscores, case and quotation marks around it."""
    return re.sub(r"[\s_]+", " ", heading.replace("\ufeff", "")).strip(" \"'*").casefold()


def recognise(source: Source, kinds: Sequence[FileKind[Any]], *, limits: Limits = DEFAULT_LIMITS) -> FileKind[Any]:
    """The kind of the file by its headings; raises UnknownFile, or UnreadableFile where it is no table at all."""
    return header_of(source, kinds, limits=limits).kind


def header_of(source: Source, kinds: Sequence[FileKind[T]], *, limits: Limits = DEFAULT_LIMITS) -> Header[T]:
    """The header row among the first rows of the file, and the kind it belongs to; the best fit where several match."""
    with closing(read_rows(source, limits=limits)) as found:
        rows = list(islice(found, PREAMBLE_ROWS))
    for index, row in enumerate(rows):
        fits = [(positions, kind) for kind in kinds if (positions := _positions(row, kind)) is not None]
        if fits:
            positions, kind = max(fits, key=lambda fit: len(fit[0]))
            preamble = tuple(" ".join(filter(None, map(cells.text, above.values))) for above in rows[:index])
            return Header(kind, row.number, tuple(map(_heading, row.values)), positions, preamble)
    raise UnknownFile(_unknown_sentence(rows, kinds))


def read_table(
    source: Source, header: Header[T], as_of: date, *, limits: Limits = DEFAULT_LIMITS
) -> Generator[T | Refused | LeftOut | Repeated, None, None]:
    """The rows below the header, one after the other: built, refused, left out, or passed over as repeated.

    A later row of the same key that says something else is refused with both row numbers. Memory is flat: the keys
    met so far stand in a file without a name.
    """
    with closing(_Keys()) as keys, closing(read_rows(source, limits=limits)) as rows:
        for row in rows:
            if row.number > header.number:
                yield _read_row(row, header, as_of, keys)


def refused_rows(header: Header[Any], refused: Iterable[Refused]) -> Iterator[list[object]]:
    """Header and rows for `write_csv` (or `write_xlsx`, header first): the original columns, then row, column, reason.

    Mended and sent again, the file is read like the first one: the added columns are unknown and passed over.
    """
    yield [*header.headings, *REFUSAL_HEADINGS]
    for row in refused:
        yield [*row.values, row.number, row.column, row.reason]


def _read_row(row: Row, header: Header[T], as_of: date, keys: _Keys) -> T | Refused | LeftOut | Repeated:
    kind = header.kind
    texts = {name: _cell(row, position) for name, position in header.positions.items()}
    if reason := kind.leave_out(texts):
        return LeftOut(row.number, reason)
    if _is_shifted(row, header):
        counts = f"The row has {len(row.values)} fields and the header {len(header.headings)}"
        reason = f"{counts}: put a value that holds the delimiter in quotation marks."
        # Moved cells may bring to light what is never read, so such a kind gets nothing back but the row number.
        return Refused(row.number, "", reason, () if kind.never_read else _kept(row, header))
    try:
        values = {column.name: _value(column, texts.get(column.name, ""), kind.empty) for column in kind.columns}
        built = kind.build(row.number, values, as_of)
        first = keys.first(row.number, kind, values)
    except FieldRefused as refusal:
        return Refused(row.number, _heading_of(refusal.column, header), str(refusal), _kept(row, header))
    return Repeated(row.number, first) if first else built


class _Keys:
    """The keys met so far with their row numbers, as digests in a file without a name: no memory, however many rows."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # "": a file that goes with us
        self._seen.execute("pragma journal_mode = off")
        self._seen.execute("create table seen (key integer primary key, number integer, content integer)")
        self._seen.execute("begin")

    def close(self) -> None:
        self._seen.close()

    def first(self, number: int, kind: FileKind[Any], values: Values) -> int:
        """Row number of an earlier row that says the same, else 0; FieldRefused where one says something else."""
        key, content = _digest(values[name] for name in kind.key), _digest(values.values())
        new = self._seen.execute("insert or ignore into seen values (?, ?, ?)", (key, number, content)).rowcount
        if new:
            return 0
        first, earlier = self._seen.execute("select number, content from seen where key = ?", (key,)).fetchone()
        if earlier == content:
            return int(first)
        headings = {column.name: column.heading for column in kind.columns}
        given = [name for name in kind.key if values[name] is not None]  # an empty cell says nothing to anybody
        same = " and ".join(f"{headings[name]} {cells.shown(str(values[name]))}" for name in given)
        raise FieldRefused(
            given[0], f"Rows {first} and {number} have the same {same} but differ elsewhere: keep the right one."
        )


def _digest(values: Iterable[object]) -> int:
    """Eight bytes as a signed integer, which is what SQLite keeps."""
    return int.from_bytes(hashlib.blake2b(repr(tuple(values)).encode(), digest_size=8).digest(), "big", signed=True)


def _cell(row: Row, position: int) -> str:
    # A text guarded against formulas in csv keeps its apostrophe when a person saves the csv as a workbook.
    return unguarded(row.values[position].strip()) if position < len(row.values) else ""


def _value(column: Column, text: str, empty: frozenset[str]) -> object:
    if text in empty:
        if column.filled:
            raise FieldRefused(column.name, f"{column.heading} is empty: {column.wants}.")
        return None
    try:
        return column.parse(text)
    except ValueError as refusal:
        raise FieldRefused(column.name, str(refusal)) from None


def _is_shifted(row: Row, header: Header[Any]) -> bool:
    """An empty field beyond the header is FDA's own habit; a filled one means that a value was torn in two."""
    return any(value.strip() for value in row.values[len(header.headings) :])


def _kept(row: Row, header: Header[Any]) -> tuple[str, ...]:
    """The cells below the headings as they stood; what is never read comes back empty."""
    never = {plain(heading) for heading in header.kind.never_read}
    values = [*row.values, *[""] * len(header.headings)]
    return tuple(
        "" if plain(heading) in never else value for heading, value in zip(header.headings, values, strict=False)
    )


def _heading(value: str) -> str:
    return value.replace("\ufeff", "").strip()


def _heading_of(name: str, header: Header[Any]) -> str:
    """The heading as it stands in this file, else the official one; empty for a fault of the whole row."""
    if name in header.positions:
        return header.headings[header.positions[name]]
    return next((column.heading for column in header.kind.columns if column.name == name), "")


def _positions(row: Row, kind: FileKind[Any]) -> dict[str, int] | None:
    """The place of each column of `kind` in the row; None where a required heading is missing."""
    found, missing = _matches(row, kind)
    return None if missing else found


def _matches(row: Row, kind: FileKind[Any]) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    for position, value in enumerate(row.values):
        places.setdefault(plain(value), position)  # of two equal headings the first counts
    found, missing = {}, []
    for column in kind.columns:
        names = [plain(name) for name in (column.heading, *column.aliases) if plain(name) in places]
        if names:
            found[column.name] = places[names[0]]
        elif column.required:
            missing.append(column.heading)
    return found, missing


def _unknown_sentence(rows: Sequence[Row], kinds: Sequence[FileKind[Any]]) -> str:
    """What is missing where the file is nearly one of the kinds, else which kinds there are; always what was found."""
    tried = [(*_matches(row, kind), row, kind) for row in rows for kind in kinds]
    nearest = [(len(found), row, kind, missing) for found, missing, row, kind in tried]
    best = max(nearest, key=lambda near: near[0], default=None)
    if best and best[0] > len(best[3]) <= 2:
        _, row, kind, missing = best
        names = ", ".join(f"“{heading}”" for heading in missing)
        opening = f"The file looks like “{kind.label}”, but has no column {names}: add it, or download the file again."
        return f"{opening} {_found_sentence(row)}"
    known = "; ".join(f"“{kind.label}” ({', '.join(c.heading for c in kind.columns if c.filled)})" for kind in kinds)
    widest = max(rows, key=lambda row: sum(map(bool, row.values)), default=None)
    found = _found_sentence(widest) if widest else "The file has no rows."
    return f"The file is none of the known kinds. Known, with the headings each must have: {known}. {found}"


def _found_sentence(row: Row) -> str:
    seen = [cells.text(value)[:40] for value in row.values if value.strip()]
    more = f" and {len(seen) - 30} more" if len(seen) > 30 else ""
    return f"Headings found in row {row.number}: {', '.join(seen[:30])}{more}."
