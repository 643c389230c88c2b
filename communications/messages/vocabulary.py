"""The words of the message log."""

from __future__ import annotations

from django.db.models import TextChoices


class ThreadStatus(TextChoices):
    """Whose move it is."""

    OPEN = "open", "Open"
    AWAITING_CMO = "awaiting_cmo", "Awaiting the CMO"
    AWAITING_SPONSOR = "awaiting_sponsor", "Awaiting the sponsor"
    RESOLVED = "resolved", "Resolved"


class Mark(TextChoices):
    """What a message is beside being said."""

    NONE = "", "A message"
    DECISION = "decision", "A decision"


class Ball(TextChoices):
    """What the writer of a message says about whose answer is awaited after it."""

    KEEP = "keep", "Leave it as it is"
    THEM = "them", "The other side answers"
    US = "us", "We answer"
    NOBODY = "nobody", "Nobody has to answer"


AWAITING = (ThreadStatus.AWAITING_CMO, ThreadStatus.AWAITING_SPONSOR)
