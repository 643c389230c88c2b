"""The demo's mail: kept in the database, so that each person reads their own in the portal. No mail leaves a demo."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cmo_portal.records.scope import Scope, Walled


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

    class Meta:
        indexes = [models.Index(fields=["recipient", "-id"], name="kept_mails_of_person")]
