"""How a finding is classified and where it stands (PIC/S PI 040-1, EU compilation of procedures)."""

from django.db.models import TextChoices


class FindingClass(TextChoices):
    CRITICAL = "critical", "Critical"
    MAJOR = "major", "Major"
    OTHER = "other", "Other"
    OBSERVATION = "observation", "Observation"
    POSITIVE = "positive", "Good practice"


NEEDS_RESPONSE = (FindingClass.CRITICAL, FindingClass.MAJOR, FindingClass.OTHER)
MOST_MAJORS = 5  # open at a site: more of them allow a conditional approval at most
WORST_FIRST = ("critical", "major", "other", "observation", "positive", "")
STEP_UP = {
    FindingClass.OBSERVATION: FindingClass.OTHER,
    FindingClass.OTHER: FindingClass.MAJOR,
    FindingClass.MAJOR: FindingClass.CRITICAL,
    FindingClass.CRITICAL: FindingClass.CRITICAL,
}


class FindingStatus(TextChoices):
    DRAFT = "draft", "Draft"
    IN_FACTUAL_CHECK = "in_factual_check", "In factual check"
    DISPUTED = "disputed", "Disputed"
    ISSUED = "issued", "Issued"
    RESPONDED = "responded", "Answered"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Known to both sides and not done with: a draft is nobody's knowledge yet.
STANDS_OPEN = (
    FindingStatus.IN_FACTUAL_CHECK,
    FindingStatus.DISPUTED,
    FindingStatus.ISSUED,
    FindingStatus.RESPONDED,
)


class Verdict(TextChoices):
    AGREE = "agree", "We agree"
    AGREE_WITH_CONTEXT = "agree_with_context", "We agree, with context"
    DISPUTE = "dispute", "We see it differently"


class DisputeOutcome(TextChoices):
    KEPT = "kept", "Stands as written"
    REWORDED = "reworded", "Reworded"
    RECLASSIFIED = "reclassified", "Classified anew"
    WITHDRAWN = "withdrawn", "Withdrawn"
