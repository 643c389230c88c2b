"""A mail of ours that came back: it is a dead letter of its recipient's company, which its administrator reads."""

from __future__ import annotations

import re

from django.db import transaction

from communications.notices.mail import host
from communications.notices.models import Mail, State

OURS = re.compile(r"<(?:messages|reminders)-([0-9A-Z]{16})@([^<>\s]+)>")


def note_bounce(message_id: str, why: str, *, is_final: bool) -> bool:
    """Notes at the mail with this Message-ID that it came back; whether there is such a mail that was sent.

    is_final: whether it never arrives; a mail that is only late stays as it is. The id is random and stands in the mail
    alone: who names it has seen the mail.
    """
    found = OURS.fullmatch(message_id)
    if found is None or found[2].lower() != host().lower():
        return False
    mail = Mail.objects.filter(key=found[1], state=State.SENT).first()
    if mail is None:
        return False
    if is_final:
        with transaction.atomic():
            Mail.objects.filter(pk=mail.pk, state=State.SENT).update(state=State.DEAD, error=f"Came back: {why}"[:500])
            lines = mail.news if mail.is_news else mail.notices
            lines.filter(state=State.SENT).update(state=State.DEAD)
    return True
