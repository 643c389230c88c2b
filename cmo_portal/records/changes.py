"""What a write changes: each field with its old and its new value, as the trail keeps it and as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from cmo_portal.records.record import Record, content, content_fields, plain


def shown(f: models.Field[Any, Any], record: Record) -> Any:
    """A field's value as a person reads it: the word of a choice, the number or name of another record."""
    if f.is_relation:
        target = getattr(record, f.name)
        return None if target is None else getattr(target, "number", str(target))
    if f.choices:
        return str(getattr(record, f"get_{f.name}_display")())
    return plain(f, f.value_from_object(record))


# The entry says these itself.
NAMED_BY_THE_ENTRY = {"number", "created_at", "wall_owner", "wall_partner", "wall_shared"}


@dataclass
class Change:
    """One record on its way through the door."""

    record: Record
    stored: Record | None
    fields: dict[str, list[Any]]
    before: dict[str, Any]
    after: dict[str, Any]

    @classmethod
    def of(cls, record: Record, stored: Record | None) -> Change:
        before, after = (content(stored) if stored else {}), content(record)
        changed: dict[str, list[Any]] = {}
        fields = [f for f in content_fields(type(record)) if f.name not in NAMED_BY_THE_ENTRY]
        blind = [f for f in fields if f.name in record.trail_seals]
        # All of them or none: which sealed field changed would tell what must stay blind, like "not applicable".
        whole = {f.name for f in blind if any(before.get(b.attname) != after[b.attname] for b in blind)}
        for f in fields:
            old, new = before.get(f.attname), after[f.attname]
            if f.name not in whole and (old == new or (stored is None and new in (None, "", [], {}))):
                continue
            relation = f.is_relation
            changed[f.name] = [
                shown(f, stored) if relation and stored and old is not None else old,
                shown(f, record) if relation and new is not None else new,
            ]
        return cls(record, stored, changed, before, after)

    @property
    def is_empty(self) -> bool:
        return self.stored is not None and not self.fields and self.before == self.after

    @property
    def columns(self) -> set[str]:
        """The columns whose values differ from the stored ones."""
        return {name for name, value in self.after.items() if self.before.get(name) != value}
