"""A record's trail in words: who changed which field from what to what, when and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404
from django.utils.dateparse import parse_date, parse_datetime

from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib import wording
from cmo_portal.lib.keyset import BadCursor, Page, paginate
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import TrailEvent
from vendors.registry.countries import country_name

ACTS = {
    "add": "added it",
    "revise": "changed it",
    "retire": "retired it",
    "restore": "took it back into use",
    "connect": "recorded that the CMO has joined",
    "sign_off": "recorded the sign-off of technical operations",
    "withdraw": "withdrew it",
    "export": "exported a list",
    "download": "downloaded it",
}
VALUES: dict[str, Callable[[Any], str]] = {}  # field, or model.field -> words of a value; from a subject's hooks
SIZE = 25


@dataclass(frozen=True)
class Line:
    """One field that changed, as a person reads it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One entry of the trail."""

    seq: int
    at: datetime
    who: str
    act: str
    why: str
    lines: list[Line]


@dataclass(frozen=True)
class History:
    """A page of entries, newest first, with the links and words of the pager."""

    entries: list[Entry]
    text: str
    previous_url: str
    next_url: str


def history_of(record: Record, request: PersonRequest) -> History:
    """The part of the record's trail that the person may read."""
    events = TrailEvent.objects.visible_to(request.user).filter(
        record_type=record.record_type(), record_number=record.number
    )
    try:
        page = paginate(
            events, ("-seq",), after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=SIZE
        )
    except BadCursor as error:
        raise Http404(str(error)) from error
    opened = record.opened_to(request.user)
    names = names_of(type(record), page.rows, request.user, opened=opened)
    entries = [in_words(type(record), event, names, opened=opened) for event in page.rows]
    text = wording.counted(len(entries), "entry", "entries")
    return History(entries, f"{text}, more follow" if page.next else text, *links(request, page))


def links(request: PersonRequest, page: Page) -> tuple[str, str]:
    before = f"{request.path}?before={page.previous}" if page.previous else ""
    after = f"{request.path}?after={page.next}" if page.next else ""
    return before, after


def names_of(model: type[Record], events: list[TrailEvent], reader: Actor, *, opened: bool) -> dict[str, str]:
    """The names behind the numbers of other records, where the reader may see them: one query a related model."""
    found: dict[Any, set[str]] = {}
    for event in events:
        for name, old, new in event.changes(opened=opened):
            field = field_of(model, name)
            if field is not None and field.is_relation:
                found.setdefault(field.related_model, set()).update(str(value) for value in (old, new) if value)
    return {
        row.number: str(row)
        for target, numbers in found.items()
        for row in target.objects.visible_to(reader).filter(number__in=numbers)
    }


def in_words(model: type[Record], event: TrailEvent, names: dict[str, str], *, opened: bool) -> Entry:
    act = event.action.rpartition(".")[2]
    lines = [
        Line(label_of(model, name), value_of(model, name, old, names), value_of(model, name, new, names))
        for name, old, new in event.changes(opened=opened)
        if name not in HIDDEN and not (event.seq == 1 and new is False)
    ]
    return Entry(event.seq, event.at, event.actor_name, ACTS.get(act, act.replace("_", " ")), event.reason, lines)


def field_of(model: type[Record], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


HIDDEN = {
    *("sort_name", "name_core", "search_text", "clause_text", "lead_ref"),  # made from fields that the entry names
    *("lead_name", "sort_date", "position"),  # the same again, or an order that the page shows
    *("client_key", "source_type", "source_number", "source_key"),  # by which the machine knows it again
}


def label_of(model: type[Record], name: str) -> str:
    field = field_of(model, name)
    if name == "vendor":
        return "CMO"  # as every page calls it
    words = str(field.verbose_name if field else name.replace("_", " ")).removeprefix("is ")
    return words[:1].upper() + words[1:]


def value_of(model: type[Record], name: str, value: Any, names: dict[str, str]) -> str:
    """A stored value as the page writes it; nothing there is `empty`."""
    field = field_of(model, name)
    if value in (None, "", [], {}):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    special = VALUES.get(f"{model._meta.model_name}.{name}") or VALUES.get(name)
    if special is not None:
        return special(value)
    if isinstance(value, list):
        return ", ".join(" · ".join(map(str, each)) if isinstance(each, list) else str(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    if name == "country":
        return country_name(str(value))
    if field is None or field.is_relation:
        return names.get(str(value), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DecimalField):
        return f"{Decimal(value).normalize():,f}"  # 24,000,000
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return wording.utc_stamp(moment) if moment else str(value)
    day = parse_date(value) if isinstance(field, models.DateField) and isinstance(value, str) else None
    return wording.full_day(day) if isinstance(day, date) else str(value)


def plain_number(value: Any) -> str:
    """`12.500` -> `12.5`, `40.00` -> `40`."""
    return format(Decimal(value).normalize(), "f")
