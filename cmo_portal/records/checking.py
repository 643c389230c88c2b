"""What is left to check of a record on its way through the door, and what is proven already."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from cmo_portal.lib import json_values
from cmo_portal.records.record import Record

HASHABLE = (str, int, float, Decimal, date, type(None))


def clean_once(record: Record, exclude: set[str], proven: set[Any]) -> None:
    """`full_clean` without the unique keys; a value that its field has taken unchanged before is not asked again."""
    asked = []
    for f in type(record)._meta.concrete_fields:
        value = getattr(record, f.attname)
        if f.name in exclude or not isinstance(value, HASHABLE):
            continue
        mark = (f.attname, type(value), value)
        if mark in proven:
            exclude.add(f.name)
        else:
            asked.append(mark)
    record.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    for name, kind, value in asked:
        cleaned = getattr(record, name)
        if type(cleaned) is kind and cleaned == value:  # a value that the field turned into another is asked again
            proven.add((name, kind, value))


def settle_values(record: Record) -> None:
    """Makes JSON and floats what the database will give back, before they are hashed. Raises ValidationError."""
    for f in inexact_fields(type(record)):
        value = getattr(record, f.attname)
        try:
            setattr(record, f.attname, json_values.settled(value))
        except json_values.NotJson as error:
            raise ValidationError({f.name: str(error)}) from error


@cache
def inexact_fields(model: type[Record]) -> list[models.Field[Any, Any]]:
    return [f for f in model._meta.concrete_fields if isinstance(f, (models.JSONField, models.FloatField))]


def settled(record: Record, stored: Record | None = None) -> set[str]:
    """Fields that need no check against the database: the random number, and relations whose target is in hand or
    stands as it was stored. The latter may be one that the writer cannot see: a CMO that answers an audit has no
    sight of the sponsor's people who lead it."""
    names = {"number", "created_at"}
    for f in type(record)._meta.concrete_fields:
        if not isinstance(f, models.ForeignKey):
            continue
        if stored is not None and getattr(record, f.attname) == getattr(stored, f.attname):
            names.add(f.name)
        elif f.is_cached(record):
            target = getattr(record, f.name)
            if target is not None and target.pk == getattr(record, f.attname):
                names.add(f.name)
    return names


def unique_touched(record: Record, stored: Record) -> bool:
    """Whether a field of a unique key changed; if not, the stored row already proves it unique."""
    meta = type(record)._meta
    names = {f.attname for f in meta.concrete_fields if f.unique}
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            words = {*constraint.fields, *fields_of(constraint.condition)}
            names |= {meta.get_field(name).attname for name in words}  # type: ignore[union-attr]
    return any(getattr(record, name) != getattr(stored, name) for name in names)


def fields_of(condition: models.Q | None) -> set[str]:
    """The names of the fields a constraint's condition looks at."""
    names: set[str] = set()
    for child in condition.children if condition else ():
        names |= {child[0].split("__")[0]} if isinstance(child, tuple) else fields_of(child)  # type: ignore[arg-type]
    return names
