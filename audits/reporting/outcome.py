"""What the findings of an audit say about the site's qualification: a proposal that quality signs or not.

Version 1. Rules: an open critical finding never leads to an approval; more than five major findings, or a major one
that repeats, lead to a conditional one at most, for six months at most. Pure arithmetic over counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from audits.findings.vocabulary import MOST_MAJORS

VERSION = "1"
IN_USE = ("approved", "conditional")


@dataclass(frozen=True)
class Counts:
    """Findings that stand: criticals and majors that are not closed, and those of the majors that repeat."""

    open_critical: int
    open_major: int
    repeated_major: int


@dataclass(frozen=True)
class Proposal:
    """The status proposed for a scope (as in vendors' QualificationStatus), and the sentences why."""

    status: str
    reasons: tuple[str, ...]

    @property
    def move(self) -> str:
        """The move of a qualification that would lead there; empty where it stays as it is."""
        moves = {"approved": "approve", "conditional": "approve_conditionally", "suspended": "suspend"}
        return moves.get(self.status, "")


def propose(counts: Counts, current: str) -> Proposal:
    """What the audit proposes for a scope that stands at `current` (a qualification status)."""
    if counts.open_critical:
        why = f"{counted(counts.open_critical, 'critical finding is', 'critical findings are')} open."
        if current in IN_USE:
            return Proposal("suspended", (why, "A site in use with an open critical finding is suspended meanwhile."))
        return Proposal("pending", (why, "An open critical finding leads to no approval."))
    reasons = []
    if counts.open_major > MOST_MAJORS:
        reasons.append(f"{counts.open_major} major findings are open, more than {MOST_MAJORS}.")
    if counts.repeated_major:
        reasons.append(
            f"{counted(counts.repeated_major, 'major finding repeats', 'major findings repeat')} earlier ones."
        )
    if reasons:
        return Proposal("conditional", (*reasons, "Conditional at most, for six months at most."))
    majors = counted(counts.open_major, "major finding", "major findings") if counts.open_major else "no major finding"
    return Proposal("approved", (f"No critical finding is open, and {majors} open: within the rules of an approval.",))


def counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
