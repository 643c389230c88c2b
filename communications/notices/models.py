"""The outbox: what is to be said to whom, written with the claim of the reminder and delivered later.

A notice is no controlled record: it says nothing that its due item does not say, so it has no trail of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cmo_portal.records.scope import Scope, Walled, WalledQuerySet


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    FAILED = "failed", "Failed, tried again"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Not sent: closed or moved meanwhile"
    DEAD = "dead", "Given up"


OWED = (State.WAITING, State.FAILED)


class NoticeQuerySet(WalledQuerySet):
    """Notices by what is left to do with them."""

    def owed(self) -> Self:
        return self.filter(state__in=OWED)


class Notice(Walled):
    """One reminder for one person by one channel.

    offset: days before the due date that the reminder stands for; negative: after it. mail_key: of the mail that
    carries it; set when it is first tried and kept, so that every try of one mail has the same Message-ID.
    next_try_at: not before then; while somebody is sending it, the end of their lease.
    """

    scope = Scope()  # `wall_owner` is the recipient's company: the other side does not learn who was reminded

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    kind = models.CharField(max_length=40)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    title = models.CharField(max_length=250)
    due_date = models.DateField()
    offset = models.SmallIntegerField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    mail_key = models.CharField(max_length=24, blank=True)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_number", "due_date", "offset", "recipient", "channel"], name="one_notice"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "recipient"], condition=Q(state__in=["waiting", "failed"]), name="notices_owed"
            ),
            models.Index(fields=["mail_key"], condition=~Q(mail_key=""), name="notices_of_mail"),
        ]

    @property
    def obligation(self) -> tuple[str, str, date]:
        """What the notice is about: once the due item differs from it, there is nothing left to say."""
        return self.kind, self.record_number, self.due_date
