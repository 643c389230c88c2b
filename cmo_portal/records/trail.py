"""The one door: locks a record, checks, saves, and appends who, what, when and why to its hash-chained trail.

Each event holds the canonical text that was hashed and the hash of the event before it in the same record's chain;
the record keeps the chain's head. A chain per record costs next to nothing, a global one would make writers queue.
`sealing.py` closes the chains together against a cut tail. 21 CFR 11.10(e).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from cmo_portal.records import deadlines
from cmo_portal.records.actors import Actor
from cmo_portal.records.bulk import append, insert, lock_many, names_of, number_all
from cmo_portal.records.changes import Change, shown
from cmo_portal.records.checking import clean_once, settle_values, settled, unique_touched
from cmo_portal.records.context import current
from cmo_portal.records.numbers import new_number
from cmo_portal.records.record import (
    Record,
    canonical,
    content,
    content_digest,
    content_fields,
    digest,
    opened_door,
)
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet

recorded = Signal()  # sent after commit with `record` and `event`; upper floors listen


def record_models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


@dataclass(frozen=True)
class TrailScope(Scope):
    """The owner of a record reads its whole trail, everybody else only their own acts: reasons are written for
    colleagues, also where the record itself is shared."""

    def readable(self, kind: str, company: Any) -> models.Q:
        return models.Q(wall_owner=company) | models.Q(actor_company=company)

    def writable(self, kind: str, company: Any) -> models.Q:
        return models.Q(actor_company=company)


class TrailEventQuerySet(WalledQuerySet):
    def open_to(self, actor: Actor) -> Self:
        """What `actor` may see, of the kinds of record whose pages they may open."""
        types = [m.record_type() for m in record_models() if m.read_permission and actor.may(m.read_permission)]
        return self.visible_to(actor).filter(record_type__in=types)


class TrailEvent(Walled):
    """One entry of a record's trail. It has no foreign keys: it outlives what it describes."""

    scope = TrailScope()  # the walls are copied from the record as they stood when the entry was written
    append_only = True
    guest_column = "actor_ref"  # a guest's own acts

    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=200)
    actor_company = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    body = models.TextField()
    salt = models.CharField(max_length=32, blank=True)
    sealed = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    transaction = models.BigIntegerField(null=True)  # PostgreSQL's transaction number, set by a trigger

    objects = TrailEventQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_type", "record_number", "seq"], name="one_trail_place")]
        indexes = [
            models.Index(fields=["wall_owner", "-at", "hash"], name="trail_of_owner"),
            models.Index(fields=["actor_company", "-at", "hash"], name="trail_of_actor"),
            models.Index(fields=["transaction"], name="trail_transaction"),
        ]

    @property
    def says(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.body)
        return body

    @property
    def reason(self) -> str:
        return str(self.says["reason"])

    def changes(self, *, opened: bool) -> list[tuple[str, Any, Any]]:
        """(field, old, new) in the record's order; a sealed value only where the record is opened to the reader.

        Sealed fields stand in the entry together, whichever of them changed; opened, only those that did are told.
        """
        sealed = json.loads(self.sealed) if opened and self.sealed else {}
        rows = []
        for name, pair in self.says["changes"].items():
            old, new = sealed.get(name, pair) if isinstance(pair, list) or name in sealed else (None, "sealed")
            if name not in sealed or (old != new and (old is not None or new != "")):
                rows.append((name, old, new))
        return rows


class TrailSeal(models.Model):
    """A seal over the entries that `SealedEntry` names, chained to the seal before it.

    window_from, window_to: where the sealer looked and where it goes on looking, in the numbers of `epoch` (see
    sealing.py). They only save work: what a seal holds, its members say.
    """

    append_only = True

    at = models.DateTimeField()
    window_from = models.BigIntegerField()
    window_to = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    epoch = models.CharField(max_length=24, blank=True)


class SealedEntry(models.Model):
    """Which seal holds an entry; an entry is sealed once. Ids, and so membership, survive dump and restore."""

    append_only = True

    event = models.OneToOneField(TrailEvent, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+")
    seal = models.ForeignKey(TrailSeal, models.PROTECT, related_name="members")


class StaleRecord(Exception):
    """The record changed since the form was opened. Carries both texts, so that nothing typed is lost."""

    def __init__(self, record: Record, stored: Record, event: TrailEvent | None) -> None:
        self.record, self.stored, self.event = record, stored, event
        who = event.actor_name if event else "Somebody"
        super().__init__(
            f"{who} changed this while you were editing. Both versions stand below: keep what is right and save again."
        )

    def rows(self) -> list[tuple[str, Any, Any]]:
        """(label, stored value, typed value) of every field on which the two differ."""
        theirs, yours = content(self.stored), content(self.record)
        return [
            (str(f.verbose_name).capitalize(), shown(f, self.stored), shown(f, self.record))
            for f in content_fields(type(self.record))
            if theirs[f.attname] != yours[f.attname] and f.editable
        ]


def write(
    record: Record,
    *,
    by: Actor,
    action: str,
    reason: str = "",
    version: int | None = None,
    details: Any = None,
    held: Record | None = None,
) -> TrailEvent | None:
    """Saves `record` with its trail entry in one transaction and announces it after commit.

    version: the version the person's form was opened with; StaleRecord when it is no longer the stored one.
    held: what `lock` gave the caller in this transaction, where nothing has written the record since.
    Returns None, and writes nothing, when nothing changed. Raises ValidationError as `full_clean` does.
    """
    with transaction.atomic():
        stored = held or lock(record)
        if stored is not None and {record.version, stored.version if version is None else version} != {stored.version}:
            raise StaleRecord(record, stored, last_event(stored))
        prepare(record, stored)
        change = Change.of(record, stored)
        if change.is_empty:
            return None
        record.version = (stored.version if stored else 0) + 1
        values = entry(
            record, change.fields, change.after, by=by, action=action, reason=reason, details=details, at=timezone.now()
        )
        event = TrailEvent(**values)
        store(record, event)
        deadlines.keep([record], timezone.now())
        if stored is not None:
            deadlines.rename(type(record), [record.pk], change.columns)
    return event


def note(record: Record, *, by: Actor, action: str, reason: str = "", details: Any = None) -> TrailEvent:
    """Appends an entry that changes nothing (a sign-in, a download, an export) to the record's own chain."""
    with transaction.atomic():
        stored = lock(record)
        if stored is None:
            raise ValueError("A note needs a record that is stored.")
        values = entry(
            stored, {}, content(stored), by=by, action=action, reason=reason, details=details, at=timezone.now()
        )
        event = TrailEvent(**values)
        record.trail_length, record.trail_head = stored.trail_length, stored.trail_head
        event.save(force_insert=True)
        with opened_door():
            type(record)._base_manager.filter(pk=record.pk).update(
                trail_length=stored.trail_length, trail_head=stored.trail_head
            )
    return event


def write_many(records: Sequence[Record], *, by: Actor, action: str, reason: str = "", details: Any = None) -> int:
    """The bulk twin for imports: new and changed records of one model in a handful of statements.

    Each record gets its own entry. The caller holds the rows' keys (an import's batch); stored rows are locked first.
    """
    if not records:
        return 0
    model = type(records[0])
    proven: set[Any] = set()
    with transaction.atomic():
        stored_rows = lock_many(model, [r.pk for r in records if not r._state.adding])
        fresh: list[Record] = []
        changed: list[Record] = []
        entries: list[dict[str, Any]] = []
        touched = {"version", "trail_length", "trail_head"}
        now = timezone.now()
        if model.number_prefix:  # five random characters meet now and then, sixteen do not
            number_all(model, [r for r in records if r._state.adding], now.date())
        for record in records:
            stored = stored_rows.get(record.pk)
            if stored is not None and stored.version != record.version:
                raise StaleRecord(record, stored, last_event(stored))
            prepare(record, stored, proven)
            change = Change.of(record, stored)
            if change.is_empty:
                continue
            record.version = (stored.version if stored else 0) + 1
            entries.append(
                entry(record, change.fields, change.after, by=by, action=action, reason=reason, details=details, at=now)
            )
            (changed if stored else fresh).append(record)
            touched |= change.columns if stored else set()
        with opened_door():
            insert(model, fresh)
            if changed:
                model._base_manager.bulk_update(changed, names_of(model, touched), batch_size=200)
        append(TrailEvent, entries)
        deadlines.keep([*fresh, *changed], now)
        deadlines.rename(model, [record.pk for record in changed], touched)
    return len(entries)


def lock(record: Record) -> Record | None:
    """The stored row, locked until the transaction ends (SQLite's IMMEDIATE transactions lock as a whole)."""
    if record._state.adding:
        return None
    rows = type(record)._base_manager.all()
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=record.pk)


def prepare(record: Record, stored: Record | None, proven: set[Any] | None = None) -> None:
    """Number, walls and validation. The trail's head comes from the stored row, never from the caller's copy.

    proven: a bulk write's memory of values that a field has found right, so that each is looked at once; whether
    unique keys are free it leaves to the constraints themselves. Without it the database is asked, for a sentence.
    """
    if stored is None:
        record.created_at = timezone.now()
        record.number = record.number or new_number(record.number_prefix, record.created_at.date())
    else:
        record.number, record.created_at = stored.number, stored.created_at
        record.trail_length, record.trail_head = stored.trail_length, stored.trail_head
    type(record).scope.stamp(record)
    if stored is not None and stored.wall_owner is not None and record.wall_owner != stored.wall_owner:
        raise ValidationError("A record stays with the company that owns it.")
    if stored is not None and stored.wall_partner is not None and record.wall_partner != stored.wall_partner:
        raise ValidationError("A record stays with the CMO it belongs to.")
    settle_values(record)
    exclude = settled(record, stored)
    if proven is not None:
        clean_once(record, exclude, proven)
        return
    record.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    if stored is None or unique_touched(record, stored):
        # With nothing left out: Django passes a constraint over as soon as one of its fields is excluded.
        record.validate_unique(exclude={"number"})
        record.validate_constraints()


def last_event(record: Record) -> TrailEvent | None:
    return TrailEvent.objects.filter(
        record_type=record.record_type(), record_number=record.number, seq=record.trail_length
    ).first()


def entry(
    record: Record,
    changes: dict[str, list[Any]],
    says: dict[str, Any],
    *,
    by: Actor,
    action: str,
    reason: str,
    details: Any,
    at: datetime,
) -> dict[str, Any]:
    """Values of the next entry of the record's chain, and the record's head moved to it. Nothing is saved here.

    says: the record's content as it will be stored.
    """
    acting = current()
    salt = secrets.token_hex(16) if record.trail_seals else ""
    sealed = {name: pair for name, pair in changes.items() if name in record.trail_seals}
    record_type = record.record_type()
    body = canonical(
        {
            "v": 1,
            "record": record_type,
            "number": record.number,
            "seq": record.trail_length + 1,
            "version": record.version,
            "at": at.isoformat(timespec="microseconds"),
            "actor": by.ref,
            "name": by.name,
            "company": by.company_id,
            "roles": list(by.role_names),
            "action": action,
            "reason": reason,
            "request": acting.request_id if acting else "",
            "changes": {
                n: {"sealed": digest(salt + n + canonical(p))} if n in sealed else p for n, p in changes.items()
            },
            "details": details,
            "content": digest(salt + canonical(says)),
            "walls": [record.wall_owner, record.wall_partner, record.wall_shared],
            "previous": record.trail_head,
        }
    )
    record.trail_length, record.trail_head = record.trail_length + 1, digest(body)
    return {
        "record_type": record_type,
        "record_number": record.number,
        "seq": record.trail_length,
        "at": at,
        "actor_ref": by.ref,
        "actor_name": by.name,
        "actor_company": by.company_id,
        "action": action,
        "body": body,
        "salt": salt,
        "sealed": canonical(sealed) if sealed else "",
        "hash": record.trail_head,
        "wall_owner": record.wall_owner,
        "wall_partner": record.wall_partner,
        "wall_shared": record.wall_shared,
    }


def store(record: Record, event: TrailEvent) -> None:
    """Saves both. A new number that is taken already is drawn again: numbers are random, not counted. A key that
    somebody else took between the check and now is refused with its sentence, as the check would have done."""
    is_new = record._state.adding
    try:
        with transaction.atomic(), opened_door():
            record.save(force_insert=is_new)
    except IntegrityError as error:
        record.validate_unique(exclude={"number"})
        record.validate_constraints()
        if not is_new or "number" not in str(error):
            raise
        redraw(record, event)
        with opened_door():
            record.save(force_insert=True)
    event.save(force_insert=True)
    transaction.on_commit(lambda: recorded.send_robust(type(record), record=record, event=event))


def redraw(record: Record, event: TrailEvent) -> None:
    record.number = new_number(record.number_prefix, timezone.now().date())
    body = json.loads(event.body) | {"number": record.number, "content": content_digest(record, event.salt)}
    event.record_number, event.body = record.number, canonical(body)
    event.hash = record.trail_head = digest(event.body)
