"""A thread as a file that stands for itself: every message with the digest that the thread's trail holds of it."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC
from typing import Any

from cmo_portal.accounts.models import User
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import canonical, content_digest, digest
from communications.messages.models import Message, Thread

THREAD = ("number", "subject", "about_type", "about_number", "status", "is_shared", "message_count")
SAID = ("number", "sequence", "author_name", "author_company", "author_side", "body", "mark")


def thread_as_json(thread: Thread, reader: User) -> str:
    """The shared messages and their files by name and SHA-256; notes of neither side are in it.

    `sha256` of a message is the SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of its `said`, and
    `trail_sha256` the digest that the trail of the thread holds of it, which also covers keys of the database that tell
    an outsider how much there is. `sha256` of the whole is that of `thread` and `messages` together.
    """
    rows: Any = Message.objects.visible_to(reader).filter(thread=thread)
    messages = list(rows.select_related("corrects", "replies_to").order_by("sequence"))
    files = files_of(messages, reader)
    told = {
        "thread": {name: getattr(thread, name) for name in THREAD},
        "messages": [as_told(message, files[message.number]) for message in messages],
    }
    return json.dumps(told | {"sha256": digest(canonical(told))}, ensure_ascii=False, indent=1)


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
