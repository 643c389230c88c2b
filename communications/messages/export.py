"""A thread as a file that stands for itself: every message with the digest that the thread's trail holds of it."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from cmo_portal.accounts.models import User
from cmo_portal.lib.pdf import render_pdf
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import canonical, content_digest, digest
from communications.messages.audience import other_company
from communications.messages.models import Message, Thread

THREAD = ("number", "subject", "about_type", "about_number", "status", "is_shared", "message_count")
PRINTED = 1000
REFERS = (("corrects", "Corrects"), ("replies_to", "Replies to"))
SAID = ("number", "sequence", "author_name", "author_company", "author_side", "body", "mark")


def thread_as_json(thread: Thread, reader: User) -> str:
    """The shared messages and their files by name and SHA-256; notes of neither side are in it.

    `sha256` of a message is the SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of its `said`, and
    `trail_sha256` the digest that the trail of the thread holds of it, which also covers keys of the database that tell
    an outsider how much there is. `sha256` of the whole is that of `thread` and `messages` together.
    """
    return json.dumps(told_of(thread, reader), ensure_ascii=False, indent=1)


def told_of(thread: Thread, reader: User, after: int = 0) -> dict[str, Any]:
    """The thread with the messages behind the number `after`, each with its digests, and the digest of it all."""
    rows: Any = Message.objects.visible_to(reader).filter(thread=thread, sequence__gt=after)
    rows = rows.filter(sequence__lte=thread.message_count)  # what came meanwhile is in the next export
    messages = list(rows.select_related("corrects", "replies_to").order_by("sequence"))
    files = files_of(messages, reader)
    told = {
        "thread": {name: getattr(thread, name) for name in THREAD},
        "messages": [as_told(message, files[message.number]) for message in messages],
    }
    return told | {"sha256": digest(canonical(told))}


def thread_as_pdf(thread: Thread, reader: User, at: datetime) -> bytes:
    """The same for people to read: the newest `PRINTED` messages, each with its two digests; the file as JSON has all.

    `sha256` on the first page is that of the JSON file, where all messages are printed.
    """
    after = max(thread.message_count - PRINTED, 0)
    told = told_of(thread, reader, after)
    other = other_company(thread, reader)
    facts = [
        ("Thread", thread.number),
        ("Between", f"{reader.company_name} and {other}" if thread.is_shared else f"{reader.company_name} only"),
        ("Status", thread.get_status_display()),  # type: ignore[attr-defined]
        ("About", thread.about_number or "In general"),
        ("Messages", f"{after + 1} to {thread.message_count}" if after else thread.message_count),
        ("Made", f"{stamp(at)} for {reader.name}"),
        ("SHA-256 of what is told here", told["sha256"]),
    ]
    data = {
        "title": thread.subject,
        "number": thread.number,
        "head": "Conversation",
        "facts": facts,
        "messages": [printed(message) for message in told["messages"]],
    }
    return render_pdf("thread.typ", data, at=at)


def printed(told: dict[str, Any]) -> dict[str, Any]:
    said = told["said"]
    refers = [f"{words} #{said[key]}" for key, words in REFERS if said[key]]
    return {
        "by": f"{said['author_name']}, {said['author_company']}",
        "at": stamp(datetime.fromisoformat(said["at"])),
        "sequence": said["sequence"],
        "marks": [*(["Decision"] if said["mark"] else []), *refers],
        "body": said["body"],
        "files": [f"{file['name']} ({file['sha256']})" for file in said["files"]],
        "sha256": told["sha256"],
        "trail_sha256": told["trail_sha256"],
    }


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def as_told(message: Message, files: list[dict[str, Any]]) -> dict[str, Any]:
    said = {name: getattr(message, name) for name in SAID} | {
        "at": message.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "corrects": message.corrects.sequence if message.corrects else None,
        "replies_to": message.replies_to.sequence if message.replies_to else None,
        "files": files,
    }
    return {"said": said, "sha256": digest(canonical(said)), "trail_sha256": content_digest(message)}


def files_of(messages: list[Message], reader: User) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = Attachment.objects.visible_to(reader).filter(about_type=Message.record_type(), is_retired=False)
    for file in rows.filter(about_number__in=[message.number for message in messages]).order_by("pk"):
        found[file.about_number].append({"name": file.name, "size": file.size, "sha256": file.sha256})
    return found
