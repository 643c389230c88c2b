"""The outbox: what is to be said to whom, written with the claim of the reminder, and the mails that carry it.

Neither is a controlled record: a notice says nothing that its due item does not say, so it has no trail of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cmo_portal.records.numbers import random_text
from cmo_portal.records.offsets import Due, Offset
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SCREEN = "screen", "In the portal"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    FAILED = "failed", "Failed, tried again"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Not sent: closed, moved or switched off meanwhile"
    DEAD = "dead", "Given up"
    PASSED = "passed", "Passed on to a deputy, or back from one"


class Level(models.TextChoices):
    """Why this person is told."""

    HOLDER = "holder", "You have the ball"
    DEPUTY = "deputy", "You stand in for a colleague"
    OWNER = "owner", "It is late, and you answer for it"
    MANAGER = "manager", "It is late, and those in charge on that side are told"
    FACILITATORS = "facilitators", "It is late: the facilitators are told"


def notice_number() -> str:
    return random_text(16)


OWED = (State.WAITING, State.FAILED)


class MailQuerySet(WalledQuerySet):
    """Mails by what is left to do with them."""

    def owed(self) -> Self:
        return self.filter(state__in=OWED)


class Mail(Walled):
    """One e-mail to one person: a day's digest, or what could not wait for it.

    key: makes its Message-ID, the same at every try. digest_date: the day at the recipient's place; empty for a mail
    that waits for no digest. next_try_at: not before then; while somebody is sending it, the end of their lease.
    sending_since: set while it is handed to the mail server; found set by the next try, the mail may have gone already.
    is_news: it tells of messages (news.py), not of what is due.
    """

    scope = Scope()  # `wall_owner` is the recipient's company

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=24, unique=True)
    digest_date = models.DateField(null=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sending_since = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=250, blank=True)
    error = models.CharField(max_length=500, blank=True)
    is_news = models.BooleanField(default=False)

    objects = MailQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "digest_date"], condition=Q(digest_date__isnull=False), name="one_digest_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state__in=["waiting", "failed"]), name="mails_owed"),
            models.Index(fields=["state", "-created_at", "id"], name="mails_by_state"),
        ]


class NoticeQuerySet(WalledQuerySet):
    """Notices by what is left to do with them."""

    def owed(self) -> Self:
        return self.filter(channel=Channel.EMAIL, state__in=OWED)

    def on_screen(self) -> Self:
        return self.filter(channel=Channel.SCREEN)

    def unread(self) -> Self:
        return self.on_screen().filter(read_at__isnull=True)


class Notice(Walled):
    """One reminder for one person by one channel: a line of a mail, or an entry in the portal's notice centre.

    due_key, offset: which reminder of which date, as the ledger has it. again: how often its person put it off until
    a day on which it is said once more. level: why this person is told. on_behalf_of: the colleague who is away.
    wait_until: of an e-mail, before which it goes into no mail.
    mail: which carries it. read_at: of an entry on the screen.
    """

    scope = Scope()  # `wall_owner` is the recipient's company: the other side does not learn who was reminded

    number = models.CharField(max_length=24, unique=True, default=notice_number)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    kind = models.CharField(max_length=40)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    title = models.CharField(max_length=250)
    due_date = models.DateField()
    due_key = models.CharField(max_length=16)
    offset = models.CharField(max_length=8)
    again = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=12, choices=Level, default=Level.HOLDER)
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    wait_until = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="notices")
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_number", "due_key", "offset", "recipient", "channel", "again"],
                name="one_notice",
            )
        ]
        indexes = [
            models.Index(
                fields=["wait_until", "recipient"],
                condition=Q(channel="email", state="waiting", mail__isnull=True),
                name="notices_to_pack",
            ),
            models.Index(
                fields=["recipient", "-created_at", "number"], condition=Q(channel="screen"), name="notices_on_screen"
            ),
            models.Index(
                fields=["recipient"], condition=Q(channel="screen", read_at__isnull=True), name="notices_unread"
            ),
        ]

    @property
    def obligation(self) -> tuple[str, str, str]:
        """What the notice is about: once the due item differs from it, there is nothing left to say."""
        return self.kind, self.record_number, self.due_key

    @property
    def stage(self) -> str:
        return Offset.of(self.offset).says

    @property
    def due(self) -> Due:
        at = datetime.fromisoformat(f"{self.due_key}:00+00:00") if "T" in self.due_key else None
        return Due(self.due_date, at)


class SweepRun(models.Model):
    """What one look for owed reminders did; the administrator reads it. Of looks that found nothing the last is kept.

    ended_at: empty while it is at work, and for ever where its process died.
    """

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)
    items = models.PositiveIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    unheard = models.JSONField(default=list)  # numbers of records about which nobody could be told
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at", "-id"], name="sweeps_latest")]

    @property
    def found_nothing(self) -> bool:
        return self.ended_at is not None and not self.items and not self.error
