"""Mail that came in: each kept whole as it came, with what became of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.records.actors import SYSTEM, Actor
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record, RecordQuerySet
from cmo_portal.records.scope import Scope
from communications.messages.models import Message, Thread


class MailStatus(models.TextChoices):
    """What became of a mail."""

    RECEIVED = "received", "Kept, not read yet"
    FILED = "filed", "In its thread"
    HELD = "held", "Held for you"
    RELEASED = "released", "Released by you"
    DISCARDED = "discarded", "Discarded"
    REFUSED = "refused", "Not filed"
    REPEATED = "repeated", "Came again"


class Way(models.TextChoices):
    """How it reached the portal."""

    SMTP = "smtp", "SMTP"
    LMTP = "lmtp", "LMTP"
    HTTP = "http", "HTTP"
    FILE = "file", "A mailbox or file"


def storage_path(mail: InboundMail, filename: str) -> str:
    """A random path: nothing of a mail stands in a name on the disk."""
    name = random_text(26)
    return f"mail/{name[:2]}/{name}"


class InboundMailQuerySet(RecordQuerySet):
    """Mails by who may look at them."""

    def open_to(self, reader: Actor) -> Self:
        """A person's own; who manages the company's people also sees what names nobody who works there."""
        rows = self.visible_to(reader)
        if reader.company_kind == SYSTEM:
            return rows
        mine = Q(person__number=reader.ref)
        return rows.filter(mine | Q(person=None) if reader.may(Permission.PEOPLE_MANAGE) else mine)


class InboundMail(Record):
    """One delivery of one mail to one address.

    person: who is named by the address; empty where nobody is, or has left. thread: which the address names.
    envelope_from: the sender on the envelope, empty for the null sender of machines; None where no envelope came along.
    sender, subject, identity (its Message-ID): as the mail says them, which anybody can write. reasons: why it is held
    or was not filed. refused_files: why which file was not filed. delivery_key: of these bytes to this address.
    filed_key: of the mail by its id, its person and thread; set once it stands in the thread, where it stands once.
    """

    number_prefix = "EML"
    scope = (
        Scope()
    )  # `wall_owner` is the company of the person, or of the sender's address; empty where neither is known
    read_permission = Permission.MAIL_VIEW
    trail_files: ClassVar[dict[str, str]] = {"raw": "sha256"}
    trail_seals = ("sender", "subject", "identity", "envelope_from", "refused_files")  # the trail has more readers

    status = models.CharField(max_length=10, choices=MailStatus, default=MailStatus.RECEIVED, editable=False)
    way = models.CharField(max_length=4, choices=Way, editable=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    recipient = models.CharField(max_length=320, blank=True, editable=False)
    envelope_from = models.CharField(max_length=320, null=True, blank=True, editable=False)
    sender = models.CharField(max_length=320, blank=True, editable=False)
    subject = models.CharField(max_length=250, blank=True, editable=False)
    identity = models.CharField(max_length=250, blank=True, editable=False)
    raw = models.FileField(upload_to=storage_path, max_length=120, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    reasons = models.JSONField(default=list, blank=True, editable=False)
    refused_files = models.JSONField(default=list, blank=True, editable=False)
    delivery_key = models.CharField(max_length=64, unique=True, editable=False)
    filed_key = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["filed", "released"], message__isnull=False, filed_key__isnull=False)
                | (~Q(status__in=["filed", "released"]) & Q(message__isnull=True, filed_key__isnull=True)),
                name="what_is_filed_has_its_message",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "number"], name="inbound_of_person"),
            models.Index(fields=["wall_owner", "-created_at", "number"], name="inbound_of_company"),
            models.Index(fields=["created_at"], condition=Q(status="received"), name="inbound_unread"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="inbound_of_message"),
        ]

    def __str__(self) -> str:
        return self.subject or "A mail without subject"

    def get_absolute_url(self) -> str:
        return address_of("communications:inbound-detail", self.number)

    def opened_to(self, actor: Any) -> bool:
        """What it says stands in the trail for whoever may look at it."""
        return bool(InboundMail.objects.open_to(actor).filter(pk=self.pk).exists())

    @property
    def is_held(self) -> bool:
        return self.status == MailStatus.HELD
