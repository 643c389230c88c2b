"""A person's calendar feed: a secret address that shows their due items in their own calendar, until it is revoked."""

from __future__ import annotations

from django.db import models

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope


class CalendarFeed(Record):
    """The address holds the secret; the row only its digest. Revoked, it answers as if it had never been."""

    scope = Scope(sign_in=True)  # `wall_owner` is the person's company; the address is known before the person is
    read_permission = Permission.PEOPLE_VIEW
    trail_omits = ("last_used_at",)

    user = models.ForeignKey(User, models.PROTECT, related_name="calendar_feeds", editable=False)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    is_revoked = models.BooleanField(default=False, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
