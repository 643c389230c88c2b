"""What `rebuild_due_items` does: finds due items that say something else than their records, and mends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import models

from cmo_portal.records.deadlines import DueItem, batches, keep, kinds, owing, settle, wanted


def drift(now: datetime) -> Iterator[str]:
    """What `rebuild_due_items --check` finds: obligations without an item, and items that say something else."""
    for code, kind in kinds.items():
        for batch in batches(kind.rows().filter(kind.still_open, **{f"{kind.date}__isnull": False})):
            numbers = [record.number for record in batch]
            items = {item.record_number: item for item in DueItem.objects.filter(kind=code, record_number__in=numbers)}
            owed = owing(kind, batch) if kind.is_open_says_less else [True] * len(batch)
            for record, is_owed in zip(batch, owed, strict=True):
                should, item = wanted(code, kind, record, now, is_owed=is_owed), items.get(record.number)
                if settle(item, should, now) if item is not None else should is not None:
                    yield f"{code} {record.number}: the due item is missing or differs."
        owed_rows = kind.model._base_manager.filter(kind.still_open, number=models.OuterRef("record_number"))
        for number in (
            DueItem.objects.filter(kind=code, is_open=True)
            .exclude(models.Exists(owed_rows))
            .values_list("record_number", flat=True)
            .iterator()
        ):
            yield f"{code} {number}: the due item is open and nothing is owed."


def rebuild(now: datetime) -> int:
    """Brings every due item in step; returns how many records were looked at."""
    looked = 0
    for kind in kinds.values():
        for batch in batches(kind.rows()):
            keep(batch, now, thorough=True)
            looked += len(batch)
    return looked
