"""By which way a message came, where that was not the portal: a row beside the message, which itself never changes."""

from __future__ import annotations

from django.db import models

from cmo_portal.records.scope import Scope, Walled
from communications.messages.models import Message


class Channel(models.TextChoices):
    EMAIL = "email", "by e-mail"


class MessageChannel(Walled):
    """The way of one message, written in the transaction of the message. Whoever reads the message reads it."""

    scope = Scope()  # stamped with the walls of its message
    append_only = True

    message = models.OneToOneField(Message, models.PROTECT, related_name="came")
    channel = models.CharField(max_length=8, choices=Channel)


def came_by(message: Message, channel: str) -> None:
    """Notes the way of a new message."""
    walls = {name: getattr(message, name) for name in ("wall_owner", "wall_partner", "wall_shared")}
    MessageChannel.objects.create(message=message, channel=channel, **walls)


def way_of(message: Message) -> str:
    """How it came, in words; empty for the portal. No query where the message was read with its `came`."""
    came: MessageChannel | None = getattr(message, "came", None)
    return str(Channel(came.channel).label) if came is not None else ""
