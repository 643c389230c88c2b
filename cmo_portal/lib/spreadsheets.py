"""Reads csv, tab and xlsx files row by row in flat memory, and writes csv and xlsx that no formula can hide in.

The only module that imports openpyxl and xlsxwriter. A file is what its bytes say, whatever its name.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

import openpyxl
import xlsxwriter.worksheet

from cmo_portal.lib import delimited
from cmo_portal.lib.contents import Content, content_of, describe, unpacked_size

Source = Path | str | BinaryIO
MEGABYTE = 1024 * 1024
EXCEL_LONGEST_CELL = 32_767
EXCEL_LONGEST_NUMBER = 15  # digits that Excel keeps
ESCAPED = re.compile(r"_x(005[Ff]|00[01][0-9A-Fa-f])_")
SAVE_AS = "Open it in Excel or LibreOffice, save it as .xlsx or as CSV UTF-8, and send that file."


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message is the sentence for the person who sent it."""


class Row(NamedTuple):
    """One row with its number as a spreadsheet program shows it, from 1; blank rows count though they are not given."""

    number: int
    values: list[str]


RowStream = Generator[Row, None, None]
Cells = Generator[tuple[int, list[str]], None, None]


@dataclass(frozen=True)
class Limits:
    """What a file may cost to read: bytes as sent and unpacked, rows, columns, cells in all, characters in a cell."""

    size: int = 50 * MEGABYTE
    unpacked: int = 250 * MEGABYTE
    rows: int = 1_100_000
    columns: int = 1_000
    cells: int = 25_000_000
    cell: int = EXCEL_LONGEST_CELL


DEFAULT_LIMITS = Limits()


def read_rows(source: Source, *, limits: Limits = DEFAULT_LIMITS, delimiter: str | None = None) -> RowStream:
    """The rows of a csv, tab-separated or xlsx file (its first visible sheet), cells as text, blank rows passed over.

    Numbers come without a trailing `.0`, dates as `YYYY-MM-DD` (with a time where there is one), true as `TRUE`.
    `source` is a path, or a seekable binary stream that stays open. Raises UnreadableFile, at the first row for what
    can be seen from outside, later where a limit is passed on the way. Memory is flat, except that a workbook's table
    of shared texts is held; `limits.unpacked` bounds it.
    """
    with opened(source) as stream:
        content = _readable_content(stream, limits)
        is_workbook = content is Content.WORKBOOK
        rows = _workbook_rows(stream, limits) if is_workbook else _text_rows(stream, limits, delimiter)
        with closing(rows):  # lets go of the stream before it is closed, also when the reader stops half-way
            yield from _within(rows, limits)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The source as a binary stream at its start; a path is closed afterwards, a stream is left to its owner."""
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as stream:
            yield stream
    else:
        source.seek(0)
        yield source


def _readable_content(stream: BinaryIO, limits: Limits) -> Content:
    size = stream.seek(0, 2)
    if size > limits.size:
        raise UnreadableFile(f"The file has {_megabytes(size)}; at most {_megabytes(limits.size)} can be read.")
    content = content_of(stream)
    if content in (Content.TEXT, Content.WORKBOOK):
        return content
    if content is Content.EMPTY:
        raise UnreadableFile("The file is empty: send the file as it was downloaded.")
    if content is Content.PROTECTED:
        raise UnreadableFile("The file is protected with a password: remove the password and send it again.")
    if content is Content.MACROS:
        raise UnreadableFile("The file holds macros, which are not accepted: save it as .xlsx without macros.")
    advice = SAVE_AS if content in (Content.OLD_WORKBOOK, Content.OLD_OFFICE) else "Send a .csv, .txt or .xlsx file."
    raise UnreadableFile(f"The file is {describe(stream, content)}, not a table. {advice}")


def _within(rows: Iterable[tuple[int, list[str]]], limits: Limits) -> Iterator[Row]:
    cells = 0
    for number, values in rows:
        if number > limits.rows:
            raise UnreadableFile(f"The file has more than {limits.rows:,} rows: split it and send the parts.")
        cells += len(values)
        if cells > limits.cells:
            raise UnreadableFile(f"The file has more than {limits.cells:,} cells: split it and send the parts.")
        if not any(values):
            continue
        if len(values) > limits.columns:
            while not values[-1]:
                values.pop()
            if len(values) > limits.columns:
                raise UnreadableFile(f"Row {number} has {len(values):,} columns; at most {limits.columns:,} are read.")
        longest = max(map(len, values))
        if longest > limits.cell:
            raise UnreadableFile(
                f"Row {number} has a cell of {longest:,} characters; at most {limits.cell:,} are read."
            )
        yield Row(number, values)


def _text_rows(stream: BinaryIO, limits: Limits, delimiter: str | None) -> Cells:
    try:
        yield from delimited.rows(stream, cell_limit=limits.cell, delimiter=delimiter)
    except delimited.NotATable as refusal:
        raise UnreadableFile(str(refusal)) from None


def _workbook_rows(stream: BinaryIO, limits: Limits) -> Cells:
    try:
        unpacked = unpacked_size(stream)
    except ValueError as refusal:
        raise UnreadableFile(str(refusal)) from None
    if unpacked > limits.unpacked:
        raise UnreadableFile(
            f"The workbook unpacks to {_megabytes(unpacked)}; at most {_megabytes(limits.unpacked)} can be read: "
            "split it, or save the sheet as CSV UTF-8."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that no value depends on
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise UnreadableFile("The workbook has no visible sheet with cells.")
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [text_of(value) for value in values]
    except UnreadableFile:
        raise
    except Exception as error:  # on damaged bytes the parsers below openpyxl raise whatever they like
        raise UnreadableFile(f"The workbook is damaged ({type(error).__name__}). {SAVE_AS}") from error


def text_of(value: object) -> str:
    """A cell's value as the text a person would type: `3005949964` for 3005949964.0, `2025-07-14` for a date."""
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if "_x00" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(format(value, f".{EXCEL_LONGEST_NUMBER}g")).normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def write_csv(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows as csv in chunks of bytes: UTF-8 with a byte-order mark, which Excel needs, CRLF, every cell quoted.

    Text that a spreadsheet program would run as a formula gets an apostrophe in front (OWASP, "CSV Injection");
    `read_rows` takes it off again.
    """
    return delimited.chunks([_csv_cell(value) for value in row] for row in rows)


def _csv_cell(value: object) -> object:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return text_of(value)  # a number of ours is no formula, whatever its sign
    return delimited.guarded(text_of(value))


def write_xlsx(sheet: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """A workbook of one sheet as a temporary file at its start; rows are written as they come, in flat memory.

    Text is stored as text, never as a formula or a link; numbers, dates and booleans keep their type.
    Raises ValueError for a text longer than the 32,767 characters a cell can hold.
    """
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet_title(sheet))
        page.freeze_panes(1, 0)
        for column, heading in enumerate(header):
            page.set_column(column, column, min(max(len(heading) + 2, 12), 50))
            page.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, number, column, value, day)
    target.seek(0)
    return target


def sheet_title(name: str) -> str:
    """`name` as Excel accepts it for a sheet: without `[]:*?/\\`, no apostrophe at the ends, at most 31 characters."""
    cleaned = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '")
    return "Sheet1" if cleaned.lower() in ("", "history") else cleaned


def _write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, day: object) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, (int, float, Decimal)) and _fits_a_number(value):
        page.write_number(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, value, day)
    else:
        text = text_of(value)
        if len(text) > EXCEL_LONGEST_CELL:
            raise ValueError(
                f"Row {row + 1}: a cell holds at most {EXCEL_LONGEST_CELL:,} characters, not {len(text):,}."
            )
        page.write_string(row, column, text)


def _fits_a_number(value: int | float | Decimal) -> bool:
    """Excel keeps 15 digits; a longer number, or none at all such as NaN, is safer as text."""
    return value == value and abs(value) < 10**EXCEL_LONGEST_NUMBER


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f} MB"
