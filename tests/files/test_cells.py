"""One cell at a time: typed values from the text that people and programs write, sentences for the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from cmo_portal.lib import cells


@pytest.mark.parametrize(
    "text", ["07/14/2025", "7/14/2025", "2025-07-14", "2025-07-14 00:00:00", "2025-07-14T00:00", "45852", " 45852.0 "]
)
def test_dates_are_read_in_each_way_they_are_written(text: str) -> None:
    assert cells.us_date(text) == date(2025, 7, 14)


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (cells.us_date, "14/07/2025", "no day of the calendar: write MM/DD/YYYY"),
        (cells.us_date, "02/29/2025", "no day of the calendar"),
        (cells.us_date, "2025-13-01", "no day of the calendar"),
        (cells.us_date, "07/14/25", "is not a date"),
        (cells.us_date, "soon", "“soon” is not a date: write MM/DD/YYYY"),
        (cells.us_date, "2025-07-14 08:30:00", "is not a date"),
        (cells.whole_number, "12a", "is not a whole number"),
        (cells.whole_number, "12.5", "is not a whole number"),
        (cells.year, "25", "is not a year: write four digits"),
        (cells.yes_no, "maybe", "neither yes nor no"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(
    parse: Callable[[str], object], text: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        parse(text)


def test_numbers_years_and_answers_are_typed() -> None:
    assert (cells.whole_number(" 12.0 "), cells.year("2025"), cells.yes_no("yes"), cells.yes_no("N")) == (
        12,
        2025,
        True,
        False,
    )


def test_a_list_keeps_its_order_and_each_part_once() -> None:
    assert cells.listing("PACK; API  MANUFACTURE ;;PACK;") == ("PACK", "API MANUFACTURE")


def test_a_long_value_is_shortened_in_a_sentence() -> None:
    assert cells.shown("x\n" * 100) == "“" + "x " * 28 + "x...”"
