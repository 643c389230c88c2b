"""What a thread can be about: each kind of record with how to find it for a reader, its words and its page.

A thread obeys its record. So `readable` asks, for every kind, whether the record is open to the reader: a CMO does not
learn of a draft audit by its thread, nor does a colleague without the right to drafts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record

VENDOR, SITE, AUDIT = "vendors.vendor", "vendors.site", "audits.audit"


@dataclass(frozen=True)
class Subject:
    """One kind of record.

    noun: as in "about an audit". permission: what it takes to open the record's page. title: what a list calls it.
    vendor: the CMO it belongs to, None where it is the sponsor's own matter. reads: relations that both follow.
    """

    model: type[Record]
    noun: str
    permission: str
    title: Callable[[Any], str]
    vendor: Callable[[Any], Any]
    reads: tuple[str, ...] = ()

    def rows(self, reader: Actor) -> QuerySet[Any]:
        """The records of this kind that are open to `reader`."""
        found: Any = self.model.objects
        return getattr(found, "open_to", found.visible_to)(reader)  # type: ignore[no-any-return]


kinds: dict[str, Subject] = {}


def add(subject: Subject) -> None:
    """In `hooks.py`: from now on there can be threads about records of this kind."""
    record_type = subject.model.record_type()
    if record_type in kinds:
        raise ValueError(f"{record_type} is a subject already.")
    kinds[record_type] = subject


def readable(reader: Actor, only: str | None = None) -> Q:
    """The threads whose record is open to `reader`, and those about nothing in particular.

    only: no others than those about this kind of record (or, empty, about nothing), which is a shorter question.
    """
    if only is not None:
        about = kinds.get(only)
        if not only or about is None or not reader.may(about.permission):
            return Q(about_type="") if not only else Q(pk__in=[])
        return Q(about_type=only) & Q(Exists(about.rows(reader).filter(number=OuterRef("about_number")).order_by()))
    found: Any = Q(about_type="")
    for record_type, subject in kinds.items():
        if reader.may(subject.permission):
            record = subject.rows(reader).filter(number=OuterRef("about_number")).order_by()
            found |= Q(about_type=record_type) & Exists(record)
    return found  # type: ignore[no-any-return]


def find(record_type: str, number: str, reader: Actor) -> Any:
    """The record a thread is or shall be about. Http404 where it is not open to the reader."""
    subject = kinds.get(record_type)
    if subject is None or not reader.may(subject.permission):
        raise Http404
    record = subject.rows(reader).select_related(*subject.reads).filter(number=number).first()
    if record is None:
        raise Http404
    return record


def is_shared(record: Any, vendor: Any) -> bool:
    """Whether both companies read `record`: only then can they share a thread about it."""
    return bool(vendor and vendor.company_id and record.wall_shared and record.wall_partner == vendor.company_id)
