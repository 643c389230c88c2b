"""An invitation of a CMO, as a company, to the portal: it stands with the sponsor's relation to that CMO."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cmo_portal.accounts.models import OneTimeInvitation
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.scope import Scope
from vendors.registry.models import Vendor


class CmoInvitation(OneTimeInvitation):
    """Whoever accepts it makes the CMO's company, or joins as the one they administer already.

    The sponsor sees the same either way: its mail was sent, and then the CMO has joined.
    """

    scope = Scope(owner="vendor__sponsor")
    read_permission = Permission.CMO_INVITE
    noun = "joining"
    belongs_to = ("vendor__sponsor",)

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="joining_invitations", editable=False)

    class Meta:
        verbose_name = "invitation of a CMO"
        verbose_name_plural = "invitations of a CMO"
        constraints = [
            models.UniqueConstraint(
                fields=["vendor"],
                condition=Q(status="open"),
                name="one_open_joining",
                violation_error_message="This CMO is invited already: resend the invitation, or withdraw it first.",
            )
        ]

    def __str__(self) -> str:
        return self.email
