"""What the portal writes to somebody about a mail in their name: that it is held, or which file was not filed.

It goes to the address of the account alone, never to one that a mail claims, so no forged mail makes the portal write
to strangers. It cannot make a loop: it is marked as an automatic answer, machines get none, and one address gets at
most one an hour.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import lock, write
from communications.inbound.models import InboundMail, MailStatus
from communications.notices.mail import send

log = logging.getLogger(__name__)
ANSWERS = SystemActor("inbound")
PAUSE = timedelta(hours=1)


def plan(mail: InboundMail) -> None:
    """Has the mail answered once it is settled, where there is something to say."""
    if says_something(mail):
        transaction.on_commit(lambda: ring(mail.number), robust=True)


def ring(number: str) -> None:
    from communications.inbound.tasks import answer_mail

    try:
        answer_mail.delay(number)
    except Exception:  # the broker may fail in any way of its own; the page of held mail shows it
        log.exception("the broker did not take the answer to mail %s", number)


def says_something(mail: InboundMail) -> bool:
    if mail.person is None or mail.envelope_from == "":
        return False
    return mail.status == MailStatus.HELD or (mail.status == MailStatus.FILED and bool(mail.refused_files))


def answer(number: str, now: datetime) -> bool:
    """Writes to the person of a mail; whether it did. Done twice it is done once."""
    with acting_as(ANSWERS):
        with transaction.atomic():
            mail = InboundMail.objects.select_related("person", "thread").filter(number=number).first()
            if mail is None or not says_something(mail) or not claim(mail, mail.person, now):
                return False
        context = {
            "mail": mail,
            "is_held": mail.is_held,
            "thread": mail.thread.number if mail.thread else "",
            "address": settings.SITE_URL + mail.get_absolute_url(),
        }
        send(mail.person.email, "inbound", context, key=f"answer-{mail.number}", answers=mail.identity)
    return True


def claim(mail: InboundMail, person: User, now: datetime) -> bool:
    """Takes the hour for this mail. The person's lock lets one of several in at a time; a mail that then cannot be sent
    is not sent later, because nobody waits for it."""
    lock(person)
    mine = InboundMail.objects.filter(person=person.pk, answered_at__gt=now - PAUSE)
    if mail.answered_at is not None or mine.exists() or not person.is_active:
        return False
    mail.answered_at = now
    write(mail, by=ANSWERS, action="inbound_mail.answer")
    return True
