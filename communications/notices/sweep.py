"""Finds the reminders that are owed and claims each once, in one transaction with what is to be said.

A reminder is owed when its moment has passed and the ledger does not hold it, never because it is that very day: a
sweep that did not run is caught up by the next. The claim, the notices and the item's next look are committed together,
so a crash leaves all of them or none; sending comes after and may be repeated (delivery.py).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cmo_portal.records.actors import SWEEP
from cmo_portal.records.bulk import append, set_each, values_of
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry, kinds
from cmo_portal.records.offsets import UTC_PLACE, Offset, Place, midnight, offsets_of
from communications.notices.models import Channel, Notice, State, SweepRun, notice_number
from communications.notices.recipients import People, Telling
from vendors.registry.deadline_policies import ESCALATION, DeadlinePolicy

log = logging.getLogger(__name__)
Key = tuple[str, str, str]  # kind, number of the record, key of the due date
Row = dict[str, Any]  # column -> value: a hundred thousand of them are made without a model's work on each
PLAN_AGAIN = timedelta(hours=1)  # after which an item is looked at again that could not be planned
GIVEN_UP_AFTER = timedelta(hours=2)  # of sweeps that fail, after which digests go without them


class Rule(NamedTuple):
    """What a policy, or a kind by itself, says: who else hears of which reminder, and all offsets."""

    rungs: Mapping[Offset, str]
    offsets: tuple[Offset, ...]


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


@dataclass
class Plan:
    """What is known about one item's reminders: when each comes, who else hears of it, which are claimed."""

    item: DueItem
    place: Place
    rungs: Mapping[Offset, str]
    moments: Mapping[Offset, datetime]
    turn: datetime | None = None  # when another policy may hold, because an agreement begins or ends
    claimed: Mapping[str, datetime] = field(default_factory=dict)  # offset -> when

    def passed(self, now: datetime) -> list[Offset]:
        """Reminders whose moment has come, that nobody claimed, and that were still ahead when the date was set."""
        known = midnight(self.item.armed_at.astimezone(self.place.zone).date(), self.place.zone)
        return [o for o, at in self.moments.items() if known <= at <= now and str(o) not in self.claimed]

    def late_at_once(self) -> Offset | None:
        """The last reminder of what was late when it became known, so that nothing is late unheard: it is told once.
        Who hears of lateness after days hears of it from then on."""
        known = self.item.armed_at
        stages = [offset for offset, at in self.moments.items() if at <= known and offset not in self.rungs]
        if self.claimed or not stages or self.item.due.ends(self.place) > known:
            return None
        return max(stages, key=self.moments.__getitem__)

    def latest(self, passed: Sequence[Offset]) -> Offset | None:
        """Of several that passed the latest speaks for all; none when a later one was told already."""
        if not passed:
            return None
        last = max(passed, key=self.moments.__getitem__)
        told = [Offset.of(each).moment(self.item.due, self.place) for each in self.claimed]  # of former policies too
        return last if not told or self.moments[last] > max(told) else None

    def handed_on(self) -> Offset | None:
        """The last reminder that was told, where the ball came to somebody else, or the date came back, after all of
        them: whoever has the ball now has not heard of it."""
        since = max(self.item.held_since, self.item.armed_at)
        if not self.claimed or any(since <= at for at in self.claimed.values()):
            return None
        return max(map(Offset.of, self.claimed), key=lambda offset: offset.moment(self.item.due, self.place))

    def next_look(self, now: datetime) -> datetime:
        looks = [*self.moments.values(), *([self.turn] if self.turn else [])]
        return min((at for at in looks if at > now), default=NEVER)


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
    with acting_as(SWEEP), transaction.atomic():
        items = owing(now, batch)
        if not items:  # as nearly every bell finds it: one question
            return Swept()
        people, planner = People(items, now), Planner(items, now)
        found = [(item, owed_or_later(item, planner, people)) for item in items]
        claims = [claim for _, owed in found for claim in owed.claims]
        notices = [notice for _, owed in found for notice in owed.notices]
        append(ReminderEntry, claims, once=True)
        append(Notice, notices, once=True)  # whoever was told already is not told twice
        revive([notice for _, owed in found if owed.is_again for notice in owed.notices], now)
        set_each(DueItem, "next_remind_at", {item.pk: owed.next_look for item, owed in found})
    unheard = tuple(item.record_number for item, owed in found if not owed.is_heard)
    return Swept(len(items), len(claims), len(notices), unheard)


class Owed(NamedTuple):
    """What one item owes: rows of the ledger and of the outbox, when to look again, whether anybody could be told."""

    claims: Sequence[Row]
    notices: Sequence[Row]
    next_look: datetime
    is_heard: bool = True
    is_again: bool = False  # told once more, because the ball or the date came back


def owed_or_later(item: DueItem, planner: Planner, people: People) -> Owed:
    """What the item owes now. One that cannot be planned claims nothing, stops no other and is looked at again."""
    try:
        return owed_by(item, planner, people)
    except (DatabaseError, SoftTimeLimitExceeded):  # of the whole batch, not of this item
        raise
    except Exception:
        log.exception("the reminders of %s %s could not be planned", item.kind, item.record_number)
        return Owed((), (), people.now + PLAN_AGAIN, is_heard=False)


def owed_by(item: DueItem, planner: Planner, people: People) -> Owed:
    now, plan = people.now, planner.plan(item, people.place_of(item))
    passed = plan.passed(now)
    if not passed and (unheard := plan.late_at_once()):
        passed = [unheard]
    claims = [entry(item, offset, now) for offset in passed]
    latest = plan.latest(passed)
    said = latest or plan.handed_on()
    if said is None:
        return Owed(claims, (), plan.next_look(now))
    rungs = frozenset(plan.rungs[o] for o in (passed if latest else [said]) if o in plan.rungs)
    tellings = people.to_tell(item, rungs)
    notices = [made for telling in tellings for made in notices_of(item, said, telling, people)]
    return Owed(claims, notices, plan.next_look(now), bool(tellings), is_again=latest is None)


def owing(now: datetime, batch: int) -> list[DueItem]:
    """Locks the next items to look at; on SQLite the transaction itself is the lock."""
    rows = DueItem.objects.filter(is_open=True, next_remind_at__lte=now, kind__in=kinds)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    return list(rows.order_by("next_remind_at", "id")[:batch])


def is_behind(now: datetime) -> bool:
    """Whether items have waited for longer than two bells: a sweep is still at work, or has yet to begin. One that has
    failed for hours is not waited for: what others are owed goes out without it."""
    since = now - 2 * timedelta(seconds=settings.SWEEP_SECONDS)
    with acting_as(SWEEP):
        waits = DueItem.objects.filter(is_open=True, next_remind_at__lte=since, kind__in=kinds).exists()
    return waits and not fails_for_long()


def fails_for_long() -> bool:
    """Whether every look for reminders since `GIVEN_UP_AFTER` ago has failed."""
    good = SweepRun.objects.filter(error="", ended_at__isnull=False).order_by("-started_at").first()
    failed = SweepRun.objects.exclude(error="").filter(started_at__lte=timezone.now() - GIVEN_UP_AFTER)
    return (failed.filter(started_at__gt=good.started_at) if good else failed).exists()


class Planner:
    """Plans the reminders of some items. What many of them share is worked out once: the policy that holds for a kind,
    class and CMO, and the moments of one date at one place."""

    def __init__(self, items: Sequence[DueItem], now: datetime) -> None:
        known = list(DeadlinePolicy.objects.of_sponsors({item.wall_owner for item in items}))
        self.turns = turns_of(known, now)
        self.policies = [policy for policy in known if policy.holds_on(now.date())]
        self.policies.sort(key=lambda policy: policy.weight, reverse=True)
        self.claimed = claimed_of(items)
        self.rules: dict[tuple[Any, ...], Rule] = {}
        self.moments: dict[tuple[Any, ...], dict[Offset, datetime]] = {}

    def plan(self, item: DueItem, place: Place) -> Plan:
        """The offsets of the item's policy, or of its kind, at the place where its days are counted."""
        rule = self.rule_of(item)
        shared = (item.due, place.zone.key, id(place.holidays), id(rule))
        if (moments := self.moments.get(shared)) is None:
            moments = self.moments[shared] = {offset: offset.moment(item.due, place) for offset in rule.offsets}
        turn = self.turns.get((item.wall_owner, item.vendor_ref))
        return Plan(item, place, rule.rungs, moments, turn, self.claimed.get(key(item), {}))

    def rule_of(self, item: DueItem) -> Rule:
        about = (item.wall_owner, item.kind, item.facet, item.vendor_ref)
        if (rule := self.rules.get(about)) is None:
            policy = next((policy for policy in self.policies if policy.fits(item)), None)
            kind = kinds[item.kind]
            climbs = (policy and policy.escalation) or dict(kind.climbs) or (ESCALATION if kind.obligatory else {})
            rungs = {Offset.of(offset): rung for offset, rung in climbs.items()}
            stages = offsets_of(policy.offsets) if policy and policy.offsets else kind.stages
            rule = self.rules[about] = Rule(rungs, tuple({*stages, *rungs}))
        return rule


def turns_of(policies: Sequence[DeadlinePolicy], now: datetime) -> dict[tuple[int | None, str], datetime]:
    """For each sponsor and CMO the next midnight at which a policy begins or ceases to hold with its agreement."""
    found: dict[tuple[int | None, str], datetime] = {}
    for policy in policies:
        day = policy.turns_after(now.date())
        if day is not None and policy.agreement is not None:
            about, at = (policy.wall_owner, policy.agreement.vendor.number), midnight(day, UTC_PLACE.zone)
            found[about] = min(at, found.get(about, at))
    return found


def key(item: DueItem) -> Key:
    return item.kind, item.record_number, item.due.key


def claimed_of(items: Sequence[DueItem]) -> dict[Key, dict[str, datetime]]:
    """The offsets that the ledger holds for each obligation, each with the moment of its claim. The lock on its item
    keeps other sweeps from adding."""
    rows = ReminderEntry.objects.filter(
        kind__in={item.kind for item in items}, record_number__in=[item.record_number for item in items]
    )
    found: dict[Key, dict[str, datetime]] = defaultdict(dict)
    for kind, number, due, offset, at in rows.values_list("kind", "record_number", "due_key", "offset", "claimed_at"):
        found[kind, number, due][offset] = at
    return found


def revive(notices: Sequence[Row], now: datetime) -> None:
    """Of what is said once more, lines that were dropped or passed on on their way go after all."""
    wanted = {(n["kind"], n["record_number"], n["due_key"], n["offset"], n["recipient_id"]) for n in notices}
    if not wanted:
        return
    dropped = Notice.objects.filter(
        channel=Channel.EMAIL,
        state__in=(State.DROPPED, State.PASSED),
        again=0,
        record_number__in={number for _, number, *_ in wanted},
    )
    rows = dropped.values_list("pk", "kind", "record_number", "due_key", "offset", "recipient")
    Notice.objects.filter(pk__in=[pk for pk, *about in rows if tuple(about) in wanted]).update(
        state=State.WAITING, mail=None, wait_until=now
    )


def entry(item: DueItem, offset: Offset, now: datetime) -> Row:
    return {
        "kind": item.kind,
        "record_number": item.record_number,
        "due_key": item.due.key,
        "offset": str(offset),
        "claimed_at": now,
        "wall_owner": item.wall_owner,
        "wall_partner": item.wall_partner,
        "wall_shared": item.wall_shared,
    }


def notices_of(item: DueItem, offset: Offset, telling: Telling, people: People) -> Iterator[Row]:
    """An entry in the portal for everybody, and a line of a mail for whoever is to get one."""
    about = (item, str(offset), telling, people)
    yield notice(*about, channel=Channel.SCREEN, state=State.SENT, wait_until=people.now)
    if people.wants_mail(telling.person, item):
        wait_until = people.mail_waits_until(telling.person, item)
        yield notice(*about, channel=Channel.EMAIL, state=State.WAITING, wait_until=wait_until)


def notice(item: DueItem, offset: str, telling: Telling, people: People, **by_channel: Any) -> Row:
    return blank_notice() | {
        "number": notice_number(),
        "recipient_id": telling.person.pk,
        "kind": item.kind,
        "record_type": item.record_type,
        "record_number": item.record_number,
        "title": item.title,
        "due_date": item.due_date,
        "due_key": item.due.key,
        "offset": offset,
        "level": telling.level,
        "on_behalf_of_id": telling.on_behalf_of and telling.on_behalf_of.pk,
        "is_urgent": item.is_urgent,
        "created_at": people.now,
        "wall_owner": telling.person.company_id,
        **by_channel,
    }


@cache
def blank_notice() -> Row:
    """Every column of a notice with what it holds where nothing is said."""
    return values_of(Notice())
