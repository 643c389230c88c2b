"""Pages of a list by key: the same cost at the first row and the millionth, and no COUNT.

A cursor holds the sort values of the last row seen. One row more than a page is read to know whether more follow.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

LONGEST = 2000


class BadCursor(ValueError):
    """The address carries a cursor that this list did not make."""


@dataclass(frozen=True)
class Page:
    """Rows of one page with the cursors to both sides (None at an end)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def encode(values: list[Any]) -> str:
    text = json.dumps([v.isoformat() if isinstance(v, (date, datetime)) else v for v in values], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    try:
        values = (
            json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) if len(cursor) < LONGEST else None
        )
    except (ValueError, RecursionError):
        values = None
    fits = isinstance(values, list) and len(values) == length
    if not fits or any(isinstance(v, (list, dict)) or "\0" in str(v) for v in values or ()):
        raise BadCursor("The address of this page is not one this list made: open the list again.")
    return list(values or ())


def beyond(order: tuple[str, ...], values: list[Any], *, backwards: bool) -> Q:
    """Rows after (or before) `values` in `order`; a leading bound lets the index find its start."""
    result, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        rising = name.startswith("-") == backwards
        result |= same & Q(**{f"{field}__{'gt' if rising else 'lt'}": value})
        same &= Q(**{field: value})
    first = order[0]
    rising = first.startswith("-") == backwards
    return Q(**{f"{first.lstrip('-')}__{'gte' if rising else 'lte'}": values[0]}) & result


def value_of(row: Any, path: str) -> Any:
    for part in path.lstrip("-").split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return str(row) if isinstance(row, Decimal) else row


def flip(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def paginate(
    rows: QuerySet[Model], order: tuple[str, ...], *, after: str = "", before: str = "", size: int = 25
) -> Page:
    """One page of `rows` in `order`, whose last name must be unique and whose names must hold no NULL.

    after, before: a cursor of a page already shown. Raises BadCursor.
    """
    if {"id", "pk"} & {name.lstrip("-").split("__")[-1] for name in order}:
        raise ValueError(
            "A cursor stands in addresses, and a database id in one tells volume: order by something else."
        )
    cursor, backwards = (before, True) if before else (after, False)
    if cursor:
        rows = filtered(rows, order, cursor, backwards=backwards)
    found = list(rows.order_by(*(flip(order) if backwards else order))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    ends = [encode([value_of(row, name) for name in order]) for row in (found[0], found[-1])] if found else ["", ""]
    return Page(
        rows=found,
        next=ends[1] if found and (more or backwards) else None,
        previous=ends[0] if found and ((more and backwards) or (cursor and not backwards)) else None,
    )


def filtered(rows: QuerySet[Model], order: tuple[str, ...], cursor: str, *, backwards: bool) -> QuerySet[Model]:
    values = decode(cursor, len(order))
    try:
        return rows.filter(beyond(order, values, backwards=backwards))
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise BadCursor("The address of this page is not one this list made: open the list again.") from error
