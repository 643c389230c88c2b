"""Deliveries: each takes a number, looks the record up again and is safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Invitation
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import write
from communications.notices.mail import send

MAIL = SystemActor("mail")


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def mail_invitation(number: str) -> None:
    with acting_as(MAIL):
        invitation = Invitation.objects.select_related("company").filter(number=number).first()
        if invitation is None or invitation.delivered_at or not invitation.is_open(timezone.now()):
            return
        address = settings.SITE_URL + reverse("accounts:invitation-accept", args=[invitation.token()])
        send(
            invitation.email,
            "invitation",
            {"invitation": invitation, "address": address},
            key=f"invitation-{number}-{invitation.nonce}",
        )
        invitation.delivered_at = timezone.now()
        write(invitation, by=MAIL, action="invitation.deliver")
