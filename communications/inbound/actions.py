"""Verbs of people about held mail: put it into its thread in one's own name, or discard it and say why."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from cmo_portal.accounts.models import User
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.trail import lock
from cmo_portal.records.workflow import WrongState
from communications.inbound import letters
from communications.inbound.filing import content_of, key_of, say
from communications.inbound.letters import Letter
from communications.inbound.models import InboundMail
from communications.inbound.workflows import MAIL
from communications.messages.models import Message, Thread


def letter_of(mail: InboundMail) -> Letter:
    """The kept mail, read again."""
    with mail.raw.open("rb") as kept:
        return letters.read(kept.read())


def release(mail: InboundMail, *, by: User, version: int | None = None) -> Message:
    """Puts the mail into the thread it names, as a message of `by`, who answers for it from then on.

    Raises PermissionDenied, WrongState, StaleRecord; ValidationError of a text that no message can be.
    """
    content = content_of(letter_of(mail))
    if not content.body:
        raise WrongState("There is nothing in it that can be filed: discard it.")

    def file() -> None:
        thread = Thread.objects.open_to(by).get(pk=mail.thread_id)  # the guard has asked
        lock(thread)
        if InboundMail.objects.filter(filed_key=key_of(mail, by, thread)).exists():
            raise WrongState("The same mail stands in the thread already: discard this one.")
        say(mail, content, by, thread)

    before = (mail.message, mail.filed_key, mail.refused_files)
    try:
        with kept_or_gone(), transaction.atomic():
            MAIL.perform(mail, "release", by=by, version=version, first=file)
    except Exception:
        mail.message, mail.filed_key, mail.refused_files = before
        raise
    if mail.message is None:
        raise ValidationError("The mail was not filed.")
    return mail.message


def discard(mail: InboundMail, *, by: User, reason: str, version: int | None = None) -> None:
    """Lays a mail aside. It stays as it came. Raises PermissionDenied, WrongState (without a reason), StaleRecord."""
    MAIL.perform(mail, "discard", by=by, reason=reason, version=version)
