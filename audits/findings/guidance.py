"""What each class of finding means, in our own words, for whoever chooses one. Shape: PIC/S PI 040-1, EU procedures.

FDA does not classify the lines of a Form 483; it classifies the inspection.
"""

from __future__ import annotations

from dataclasses import dataclass

from audits.findings.vocabulary import FindingClass


@dataclass(frozen=True)
class Guide:
    """meaning: when the class fits. examples: what it often looks like. mind: what people get wrong."""

    meaning: str
    examples: tuple[str, ...]
    mind: str


GUIDES: dict[str, Guide] = {
    FindingClass.CRITICAL: Guide(
        "It has led, or may well lead, to a product that harms a patient; or somebody has falsified or hidden data.",
        (
            "Results written before the test was made, or made to fit",
            "Aseptic filling in an area whose air was known to be out of limits",
            "Mix-up of strengths that reached the market",
        ),
        "That it lasted a short time, or that a later test would probably have found it, does not lower the class.",
    ),
    FindingClass.MAJOR: Guide(
        "A large departure from GMP or from what was authorised that may let a product leave its specification or its "
        "authorisation; a failure of batch release; or several lesser ones that together mean as much.",
        (
            "No cleaning validation between two products of the same line",
            "Out-of-specification results closed without an investigation",
            "A batch released before its deviations were assessed",
        ),
        "A combination of several others is a major only where you explain what they add up to.",
    ),
    FindingClass.OTHER: Guide(
        "A departure from GMP that is neither critical nor major, or one of which too little is known to say more.",
        (
            "Logbook entries made later than the work",
            "A procedure one revision behind at one workplace",
            "Training of one person overdue",
        ),
        "If more information is on its way, say so: the class can go up later, signed and with the reason.",
    ),
    FindingClass.OBSERVATION: Guide(
        "No departure from GMP: something that could be made better. It needs no answer.",
        ("A form that invites mistakes", "A trend that is still inside its limits"),
        "If a rule is not met it is a finding, however friendly the visit was.",
    ),
    FindingClass.POSITIVE: Guide(
        "Good practice worth naming: what the site does better than it has to.",
        ("Operators who find and report their own near misses",),
        "It needs no clause, no evidence and no answer.",
    ),
}
REPEATED = "It was found before at this site and is back: the class goes one step up, and the reason says why."
COMBINED = (
    "None of the parts is a major by itself. Say what they show together, like a system that does not work: the CMO "
    "and an inspector read this reason, and it is all that carries the class."
)
