"""Listens to what is recorded below and speaks to people about it: lower floors only write."""

from __future__ import annotations

import logging
from typing import Any

from cmo_portal.accounts.models import Invitation
from cmo_portal.records.trail import TrailEvent, recorded

log = logging.getLogger(__name__)


def listen() -> None:
    recorded.connect(on_invitation, sender=Invitation, dispatch_uid="mail-invitation")


def on_invitation(sender: Any, record: Invitation, event: TrailEvent, **kwargs: Any) -> None:
    """Queues the mail. A dead broker loses no invitation: the people page shows it as not sent, with Resend."""
    if event.action != "invitation.send":
        return
    from communications.notices.tasks import mail_invitation

    try:
        mail_invitation.delay(record.number)
    except Exception:  # the broker may fail in any way of its own
        log.exception("the broker did not take the mail of invitation %s", record.number)
