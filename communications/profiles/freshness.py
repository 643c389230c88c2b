"""How fresh an answer is: from the day for which it was given or last said to be still right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

LOOK_AFTER, OLD_AFTER = 365, 730  # days
FRESH, LOOK, OLD = "fresh", "look", "old"
WORDS = {FRESH: "Fresh", LOOK: "To be looked at", OLD: "Old"}
PILLS = {FRESH: "ok", LOOK: "warn", OLD: "bad"}


def right_on(as_of: date, confirmed: date | None) -> date:
    """The last day for which somebody said that it is right."""
    return max(as_of, confirmed) if confirmed else as_of


def state(as_of: date, confirmed: date | None, today: date) -> str:
    age = (today - right_on(as_of, confirmed)).days
    if age < LOOK_AFTER:
        return FRESH
    return LOOK if age < OLD_AFTER else OLD


def look_by(rows: Iterable[tuple[date, date | None]]) -> date | None:
    """The day by which somebody must look at these answers; None of none."""
    days = [right_on(as_of, confirmed) for as_of, confirmed in rows]
    return min(days) + timedelta(days=LOOK_AFTER) if days else None


def worst(states: Iterable[str]) -> str:
    found = set(states)
    return next((each for each in (OLD, LOOK, FRESH) if each in found), "")
