"""What happens to a mail, whichever way it comes: kept whole, then read, then filed, held for a person or refused.

`receive` returns once the mail is kept, so its caller may say that it was taken; a database that is away is raised, so
that the caller asks for another try. A process that dies in between leaves a mail that is kept and not read yet; the
next look reads it (tasks.py). Nothing that a mail holds makes it fail: what cannot be read is held.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from cmo_portal.accounts.models import Membership, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.uploads import MEGABYTE, RefusedUpload
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.inbound import answers, letters
from communications.inbound.automatic import bounce_of, machine_of
from communications.inbound.charsets import one_line
from communications.inbound.filing import content_of, key_of, say
from communications.inbound.letters import Letter
from communications.inbound.models import InboundMail, MailStatus, Way
from communications.inbound.origins import doubt_about
from communications.inbound.workflows import MAIL
from communications.messages.models import Thread
from communications.notices.bounces import note_bounce
from communications.notices.mail import host
from communications.notices.reply_addresses import ReplyTo, read

log = logging.getLogger(__name__)
INBOUND = SystemActor("inbound")
AWAY = (OperationalError, InterfaceError)  # of a database: another try may find it
UNREADABLE = "It could not be read."
FAULTS = {
    "broken": UNREADABLE,
    "sealed": "It is encrypted, or signed in a way that hides its text: nobody here can read it.",
    "many_parts": "It has more parts than are looked at.",
}


@dataclass(frozen=True)
class Envelope:
    """What stood on the mail's envelope. sender: empty for the null sender, None where it is not known. recipients:
    empty where they are not known; then the mail's own head names them."""

    way: str = Way.FILE
    sender: str | None = None
    recipients: tuple[str, ...] = ()


def receive(raw: bytes, envelope: Envelope) -> list[InboundMail]:
    """Keeps the mail once for each of its recipients, and then does what is to be done with it.

    Raises OperationalError or InterfaceError where the database is away; the mail may be kept then, and the same mail
    that comes again is known.
    """
    found = []
    for recipient in dict.fromkeys(address.strip().lower() for address in envelope.recipients or ("",)):
        mail = keep(raw, envelope, recipient)
        found.append(settle(mail) if mail.status == MailStatus.RECEIVED else mail)
    return found


def keep(raw: bytes, envelope: Envelope, recipient: str) -> InboundMail:
    """Stores the bytes as they came; the same bytes for the same address are one mail. Nothing of it is parsed yet."""
    sha256 = hashlib.sha256(raw).hexdigest()
    key = hashlib.sha256(f"{recipient}\n{sha256}".encode()).hexdigest()
    with acting_as(INBOUND):
        known = InboundMail.objects.filter(delivery_key=key).first()
        if known is not None:
            return known  # type: ignore[no-any-return]
        named = read(recipient)
        mail = InboundMail(
            way=envelope.way, recipient=one_line(recipient)[:320], size=len(raw), sha256=sha256, delivery_key=key,
            envelope_from=None if envelope.sender is None else one_line(envelope.sender)[:320],
            wall_owner=company_of(named.person) if named else None,
        )  # fmt: skip
        return store(mail, raw)


def store(mail: InboundMail, raw: bytes) -> InboundMail:
    mail.raw.save("mail", ContentFile(raw), save=False)
    try:
        with suppress(NotImplementedError), open(mail.raw.path, "rb") as kept:  # noqa: PTH123 - a store may have no paths
            os.fsync(kept.fileno())
        write(mail, by=INBOUND, action="inbound_mail.receive")
    except ValidationError:  # the same delivery at the same moment, which was faster
        mail.raw.delete(save=False)
        return InboundMail.objects.get(delivery_key=mail.delivery_key)  # type: ignore[no-any-return]
    except BaseException:
        mail.raw.delete(save=False)
        raise
    return mail


def company_of(ref: str) -> int | None:
    return Membership.objects.filter(user__number=ref).values_list("company", flat=True).first()


def settle(mail: InboundMail) -> InboundMail:
    """Decides what becomes of a mail that is kept; safe to run twice, and twice at once."""
    with acting_as(INBOUND):
        try:
            with kept_or_gone(), transaction.atomic():
                held = held_row(mail)
                if held.status == MailStatus.RECEIVED:
                    decide(held)
        except AWAY:
            raise
        except Exception:
            log.exception("mail %s could not be read", mail.number)
            with transaction.atomic():
                held = held_row(mail)
                if held.status == MailStatus.RECEIVED:
                    ascribe(held, read(held.recipient))
                    move(held, "hold", UNREADABLE)
    return held


def held_row(mail: InboundMail) -> InboundMail:
    row = lock(mail)
    if not isinstance(row, InboundMail):
        raise TypeError("A mail that is not stored cannot be settled.")
    return row


def decide(mail: InboundMail) -> None:
    with mail.raw.open("rb") as kept:
        letter = letters.read(kept.read())
    mail.sender, mail.subject, mail.identity = letter.sender, letter.subject, letter.message_id
    named = read(mail.recipient) or next((found for found in map(read, letter.recipients) if found), None)
    ascribe(mail, named)
    if named is None and mail.wall_owner is None:
        mail.wall_owner = company_of_sender(letter)
    if refusal := refusal_of(mail, letter):
        move(mail, "refuse", refusal)
        return
    doubts = doubts_about(mail, letter, named)
    if doubts and mail.wall_owner is None:
        move(mail, "refuse", *doubts, "Its sender is not known here either.")
    elif doubts or mail.person is None or mail.thread is None:
        move(mail, "hold", *doubts)
    else:
        file(mail, letter, mail.person, mail.thread)


def ascribe(mail: InboundMail, named: ReplyTo | None) -> None:
    """Whose matter the mail is: of the person whom its address names, or of the company they have left."""
    if named is None:
        return
    membership = Membership.objects.select_related("user", "company").filter(user__number=named.person).first()
    if membership is not None:
        mail.wall_owner = membership.company_id
        membership.user.belongs = membership  # type: ignore[misc]
        mail.person = membership.user if membership.user.is_active else None
        mail.thread = Thread.objects.filter(number=named.thread).first()


def company_of_sender(letter: Letter) -> int | None:
    """The company of the one address that the mail says it is from; None where nobody here has it."""
    if len(letter.authors) != 1:
        return None
    rows = Membership.objects.filter(user__email=letter.authors[0], user__is_active=True)
    return rows.values_list("company", flat=True).first()


def refusal_of(mail: InboundMail, letter: Letter) -> str:
    """Why nobody has to look at the mail; empty where somebody might."""
    bounce = bounce_of(letter)
    if bounce is not None:
        known = note_bounce(bounce.original, bounce.why, is_final=bounce.is_final)
        return f"A mail came back ({bounce.why})." if known else "A report about a mail that is not known here."
    if mail.size > settings.INBOUND_LIMIT_MB * MEGABYTE:
        return f"It is larger than {settings.INBOUND_LIMIT_MB} MB: attach large files in the portal."
    return machine_of(letter, mail.envelope_from, host())


def doubts_about(mail: InboundMail, letter: Letter, named: ReplyTo | None) -> list[str]:
    """Why the mail is not filed by itself."""
    if named is None:
        return ["The address it was sent to is none that the portal gave out."]
    if mail.person is None:
        return ["The person whom its address names does not work here any more."]
    person, found = mail.person, []
    if named.is_over(timezone.now().date()):
        found.append("The address it was sent to has ended: answer a newer mail, or in the portal.")
    if mail.thread is None or not Thread.objects.open_to(person).filter(pk=mail.thread.pk).exists():
        found.append("The thread that it names is not open to you.")
    elif not person.may(P.MESSAGE_POST):
        found.append("You may not write in threads.")
    found += [doubt for doubt in (doubt_about_author(letter, person),) if doubt]
    found += [FAULTS[fault] for fault in dict.fromkeys(letter.faults)]
    if not letter.answer and not letter.files and not letter.faults:
        found.append("There is nothing in it beside what it quotes.")
    return found


def doubt_about_author(letter: Letter, person: User) -> str:
    froms = len(letter.message.get_all("From", []))
    if not letter.authors:
        return "It says nothing about who wrote it."
    if froms > 1 or len(letter.authors) > 1:
        return "It names several senders."
    if letter.authors[0] != person.email.lower():
        return "It came from another address than yours."
    if settings.INBOUND_AUTHSERV_ID:
        return doubt_about(letter.message, letter.authors[0], settings.INBOUND_AUTHSERV_ID)
    return ""


def file(mail: InboundMail, letter: Letter, person: User, thread: Thread) -> None:
    """Puts the mail into its thread, unless it stands there: the thread's lock lets one of several in at a time."""
    lock(thread)
    if InboundMail.objects.filter(filed_key=key_of(mail, person, thread)).exists():
        move(mail, "repeat", "The same mail came before, and stands in the thread.")
        return
    content = content_of(letter)
    if not content.body:
        mail.refused_files = content.refused
        move(mail, "hold", "There is nothing in it that can be filed.", *content.refused)
        return
    try:
        with kept_or_gone(), transaction.atomic():
            say(mail, content, person, thread)
    except (PermissionDenied, WrongState, RefusedUpload, ValidationError) as error:
        mail.message = mail.filed_key = None
        sentences = error.messages if isinstance(error, ValidationError) else [str(error) or "You may not write there."]
        move(mail, "hold", *sentences)
        return
    move(mail, "file")


def move(mail: InboundMail, name: str, *reasons: str) -> None:
    mail.reasons = list(reasons)
    MAIL.perform(mail, name, by=INBOUND)
    answers.plan(mail)
