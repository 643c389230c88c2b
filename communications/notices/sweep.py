"""Finds the reminders that are owed and claims each once, in one transaction with what is to be sent.

A reminder is owed when its day has come and the ledger does not hold it, never because today is that very day: a sweep
that did not run is caught up by the next. The claim, the notices and the item's next reminder are committed together,
so a crash leaves all of them or none; sending comes after and may be repeated (delivery.py).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.bulk import append
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, ReminderEntry, kinds, next_reminder
from communications.notices.models import Notice
from communications.notices.recipients import People

log = logging.getLogger(__name__)
Key = tuple[str, str, date]  # kind, number of the record, due date


@dataclass(frozen=True)
class Swept:
    """What one or several sweeps did. unheard: numbers of records about which nobody could be told."""

    items: int = 0
    claimed: int = 0
    notices: int = 0
    unheard: tuple[str, ...] = ()

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.items + other.items,
            self.claimed + other.claimed,
            self.notices + other.notices,
            self.unheard + other.unheard,
        )


def sweep_all(now: datetime, batch: int = 1000) -> Swept:
    """Sweeps until nothing is owed at `now`, one transaction a batch."""
    total = done = sweep(now, batch)
    while done.items == batch:
        done = sweep(now, batch)
        total += done
    if total.unheard:
        log.warning("nobody could be told about %s", ", ".join(total.unheard))
    return total


def sweep(now: datetime, batch: int = 1000) -> Swept:
    """Claims what `batch` items owe at `now`. Sweeps may run at once: each takes items that no other holds."""
    today = timezone.localdate(now)
    with acting_as(SWEEP), transaction.atomic():
        items = owing(today, batch)
        claims, said = [], {}
        claimed = claimed_of(items)
        for item in items:
            offsets = passed(item, today, claimed[key(item)])
            claims += [entry(item, offset, now) for offset in offsets]
            if offsets and min(offsets) < min(claimed[key(item)], default=max(offsets) + 1):
                said[item.pk] = min(offsets)  # of several that passed, the latest speaks for all
            item.next_remind_date = next_reminder(item.due_date, kinds[item.kind].offsets, today + timedelta(days=1))
        people = People([item for item in items if item.pk in said])
        told = {item.pk: people.to_tell(item) for item in items if item.pk in said}
        notices = [notice(item, said[item.pk], p, now) for item in items for p in told.get(item.pk, ())]
        append(ReminderEntry, [row(claim) for claim in claims], once=True)
        append(Notice, [row(each) for each in notices], once=True)
        DueItem.objects.bulk_update(items, ["next_remind_date"], batch_size=1000)
    unheard = tuple(item.record_number for item in items if item.pk in told and not told[item.pk])
    return Swept(len(items), len(claims), len(notices), unheard)


def owing(today: date, batch: int) -> list[DueItem]:
    """Locks the next items whose reminder's day has come; on SQLite the transaction itself is the lock."""
    rows = DueItem.objects.filter(is_open=True, next_remind_date__lte=today, kind__in=kinds)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    return list(rows.order_by("next_remind_date", "id")[:batch])


def key(item: DueItem) -> Key:
    return item.kind, item.record_number, item.due_date


def claimed_of(items: Sequence[DueItem]) -> dict[Key, set[int]]:
    """The offsets that the ledger holds for each obligation. The lock on its item keeps other sweeps from adding."""
    rows = ReminderEntry.objects.filter(
        kind__in={item.kind for item in items}, record_number__in=[item.record_number for item in items]
    )
    found: dict[Key, set[int]] = defaultdict(set)
    for kind, number, due, offset in rows.values_list("kind", "record_number", "due_date", "offset"):
        found[kind, number, due].add(offset)
    return found


def passed(item: DueItem, today: date, claimed: set[int]) -> list[int]:
    """Offsets whose day has come and that nobody claimed."""
    offsets = kinds[item.kind].offsets
    return [o for o in offsets if o not in claimed and item.due_date - timedelta(days=o) <= today]


def row(made: Model) -> dict[str, Any]:
    return {str(f.column): getattr(made, f.attname) for f in made._meta.concrete_fields if not f.primary_key}


def entry(item: DueItem, offset: int, now: datetime) -> ReminderEntry:
    return ReminderEntry(
        kind=item.kind,
        record_number=item.record_number,
        due_date=item.due_date,
        offset=offset,
        claimed_at=now,
        wall_owner=item.wall_owner,
        wall_partner=item.wall_partner,
        wall_shared=item.wall_shared,
    )


def notice(item: DueItem, offset: int, person: User, now: datetime) -> Notice:
    return Notice(
        recipient=person,
        kind=item.kind,
        record_type=item.record_type,
        record_number=item.record_number,
        title=item.title,
        due_date=item.due_date,
        offset=offset,
        created_at=now,
        next_try_at=now,
        wall_owner=person.company_id,
    )
