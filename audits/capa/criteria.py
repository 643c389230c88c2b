"""What a good response answers, told to the CMO before it writes: the sponsor's reviewer looks for the same.

EU GMP 1.4(xiv), ICH Q10 3.2.2: corrective and preventive action in proportion to the risk, from a root cause.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    """One thing a reviewer looks for. only_for: classes of findings it is asked of; empty for all."""

    code: str
    asks: str
    helps: str
    only_for: tuple[str, ...] = ()

    def concerns(self, classification: str) -> bool:
        return not self.only_for or classification in self.only_for


SERIOUS = ("critical", "major")
CRITERIA = (
    Criterion(
        "containment",
        "Says what was done at once, and for which batches",
        "Name the batches, stock and equipment that were looked at, and the day it was done.",
    ),
    Criterion(
        "cause",
        "Gets to a cause that can be acted on",
        "“Human error” or “did not follow the procedure” is where the question begins: why was that possible?",
    ),
    Criterion(
        "evidence",
        "Shows what the cause rests on",
        "Records, interviews or a trial that point to this cause and away from the others.",
    ),
    Criterion(
        "breadth",
        "Looks beyond the one case",
        "Other lines, products, shifts and sites where the same could happen, and what you found there.",
        SERIOUS,
    ),
    Criterion(
        "corrective",
        "Corrects what was found",
        "Each action mends the finding itself, with an owner and a day.",
    ),
    Criterion(
        "preventive",
        "Keeps it from coming back",
        "A change of process, equipment or design holds longer than one more training.",
    ),
    Criterion(
        "owners",
        "Every action has an owner and a day",
        "A person, not a department; a day that the owner has agreed to.",
    ),
    Criterion(
        "interim",
        "Keeps long actions safe meanwhile",
        "Where an action takes longer than 90 days: what controls the risk until then.",
    ),
    Criterion(
        "effect",
        "Says how one will see that it worked",
        "A number to watch, over how many batches or months, and what would count as success.",
        SERIOUS,
    ),
)
CODES = {criterion.code for criterion in CRITERIA}


def asked_of(classification: str) -> list[Criterion]:
    """The criteria for a finding of this class."""
    return [criterion for criterion in CRITERIA if criterion.concerns(classification)]
