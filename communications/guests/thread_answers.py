"""The answer that a thread awaits from the CMO, given by a link: one message with its files, and the ball goes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.base import File

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR, Guest
from cmo_portal.records.attachments import Attachment, attachments_of
from communications.guests.fields import FilesField
from communications.guests.kinds import Answerable, Filed
from communications.messages import actions
from communications.messages.forms import written
from communications.messages.models import Message, Thread
from communications.messages.vocabulary import Ball
from communications.messages.workflows import THREAD

LAST = 10  # messages that the guest reads: what the question is about, not the history
READS = ("vendor__sponsor", "vendor__company")


class AnswerForm(forms.Form):
    words = written("Your answer", 6)
    attached = FilesField(label="Files", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = record.version


def refusal(thread: Thread) -> str | None:
    if not thread.is_shared or thread.vendor is None or thread.vendor.company_id is None:
        return "Only your own company reads this thread: nobody else can answer it."
    return None if thread.awaits == PARTNER else "This thread awaits no answer of the CMO."


def shown(thread: Thread, asked_at: datetime) -> list[str]:
    """The last messages when the guest was asked: what both sides say to each other later is not the guest's."""
    vendor: Any = thread.vendor
    rows: Any = Message.objects.filter(thread=thread, is_shared=True, created_at__lte=asked_at)
    said = list(rows.order_by("-sequence").values_list("number", flat=True)[:LAST])
    return [vendor.number, vendor.sponsor.number, vendor.company.number, *said]


def story(thread: Thread, guest: Guest) -> dict[str, Any]:
    """The last messages with their files. Who wrote each is told by company: a guest reads no names."""
    rows: Any = Message.objects.visible_to(guest)
    said = list(rows.filter(thread=thread).order_by("sequence"))
    files: Any = Attachment.objects.visible_to(guest).filter(is_retired=False).order_by("pk")
    for message in said:
        message.files = [each for each in files if each.about_number == message.number]
    return {"said": said, "earlier": said[0].sequence - 1 if said else 0}


def file(
    thread: Thread, *, by: Guest, words: str, files: Iterable[File[Any]], version: int | None, number: str
) -> Filed:
    """`version` is not asked: what was said meanwhile stands beside the answer, and nothing is written over."""
    message = actions.post(thread, by=by, body=words, ball=Ball.THEM, files=files, number=number)
    return Filed(message.body, list(attachments_of(message, by)), message)


THREADS = Answerable(
    model=Thread,
    slug="thread",
    noun="an answer",
    asks={SPONSOR: P.MESSAGE_POST, PARTNER: P.MESSAGE_POST},
    rows=lambda reader: Thread.objects.open_to(reader),
    title=str,
    vendor=lambda thread: thread.vendor,
    refusal=refusal,
    shown=shown,
    grants=frozenset({P.MESSAGE_POST}),
    moves=(THREAD.by_name["await_sponsor"],),
    story=story,
    form=AnswerForm,
    file=file,
    template="communications/guest_thread.html",
    reads=READS,
    makes=Message.number_prefix,
)
