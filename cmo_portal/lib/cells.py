"""Parsers for the text of one cell; each returns a typed value or raises ValueError with a sentence for the field."""

from __future__ import annotations

import re
from datetime import date, timedelta

US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
SERIAL = re.compile(r"(\d{5})(\.0+)?")
EXCEL_EPOCH = date(1899, 12, 30)  # Excel counts days from here (1900 system, with its false leap day)


def text(value: str) -> str:
    """The text with runs of blanks and line breaks drawn together."""
    return " ".join(value.split())


def whole_number(value: str) -> int:
    """`2025`, also as a spreadsheet may leave it: ` 2025 `, `2025.0`."""
    found = re.fullmatch(r"\s*(\d{1,15})(\.0+)?\s*", value, re.ASCII)
    if not found:
        raise ValueError(f"{shown(value)} is not a whole number: write digits only.")
    return int(found[1])


def year(value: str) -> int:
    """A calendar or fiscal year of four digits from 1900 to 2999."""
    number = whole_number(value)
    if not 1900 <= number <= 2999:
        raise ValueError(f"{shown(value)} is not a year: write four digits such as 2025.")
    return number


def us_date(value: str) -> date:
    """A date as `MM/DD/YYYY` (the FDA's way), `YYYY-MM-DD`, or the day number Excel leaves behind (`45852`)."""
    written = MIDNIGHT.sub("", value.strip())
    try:
        if found := US_DATE.fullmatch(written):
            return date(int(found[3]), int(found[1]), int(found[2]))
        if ISO_DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{shown(value)} is no day of the calendar: write MM/DD/YYYY, such as 07/14/2025.") from None
    if found := SERIAL.fullmatch(written):
        return EXCEL_EPOCH + timedelta(days=int(found[1]))
    raise ValueError(f"{shown(value)} is not a date: write MM/DD/YYYY, such as 07/14/2025, or YYYY-MM-DD.")


def yes_no(value: str) -> bool:
    """`Yes`, `Y`, `No` or `N`, in any case."""
    answer = value.strip().lower()
    if answer in ("yes", "y", "true"):
        return True
    if answer in ("no", "n", "false"):
        return False
    raise ValueError(f"{shown(value)} is neither yes nor no: write Yes or No.")


def listing(value: str) -> tuple[str, ...]:
    """The parts of a `;` list without blanks, each once, in their order."""
    return tuple(dict.fromkeys(part for part in map(text, value.split(";")) if part))


def shown(value: str) -> str:
    """A value as a sentence quotes it: in quotation marks, at most 60 characters, without line breaks."""
    short = text(value)
    return f"“{short[:57]}...”" if len(short) > 60 else f"“{short}”"
