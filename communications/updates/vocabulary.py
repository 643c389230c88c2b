"""Where an update stands, how grave what it tells is, and whether it came in time."""

from django.db.models import TextChoices


class UpdateStatus(TextChoices):
    POSTED = "posted", "Posted"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ASKED = "asked", "Question asked"
    ANSWERED = "answered", "Answered"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Not accepted"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DraftStatus(TextChoices):
    DRAFT = "draft", "Draft"
    POSTED = "posted", "Posted"
    DISCARDED = "discarded", "Discarded"


class Timing(TextChoices):
    """Empty where no time limit applies."""

    EARLY = "early", "Early disclosure"
    IN_TIME = "in_time", "In time"
    LATE = "late", "Late"


class Grade(TextChoices):
    CRITICAL = "critical", "Critical"
    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"
    OPEN = "open", "Not classified yet"


class Act(TextChoices):
    """What somebody said of an update in a move."""

    ACKNOWLEDGE = "acknowledge", "acknowledged it"
    ASK = "ask", "asked"
    ANSWER = "answer", "answered"
    RESPOND = "respond", "answered"
    ACCEPT = "accept", "accepted it"
    REFUSE = "refuse", "did not accept it"
    CLOSE = "close", "closed it"
    WITHDRAW = "withdraw", "withdrew it"
    TAKE_OVER = "take_over", "took it over"


OVER = (UpdateStatus.ACCEPTED, UpdateStatus.REFUSED, UpdateStatus.CLOSED, UpdateStatus.WITHDRAWN)
