"""The demo's mail: kept in the database, so that each person reads their own in the portal. No mail leaves a demo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SPONSOR, SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import random_text
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet

MAILBOX = SystemActor("mailbox")


class KeptMailQuerySet(WalledQuerySet):
    def kept_for(self, person: User) -> Self:
        """A person's own mail; the sponsor's administrator also sees what went to addresses without an account."""
        mine = Q(recipient=person)
        if person.company_kind == SPONSOR and person.may(P.COMPANY_EDIT):
            mine |= Q(recipient=None)
        return self.filter(mine)


class KeptMail(Walled):
    """A mail as it would have gone out. recipient: empty where the address has no account."""

    scope = Scope()  # `wall_owner` is the recipient's company, empty where the address has no account

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    message_id = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = KeptMailQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["recipient", "-sent_at", "number"], name="kept_mails_of_person")]


class Backend(BaseEmailBackend):
    """Keeps every mail; one to an address without an account is printed too, for whoever runs the demo."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with acting_as(MAILBOX):
            for message in email_messages:
                for address in message.recipients():
                    if keep(message, address).recipient is None:
                        self.show(message)
        return len(email_messages)

    def show(self, message: EmailMessage) -> None:
        sys.stdout.write(f"To: {', '.join(message.to)}\nSubject: {message.subject}\n\n{message.body}\n{'-' * 79}\n")
        sys.stdout.flush()


def keep(message: EmailMessage, address: str) -> KeptMail:
    account = User.objects.select_related("membership").filter(email=address.lower()).first()
    html: list[Any] = [text for text, kind in getattr(message, "alternatives", []) if kind == "text/html"]
    made: KeptMail = KeptMail.objects.create(
        number=random_text(16),
        recipient=account,
        wall_owner=account.membership.company_id if account else None,
        address=address,
        subject=str(message.subject)[:250],
        message_id=str(message.extra_headers.get("Message-ID", ""))[:200],
        text=str(message.body),
        html=str(html[0]) if html else "",
        sent_at=timezone.now(),
    )
    return made
