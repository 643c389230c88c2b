"""The answer of a guest: filed once, with a receipt; then the wish for an account, which an administrator decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from cmo_portal.records.actors import Guest
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import new_number
from cmo_portal.records.record import digest
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import WrongState
from communications.guests.entering import locked, use
from communications.guests.kinds import Filed, kinds
from communications.guests.models import GuestLink

ONCE = "This was answered already, perhaps in another window: nothing of this was filed."


def answer(
    link: GuestLink, *, by: Guest, words: str, files: Iterable[File[Any]] = (), version: int | None = None
) -> None:
    """Files the answer by the kind's own action and closes the link, all or nothing; `link` then says so.

    The link is held, so of two windows one files and the other is told. Raises WrongState, StaleRecord where what is
    asked changed since it was read, ValidationError, or lib.uploads.RefusedUpload of a file.
    """
    kind = kinds[link.about_type]
    made = new_number(kind.makes, timezone.localdate()) if kind.makes else ""
    guest = by.writing(made) if made else by
    with acting_as(guest), kept_or_gone(), transaction.atomic():
        held = locked(link)
        if held.answered_at is not None:
            raise WrongState(ONCE)
        closed = held.closed(timezone.now())
        if closed:
            raise WrongState(closed)
        record = kind.get(guest, held.about_number)
        refusal = kind.refusal(record)
        if refusal:
            raise WrongState(f"{refusal} Nothing of this was filed.")
        filed = kind.file(record, by=guest, words=words, files=files, version=version, number=made)
        use(held, "answer_link", by=guest, answered_at=timezone.now(), receipt=receipt_of(filed))
    link.catch_up(held)


def receipt_of(filed: Filed) -> dict[str, Any]:
    """What the guest and the asker read of it: each file with its size and SHA-256, the words with theirs."""
    files = [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in filed.files]
    words = {"words": filed.words, "words_sha256": digest(filed.words)} if filed.words else {}
    return {"record": filed.record.number, "files": files, **words}


def note_file(link: GuestLink, name: str, sha256: str, *, by: Guest) -> None:
    """A file that the guest took: on the link and on the record."""
    details = {"file": name, "sha256": sha256}
    with transaction.atomic():
        held = locked(link)
        note(held, by=by, action="guest_link.read_link_file", details=details)
        record = kinds[held.about_type].get(by, held.about_number)
        note(record, by=by, action="guest_link.read_link_file", details=details | {"link": held.number})


def want_account(link: GuestLink, *, by: Guest) -> None:
    """Tells those who can invite the guest. It makes no account: who belongs to a company its administrator decides."""
    with transaction.atomic():
        held = locked(link)
        if held.answered_at is None:
            raise WrongState("An account is offered after the answer.")
        if held.account_wanted_at is None:
            use(held, "want_account", by=by, account_wanted_at=timezone.now())
    link.catch_up(held)
