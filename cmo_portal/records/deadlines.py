"""Dated obligations: a row in a subject's `hooks.py` names one, and every write keeps its due item in step.

A due item stands for one obligation of one record: which day, who holds it, whether it is still open and when the next
reminder is owed. `trail.write` keeps it in the same transaction as the record. `ReminderEntry` is the ledger that lets
each reminder of an obligation be claimed once: its key is the kind, the record, the due date and the offset.

When a date moves, its reminders begin anew. When it comes back to a day it had before, a reminder that was sent for
that day and offset stays sent and the later ones still come: people were told once, and need not be told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from cmo_portal.records.actors import PARTNER, SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet

OFFSETS = (14, 7, 1, 0, -3, -7, -14)  # days before the date; negative: after it


@dataclass(frozen=True)
class DeadlineKind:
    """One kind of dated obligation.

    date: the name of the record's date field. is_open: whether this record still owes it. holder: the number of the
    person who holds the ball, or empty for the record's owner company as a whole. still_open: `is_open` as a Q, for
    the rebuild. title: what is due, in words that every reader of the record may read. names: fields of other records
    that the title speaks of (`site__name`); when one changes, the titles follow. permission: what a colleague needs to
    read of it where the record may be a draft; a CMO's share is cut by the wall. acts: what it takes to do what is due;
    those who may are told where nobody holds it.
    """

    model: type[Record]
    date: str
    is_open: Callable[[Any], bool]
    still_open: Q
    title: Callable[[Any], str]
    holder: Callable[[Any], str] = lambda record: ""
    offsets: tuple[int, ...] = OFFSETS
    names: tuple[str, ...] = ()
    permission: str = ""
    acts: str = ""


class DueItemQuerySet(WalledQuerySet):
    """Due items by who reads them."""

    def open_to(self, reader: Actor) -> Self:
        """Those of records that `reader` may open, and their own."""
        rows = self.visible_to(reader)
        hidden = [code for code, kind in kinds.items() if kind.permission and not reader.may(kind.permission)]
        if reader.company_kind == PARTNER or not hidden:
            return rows
        return rows.exclude(Q(kind__in=hidden) & ~Q(holder_ref=reader.ref))


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

    objects = DueItemQuerySet.as_manager()  # type: ignore[misc]

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


def next_reminder(due: date, offsets: Sequence[int], after: date, sent: Container[int] = ()) -> date | None:
    """The first reminder day not before `after` whose offset is not in `sent`; None when there is none."""
    days = sorted(due - timedelta(days=offset) for offset in offsets if offset not in sent)
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


def keep(records: Sequence[Record], today: date, *, thorough: bool = False) -> None:
    """Brings the due items of `records` (of one model) in step; called by the write door inside its transaction.

    thorough: also mends a next reminder that is missing or too late, as the rebuild does.
    """
    declared = of_model(type(records[0])) if records else []
    for code, kind in declared:
        numbers = [record.number for record in records]
        stored = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
        rows = [(record, stored.get(record.number), wanted(code, kind, record, today)) for record in records]
        heed_ledger(code, kind, [i for r, old, i in rows if i and (thorough or is_armed_anew(r, old, i))], today)
        fresh = [item for _, old, item in rows if old is None and item is not None]
        moved = [old for _, old, item in rows if old is not None and settle(old, item, thorough=thorough)]
        DueItem.objects.bulk_create(fresh, batch_size=500)
        if moved:
            DueItem.objects.bulk_update(moved, [*CARRIED, "is_open", "next_remind_date"], batch_size=200)


def is_armed_anew(record: Record, old: DueItem | None, item: DueItem) -> bool:
    """Whether reminders begin anew for a date that the ledger may know from earlier."""
    if old is None:
        return record.version > 1
    return old.due_date != item.due_date or not old.is_open


def heed_ledger(code: str, kind: DeadlineKind, items: Sequence[DueItem], today: date) -> None:
    """Passes over the reminders that were sent already for the same day and offset."""
    if not items:
        return
    sent: dict[tuple[str, date], set[int]] = {}
    with acting_as(SWEEP):
        claimed = ReminderEntry.objects.filter(kind=code, record_number__in=[item.record_number for item in items])
        for number, due, offset in claimed.values_list("record_number", "due_date", "offset"):
            sent.setdefault((number, due), set()).add(offset)
    for item in items:
        done = sent.get((item.record_number, item.due_date), set())
        item.next_remind_date = next_reminder(item.due_date, kind.offsets, today, done)


def settle(old: DueItem, item: DueItem | None, *, thorough: bool = False) -> bool:
    """Makes `old` say what `item` says, or closes it; whether anything changed. A moved date re-arms its offsets."""
    if item is None:
        was_open, old.is_open, old.next_remind_date = old.is_open, False, None
        return was_open
    due = item.next_remind_date
    skips = thorough and due is not None and (old.next_remind_date is None or old.next_remind_date > due)
    if old.is_open and not skips and all(getattr(old, name) == getattr(item, name) for name in CARRIED):
        return False
    if skips or old.due_date != item.due_date or not old.is_open:
        old.next_remind_date = due
    for name in CARRIED:
        setattr(old, name, getattr(item, name))
    old.is_open = True
    return True


def rename(model: type[Record], keys: Sequence[Any], columns: set[str], today: date) -> None:
    """The titles of other records' due items that name a changed field of the written ones follow it.

    The bookkeeper looks, not the person: whoever renames a site need not see everything that is due there.
    """
    for kind in kinds.values():
        for path in kind.names:
            relation, _, name = path.rpartition("__")
            if name in columns and target(kind.model, relation) is model:
                with acting_as(SWEEP):
                    rows = kind.model._base_manager.filter(kind.still_open, **{f"{relation}__in": keys})
                    for batch in batches(rows.select_related(relation)):
                        keep(batch, today)


def target(model: type[Record], relation: str) -> Any:
    """The model at the end of a path of relations."""
    current: Any = model
    for part in relation.split("__"):
        current = current._meta.get_field(part).related_model
    return current


def drift(today: date) -> Iterator[str]:
    """What `rebuild_due_items --check` finds: obligations without an item, and items that say something else."""
    for code, kind in kinds.items():
        for batch in batches(kind.model._base_manager.filter(kind.still_open, **{f"{kind.date}__isnull": False})):
            numbers = [record.number for record in batch]
            items = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
            owed = [should for record in batch if (should := wanted(code, kind, record, today)) is not None]
            heed_ledger(code, kind, owed, today)
            for should in owed:
                item = items.get(should.record_number)
                if item is None or settle(item, should, thorough=True):
                    yield f"{code} {should.record_number}: the due item is missing or differs."
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
            keep(batch, today, thorough=True)
            looked += len(batch)
    return looked


def batches(rows: Any, size: int = 500) -> Iterable[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        last = batch[-1].pk
        yield batch
