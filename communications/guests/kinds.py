"""What can be answered by a link: a row for each kind of record, which its module adds.

A kind says who may ask, what the guest may read of it, and how an answer is filed. All else is the same for every kind:
links, codes, walls, receipts, pages and API. A later kind is a module beside `documents.py` and a line in `hooks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404

from cmo_portal.records.actors import Actor, Guest
from cmo_portal.records.record import Record
from cmo_portal.records.workflow import Transition


@dataclass(frozen=True)
class Filed:
    """What one answer filed, for the receipt: the words as they were kept, the files, and where it stands."""

    words: str
    files: Sequence[Any]
    record: Record


@dataclass(frozen=True)
class Answerable:
    """One kind.

    slug: in addresses. noun: as in "asked for a document". asks: side -> the permission that asking takes beside
    `guest.ask`. rows: the records of the kind that a person may open. reads: relations that the functions follow.
    title: what a list calls it. vendor: the CMO whose person answers. refusal: why it cannot be answered now, or None.
    shown: of a record asked for at a moment, the numbers of what the guest must read beside it: what it hangs on, and
    what was said until then. grants: what the answer takes. moves: the moves that it makes; none may ask for a
    signature. story: what the guest's page shows, read as the guest. form: takes `record`; file: files the form's
    values. template: the guest's page. makes: the prefix of the record that the answer is, where it is one of its
    own: its number is drawn ahead, and it alone may be made.
    """

    model: type[Record]
    slug: str
    noun: str
    asks: dict[str, str]
    rows: Callable[[Actor], Any]
    title: Callable[[Any], str]
    vendor: Callable[[Any], Any]
    refusal: Callable[[Any], str | None]
    shown: Callable[[Any, datetime], list[str]]
    grants: frozenset[str]
    moves: tuple[Transition, ...]
    story: Callable[[Any, Guest], dict[str, Any]]
    form: Callable[..., forms.Form]
    file: Callable[..., Filed]
    template: str
    reads: tuple[str, ...] = ()
    makes: str = ""

    def may_ask(self, person: Actor) -> bool:
        needed = self.asks.get(person.company_kind)
        return needed is not None and person.may(needed)

    def get(self, reader: Actor, number: str) -> Any:
        """The record as `reader` sees it; Http404 behind a wall. Of a guest's the walls leave one."""
        rows: Any = self.model.objects.visible_to(reader) if isinstance(reader, Guest) else self.rows(reader)
        found = rows.select_related(*self.reads).filter(number=number).first()
        if found is None:
            raise Http404
        return found


kinds: dict[str, Answerable] = {}


def add(kind: Answerable) -> None:
    """In `hooks.py`: from now on records of this kind can be answered by a link.

    A signature asks a person to prove again who they are (21 CFR 11.200), which no link can.
    """
    record_type = kind.model.record_type()
    if record_type in kinds or kind.slug in {other.slug for other in kinds.values()}:
        raise ValueError(f"{record_type} can be answered already.")
    signed = [move.name for move in kind.moves if move.signature]
    if signed:
        raise ValueError(f"{record_type}: {signed} ask for a signature, which nobody gives by a link.")
    kinds[record_type] = kind


def of_slug(slug: str) -> Answerable:
    kind = next((kind for kind in kinds.values() if kind.slug == slug), None)
    if kind is None:
        raise Http404
    return kind


def titles(links: Sequence[Any], reader: Actor) -> None:
    """Gives each link the title and address of its record, where `reader` may open it: a query for each kind."""
    for record_type, kind in kinds.items():
        mine = [link for link in links if link.about_type == record_type]
        if not mine:
            continue
        numbers = [link.about_number for link in mine]
        rows: Any = kind.rows(reader).select_related(*kind.reads).filter(number__in=numbers)
        by_number = {row.number: row for row in rows}
        for link in mine:
            row: Any = by_number.get(link.about_number)
            link.noun = kind.noun
            link.item_slug = kind.slug
            link.item_title = kind.title(row) if row is not None else ""
            link.item_url = row.get_absolute_url() if row is not None else ""
