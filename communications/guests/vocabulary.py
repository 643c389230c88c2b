"""The words of links: how one stands, as its owner reads it."""

from __future__ import annotations

from django.db.models import TextChoices


class LinkState(TextChoices):
    """Follows from the link's times; nothing is stored beside them."""

    UNSENT = "unsent", "Not sent yet"
    SENT = "sent", "Sent"
    OPENED = "opened", "Opened"
    LOCKED = "locked", "Locked after wrong codes"
    ANSWERED = "answered", "Answered"
    ENDED = "ended", "Ended"
    REVOKED = "revoked", "Revoked"


PILLS = {
    LinkState.UNSENT: "warn",
    LinkState.SENT: "info",
    LinkState.OPENED: "info",
    LinkState.LOCKED: "bad",
    LinkState.ANSWERED: "ok",
    LinkState.ENDED: "",
    LinkState.REVOKED: "",
}
OPEN = (LinkState.UNSENT, LinkState.SENT, LinkState.OPENED)
RENEWABLE = (*OPEN, LinkState.LOCKED, LinkState.ENDED)
