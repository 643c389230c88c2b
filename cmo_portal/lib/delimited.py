"""Reads and writes delimited text: finds encoding and delimiter from the content and keeps formulas from running."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import BinaryIO

from cmo_portal.lib.contents import CHUNK, UTF16_MARKS, is_binary

SAMPLE_ROWS = 50
DELIMITERS = (",", ";", "\t")
LONGEST_LINE = 2_000_000  # characters; without a bound one line could fill the memory
FORMULA_MARKS = frozenset("=+-@\t\r\n")


class NotATable(ValueError):
    """The bytes are no delimited text; the message says what they are instead."""


def rows(stream: BinaryIO, *, cell_limit: int, delimiter: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number from 1 (a blank line counts). UTF-8 with or without mark, UTF-16 with mark, else
    Windows-1252 or ISO-8859-1; comma, semicolon or tab. The stream stays open."""
    encoding = encoding_of(stream)
    delimiter = delimiter or delimiter_of(stream, encoding)
    # The C parser's own bound is one for the whole process; ours may be smaller, never larger.
    longest = min(cell_limit, csv.field_size_limit())
    with closing(_lines(stream, encoding)) as lines:
        record: list[str] = []  # the lines of the row being read
        reader = csv.reader(_noting(lines, record), delimiter=delimiter)
        number = 0
        try:
            for number, values in enumerate(reader, start=1):
                _refuse_open_quote(record, number)
                record.clear()
                yield number, [unguarded(value) for value in values]
        except csv.Error:
            raise NotATable(
                f"Row {number + 1} has a cell of more than {longest:,} characters: "
                "a quotation mark may be left open there."
            ) from None


def _noting(lines: Iterable[str], record: list[str]) -> Iterator[str]:
    for line in lines:
        record.append(line)
        yield line


def _refuse_open_quote(record: list[str], number: int) -> None:
    """A quotation mark that never closes swallows every row after it without a word from the parser."""
    if len(record) > 1 and sum(line.count('"') for line in record) % 2:
        raise NotATable(
            f"Row {number} opens a quotation mark that is never closed: close it, or double it inside a text."
        )


def chunks(table: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows as csv, UTF-8 with a byte-order mark, CRLF, every cell quoted, some 64 KiB at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write("\ufeff")
    for row in table:
        writer.writerow(row)
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def guarded(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet program would take it for a formula."""
    return f"'{text}" if _is_risky(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given; exact for everything that `guarded` returns."""
    return text[1:] if text[:1] == "'" and _is_risky(text[1:]) else text


def _is_risky(text: str) -> bool:
    # Apostrophes before the mark count too, so that taking one off again is exact.
    return text.lstrip("'")[:1] in FORMULA_MARKS if text else False


def encoding_of(stream: BinaryIO) -> str:
    """The encoding of the whole stream, read once in chunks; raises NotATable where it is no text."""
    stream.seek(0)
    head = stream.read(4)
    if head.startswith(UTF16_MARKS):
        return "utf-16"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, high = True, set[int]()
    while chunk := stream.read(CHUNK):
        if is_binary(chunk):
            raise NotATable("The file is not text but binary data: send a .csv, .txt or .xlsx file.")
        if is_utf8:
            is_utf8 = _decodes(decoder, chunk)
        if not chunk.isascii():
            high.update(byte for byte in set(chunk) if 0x80 <= byte < 0xA0)
    if is_utf8 and _decodes(decoder, b"", final=True):
        return "utf-8-sig"
    # 0x80-0x9F are unused control characters in ISO-8859-1; where they occur, Windows wrote the file.
    return "cp1252" if high and not high & {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "iso-8859-1"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(stream: BinaryIO, encoding: str) -> str:
    """The delimiter that splits most of the first rows into the same number of fields; a comma where none does."""
    with closing(_lines(stream, encoding)) as lines:
        sample = list(islice(lines, 2 * SAMPLE_ROWS))
    for strict in (True, False):
        scores = {delimiter: _score(sample, delimiter, strict) for delimiter in DELIMITERS}
        if any(scores.values()):
            return max(DELIMITERS, key=lambda delimiter: scores[delimiter] or (0, 0))
    return ","


def _score(sample: list[str], delimiter: str, strict: bool) -> tuple[int, int] | None:
    """How many rows have the commonest width, and that width; None where no row is split, or where the quotation
    marks do not fit the delimiter. A delimiter splits the heading too, a comma inside addresses does not."""
    widths: Counter[int] = Counter()
    reader = csv.reader(sample, delimiter=delimiter, strict=strict)
    try:
        for row, _ in zip(reader, range(SAMPLE_ROWS), strict=False):
            widths[len(row)] += 1
    except csv.Error as error:
        if "end of data" not in str(error):  # the sample may end inside a quoted cell
            return None
    return max(((count, width) for width, count in widths.items() if width > 1), default=None)


def _lines(stream: BinaryIO, encoding: str) -> Generator[str, None, None]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) >= LONGEST_LINE:
                raise NotATable(f"A line has more than {LONGEST_LINE:,} characters: the file is no table.")
            yield line
    except UnicodeError:
        raise NotATable("The file's text is damaged: save it as CSV UTF-8 and send it again.") from None
    finally:
        text.detach()  # the stream belongs to the caller
