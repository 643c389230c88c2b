"""A thread as its page shows it: messages and the reader's own notes by time, with files, corrections and readers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from cmo_portal.accounts.models import User
from cmo_portal.records.attachments import Attachment
from communications.messages.channels import way_of
from communications.messages.models import AgreedAction, InternalNote, Message, Reading, Thread

PAGE = 50


@dataclass
class Entry:
    """One line: a message, or a note where `is_note`."""

    said: Any
    is_note: bool
    is_new: bool = False
    is_ours: bool = False
    way: str = ""
    files: list[Attachment] = field(default_factory=list)
    corrected_by: list[int] = field(default_factory=list)

    @property
    def initials(self) -> str:
        words = self.said.author_name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))[:2].upper()


@dataclass(frozen=True)
class Window:
    """The part of a thread that a page shows: the numbers after `first` up to `last`."""

    first: int
    last: int
    count: int

    @classmethod
    def of(cls, thread: Thread, asked: str) -> Window:
        """`asked` comes from the address; what is no number shows the newest."""
        last = int(asked) if asked.isdecimal() and len(asked) < 8 else thread.message_count
        last = min(max(last, 1), thread.message_count)
        return cls(max(last - PAGE, 0), last, thread.message_count)

    @classmethod
    def since(cls, thread: Thread, asked: str) -> Window:
        """What came after the number `asked`, at most one page of it: the next question brings the rest."""
        first = int(asked) if asked.isdecimal() and len(asked) < 8 else thread.message_count
        first = min(first, thread.message_count)
        return cls(first, min(first + PAGE, thread.message_count), thread.message_count)

    @property
    def is_newest(self) -> bool:
        return self.last == self.count


def entries(thread: Thread, window: Window, reader: User, seen: int, *, notes: bool = True) -> list[Entry]:
    """What stands in the window, in order; the same queries for any number."""
    rows: Any = Message.objects.visible_to(reader).filter(thread=thread)
    said = rows.filter(sequence__gt=window.first, sequence__lte=window.last)
    messages = list(said.select_related("replies_to", "corrects", "came").order_by("sequence"))
    found = [
        Entry(message, False, message.sequence > seen and message.author_ref != reader.ref) for message in messages
    ]
    if notes:
        found += [Entry(note, True) for note in notes_in(thread, window, reader)]
    add_files(found, reader)
    add_corrections(found, thread, reader)
    for entry in found:
        entry.is_ours = entry.said.author_side == reader.company_kind
        entry.way = "" if entry.is_note else way_of(entry.said)
    return sorted(found, key=place)


def notes_in(thread: Thread, window: Window, reader: User) -> Any:
    """The reader's company's own notes that stand in the window."""
    rows: Any = InternalNote.objects.open_to(reader).filter(thread=thread, after__lte=window.last)
    if window.first:
        rows = rows.filter(after__gt=window.first)
    return rows.order_by("created_at")


def place(entry: Entry) -> tuple[int, bool, Any]:
    """A note stands behind the message that was the last when it was written."""
    return (entry.said.after if entry.is_note else entry.said.sequence, entry.is_note, entry.said.created_at)


def add_files(found: list[Entry], reader: User) -> None:
    numbers = [entry.said.number for entry in found]
    types = (Message.record_type(), InternalNote.record_type())
    files: dict[str, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.visible_to(reader).filter(
        about_type__in=types, about_number__in=numbers, is_retired=False
    )
    for file in rows.order_by("pk"):
        files[file.about_number].append(file)
    for entry in found:
        entry.files = files[entry.said.number]


def add_corrections(found: list[Entry], thread: Thread, reader: User) -> None:
    """Which later messages correct one that is shown."""
    later: dict[int, list[int]] = defaultdict(list)
    rows: Any = Message.objects.visible_to(reader).filter(thread=thread, corrects__isnull=False)
    for corrected, sequence in rows.order_by("sequence").values_list("corrects_id", "sequence"):
        later[corrected].append(sequence)
    for entry in found:
        if not entry.is_note:
            entry.corrected_by = later[entry.said.pk]


def readings(thread: Thread, reader: User) -> list[Reading]:
    """Who has read how far, the furthest first."""
    rows: Any = Reading.objects.visible_to(reader).filter(thread=thread)
    return list(rows.order_by("-sequence", "person_name")[:30])


def agreed_in(thread: Thread, reader: User) -> list[AgreedAction]:
    """What was agreed in the thread, what is still to be done first."""
    rows: Any = AgreedAction.objects.visible_to(reader).filter(thread=thread)
    return list(rows.order_by("is_dropped", F("done_date").asc(nulls_first=True), "due_date", "number")[:30])


def seen_by(thread: Thread, reader: User) -> int:
    mine: Any = Reading.objects.visible_to(reader).filter(thread=thread, person_ref=reader.ref)
    return mine.values_list("sequence", flat=True).first() or 0
