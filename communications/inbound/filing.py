"""A mail becomes a message in the name of its person, with the files that may be kept; once, however often it comes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings
from django.core.files.base import ContentFile

from cmo_portal.accounts.models import User
from cmo_portal.lib.uploads import MEGABYTE, RefusedUpload, check_upload
from cmo_portal.lib.wording import counted
from cmo_portal.records.context import acting_as
from communications.inbound.letters import Letter, Piece
from communications.inbound.models import InboundMail
from communications.messages.actions import post
from communications.messages.channels import Channel, came_by
from communications.messages.models import LONGEST, Message, Thread

REST = "\n\n… The whole answer is attached as answer.txt."


@dataclass
class Content:
    """What a mail says and brings. refused: why which file cannot be kept."""

    body: str
    files: list[ContentFile[bytes]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def content_of(letter: Letter) -> Content:
    """The answer and the files of a mail. A longer text than a message can hold is attached whole."""
    found = Content(letter.answer, *sorted_out(letter.files))
    found.refused += letter.unread
    if len(found.body) > LONGEST:
        found.files.insert(0, ContentFile(found.body.encode(), name="answer.txt"))
        found.body = found.body[: LONGEST - len(REST)].rstrip() + REST
    if not found.body and found.files:
        found.body = f"Sent by e-mail without text, with {counted(len(found.files), 'file')}."
    return found


def sorted_out(pieces: Sequence[Piece]) -> tuple[list[ContentFile[bytes]], list[str]]:
    """(files that may be kept, why others may not)."""
    kept: list[ContentFile[bytes]] = []
    refused: list[str] = []
    for piece in pieces:
        try:
            facts = check_upload(BytesIO(piece.data), piece.name, size_limit=settings.UPLOAD_LIMIT_MB * MEGABYTE)
        except RefusedUpload as refusal:
            refused.append(str(refusal))
        else:
            kept.append(ContentFile(piece.data, name=facts.name))
    return kept, refused


def key_of(mail: InboundMail, person: User, thread: Thread) -> str:
    """By which the same mail is known when it comes again: its own id where it has one, else its bytes."""
    told = mail.identity or mail.sha256
    return hashlib.sha256(f"{told}\n{person.ref}\n{thread.number}".encode()).hexdigest()


def say(mail: InboundMail, content: Content, person: User, thread: Thread) -> Message:
    """Posts the message as the person and lets the mail point to it; the caller moves the mail.

    It answers nothing by itself: whose move it is and by when stays as it was, whatever the words are.
    """
    with acting_as(person):
        message = post(thread, by=person, body=content.body, files=content.files)
        came_by(message, Channel.EMAIL)
    mail.message, mail.filed_key = message, key_of(mail, person, thread)
    mail.refused_files = content.refused
    return message
