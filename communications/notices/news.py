"""New messages in threads: which are yet to be told, and what is to be said to whom about them.

Neither is a controlled record: they say nothing that the message does not say.
"""

from __future__ import annotations

import logging
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet
from communications.messages.models import Message
from communications.notices.models import OWED, Mail, State

log = logging.getLogger(__name__)
NEWS = SystemActor("news")


class MessageNews(Walled):
    """That a message is to be told: written with the message, in its transaction. told_at: when it was worked out whom
    it concerns."""

    scope = Scope()  # stamped with the walls of its message

    message = models.OneToOneField(Message, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="messages_to_tell")]


class MessageNoticeQuerySet(WalledQuerySet):
    """Notices of messages by what is left to do with them."""

    def owed(self) -> Self:
        return self.filter(state__in=OWED)


class MessageNotice(Walled):
    """One message of which one person is told by e-mail. wait_until: before which it goes into no mail."""

    scope = Scope()  # `wall_owner` is the recipient's company: the other side does not learn who was told

    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_mention = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    wait_until = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="news")

    objects = MessageNoticeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "recipient"], name="one_notice_a_message")]
        indexes = [
            models.Index(
                fields=["wait_until", "recipient"],
                condition=Q(state="waiting", mail__isnull=True),
                name="messages_to_pack",
            )
        ]


def on_message(sender: Any, instance: Message, created: bool, **kwargs: Any) -> None:
    """Notes in the message's own transaction that it is to be told, and rings once that has committed."""
    if created:
        walls = {name: getattr(instance, name) for name in ("wall_owner", "wall_partner", "wall_shared")}
        with acting_as(NEWS):  # a guest who wrote it has no word of what is told to others
            MessageNews.objects.create(message=instance, **walls)
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """A dead broker loses nothing: the next look for reminders tells it."""
    from communications.notices.tasks import tell_of_messages

    try:
        tell_of_messages.delay()
    except Exception:  # the broker may fail in any way of its own
        log.exception("the broker did not take the bell for a new message")
