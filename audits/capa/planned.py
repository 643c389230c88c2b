"""Actions as a draft, a sent round and the CMO's own CAPA plan them: rows of plain values, checked in one place.

row: {"kind", "text", "owner", "due" (ISO day or ""), "interim", "number" (of the action it became, or "")}.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

FIELDS = ("kind", "text", "owner", "due", "interim", "number")
KINDS = ("containment", "corrective", "preventive")
MOST = 30
LONG = timedelta(days=90)


def tidy(row: dict[str, Any]) -> dict[str, str]:
    """The row with every field as trimmed text, and a kind that exists."""
    made = {name: str(row.get(name) or "").strip() for name in FIELDS}
    made["kind"] = made["kind"] if made["kind"] in KINDS else "corrective"
    return made


def is_blank(row: dict[str, str]) -> bool:
    return not any(row[name] for name in ("text", "owner", "due", "interim"))


def day_of(row: dict[str, str]) -> date | None:
    """The row's day; None where there is none, ValueError where it is no day."""
    return date.fromisoformat(row["due"]) if row["due"] else None


def shown(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The rows as a page prints them: `day` is the day itself."""
    return [row | {"day": day_of(row)} for row in rows]


def problem(rows: Any) -> str | None:
    """What is wrong with the shape of `rows`, as a sentence; a draft may still lack owners and days."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return "Actions are a list, each with what is done, by whom and by when."
    if len(rows) > MOST:
        return f"There are {len(rows)} actions: {MOST} at most."
    for place, row in enumerate(rows, 1):
        extra = set(row) - set(FIELDS)
        if extra:
            return f"Action {place} has a field that does not exist: {sorted(extra)[0]}."
        try:
            day_of(tidy(row))
        except ValueError:
            return f"Action {place}: write the day like 2027-03-31."
    return None


def missing(rows: list[dict[str, str]], today: date) -> list[str]:
    """What the actions lack before they can be sent, one sentence each."""
    if not rows:
        return ["Name at least one action, with its owner and its day."]
    found = []
    for place, row in enumerate(rows, 1):
        day = day_of(row)
        lacks = [
            words for name, words in (("text", "what is done"), ("owner", "who"), ("due", "by when")) if not row[name]
        ]
        if lacks:
            found.append(f"Action {place} lacks {' and '.join(lacks)}.")
        elif day and day > today + LONG and not row["interim"]:
            found.append(f"Action {place} takes longer than 90 days: write what keeps it safe until then.")
    return found
