"""What `rebuild_due_items` does: finds due items that say something else than their records, and mends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cmo_portal.records.deadlines import DeadlineKind, DueItem, batches, keep, kinds, owing, settle, wanted


def drift(now: datetime) -> Iterator[str]:
    """What `rebuild_due_items --check` finds: obligations without an item, and items that say something else."""
    for code, kind in kinds.items():
        owing_rows = kind.rows().filter(kind.still_open, **{f"{kind.date}__isnull": False})
        for stretch in stretches(kind):
            batch = list(owing_rows.filter(**stretch).order_by("pk"))
            numbers = [record.number for record in batch]
            items = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
            owed = owing(kind, batch) if kind.is_open_says_less else [True] * len(batch)
            for record, is_owed in zip(batch, owed, strict=True):
                should, item = wanted(code, kind, record, now, is_owed=is_owed), items.get(record.number)
                if settle(item, should, now) if item is not None else should is not None:
                    yield f"{code} {record.number}: the due item is missing or differs."
        for number in open_for_nothing(code, kind):
            yield f"{code} {number}: the due item is open and nothing is owed."


def open_for_nothing(code: str, kind: DeadlineKind) -> Iterator[str]:
    """Numbers of records that owe nothing, or are not there, and whose item is open."""
    records = kind.model._base_manager
    for batch in batches(DueItem.objects.filter(kind=code, is_open=True).only("record_number")):
        numbers = [item.record_number for item in batch]
        keys = dict(records.filter(number__in=numbers).values_list("number", "pk"))
        owed = set(records.filter(kind.still_open, pk__in=keys.values()).values_list("pk", flat=True))
        yield from (number for number in numbers if keys.get(number) not in owed)


def stretches(kind: DeadlineKind, size: int = 500) -> Iterator[dict[str, Any]]:
    """The keys of the kind's records, `size` at a time, as filters that bound them on both sides.

    Asked for the first of all that are left, PostgreSQL joins all that are left: behind its walls it expects one row.
    """
    keys, last = kind.model._base_manager.order_by("pk").values_list("pk", flat=True), 0
    while some := list(keys.filter(pk__gt=last)[:size]):
        yield {"pk__gt": last, "pk__lte": some[-1]}
        last = some[-1]


def rebuild(now: datetime) -> int:
    """Brings every due item in step; returns how many records were looked at."""
    looked = 0
    for kind in kinds.values():
        for stretch in stretches(kind):
            batch = list(kind.rows().filter(**stretch).order_by("pk"))
            keep(batch, now, thorough=True)
            looked += len(batch)
    return looked
