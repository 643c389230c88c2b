"""The ledger of what a device has sent: each thing written away from the network arrives exactly once."""

from __future__ import annotations

from django.db import models

from audits.programme.models import OURS, Audit
from cmo_portal.accounts.models import User
from cmo_portal.records.scope import Walled


class Delivery(Walled):
    """One thing that arrived, under the key its device gave it. Written in the transaction that kept the thing.

    digest: SHA-256 of what was sent, so that a key used again for something else is noticed. version: the version of
    the record that this delivery made; a later answer of the same device was written on top of that one.
    """

    scope = OURS
    append_only = True

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    client_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "client_key"], name="one_delivery_of_a_key")]
