"""The statements of a bulk write: many rows in few of them, locked, updated or appended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import new_number
from cmo_portal.records.record import Record

NUMBERS = SystemActor("numbers")
ROWS = 500  # in one statement
PARAMETERS = 32_000  # SQLite takes 32,766 in one statement


def lock_many(model: type[Record], keys: list[Any]) -> dict[Any, Record]:
    if not keys:
        return {}
    rows = model._base_manager.filter(pk__in=keys).order_by("pk")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in rows}


def number_all(model: type[Record], records: list[Record], today: date) -> None:
    """Draws a free number for each new record. The look-up sees past the walls and tells nobody anything."""
    waiting = [record for record in records if not record.number]
    drawn: set[str] = set()
    while waiting:
        for record in waiting:
            record.number = new_number(model.number_prefix, today)
        with acting_as(NUMBERS):
            numbers = [record.number for record in waiting]
            taken = drawn | set(model._base_manager.filter(number__in=numbers).values_list("number", flat=True))
        again = []
        for record in waiting:
            if record.number in taken:
                again.append(record)
            taken.add(record.number)
        drawn |= taken
        waiting = again


def names_of(model: type[Record], columns: set[str]) -> list[str]:
    """Fields by the names of their attributes; those that are no content are saved as they are held."""
    kept = columns | set(model.trail_omits)
    return [f.name for f in model._meta.concrete_fields if not f.primary_key and {f.name, f.attname} & kept]


def insert(model: type[Record], records: list[Record]) -> None:
    """New records in one statement a chunk, their keys read back: `bulk_create` without a compiler's work per value."""
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    engine = connections[DEFAULT_DB_ALIAS]  # the plain object: `connection` looks itself up at every touch
    rows = [[f.get_db_prep_save(f.pre_save(record, add=True), engine) for f in fields] for record in records]
    keys = inserted(model, [str(f.column) for f in fields], rows, returning=str(model._meta.pk.column))
    for record, key in zip(records, keys, strict=True):
        record.pk, record._state.adding, record._state.db = key, False, engine.alias


def append(model: type[models.Model], entries: list[dict[str, Any]], *, once: bool = False) -> None:
    """Rows of plain values, such as entries of the trail; the guards stay in the database.

    once: a row that a unique constraint knows already is left out.
    """
    if entries:
        rows = [list(values.values()) for values in entries]
        if connection.vendor != "postgresql":  # which takes every plain value as it is
            adapt = connections[
                DEFAULT_DB_ALIAS
            ].ops.adapt_datetimefield_value  # the other plain values go in as they are
            rows = [[adapt(value) if isinstance(value, datetime) else value for value in row] for row in rows]
        inserted(model, list(entries[0]), rows, end=" on conflict do nothing" if once else "")


def inserted(
    model: type[models.Model], names: list[str], rows: list[list[Any]], *, returning: str = "", end: str = ""
) -> list[Any]:
    """Puts rows of values as the engine takes them into columns `names`; the values of column `returning`, in order."""
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(name) for name in names)
    insert = f"insert into {quoted(model._meta.db_table)} ({columns}) values "  # noqa: S608 - names of ours
    places = f"({', '.join(['%s'] * len(names))})"
    end += f" returning {quoted(returning)}" if returning else ""
    size, found = min(ROWS, PARAMETERS // len(names)), []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            values = [value for row in some for value in row]
            cursor.execute(insert + ", ".join([places] * len(some)) + end, values)
            found += [row[0] for row in cursor.fetchall()] if returning else []
    return found


def values_of(made: models.Model) -> dict[str, Any]:
    """A new row's columns and values, as `append` takes them."""
    return {str(f.column): getattr(made, f.attname) for f in made._meta.concrete_fields if not f.primary_key}


def set_each(model: type[models.Model], name: str, values: dict[int, datetime | None]) -> None:
    """Gives the rows with these keys each its own value of a date-time column, in one statement for 5,000 rows."""
    column, table = str(model._meta.get_field(name).column), model._meta.db_table  # type: ignore[union-attr]
    engine = connections[DEFAULT_DB_ALIAS]
    pairs = [(pk, engine.ops.adapt_datetimefield_value(value)) for pk, value in values.items()]
    place = "(%s, %s::timestamptz)" if engine.vendor == "postgresql" else "(%s, %s)"
    for start in range(0, len(pairs), 10 * ROWS):
        chunk = pairs[start : start + 10 * ROWS]
        given = ", ".join([place] * len(chunk))
        update = f'update "{table}" set "{column}" = given.column2 from (values {given}) given where "{table}".id = '  # noqa: S608
        with engine.cursor() as cursor:
            cursor.execute(update + "given.column1", [value for pair in chunk for value in pair])
