"""Dated obligations: a row in a subject's `hooks.py` names one, and every write keeps its due item in step.

A due item stands for one obligation of one record: when it is due, which side holds the ball and since when, whether
it is still open, and when to look at it next. `trail.write` keeps it in the same transaction as the record and wakes
it (`next_remind_at` is now) when anything changed on which its reminders depend; the next sweep, which knows policies,
time zones and holidays, plans the moment of its next reminder. `ReminderEntry` is the ledger that lets each reminder
be claimed once: its key is the kind, the record, the due date and the offset.

When a date moves, its reminders begin anew. When it comes back to a day it had before, a reminder that was sent for
that day and offset stays sent and the later ones still come: people were told once, and need not be told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import Q

from cmo_portal.records.actors import PARTNER, SPONSOR, SWEEP, Actor
from cmo_portal.records.bulk import append, values_of
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import random_text
from cmo_portal.records.offsets import Due, Offset, is_countable, offsets_of
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled, WalledQuerySet

OFFSETS = (14, 7, 1, 0, -3, -7, -14)  # days before the date; negative: after it
NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # an open item whose reminders were all sent


def nobody(record: Any) -> str:
    return ""


def never(record: Any) -> bool:
    return False


@dataclass(frozen=True)
class DeadlineKind:
    """One kind of dated obligation.

    date: the name of the record's date field, or of a date-time field where hours count; or the path to one of another
    record (`selection__scoring_due_date`), whose writer then keeps these in step. is_open: whether this record
    still owes it; None where other records decide, and the database is asked with `still_open` for all at once.
    still_open: `is_open` as a Q, for the rebuild; is_open_says_less: where the Q cannot say all of it. title: what is
    due, in words that every reader of the record may read. holder: the number of the person who holds the ball, or
    empty for a side as a whole. side: which side that is, `sponsor` or `partner`. offsets: when people are reminded,
    as `Offset.of` reads them; a policy of the sponsor may say otherwise. names: fields of other records that the title
    speaks of (`site__name`); when one changes, the titles follow. permission: what a colleague needs to read of it
    where the record may be a draft; a CMO's share is cut by the wall. acts: what it takes to do what is due; those who
    may are told where nobody holds it. acts_partner: the same at the CMO, where it takes something else there. owner:
    the number of the person who answers for the matter and hears first when it is late. facet: by which a policy may
    tell records of the kind apart, such as the class of a finding; facets: its values with their words. climbs: offset
    after the date -> who else hears, where that differs from the usual 3, 7 and 14 days. urgent: whether its mail
    waits for no digest. obligatory: whether a person must hear of it. reads: paths of relations that the functions
    follow and that may be empty; a look at many records fetches them along, as it does those that are never empty.
    mail_title: what is due in a mail's words, where the title holds what people wrote and no mail may carry. label:
    what it is called in a list of kinds, where its code does not say it (`words_of`). is_event: it happens by itself,
    as a meeting begins: nobody is early or late with it, and no figure counts it.
    """

    model: type[Record]
    date: str
    is_open: Callable[[Any], bool] | None
    still_open: Q
    title: Callable[[Any], str]
    holder: Callable[[Any], str] = nobody
    side: str | Callable[[Any], str] = SPONSOR
    offsets: tuple[int | str, ...] = OFFSETS
    names: tuple[str, ...] = ()
    permission: str = ""
    acts: str = ""
    acts_partner: str = ""
    owner: Callable[[Any], str] = nobody
    facet: Callable[[Any], str] = nobody
    facets: tuple[tuple[str, str], ...] = ()
    climbs: tuple[tuple[str, str], ...] = ()
    urgent: Callable[[Any], bool] = never
    obligatory: bool = True
    is_open_says_less: bool = False
    reads: tuple[str, ...] = ()
    mail_title: Callable[[Any], str] | None = None
    label: str = ""
    is_event: bool = False

    @cached_property
    def stages(self) -> tuple[Offset, ...]:
        return offsets_of(self.offsets)

    def rows(self) -> Any:
        """Every record of the kind's model, with what the kind's functions read of others."""
        rows = self.model._base_manager.all()
        return rows.select_related(*self.reads) if self.reads else rows.select_related()

    def mailed(self, record: Any) -> str:
        """What is due, in words that may leave the portal: one line, however the names in it were written."""
        return " ".join((self.mail_title or self.title)(record).split())

    def due_of(self, record: Any) -> Due | None:
        """What the record's field says; None where it is empty or a day from which nobody can count."""
        value = record
        for part in self.date.split("__"):
            value = getattr(value, part)
        if value is None or not is_countable(value):
            return None
        return Due(value.astimezone(UTC).date(), value) if isinstance(value, datetime) else Due(value)

    def side_of(self, record: Any) -> str:
        return self.side if isinstance(self.side, str) else self.side(record)

    def acts_of(self, side: str) -> str:
        """What it takes on `side` to do what is due."""
        return self.acts_partner if side == PARTNER and self.acts_partner else self.acts

    def vendor_of(self, record: Any) -> str:
        """The number of the CMO it is about, found along the record's wall; empty where the wall names none."""
        path, _, last = self.model.scope.owner.rpartition("__")
        if last != "sponsor" or path.rpartition("__")[2] != "vendor":
            return ""
        for link in path.split("__"):
            record = getattr(record, link)
        return str(record.number)


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
    """One obligation of one record; readable by whoever reads the record.

    due_date, due_at: the day, and where hours count the instant. side, holder_ref: who has the ball, since
    `held_since`; sponsor_seconds, partner_seconds: how long each side had it before. armed_at: since when the date is
    known; a reminder whose day passed before is not owed. next_remind_at: when a sweep must look at it next.
    """

    scope = Scope()
    guest_column, guest_reads = "record_number", "writes"  # of what the guest answers, which is then owed no longer

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=40)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    title = models.CharField(max_length=250)
    due_date = models.DateField()
    due_at = models.DateTimeField(null=True)
    vendor_ref = models.CharField(max_length=24, blank=True)
    facet = models.CharField(max_length=20, blank=True)
    is_urgent = models.BooleanField(default=False)
    side = models.CharField(max_length=10, default=SPONSOR)
    holder_ref = models.CharField(max_length=40, blank=True)
    owner_ref = models.CharField(max_length=40, blank=True)
    held_since = models.DateTimeField()
    sponsor_seconds = models.BigIntegerField(default=0)
    partner_seconds = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    armed_at = models.DateTimeField()
    next_remind_at = models.DateTimeField(null=True)

    objects = DueItemQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_number"], name="one_due_item")]
        indexes = [
            models.Index(fields=["next_remind_at", "id"], condition=Q(is_open=True), name="due_items_to_remind"),
            models.Index(fields=["wall_owner", "due_date", "id"], condition=Q(is_open=True), name="due_items_of_owner"),
            models.Index(fields=["wall_partner", "due_date", "id"], condition=Q(is_open=True), name="due_items_of_cmo"),
        ]

    @property
    def due(self) -> Due:
        return Due(self.due_date, self.due_at)

    def used(self, side: str, now: datetime) -> int:
        """Seconds for which `side` has had the ball up to `now`; what counts for one side counts for the other."""
        spent: int = self.partner_seconds if side == PARTNER else self.sponsor_seconds
        holding = self.is_open and self.side == side
        return spent + (max(int((now - self.held_since).total_seconds()), 0) if holding else 0)

    def hand_over(self, now: datetime) -> None:
        """Books the time of the side that had the ball; the next one's begins at `now`."""
        self.sponsor_seconds, self.partner_seconds = self.used(SPONSOR, now), self.used(PARTNER, now)
        self.held_since = now


class ReminderEntry(Walled):
    """The ledger: one reminder of one obligation, claimed once whatever crashes. A moved date is a new key."""

    scope = Scope()
    append_only = True

    kind = models.CharField(max_length=40)
    record_number = models.CharField(max_length=24)
    due_key = models.CharField(max_length=16)
    offset = models.CharField(max_length=8)
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_number", "due_key", "offset"], name="one_reminder")
        ]


kinds: dict[str, DeadlineKind] = {}


def add(code: str, kind: DeadlineKind) -> None:
    """Declares a kind; its code is the noun and what is due, like `certificate.expires`."""
    if code in kinds:
        raise ValueError(f"The deadline {code} is declared already.")
    kinds[code] = kind


def of_model(model: type[Record]) -> list[tuple[str, DeadlineKind]]:
    return [(code, kind) for code, kind in kinds.items() if kind.model is model]


def owing(kind: DeadlineKind, records: Sequence[Record]) -> list[bool]:
    """Whether each of `records` owes something of the kind."""
    if kind.is_open is not None:
        return [kind.is_open(record) for record in records]
    rows = kind.model._base_manager.filter(kind.still_open, pk__in=[record.pk for record in records])
    found = set(rows.values_list("pk", flat=True))
    return [record.pk in found for record in records]


def wanted(code: str, kind: DeadlineKind, record: Any, now: datetime, *, is_owed: bool) -> DueItem | None:
    """The due item this record should have, or None where it owes nothing of this kind."""
    due = kind.due_of(record)
    if due is None or not is_owed:
        return None
    return DueItem(
        number=random_text(16),
        kind=code,
        record_type=record.record_type(),
        record_number=record.number,
        title=kind.title(record)[:250],
        due_date=due.day,
        due_at=due.at,
        vendor_ref=kind.vendor_of(record),
        facet=kind.facet(record),
        is_urgent=kind.urgent(record),
        side=kind.side_of(record),
        holder_ref=kind.holder(record),
        owner_ref=kind.owner(record),
        held_since=now,
        opened_at=now,
        armed_at=now,
        next_remind_at=now,
        wall_owner=record.wall_owner,
        wall_partner=record.wall_partner,
        wall_shared=record.wall_shared,
    )


DATE, BALL = ("due_date", "due_at"), ("side", "holder_ref")
REMINDED = ("owner_ref", "facet", "is_urgent", "vendor_ref", "wall_owner", "wall_partner", "wall_shared")
CARRIED = (*DATE, *BALL, *REMINDED, "title")
KEPT = ("held_since", "sponsor_seconds", "partner_seconds", "is_open", "closed_at", "armed_at", "next_remind_at")


def keep(records: Sequence[Record], now: datetime, *, thorough: bool = False) -> None:
    """Brings the due items of `records` (of one model) in step; called by the write door inside its transaction.

    thorough: also wakes what is in step, so that the next sweep plans its reminder again, as the rebuild wants it.
    """
    declared = of_model(type(records[0])) if records else []
    numbers, codes = [record.number for record in records], [code for code, _ in declared]
    there = DueItem.objects.filter(kind__in=codes, record_number__in=numbers) if declared else ()
    stored = {(item.kind, item.record_number): item for item in there}
    for code, kind in declared:
        owed = zip(records, owing(kind, records), strict=True)
        rows = [(stored.get((code, r.number)), wanted(code, kind, r, now, is_owed=is_owed)) for r, is_owed in owed]
        fresh = [item for old, item in rows if old is None and item is not None]
        moved = [old for old, item in rows if old is not None and settle(old, item, now, thorough=thorough)]
        append(DueItem, [values_of(item) for item in fresh])
        if moved:
            DueItem.objects.bulk_update(moved, [*CARRIED, *KEPT], batch_size=200)


def settle(old: DueItem, item: DueItem | None, now: datetime, *, thorough: bool = False) -> bool:
    """Makes `old` say what `item` says, or closes it; whether anything changed."""
    if item is None:
        was_open = old.is_open
        if was_open:
            old.hand_over(now)
            old.is_open, old.closed_at, old.next_remind_at = False, now, None
        return was_open
    changed = {name for name in CARRIED if getattr(old, name) != getattr(item, name)}
    is_new = not old.is_open
    if not changed and not is_new and not thorough and old.next_remind_at is not None:
        return False
    if changed & set(BALL) or is_new:
        old.hand_over(now)
    for name in changed:
        setattr(old, name, getattr(item, name))
    if is_new or changed & set(DATE):
        old.armed_at = now
    if changed != {"title"} or is_new or thorough:
        old.next_remind_at = now
    old.is_open, old.closed_at = True, None
    return True


def rename(model: type[Record], keys: Sequence[Any], columns: set[str]) -> None:
    """The titles of other records' due items that name a changed field of the written ones follow it.

    The bookkeeper looks, not the person: whoever renames a site need not see everything that is due there.
    """
    for code, kind in kinds.items():
        for path in kind.names:
            relation, _, name = path.rpartition("__")
            if name in columns and target(kind.model, relation) is model:
                with acting_as(SWEEP):
                    rows = kind.model._base_manager.filter(kind.still_open, **{f"{relation}__in": keys})
                    for batch in batches(rows.select_related(relation)):
                        retitle(code, kind, batch)


def retitle(code: str, kind: DeadlineKind, records: Sequence[Record]) -> None:
    """Writes nothing but titles: nobody holds these records, and what they owe may change at this moment."""
    titles = {record.number: kind.title(record)[:250] for record in records}
    items = [
        item
        for item in DueItem.objects.filter(kind=code, record_number__in=titles, is_open=True)
        if item.title != titles[item.record_number]
    ]
    for item in items:
        item.title = titles[item.record_number]
    if items:
        DueItem.objects.bulk_update(items, ["title"], batch_size=200)


def target(model: type[Record], relation: str) -> Any:
    """The model at the end of a path of relations."""
    current: Any = model
    for part in relation.split("__"):
        current = current._meta.get_field(part).related_model
    return current


def wake(which: Q, now: datetime, **moved: str) -> int:
    """Has the next sweep plan the open items of `which` again: a policy, a place or an agreement changed, on which the
    moments of their reminders depend. To be called in the transaction of that change; returns how many.

    moved: columns that change with it, such as the CMO that a merged one lives on in."""
    with acting_as(SWEEP):
        return DueItem.objects.filter(which, is_open=True).update(next_remind_at=now, **moved)


def words_of(code: str) -> str:
    """The kind as people read it: `Response due`, `Capacity offer expires`."""
    label = kinds[code].label if code in kinds else ""
    return label or code.replace(".", " ").replace("_", " ").capitalize().replace("Capa ", "CAPA ")


def batches(rows: Any, size: int = 500) -> Iterable[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        last = batch[-1].pk
        yield batch
