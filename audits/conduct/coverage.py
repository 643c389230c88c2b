"""How much of a checklist the team has looked at: pure arithmetic over answers, the same on the page and on the device.

Covered is answered of applicable: "not applicable" leaves the sum, "not covered" and an open question stay in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ANSWERED = frozenset({"yes", "partial", "no"})
NOT_APPLICABLE, NOT_COVERED = "not_applicable", "not_covered"


@dataclass(frozen=True)
class Coverage:
    """Counts of questions. total: all; applicable: without those that do not apply; open: without any answer."""

    total: int
    applicable: int
    answered: int
    not_covered: int
    open: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down, so that 100 means all; None where no question applies."""
        return self.answered * 100 // self.applicable if self.applicable else None

    @property
    def words(self) -> str:
        if not self.total:
            return "no question yet"
        if not self.applicable:
            return "no question applies"
        return f"{self.answered} of {self.applicable} answered, {self.percent} %"


def coverage(answers: Iterable[str]) -> Coverage:
    """Counts `answers`, each a value of `vocabulary.Answer`, or empty for an open question."""
    given = list(answers)
    return Coverage(
        total=len(given),
        applicable=sum(1 for answer in given if answer != NOT_APPLICABLE),
        answered=sum(1 for answer in given if answer in ANSWERED),
        not_covered=sum(1 for answer in given if answer == NOT_COVERED),
        open=sum(1 for answer in given if not answer),
    )
