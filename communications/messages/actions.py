"""Verbs of the message log: start a thread, say something in it, note something for colleagues, and what was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR, Guest
from cmo_portal.records.attachments import attach, kept_or_gone
from cmo_portal.records.record import content_digest
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.messages import subjects
from communications.messages.audience import mentioned
from communications.messages.models import InternalNote, Mention, Message, Reading, Thread
from communications.messages.vocabulary import AWAITING, Ball, Mark
from communications.messages.workflows import THREAD
from vendors.registry.models import Vendor

OTHER = {SPONSOR: PARTNER, PARTNER: SPONSOR}
AWAIT = {SPONSOR: "await_sponsor", PARTNER: "await_cmo"}


def need(by: User | Guest, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied


def side_of(by: User | Guest) -> str:
    """The side that `by` speaks for; a guest by a link speaks for one without belonging to it."""
    return by.side if isinstance(by, Guest) else by.company_kind


def start_thread(
    *, by: User, subject: str, vendor: Vendor | None = None, record: Any = None, shared: bool = True
) -> Thread:
    """Opens a thread, about `record` where one is given, else about the CMO in general.

    It is shared where both companies read the record and the sponsor does not keep it to itself (`shared`); a CMO's
    thread is always shared. Raises PermissionDenied, Http404 where the record is not open to `by`, ValidationError.
    """
    need(by, P.MESSAGE_POST)
    about_type = about_number = ""
    subject_record = record if record is not None else vendor
    if record is not None:
        about_type, about_number = record.record_type(), record.number
        record = subjects.find(about_type, about_number, by)
        vendor = subjects.kinds[about_type].vendor(record)
    if vendor is None and by.company_kind == PARTNER:
        raise ValidationError({"vendor": "Choose the sponsor you write to."})
    both = subject_record is not None and subjects.is_shared(subject_record, vendor)
    if by.company_kind == PARTNER and not both:
        raise ValidationError("Your sponsor does not read this: write to it in general.")
    thread = Thread(
        sponsor_id=vendor.sponsor_id if vendor is not None else by.company.pk,
        vendor=vendor,
        subject=subject,
        about_type=about_type,
        about_number=about_number,
        is_shared=both and (shared or by.company_kind == PARTNER),
        last_at=timezone.now(),
    )
    write(thread, by=by, action="thread.start")
    return thread


def start_with(
    *,
    by: User,
    subject: str,
    body: str,
    vendor: Vendor | None = None,
    record: Any = None,
    shared: bool = True,
    **said: Any,
) -> Thread:
    """A thread with its first message, both or none."""
    with kept_or_gone(), transaction.atomic():
        thread = start_thread(by=by, subject=subject, vendor=vendor, record=record, shared=shared)
        post(thread, by=by, body=body, **said)
    return thread


def post(
    thread: Thread,
    *,
    by: User | Guest,
    body: str,
    ball: str = Ball.KEEP,
    answer_due_date: date | None = None,
    mark: str = Mark.NONE,
    corrects: Message | None = None,
    replies_to: Message | None = None,
    files: Iterable[File[Any]] = (),
    number: str = "",
) -> Message:
    """Says `body` to everybody who reads the thread, and moves the ball as the writer chose.

    A message in a resolved thread opens it again. The sequence is given under the thread's lock (see `Message`).
    number: of the message, where it was drawn ahead.
    Raises PermissionDenied, ValidationError, WrongState, or lib.uploads.RefusedUpload of a file; nothing is kept then.
    """
    need(by, P.MESSAGE_POST)
    check_date(answer_due_date, ball)
    with kept_or_gone(), transaction.atomic():
        held: Any = lock(thread)
        message = Message(
            number=number,
            thread=held,
            sequence=held.message_count + 1,
            is_shared=held.is_shared,
            body=body,
            mark=mark,
            corrects=corrects,
            replies_to=replies_to,
            mentions=mentioned(body, held, by),
            wall_owner=held.wall_owner,
            wall_partner=held.wall_partner,
            **author(by),
        )
        write(message, by=by, action="message.post")
        note_mentions(message)
        for file in files:
            attach(message, file, by=by)
        count_in(held, message, by=by)
        move_ball(held, ball, answer_due_date, by=by)
        mark_read(held, message.sequence, by=by)
    take_over(thread, held)
    return message


def note_mentions(message: Message) -> None:
    walls = {name: getattr(message, name) for name in ("wall_owner", "wall_partner", "wall_shared")}
    Mention.objects.bulk_create(
        Mention(message=message, thread=message.thread, person_ref=ref, **walls) for ref in message.mentions
    )


def author(by: User | Guest) -> dict[str, str]:
    return {
        "author_ref": by.ref,
        "author_name": by.spoken_name if isinstance(by, Guest) else by.name,
        "author_company": by.company_name,
        "author_side": side_of(by),
    }


def count_in(thread: Thread, message: Message, *, by: User | Guest) -> None:
    """The thread's own chain names each message with its digest, so that one taken away would leave a gap in it."""
    thread.message_count, thread.last_at = message.sequence, message.created_at
    details = {"message": message.number, "sequence": message.sequence, "sha256": content_digest(message)}
    write(thread, by=by, action="thread.post", details=details)


def check_date(answer_due_date: date | None, ball: str) -> None:
    if answer_due_date is None:
        return
    if ball not in (Ball.THEM, Ball.US):
        raise ValidationError({"answer_due_date": "A day belongs to an answer: say whose it is."})
    if answer_due_date < timezone.localdate():
        raise ValidationError({"answer_due_date": "The answer is due today or later."})


def move_ball(thread: Thread, ball: str, answer_due_date: date | None, *, by: User | Guest) -> None:
    """The status as the writer of a message chose it. What is awaited already is only given its new day."""
    if ball == Ball.KEEP:
        if thread.is_resolved:
            THREAD.perform(thread, "reopen", by=by)
        return
    if ball == Ball.NOBODY:
        name, target = ("reopen" if thread.is_resolved else "release"), ""
    else:
        target = side_of(by) if ball == Ball.US else OTHER[side_of(by)]
        name = AWAIT[target]
    thread.answer_due_date = answer_due_date
    if thread.awaits != target or thread.is_resolved:
        THREAD.perform(thread, name, by=by)
    else:
        write(thread, by=by, action="thread.answer_date")


def move(thread: Thread, name: str, *, by: User, reason: str = "", version: int | None = None, **more: Any) -> None:
    """A move without a message. Raises PermissionDenied, WrongState, StaleRecord."""
    kept = thread.answer_due_date
    if THREAD.by_name[name].target not in AWAITING or thread.awaits:
        thread.answer_due_date = None
    try:
        THREAD.perform(thread, name, by=by, reason=reason, version=version)
    except Exception:
        thread.answer_due_date = kept
        raise


def add_note(thread: Thread, *, by: User, body: str, files: Iterable[File[Any]] = ()) -> InternalNote:
    """A note among colleagues. It never leaves the company, and leaves nothing behind on the thread: no count, no
    entry in its trail and no time, since the other side reads those."""
    need(by, P.MESSAGE_NOTE)
    with kept_or_gone(), transaction.atomic():
        note = InternalNote(
            thread=thread, after=thread.message_count, body=body, wall_owner=by.company_id, **author(by)
        )
        write(note, by=by, action="message_note.add")
        for file in files:
            attach(note, file, by=by, shared=False)
    return note


def rename(thread: Thread, *, by: User, subject: str, version: int | None = None) -> None:
    """Gives the thread another subject; its trail keeps the old one."""
    need(by, P.MESSAGE_POST)
    thread.subject = subject
    write(thread, by=by, action="thread.rename", version=version)


def mark_read(thread: Thread, sequence: int, *, by: User | Guest) -> None:
    """Notes how far `by` has read; never back, and never beyond what stands. Who cannot answer leaves no receipt: an
    inspector's reading is nobody's business. Neither does a guest, who reads a part of it once."""
    if isinstance(by, Guest) or not by.may(P.MESSAGE_POST):
        return
    reach(thread, "sequence", sequence, by=by)


def acknowledge(message: Message, *, by: User) -> None:
    """Says in one's own name that one has read everything up to this message. It is no signature and no approval."""
    need(by, P.MESSAGE_POST)
    if message.author_ref == by.ref:
        raise WrongState("You wrote this yourself.")
    reach(message.thread, "acknowledged", message.sequence, by=by)


def reach(thread: Thread, name: str, sequence: int, *, by: User) -> None:
    reading, _ = Reading.objects.get_or_create(
        thread=thread,
        person_ref=by.ref,
        defaults={
            "person_name": by.name,
            "person_side": by.company_kind,
            "read_at": timezone.now(),
            "wall_owner": thread.wall_owner,
            "wall_partner": thread.wall_partner,
            "wall_shared": thread.wall_shared,
        },
    )
    sequence = min(sequence, thread.message_count)
    if getattr(reading, name) < sequence:
        mine = Reading.objects.filter(pk=reading.pk, **{f"{name}__lt": sequence})
        values = {name: sequence, "read_at": timezone.now()}
        mine.update(**values)


def take_over(thread: Thread, held: Thread) -> None:
    """The caller's copy says what is stored now."""
    for field in Thread._meta.concrete_fields:
        setattr(thread, field.attname, getattr(held, field.attname))
