"""What a controlled record is: a walled row with a number and a version that only the one door may write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, NoReturn, Self

from django.db import models

from cmo_portal.records.scope import Walled, WalledQuerySet

door_is_open: ContextVar[bool] = ContextVar("door_is_open", default=False)


class opened_door:  # noqa: N801 - reads as a phrase: `with opened_door():`
    """Lets the writes of `trail` through the guard on records."""

    def __enter__(self) -> None:
        self.token = door_is_open.set(True)

    def __exit__(self, *exc: object) -> None:
        door_is_open.reset(self.token)


class ClosedDoor(TypeError):
    """Something tried to write a record past `trail.write`."""

    def __init__(self, how: str) -> None:
        super().__init__(f"{how} on a record: write it with records.trail.write, which trails the change.")


class RecordQuerySet(WalledQuerySet):
    """Reads as any queryset; refuses every way to write past the door."""

    def update(self, **values: Any) -> int:
        if not door_is_open.get():
            raise ClosedDoor("update()")
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise ClosedDoor("delete()")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if not door_is_open.get():
            raise ClosedDoor("bulk_create()")
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        if not door_is_open.get():
            raise ClosedDoor("bulk_update()")
        return super().bulk_update(objs, *args, **kwargs)

    def named(self, number: str) -> Self:
        return self.filter(number=number)


class Record(Walled):
    """The base of every controlled record.

    number_prefix: of the number people read; without one the number is random text. trail_omits: fields that are no
    content (a password's hash). trail_seals: fields that stand in the trail as digests until they are opened.
    trail_digests: fields of which the trail notes only the digest, in an entry's details, each time they are set.
    trail_files: file field -> the field that holds the SHA-256 of its bytes. Both are proved by `verify_trail`.
    read_permission: what it takes to read its trail in the list of everything; the walls come on top.
    """

    guest_column: ClassVar[str] = "number"
    number_prefix: ClassVar[str] = ""
    trail_omits: ClassVar[tuple[str, ...]] = ()
    trail_seals: ClassVar[tuple[str, ...]] = ()
    trail_digests: ClassVar[tuple[str, ...]] = ()
    trail_files: ClassVar[dict[str, str]] = {}
    read_permission: ClassVar[str] = ""

    number = models.CharField(max_length=24, unique=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    trail_length = models.PositiveIntegerField(default=0, editable=False)
    trail_head = models.CharField(max_length=64, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not door_is_open.get():
            raise ClosedDoor("save()")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ClosedDoor("delete()")

    def catch_up(self, stored: Record) -> None:
        """Brings this copy to what is stored, so that its holder goes on with what a colleague wrote meanwhile."""
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(stored, field.attname))

    @classmethod
    def record_type(cls) -> str:
        return cls._meta.label_lower

    def opened_to(self, actor: Any) -> bool:
        """Whether `actor` may read the sealed values of this record's trail."""
        return True


CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
BOOKKEEPING = {"id", "version", "trail_length", "trail_head"}


@cache
def content_fields(model: type[Record]) -> list[models.Field[Any, Any]]:
    """The model's fields that speak; asked for every entry, so found once."""
    return [f for f in model._meta.concrete_fields if f.name not in BOOKKEEPING and f.name not in model.trail_omits]


def plain(field: models.Field[Any, Any], value: Any) -> Any:
    """A field's value as JSON writes it, the same before it is saved and after it is read on either engine."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if type(value) is str and not isinstance(field, models.DecimalField):
        return value  # most values by far
    if isinstance(field, models.DecimalField):
        number = Decimal(value)
        return format(number or abs(number), f".{field.decimal_places}f")  # no database keeps a minus zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, models.JSONField):
        return value
    return str(value)


def content(record: Record) -> dict[str, Any]:
    """What the record says, field by field; the bookkeeping of version and trail left out."""
    return {f.attname: plain(f, getattr(record, f.attname)) for f in content_fields(type(record))}


def canonical(value: Any) -> str:
    """The one way a value is written before it is hashed."""
    return CANONICAL.encode(value)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(record: Record, salt: str = "") -> str:
    return digest(salt + canonical(content(record)))


def digests(record: Record) -> dict[str, dict[str, str]]:
    """Details of an entry that notes the digests of the record's `trail_digests` as they now stand."""
    return {"digests": {name: digest(str(getattr(record, name))) for name in record.trail_digests}}
