"""Files are read by content, cells come as the text a person sees, and what cannot be read is refused in words."""

from __future__ import annotations

import datetime
import io
import random
from pathlib import Path

import pytest

from cmo_portal.lib.spreadsheets import Limits, UnreadableFile, read_rows, text_of
from tests.files.makers import csv_file, old_office_file, program, text_file, with_parts, xlsx_file


def values(stream: io.BytesIO) -> list[list[str]]:
    return [row.values for row in read_rows(stream)]


def refusal(stream: io.BytesIO, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(read_rows(stream, limits=limits or Limits()))
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_text_is_read_whatever_its_delimiter_encoding_and_line_ends(delimiter: str, encoding: str, end: str) -> None:
    rows = [["Firm", "City"], ["Lück & Söhne", "Gävle"], ["Ångström", "Łódź" if "utf" in encoding else "Köln"]]
    assert values(text_file(*rows, delimiter=delimiter, encoding=encoding, end=end)) == rows


def test_windows_quotation_marks_are_read_as_such() -> None:
    assert values(io.BytesIO("Firm,Note\nLück,“fine” … so far\n".encode("cp1252")))[1] == ["Lück", "“fine” … so far"]


def test_encoding_is_judged_from_the_whole_file_not_from_its_beginning() -> None:
    rows = [["Firm", "City"]] + [["Plain", "Town"]] * 20_000 + [["Lück", "Köln"]]
    assert values(text_file(*rows, encoding="iso-8859-1"))[-1] == ["Lück", "Köln"]


def test_commas_inside_tab_separated_addresses_do_not_mislead() -> None:
    rows = [["FEI", "Address"]] + [["3009990001", "Hafenweg 3, Lindau, Bavaria, Germany (DEU)"]] * 3
    assert values(text_file(*rows, delimiter="\t")) == rows


def test_delimiter_is_found_below_preamble_lines() -> None:
    head = "FDA Data Dashboard - Inspections\nFilters: Country: India, Germany\n\n"
    stream = io.BytesIO((head + "a;b;c\n1;2,5;3\n4;5,5;6\n").encode())
    assert [tuple(row) for row in read_rows(stream)][-1] == (6, ["4", "5,5", "6"])


def test_quoted_line_breaks_stay_in_their_cell_and_rows_count_as_a_spreadsheet_counts_them() -> None:
    stream = io.BytesIO(b'id,note\r\n1,"first\r\nsecond"\r\n\r\n2,plain\r\n')
    rows = list(read_rows(stream))
    assert [row.number for row in rows] == [1, 2, 4]
    assert rows[1].values == ["1", "first\r\nsecond"]


def test_an_open_quotation_mark_is_refused_instead_of_swallowing_the_rest() -> None:
    assert "Row 2 opens a quotation mark" in refusal(io.BytesIO(b'id,note\n1,"open\n2,lost\n3,lost\n'))


def test_an_inch_mark_in_the_last_row_is_no_open_quotation_mark() -> None:
    assert values(io.BytesIO(b'id,note\n1,pipe 5"\n')) == [["id", "note"], ["1", 'pipe 5"']]


def test_numbers_dates_and_truth_of_a_workbook_become_the_text_a_person_types() -> None:
    day = datetime.date(2025, 7, 14)
    stream = xlsx_file(
        ["FEI", "Date", "Share", "Flag", "None", "Text"], [3005949964.0, day, 0.1 + 0.2, True, None, "007"]
    )
    assert values(stream)[1] == ["3005949964", "2025-07-14", "0.3", "TRUE", "", "007"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3005949964.0, "3005949964"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1.5e-7, "0.00000015"),
        (12, "12"),
        (datetime.datetime(2025, 6, 19), "2025-06-19"),
        (datetime.datetime(2025, 6, 19, 8, 30), "2025-06-19 08:30:00"),
        (datetime.time(8, 30), "08:30:00"),
        ("_x000D_", "\r"),
        ("_x0041_", "_x0041_"),
    ],
)
def test_cell_values_become_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_gaps_between_rows_of_a_workbook_keep_the_row_numbers() -> None:
    stream = xlsx_file(["a"], [None], [None], ["late"])
    assert [tuple(row) for row in read_rows(stream)] == [(1, ["a"]), (4, ["late"])]


def test_a_path_is_read_like_a_stream_and_its_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "workbook.csv"
    path.write_bytes(xlsx_file(["a"], ["b"]).getvalue())
    assert [row.values for row in read_rows(path)] == [["a"], ["b"]]


def test_a_stream_is_left_open_even_when_the_reader_stops_early() -> None:
    stream = csv_file(["a", "b"], ["1", "2"], ["3", "4"])
    reader = read_rows(stream)
    next(reader)
    reader.close()
    assert stream.seek(0) == 0


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (program(), "a program, not a table"),
        (io.BytesIO(b"\x7fELF\x02\x01" + bytes(50)), "a program, not a table"),
        (io.BytesIO(b"#!/bin/sh\nrm,-rf\n"), "a script, not a table"),
        (io.BytesIO(b"%PDF-1.7\n"), "a PDF document, not a table"),
        (io.BytesIO(b"GIF89a\x01\x00\x01\x00"), "of the type GIF"),
        (io.BytesIO(b"<!DOCTYPE html><html><body>Access denied"), "a web page, not a table"),
        (io.BytesIO(b"a,b\n" * 5000 + b"\x00\x01\x02"), "not text but binary data"),
        (io.BytesIO(b""), "The file is empty"),
        (old_office_file("Workbook"), "an old Excel file (.xls), not a table. Open it in Excel"),
        (old_office_file("WordDocument"), "an old Office file"),
        (old_office_file("EncryptedPackage"), "protected with a password"),
        (with_parts(xlsx_file(["a"]), [("xl/vbaProject.bin", b"x")]), "holds macros"),
        (with_parts(xlsx_file(["a"]), [("xl/macrosheets/sheet1.xml", b"x")]), "holds macros"),
        (with_parts(io.BytesIO(), [("a.csv", b"1,2")]), "a zip archive, not a table"),
        (io.BytesIO(xlsx_file(["a"], ["b"]).getvalue()[:-40]), "a zip archive, not a table"),
        (io.BytesIO(b"\xff\xfea"), "text is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_by_its_content(stream: io.BytesIO, words: str) -> None:
    assert words in refusal(stream)


def test_a_workbook_with_a_broken_sheet_is_refused_as_damaged() -> None:
    broken = with_parts(io.BytesIO(), [("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<workbook")])
    assert "The workbook is damaged" in refusal(broken)


def test_a_damaged_workbook_is_refused_or_read_but_never_breaks_the_reader() -> None:
    good = xlsx_file(["FEI", "Name"], *[[str(3009990000 + row), "Birkenhof"] for row in range(50)]).getvalue()
    chance, refused = random.Random(5), 0
    for _ in range(150):
        bad = bytearray(good)
        for _ in range(8):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        try:
            list(read_rows(io.BytesIO(bytes(bad))))
        except UnreadableFile:
            refused += 1
    assert refused > 20


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_parts(xlsx_file(["a"]), [("xl/media/zeros.bin", bytes(20_000_000))])
    assert len(bomb.getvalue()) < 100_000
    assert "unpacks to 19.1 MB; at most 5.0 MB" in refusal(bomb, Limits(unpacked=5 * 1024 * 1024))


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_each_limit_is_named_when_it_is_passed(make: object) -> None:
    assert callable(make)
    wide, tall, long = make(["x"] * 12), make(["x"], *[["y"]] * 12), make(["x" * 50])
    assert "Row 1 has 12 columns; at most 10" in refusal(wide, Limits(columns=10))
    assert "more than 10 rows" in refusal(tall, Limits(rows=10))
    assert "a cell of 50 characters; at most 40" in refusal(long, Limits(cell=40))
    assert "more than 10 cells" in refusal(wide, Limits(cells=10))
    assert "at most 0.0 MB can be read" in refusal(wide, Limits(size=10))


def test_blank_cells_far_to_the_right_are_no_columns() -> None:
    assert values(csv_file(["a", "b"] + [""] * 2000)) == [["a", "b"]]


def test_a_text_of_one_endless_line_is_refused() -> None:
    assert "A line has more than 2,000,000 characters" in refusal(io.BytesIO(b"x" * 3_000_000))
