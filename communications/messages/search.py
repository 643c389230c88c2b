"""Words in the log: which threads hold them, in the subject or in what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from cmo_portal.lib.texts import search_words
from cmo_portal.records.actors import Actor
from communications.messages.models import Message
from communications.messages.querysets import ThreadQuerySet


def threads_with(rows: ThreadQuerySet, text: str, reader: Actor) -> ThreadQuerySet:
    """The threads in which every word of `text` stands: in the subject, in a number, or in a message."""
    for word in search_words(text):
        said: Any = Message.objects.visible_to(reader).filter(thread=OuterRef("pk"), body__icontains=word)
        named = Q(subject__icontains=word) | Q(number__iexact=word) | Q(about_number__iexact=word)
        rows = rows.filter(named | Exists(said))
    return rows
