"""The access matrix: one row per address and API action, and what each person of the cast gets there.

A row names an address and answers; a person not named gets `others`. An outsider, and a partner at what no partner can
be given the right to, gets 404 and learns nothing; a colleague without the right 403, a stranger the sign-in page (302)
or 401 from the API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SPONSOR = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines", "ada")
PARTNER = ("pat", "uwe", "bea")
EVERYBODY = (*SPONSOR, *PARTNER, "otto", "")


@dataclass(frozen=True)
class Row:
    """One address: its URL name, what its arguments are (asked when the test runs), method, body and answers.

    answers: person -> status. `""` is the stranger. Everybody of the cast must be named.
    """

    url_name: str
    answers: dict[str, int]
    args: Callable[[], list[Any]] = list
    method: str = "get"
    body: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.method} {self.url_name} {self.note}".strip()


def answers(
    *, ok: tuple[str, ...] = (), forbidden: tuple[str, ...] = (), hidden: tuple[str, ...] = (), **others: int
) -> dict[str, int]:
    """{person: status} of the whole cast: 200 for `ok`, 403 for `forbidden`, 404 for `hidden`, and `stranger` (302)."""
    given = dict.fromkeys(ok, 200) | dict.fromkeys(forbidden, 403) | dict.fromkeys(hidden, 404)
    given[""] = others.pop("stranger", 302)
    given |= others
    missing = set(EVERYBODY) - set(given)
    if missing:
        raise ValueError(f"The row says nothing about {sorted(missing)}.")
    return given
