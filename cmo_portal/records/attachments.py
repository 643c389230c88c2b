"""Files that belong to a record: checked by content, kept once, opened only by those who see the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import models

from cmo_portal.lib.uploads import MEGABYTE, check_upload
from cmo_portal.records.actors import Actor
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from cmo_portal.records.trail import write


def storage_path(attachment: Attachment, filename: str) -> str:
    """A random path: the name a person gave stands in the row, never on the disk."""
    name = random_text(26)
    return f"attachments/{name[:2]}/{name}"


class Attachment(Record):
    """A file of a record. It copies the record's walls when it is added."""

    scope = Scope(shared="is_shared")
    guest_column, guest_shared = "about_number", True
    trail_files = {"file": "sha256"}

    about_type = models.CharField(max_length=60, editable=False)
    about_number = models.CharField(max_length=24, editable=False)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=storage_path, max_length=120)
    is_shared = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_number"], name="attachments_of_record")]


_added: ContextVar[list[Attachment] | None] = ContextVar("files added together", default=None)


@contextmanager
def kept_or_gone() -> Iterator[None]:
    """Takes the bytes of files that were added inside off the storage again where it ends with an error.

    The database rolls its rows back by itself, the storage does not. Open it around the transaction, not inside.
    """
    outer, mine = _added.get(), list[Attachment]()
    token = _added.set(mine)
    try:
        yield
    except BaseException:
        for attachment in mine:
            attachment.file.delete(save=False)
        raise
    finally:
        _added.reset(token)
    if outer is not None:
        outer.extend(mine)


def attach(record: Record, upload: File[Any], *, by: Actor, title: str = "", shared: bool | None = None) -> Attachment:
    """Keeps `upload` with `record`. Raises lib.uploads.RefusedUpload with the sentence for the field.

    shared: whether the partner company may read it; None follows the record, and a record that is not shared shares
    no file.
    """
    facts = check_upload(cast(BinaryIO, upload), upload.name or "", size_limit=settings.UPLOAD_LIMIT_MB * MEGABYTE)
    attachment = Attachment(
        about_type=record.record_type(),
        about_number=record.number,
        name=facts.name,
        title=title,
        content_type=facts.media_type,
        size=facts.size,
        sha256=facts.sha256,
        is_shared=record.wall_shared and shared is not False,
        wall_owner=record.wall_owner,
        wall_partner=record.wall_partner,
    )
    upload.seek(0)
    attachment.file.save(facts.name, upload, save=False)
    try:
        write(attachment, by=by, action="attachment.add")
    except Exception:
        attachment.file.delete(save=False)
        raise
    together = _added.get()
    if together is not None:
        together.append(attachment)
    return attachment


def copy_to(attachment: Attachment, record: Record, *, by: Actor) -> Attachment:
    """The same file with another record: a row of its own behind that record's walls, which leads to no other row."""
    made = Attachment(
        about_type=record.record_type(),
        about_number=record.number,
        is_shared=record.wall_shared,
        wall_owner=record.wall_owner,
        wall_partner=record.wall_partner,
        **{name: getattr(attachment, name) for name in ("name", "title", "content_type", "size", "sha256")},
    )
    made.file.name = attachment.file.name
    write(made, by=by, action="attachment.add")
    return made


def attachments_of(record: Record, reader: Actor) -> models.QuerySet[Attachment]:
    return (
        Attachment.objects.visible_to(reader)
        .filter(about_type=record.record_type(), about_number=record.number, is_retired=False)
        .order_by("pk")
    )


def retire(attachment: Attachment, *, by: Actor, reason: str) -> None:
    """Takes the file off the record's page; the row and the file stay."""
    attachment.is_retired = True
    write(attachment, by=by, action="attachment.retire", reason=reason)


def restore(attachment: Attachment, *, by: Actor) -> None:
    """Puts a file back on the record's page."""
    attachment.is_retired = False
    write(attachment, by=by, action="attachment.restore")
