"""The demo's mail: an answer that came by e-mail from another address, and is held until Pat has looked at it."""

from __future__ import annotations

from email.message import EmailMessage

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from communications.inbound.actions import letter_of
from communications.inbound.models import Way
from communications.inbound.receiving import INBOUND, Envelope, keep
from communications.inbound.workflows import MAIL
from communications.messages.models import Thread
from communications.notices.news import MessageNews

ANSWER = """The mapping of LY-3 is planned for next week, empty first and then with load.

Sent from my iPhone
"""


def seed(cast: dict[str, User]) -> None:
    """What the demo's people say is news to none of them: only what is said from now on is told by e-mail."""
    with acting_as(SETUP):
        thread = Thread.objects.get(subject__startswith="Shelf mapping", is_shared=True)
        hold_a_mail(cast["pat"], thread)
        MessageNews.objects.filter(told_at=None).update(told_at=timezone.now())


def hold_a_mail(person: User, thread: Thread) -> None:
    """As it would come, also where the installation takes no mail; nothing is sent about it."""
    mail = EmailMessage()
    mail["From"] = "Pat Huber <pat.huber@private-mail.example>"
    mail["Subject"] = f"Re: New message in {thread.number}"
    mail["Message-ID"] = "<demo-held@private-mail.example>"
    mail.set_content(ANSWER)
    kept = keep(mail.as_bytes(), Envelope(Way.FILE), "")
    with acting_as(INBOUND):
        letter = letter_of(kept)
        kept.person, kept.thread, kept.wall_owner = person, thread, person.company_id
        kept.sender, kept.subject, kept.identity = letter.sender, letter.subject, letter.message_id
        kept.reasons = ["It came from another address than yours."]
        MAIL.perform(kept, "hold", by=INBOUND)
