"""Who plays in the demo: the accounts that the demo makes, the start screen prints and the tests sign in with."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "Demo-portal-2026"  # noqa: S105 (public on purpose; the demo holds no real data)


class Player(NamedTuple):
    """One account of the demo."""

    email: str
    company: str
    part: str


CAST = (
    Player("sam@northgate.example", "Northgate Biopharma", "CMO manager, sourcing"),
    Player("quinn@northgate.example", "Northgate Biopharma", "head of quality, approves"),
    Player("leo@northgate.example", "Northgate Biopharma", "lead auditor"),
    Player("eva@northgate.example", "Northgate Biopharma", "evaluator, CMC"),
    Player("tom@northgate.example", "Northgate Biopharma", "evaluator, supply chain"),
    Player("priya@northgate.example", "Northgate Biopharma", "evaluator, procurement"),
    Player("ines@northgate.example", "Northgate Biopharma", "inspector, read only"),
    Player("ada@northgate.example", "Northgate Biopharma", "administrator"),
    Player("pat@alpenglow.example", "Alpenglow Pharma Services", "partner quality"),
    Player("uwe@alpenglow.example", "Alpenglow Pharma Services", "partner company administrator"),
    Player("bea@balticfill.example", "Baltic Fill-Finish", "partner, a competitor"),
    Player("otto@ottertx.example", "Otter Therapeutics", "head of quality of another sponsor"),
)
