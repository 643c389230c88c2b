"""Dated obligations: a row in a subject's `hooks.py` names one, and every write keeps its due item in step.

A due item stands for one obligation of one record: which day, who holds it, whether it is still open and when the next
reminder is owed. `trail.write` keeps it in the same transaction as the record. `ReminderEntry` is the ledger that lets
each reminder of an obligation be claimed once: its key is the kind, the record, the due date and the offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled

OFFSETS = (14, 7, 1, 0, -3, -7, -14)  # days before the date; negative: after it


@dataclass(frozen=True)
class DeadlineKind:
    """One kind of dated obligation.

    date: the name of the record's date field. is_open: whether this record still owes it. holder: the number of the
    person who holds the ball, or empty for the record's owner company as a whole. still_open: `is_open` as a Q, for
    the rebuild. title: what is due, in words that every reader of the record may read.
    """

    model: type[Record]
    date: str
    is_open: Callable[[Any], bool]
    still_open: Q
    title: Callable[[Any], str]
    holder: Callable[[Any], str] = lambda record: ""
    offsets: tuple[int, ...] = OFFSETS


class DueItem(Walled):
    """One obligation of one record; readable by whoever reads the record."""

    scope = Scope()

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=40)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    title = models.CharField(max_length=250)
    due_date = models.DateField()
    holder_ref = models.CharField(max_length=40, blank=True)
    is_open = models.BooleanField(default=True)
    next_remind_date = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_number"], name="one_due_item")]
        indexes = [
            models.Index(fields=["next_remind_date", "id"], condition=Q(is_open=True), name="due_items_to_remind"),
            models.Index(fields=["wall_owner", "due_date", "id"], condition=Q(is_open=True), name="due_items_of_owner"),
            models.Index(fields=["wall_partner", "due_date", "id"], condition=Q(is_open=True), name="due_items_of_cmo"),
        ]


class ReminderEntry(Walled):
    """The ledger: one reminder of one obligation, claimed once whatever crashes. A moved date is a new key."""

    scope = Scope()
    append_only = True

    kind = models.CharField(max_length=40)
    record_number = models.CharField(max_length=24)
    due_date = models.DateField()
    offset = models.SmallIntegerField()
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_number", "due_date", "offset"], name="one_reminder")
        ]


kinds: dict[str, DeadlineKind] = {}


def add(code: str, kind: DeadlineKind) -> None:
    """Declares a kind; its code is the noun and what is due, like `certificate.expires`."""
    if code in kinds:
        raise ValueError(f"The deadline {code} is declared already.")
    kinds[code] = kind


def of_model(model: type[Record]) -> list[tuple[str, DeadlineKind]]:
    return [(code, kind) for code, kind in kinds.items() if kind.model is model]


def next_reminder(due: date, offsets: Sequence[int], after: date) -> date | None:
    """The first reminder day not before `after`; None when all are past. Dates are calendar days."""
    days = sorted(due - timedelta(days=offset) for offset in offsets)
    return next((day for day in days if day >= after), None)


def wanted(code: str, kind: DeadlineKind, record: Any, today: date) -> DueItem | None:
    """The due item this record should have, or None where it owes nothing of this kind."""
    due = getattr(record, kind.date)
    if due is None or not kind.is_open(record):
        return None
    return DueItem(
        number=random_text(16),
        kind=code,
        record_type=record.record_type(),
        record_number=record.number,
        title=kind.title(record)[:250],
        due_date=due,
        holder_ref=kind.holder(record),
        next_remind_date=next_reminder(due, kind.offsets, today),
        wall_owner=record.wall_owner,
        wall_partner=record.wall_partner,
        wall_shared=record.wall_shared,
    )


CARRIED = ("title", "due_date", "holder_ref", "wall_owner", "wall_partner", "wall_shared")


def keep(records: Sequence[Record], today: date) -> None:
    """Brings the due items of `records` (of one model) in step; called by the write door inside its transaction."""
    declared = of_model(type(records[0])) if records else []
    for code, kind in declared:
        numbers = [record.number for record in records]
        stored = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
        fresh, moved = [], []
        for record in records:
            item, old = wanted(code, kind, record, today), stored.get(record.number)
            if old is None and item is not None:
                fresh.append(item)
            elif old is not None and settle(old, item):
                moved.append(old)
        DueItem.objects.bulk_create(fresh, batch_size=500)
        if moved:
            DueItem.objects.bulk_update(moved, [*CARRIED, "is_open", "next_remind_date"], batch_size=200)


def settle(old: DueItem, item: DueItem | None) -> bool:
    """Makes `old` say what `item` says, or closes it; whether anything changed. A moved date re-arms its offsets."""
    if item is None:
        was_open, old.is_open, old.next_remind_date = old.is_open, False, None
        return was_open
    same = old.is_open and all(getattr(old, name) == getattr(item, name) for name in CARRIED)
    if same:
        return False
    if old.due_date != item.due_date or not old.is_open:
        old.next_remind_date = item.next_remind_date
    for name in CARRIED:
        setattr(old, name, getattr(item, name))
    old.is_open = True
    return True


def drift(today: date) -> Iterator[str]:
    """What `rebuild_due_items --check` finds: obligations without an item, and items that say something else."""
    for code, kind in kinds.items():
        for batch in batches(kind.model._base_manager.filter(kind.still_open, **{f"{kind.date}__isnull": False})):
            numbers = [record.number for record in batch]
            items = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
            for record in batch:
                item, should = items.pop(record.number, None), wanted(code, kind, record, today)
                if should is not None and (item is None or settle(item, should)):
                    yield f"{code} {record.number}: the due item is missing or differs."
        owing = kind.model._base_manager.filter(kind.still_open, number=models.OuterRef("record_number"))
        for number in (
            DueItem.objects.filter(kind=code, is_open=True)
            .exclude(models.Exists(owing))
            .values_list("record_number", flat=True)
            .iterator()
        ):
            yield f"{code} {number}: the due item is open and nothing is owed."


def rebuild(today: date) -> int:
    """Brings every due item in step; returns how many records were looked at."""
    looked = 0
    for kind in kinds.values():
        for batch in batches(kind.model._base_manager.all()):
            keep(batch, today)
            looked += len(batch)
    return looked


def batches(rows: Any, size: int = 500) -> Iterable[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        last = batch[-1].pk
        yield batch
