"""Whose move it is, since when, and how many days each side has used: pure, the same arithmetic for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SPONSOR, PARTNER, NOBODY = "sponsor", "partner", ""
OTHER = {SPONSOR: PARTNER, PARTNER: SPONSOR}


@dataclass(frozen=True)
class Standing:
    """What decides on the ball. asked_by: the side whose date proposal or extension waits for an answer, or empty."""

    response: str
    status: str
    proposed_by: str = ""
    extension_by: str = ""


def holder(now: Standing) -> str:
    """The side whose move it is; empty when the CAPA is over."""
    if now.status in ("closed", "withdrawn"):
        return NOBODY
    if now.response in ("due", "returned"):
        return PARTNER
    if now.response == "submitted":
        return SPONSOR
    if now.status in ("proposed", "not_effective"):
        return OTHER.get(now.proposed_by, PARTNER)
    if now.status in ("date_agreed", "implementing"):
        return OTHER.get(now.extension_by, PARTNER)
    return SPONSOR  # implemented, to be checked, or to be closed


def days_used(before: int, since: date | None, today: date) -> int:
    """Days of a side: those before, and those since it holds the ball. A day that has not come costs nothing."""
    return before + (max(0, (today - since).days) if since else 0)
