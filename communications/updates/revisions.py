"""A version of an update as it is kept, and what changed from one to the next in words."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime

from cmo_portal.lib import wording
from cmo_portal.records.record import plain
from communications.updates.catalogue import CHOICE, DATE, FACTS, UpdateType, as_date
from communications.updates.models import Told
from communications.updates.vocabulary import Grade

NOTHING = "nothing"


def snapshot(told: Told) -> dict[str, Any]:
    """What it says, field by field, as JSON keeps it; the site by its name."""
    columns = [field for field in told._meta.concrete_fields if field.name in told.CONTENT and field.name != "site"]
    fields = {field.name: plain(field, getattr(told, field.name)) for field in columns}
    return fields | {"site": told.site.name if told.site is not None else ""}


def changes_between(told: Told, before: dict[str, Any], after: dict[str, Any]) -> list[list[str]]:
    """[what, before, after] of everything that two versions say differently."""
    rows = [
        [label_of(told, name), words(name, before[name]), words(name, after[name])]
        for name in ("title", *FACTS, "description")
        if before[name] != after[name]
    ]
    for each in told.kind.details:
        pair = [before["details"].get(each.name, ""), after["details"].get(each.name, "")]
        if pair[0] != pair[1]:
            rows.append([each.label, *(detail_words(told.kind, each.name, value) for value in pair)])
    return rows


def label_of(told: Told, name: str) -> str:
    if name == "planned_date":
        return told.kind.planned_label
    label = str(told._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def words(name: str, value: Any) -> str:
    """A kept value as a page writes it; moments in UTC, because both sides read them."""
    if value in (None, ""):
        return NOTHING
    if name in ("detected_at", "aware_at"):
        moment = parse_datetime(str(value))
        return wording.utc_stamp(moment) if moment else str(value)
    if name == "classification":
        return str(dict(Grade.choices).get(value, value))
    day = as_date(str(value)) if name == "planned_date" else None
    return wording.full_day(day) if day else str(value)


def detail_words(kind: UpdateType, name: str, value: str) -> str:
    each = kind.detail(name)
    if not value:
        return NOTHING
    if each.kind == CHOICE:
        return dict(each.choices).get(value, value)
    day = as_date(value) if each.kind == DATE else None
    return wording.full_day(day) if day else value
