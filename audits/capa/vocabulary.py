"""Where a response and a CAPA stand, and what an action is for."""

from django.db.models import TextChoices


class ResponseStatus(TextChoices):
    DUE = "due", "Response due"
    SUBMITTED = "submitted", "Response received"
    RETURNED = "returned", "Returned for more"
    ACCEPTED = "accepted", "Response accepted"


class CapaLinkStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    DATE_AGREED = "date_agreed", "Date agreed"
    IMPLEMENTING = "implementing", "Being implemented"
    IMPLEMENTED = "implemented", "Implemented"
    EFFECTIVENESS_DUE = "effectiveness_due", "Effectiveness check due"
    EFFECTIVE = "effective", "Effective"
    NOT_EFFECTIVE = "not_effective", "Not effective"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Finding withdrawn"


class Ball(TextChoices):
    """Whose move it is; empty once there is none."""

    SPONSOR = "sponsor", "Sponsor"
    PARTNER = "partner", "CMO"


OVER = (CapaLinkStatus.CLOSED, CapaLinkStatus.WITHDRAWN)
AT_WORK = (CapaLinkStatus.DATE_AGREED, CapaLinkStatus.IMPLEMENTING)
VERIFIED = (CapaLinkStatus.EFFECTIVE, CapaLinkStatus.CLOSED, CapaLinkStatus.WITHDRAWN)


class ActionKind(TextChoices):
    CONTAINMENT = "containment", "Containment"
    CORRECTIVE = "corrective", "Corrective action"
    PREVENTIVE = "preventive", "Preventive action"


class ProposalStatus(TextChoices):
    OPEN = "open", "Waits for an answer"
    AGREED = "agreed", "Agreed"
    COUNTERED = "countered", "Answered with another date"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ExtensionStatus(TextChoices):
    REQUESTED = "requested", "Waits for an answer"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Not granted"


class CheckVerdict(TextChoices):
    EFFECTIVE = "effective", "Effective"
    NOT_EFFECTIVE = "not_effective", "Not effective"
