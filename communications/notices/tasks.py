"""Deliveries: each takes a number, looks the record up again and is safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Invitation, OneTimeInvitation
from cmo_portal.lib import clock
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import write
from communications.notices import guest_tasks  # noqa: F401 - the worker looks for tasks here
from communications.notices.delivery import MAIL, deliver_to, people_owed
from communications.notices.mail import send
from communications.notices.runs import run_sweep
from communications.notices.standing_in import stand_in_safely
from communications.notices.sweep import is_behind
from communications.notices.telling import tell_safely
from vendors.registry.cmo_invitations import CmoInvitation


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def mail_invitation(number: str) -> None:
    deliver(Invitation, number, "accounts:invitation-accept")


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def mail_joining(number: str) -> None:
    deliver(CmoInvitation, number, "vendors:joining-accept")


@shared_task
def sweep_due_items() -> None:
    """A bell only: claims what is owed and rings once for each person to whom something is to be sent."""
    now = clock.now()
    try:
        run_sweep(now)
    finally:  # what was claimed before goes out, whatever ails this sweep
        stand_in_safely(now)
        tell_safely(now)
        for person in people_owed(now):
            deliver_notices.apply_async((person,), expires=settings.BELL_SECONDS)  # the next bell rings again


@shared_task
def tell_of_messages() -> None:
    """A bell as well: works out whom new messages concern, and rings for those who want to hear at once."""
    now = clock.now()
    tell_safely(now)
    for person in people_owed(now):
        deliver_notices.apply_async((person,), expires=settings.BELL_SECONDS)


@shared_task
def deliver_notices(person: int) -> None:
    now = clock.now()
    deliver_to(person, now, digests=not is_behind(now))


def deliver(model: type[OneTimeInvitation], number: str, url_name: str) -> None:
    """Sends `mail/<noun>.txt` once; one that was withdrawn, accepted, ended or sent already is left alone."""
    with acting_as(MAIL):
        invitation = model.objects.select_related(*model.belongs_to).filter(number=number).first()
        if invitation is None or invitation.delivered_at or not invitation.is_open(timezone.now()):
            return
        address = settings.SITE_URL + reverse(url_name, args=[invitation.token()])
        context = {"invitation": invitation, "address": address}
        send(invitation.email, model.noun, context, key=f"{model.noun}-{number}-{invitation.nonce}")
        invitation.delivered_at = timezone.now()
        write(invitation, by=MAIL, action=f"{model.noun}.deliver")
