"""What is written comes back as it was, and nothing in it runs as a formula."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmo_portal.lib.spreadsheets import read_rows, sheet_title, write_csv, write_xlsx

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-", "-"]
# Text files hold no control characters, and a workbook no halves of surrogate pairs.
cell = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n=+-@',;\""), max_size=30)
tables = st.lists(st.lists(cell, min_size=1, max_size=5).filter(any), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(tables)
def test_csv_comes_back_as_it_was_written(table: list[list[str]]) -> None:
    stream = io.BytesIO(b"".join(write_csv(table)))
    assert [row.values for row in read_rows(stream, delimiter=",")] == table


@settings(max_examples=60, deadline=None)
@given(tables)
def test_workbook_comes_back_as_it_was_written(table: list[list[str]]) -> None:
    with write_xlsx("Rows", ["Heading"], table) as stream:
        found = [row.values for row in read_rows(stream)]  # type: ignore[arg-type]
    assert found[0] == ["Heading"]
    assert [_trimmed(row) for row in found[1:]] == [_trimmed(row) for row in table]


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(cell.filter(bool), min_size=3, max_size=3), min_size=2, max_size=8))
def test_delimiter_of_our_own_csv_is_found_whatever_the_cells_hold(table: list[list[str]]) -> None:
    assert [row.values for row in read_rows(io.BytesIO(b"".join(write_csv(table))))] == table


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_in_csv_is_disarmed_and_comes_back_unchanged(text: str) -> None:
    content = b"".join(write_csv([["name", text]]))
    assert f'"\'{text}"'.encode() in content
    assert next(read_rows(io.BytesIO(content))).values == ["name", text]


@pytest.mark.parametrize("text", [*FORMULAS, "{=1}", "https://example.org"])
def test_formula_in_a_workbook_is_plain_text(text: str) -> None:
    with write_xlsx("Rows", ["a"], [[text]]) as stream:
        found = openpyxl.load_workbook(stream).active["A2"]
    assert found.data_type == "s"
    assert found.hyperlink is None


def test_negative_numbers_stay_numbers() -> None:
    assert b'"-5.2","-3","-0.5"' in b"".join(write_csv([[-5.2, -3, Decimal("-0.5")]]))


def test_numbers_and_dates_keep_their_type_in_a_workbook() -> None:
    day = datetime.date(2025, 7, 14)
    with write_xlsx("Rows", ["a", "b", "c", "d", "e"], [[12, day, True, 12345678901234567, float("nan")]]) as stream:
        row = next(openpyxl.load_workbook(stream).active.iter_rows(min_row=2, values_only=True))
    assert row == (12, datetime.datetime(2025, 7, 14), True, "12345678901234567", "NaN")


def test_csv_opens_with_umlauts_in_excel_because_it_begins_with_the_mark() -> None:
    assert b"".join(write_csv([["Lück"]])) == b'\xef\xbb\xbf"L\xc3\xbcck"\r\n'


def test_csv_is_written_in_chunks_not_at_once() -> None:
    chunks = [len(chunk) for chunk in write_csv([["x" * 1000]] * 1000)]
    assert len(chunks) > 10
    assert max(chunks) < 100_000


def test_a_text_too_long_for_a_cell_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="at most 32,767 characters"):
        write_xlsx("Rows", ["a"], [["x" * 40_000]])


@pytest.mark.parametrize(
    ("name", "title"),
    [("Refused: a/b?", "Refused  a b"), ("'x'", "x"), ("", "Sheet1"), ("History", "Sheet1"), ("y" * 40, "y" * 31)],
)
def test_sheet_titles_are_what_excel_accepts(name: str, title: str) -> None:
    assert sheet_title(name) == title


def test_semicolons_inside_quoted_cells_are_no_delimiters() -> None:
    table = [["FEI", "Operations"], ["3009990001", "ANALYSIS; LABEL; PACK"], ["3009990002", "API; LABEL; PACK"]]
    assert [row.values for row in read_rows(io.BytesIO(b"".join(write_csv([*table[1:], *table[1:]]))))] == table[1:] * 2
