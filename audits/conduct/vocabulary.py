"""The words of the visit: requests before it, answers during it, meetings around it."""

from django.db.models import TextChoices


class RequestStatus(TextChoices):
    NEW = "new", "New"
    IN_PREPARATION = "in_preparation", "In preparation"
    READY = "ready", "Ready"
    PROVIDED = "provided", "Provided"
    WITHDRAWN = "withdrawn", "Withdrawn"


WAITING = (RequestStatus.NEW, RequestStatus.IN_PREPARATION, RequestStatus.READY)  # for the CMO


class RequestPriority(TextChoices):
    HIGH = "high", "High"
    NORMAL = "normal", "Normal"
    LOW = "low", "Low"


class System(TextChoices):
    """FDA's six systems (CP 7356.002), and two that cut across them."""

    QUALITY = "quality", "Quality"
    FACILITIES = "facilities", "Facilities and equipment"
    MATERIALS = "materials", "Materials"
    PRODUCTION = "production", "Production"
    PACKAGING = "packaging", "Packaging and labelling"
    LABORATORY = "laboratory", "Laboratory controls"
    OUTSOURCING = "outsourcing", "Outsourced activities"
    DATA = "data", "Computerised systems and data integrity"


class Answer(TextChoices):
    """An item without an answer is open; "not covered" says that the team did not look."""

    YES = "yes", "Yes"
    PARTIAL = "partial", "Partly"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_COVERED = "not_covered", "Not covered"


class TemplateStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class MeetingKind(TextChoices):
    OPENING = "opening", "Opening meeting"
    DAILY = "daily", "Daily wrap-up"
    CLOSEOUT = "closeout", "Close-out meeting"


class GapKind(TextChoices):
    NOT_COVERED = "not_covered", "Not covered"
    ACCESS_DENIED = "access_denied", "Access denied"
