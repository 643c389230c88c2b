"""Listens to what is recorded below and speaks to people about it: lower floors only write."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models.signals import post_save

from cmo_portal.accounts.models import Invitation, OneTimeInvitation
from cmo_portal.records.trail import TrailEvent, recorded
from communications.guests.models import GuestLink
from communications.messages.models import Message
from communications.notices.news import on_message
from vendors.registry.cmo_invitations import CmoInvitation

log = logging.getLogger(__name__)


def listen() -> None:
    for model in (Invitation, CmoInvitation):
        recorded.connect(on_invitation, sender=model, dispatch_uid=f"mail-{model.noun}")
    recorded.connect(on_guest_link, sender=GuestLink, dispatch_uid="mail-guest-link")
    # Not `recorded`: that comes after the commit, and whoever dies in between would leave a message untold.
    post_save.connect(on_message, sender=Message, dispatch_uid="news-of-messages")


def on_invitation(sender: Any, record: OneTimeInvitation, event: TrailEvent, **kwargs: Any) -> None:
    """Queues the mail. A dead broker loses no invitation: its page shows it as not sent, with Resend."""
    if event.action != f"{record.noun}.send":
        return
    from communications.notices.tasks import mail_invitation, mail_joining

    try:
        (mail_joining if isinstance(record, CmoInvitation) else mail_invitation).delay(record.number)
    except Exception:  # the broker may fail in any way of its own
        log.exception("the broker did not take the mail of invitation %s", record.number)


def on_guest_link(sender: Any, record: GuestLink, event: TrailEvent, **kwargs: Any) -> None:
    """Queues the mail that an act on a link asks for. Where the broker is dead, the link's page says that nothing was
    sent and offers to renew it, and a visitor asks for the code once more."""
    from communications.notices.guest_tasks import mail_account_wish, mail_guest_code, mail_guest_link

    task = {
        "guest_link.make_link": mail_guest_link,
        "guest_link.renew_link": mail_guest_link,
        "guest_link.want_code": mail_guest_code,
        "guest_link.want_account": mail_account_wish,
    }.get(event.action)
    if task is None:
        return
    try:
        task.delay(record.number)
    except Exception:  # the broker may fail in any way of its own
        log.exception("the broker did not take the mail of link %s", record.number)
