"""What a device sends when the network is back: one thing at a time, each kept once or refused with its sentence.

A thing carries the key that its device made and, where it is an answer, what the auditor saw when they gave it. The
ledger of `deliveries.py` is written in the same transaction as the thing itself, so a thing sent twice, because the
first reply was lost, is kept once. An answer that somebody else changed meanwhile is never overwritten: the device
gets both and its auditor chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.conduct import checklist_actions as actions
from audits.conduct.deliveries import Delivery
from audits.conduct.models import ChecklistItem, ScribeNote
from audits.programme.models import Audit
from cmo_portal.accounts.models import User
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.record import Record, canonical, digest
from cmo_portal.records.workflow import WrongState

KEY = re.compile(r"[0-9A-Za-z-]{8,40}")
UNKNOWN_ITEM = "This question is not on this audit's checklist any more."


class Refused(Exception):
    """The thing cannot be kept as it is; the text is the sentence the auditor reads. The device keeps the thing."""


class Conflict(Exception):
    """Somebody else changed the answer meanwhile: the device shows both, and its auditor chooses."""

    def __init__(self, item: ChecklistItem) -> None:
        self.item = item
        super().__init__("Somebody answered this question meanwhile.")


@dataclass(frozen=True)
class Sent:
    """One thing from a device.

    key: made by the device, once. at: the auditor's own clock. base: of an answer, what stood there when it was given,
    as {"version", "answer", "note"}. is_choice: the auditor saw both answers and chose their own.
    """

    key: str
    kind: str
    at: datetime | None = None
    item: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    is_choice: bool = False
    upload: File[Any] | None = None

    @property
    def digest(self) -> str:
        size = self.upload.size if self.upload else 0
        return digest(canonical([self.kind, self.item, self.texts, size]))


def parse(body: Any, upload: File[Any] | None = None) -> Sent:
    """The thing that `body` (JSON, read) describes. Raises Refused where it is none."""
    if not isinstance(body, dict):
        raise Refused("This is nothing that a checklist keeps.")
    key, kind = str(body.get("key", "")), str(body.get("kind", ""))
    if not KEY.fullmatch(key) or kind not in KEEPERS:
        raise Refused("This is nothing that a checklist keeps.")
    given = {name: body.get(name) for name in TEXTS}
    texts = {name: value.replace("\0", "") for name, value in given.items() if isinstance(value, str)}
    base = body.get("base")
    return Sent(
        key=key,
        kind=kind,
        at=moment_of(body.get("at")),
        item=str(body.get("item") or ""),
        texts=texts,
        base=base if isinstance(base, dict) else {},
        is_choice=body.get("is_choice") is True,
        upload=upload,
    )


TEXTS = ("answer", "note", "text", "corrects", "note_key", "title", "statement", "evidence")


def moment_of(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def take(audit: Audit, sent: Sent, *, by: User) -> Delivery:
    """Keeps the thing and its entry of the ledger in one transaction; a thing that is here already changes nothing.

    Raises Conflict, Refused, PermissionDenied.
    """
    known = delivered(sent, by)
    if known is not None:
        return known
    try:
        with kept_or_gone(), transaction.atomic():
            return enter(audit, sent, KEEPERS[sent.kind](audit, sent, by), by)
    except (IntegrityError, ValidationError) as refusal:
        known = delivered(sent, by)  # the same thing over another line, a moment earlier
        if known is not None:
            return known
        if isinstance(refusal, IntegrityError):
            raise
        raise Refused(" ".join(refusal.messages)) from refusal
    except (RefusedUpload, WrongState) as refusal:
        raise Refused(str(refusal)) from refusal


def delivered(sent: Sent, by: User) -> Delivery | None:
    """The entry of a thing that arrived before. Raises Refused where its key stands for something else."""
    known: Delivery | None = Delivery.objects.visible_to(by).filter(person=by, client_key=sent.key).first()
    if known is not None and known.digest != sent.digest:
        raise Refused("Something else was sent under this key: write it again.")
    return known


def enter(audit: Audit, sent: Sent, record: Record, by: User) -> Delivery:
    entry = Delivery(
        audit=audit,
        person=by,
        client_key=sent.key,
        kind=sent.kind,
        digest=sent.digest,
        record_type=record.record_type(),
        record_number=record.number,
        version=record.version,
        at=timezone.now(),
        wall_owner=audit.wall_owner,
    )
    entry.save(force_insert=True)
    return entry


def keep_answer(audit: Audit, sent: Sent, by: User) -> Record:
    actions.as_it_stands(audit)  # first, as every answer does: two locks in one order
    item = found_item(audit, sent.item, by, lock=True)
    answer, note = sent.texts.get("answer", ""), sent.texts.get("note", "").strip()
    stands = (item.answer, item.note)
    if stands == (answer, note):
        return item
    seen = (sent.base.get("answer", ""), sent.base.get("note", ""))
    if item.version != sent.base.get("version") and stands != seen:
        raise Conflict(item)
    reason = ""
    if sent.is_choice and item.answered_by is not None:
        reason = f"Chosen over the answer of {item.answered_by.name}, which stands in the history."
    actions.answer_item(item, by=by, answer=answer, note=note, at=sent.at, reason=reason)
    return item


def keep_note(audit: Audit, sent: Sent, by: User) -> Record:
    item = found_item(audit, sent.item, by) if sent.item else None
    corrects = None
    if sent.texts.get("corrects"):
        corrects = notes_of(audit, by).filter(number=sent.texts["corrects"]).first()
        if corrects is None:
            raise Refused("The note that this corrects is not here.")
    return actions.write_note(
        audit,
        by=by,
        text=sent.texts.get("text", ""),
        item=item,
        at=sent.at,
        corrects=corrects,
        client_key=sent.key,
    )


def keep_photo(audit: Audit, sent: Sent, by: User) -> Record:
    if sent.upload is None:
        raise Refused("The photo did not arrive: add it again.")
    target: ChecklistItem | ScribeNote | None
    if sent.texts.get("note_key"):
        target = notes_of(audit, by).filter(client_key=sent.texts["note_key"]).first()
        if target is None:
            raise Refused("The note of this photo is not here yet.")
    else:
        target = found_item(audit, sent.item, by)
    return actions.add_photo(target, sent.upload, by=by, title=sent.texts.get("title", "")[:200])


def keep_finding(audit: Audit, sent: Sent, by: User) -> Record:
    item = found_item(audit, sent.item, by) if sent.item else None
    return actions.make_finding(
        audit,
        by=by,
        item=item,
        client_key=sent.key,
        title=sent.texts.get("title", ""),
        statement=sent.texts.get("statement", ""),
        evidence=sent.texts.get("evidence", ""),
    )


KEEPERS: dict[str, Callable[[Audit, Sent, User], Record]] = {
    "answer": keep_answer,
    "note": keep_note,
    "photo": keep_photo,
    "finding": keep_finding,
}


def found_item(audit: Audit, number: str, by: User, *, lock: bool = False) -> ChecklistItem:
    rows = ChecklistItem.objects.visible_to(by).filter(audit=audit, number=number, is_removed=False)
    rows = rows.select_related("audit__site__vendor", "answered_by")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    item: ChecklistItem | None = rows.first()
    if item is None:
        raise Refused(UNKNOWN_ITEM)
    item.audit = audit  # the audit of the request, with what it has read already
    return item


def notes_of(audit: Audit, by: User) -> Any:
    return ScribeNote.objects.visible_to(by).filter(audit=audit)


def is_of_another(body: Any, by: User) -> bool:
    """Whether the things of this device belong to somebody other than who is signed in: nothing of it is taken."""
    return not isinstance(body, dict) or body.get("person") != by.ref
