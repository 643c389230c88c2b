"""Rows that the desk's addresses need."""

from __future__ import annotations

from django.utils import timezone

from cmo_portal.accounts.models import User
from communications.notices.models import Mail, State


def given_up(email: str, key: str = "") -> Mail:
    """A mail to somebody of the demo that no try could deliver."""
    person = User.objects.select_related("membership__company").get(email__startswith=f"{email}@")
    mail: Mail = Mail.objects.create(
        recipient=person,
        key=key or f"dead{email}",
        created_at=timezone.now(),
        next_try_at=timezone.now(),
        state=State.DEAD,
        tries=8,
        error="ConnectionRefusedError: no mail server",
        wall_owner=person.membership.company_id,
    )
    return mail


def dead_mail() -> list[str]:
    return [given_up("sam").key]


def dead_mail_of_pat() -> list[str]:
    return [given_up("pat").key]
