"""Gives the mail of whoever is away to their deputy, on the day it goes.

A reminder is claimed for the person it concerns, whenever that is. Quiet hours, a weekend, the hour of the digest or a
day that they chose may lie between the claim and the mail, and only on the mail's own day is it certain who is away.
So before mail goes out, each line of that day that waits is looked at: it is passed on to the deputy of that day, and
back where its person has returned. A line is passed on with one change of its state, in the transaction that makes or
revives the other's; the outbox holds one line for each person, reminder and channel, so nobody is told twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.bulk import append
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, kinds
from communications.notices.models import Channel, Level, Notice, State
from communications.notices.preferences import Absence
from communications.notices.recipients import People, Telling
from communications.notices.sweep import notice

log = logging.getLogger(__name__)
DEPUTIES = SystemActor("deputies")
DAY = timedelta(days=1)
BATCH = 500
Place = tuple[str, str, str, str, int, int, str]  # which reminder, how often it was put off, to whom, by which channel


def stand_in_safely(now: datetime) -> None:
    """`stand_in`; whatever ails it, mail goes out to those whom it concerns."""
    try:
        stand_in(now)
    except SoftTimeLimitExceeded:  # the worker's, and no ailment
        raise
    except Exception:
        log.exception("mail of people who are away was not passed on")


def without_passed(person: int, lines: Sequence[Notice], now: datetime) -> list[Notice]:
    """Of the lines of one person that are about to go, and held, those that still do. A sweep that ends between
    `stand_in` and the mail leaves lines that nobody has looked at."""
    day = Q(from_date__lte=(now + DAY).date(), until_date__gte=(now - DAY).date())
    away = Absence.objects.filter(day, user=person, is_cancelled=False, deputy__isnull=False)
    if not (any(line.on_behalf_of_id for line in lines) or away.exists()):
        return list(lines)
    try:
        with transaction.atomic():
            passed = pass_on(lines, now)
    except (DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception:
        log.exception("mail of person %s was not passed on", person)
        return list(lines)
    return [line for line in lines if line.pk not in passed]


def stand_in(now: datetime) -> int:
    """Passes on what waits today for people who are away, and back; returns how many lines. Safe to run twice."""
    passed = last = 0
    with acting_as(DEPUTIES):
        while True:
            with transaction.atomic():
                lines = waiting(now, last)
                if not lines:
                    return passed
                last, passed = lines[-1].pk, passed + len(pass_on(lines, now))


def waiting(now: datetime, after: int) -> list[Notice]:
    """The next lines within a day that are of somebody who may be away, or with a deputy; held until the
    transaction ends. What another run holds is on its way, or is looked at with the next bell."""
    days = Q(from_date__lte=(now + DAY).date(), until_date__gte=(now - DAY).date())
    away = Absence.objects.filter(days, is_cancelled=False, deputy__isnull=False)
    rows = Notice.objects.filter(
        Q(recipient__in=away.values("user")) | Q(on_behalf_of__isnull=False),
        channel=Channel.EMAIL,
        state=State.WAITING,
        mail=None,
        wait_until__lt=now + DAY,
        kind__in=kinds,
        pk__gt=after,
    )
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return list(rows.order_by("pk")[:BATCH])


def pass_on(lines: Sequence[Notice], now: datetime) -> set[int]:
    """Passes on those of `lines` that are somebody else's today; returns their keys."""
    numbers = {line.record_number for line in lines}
    open_items = DueItem.objects.filter(is_open=True, record_number__in=numbers, kind__in=kinds)
    live = {(item.kind, item.record_number, item.due.key): item for item in open_items}
    people = People(list(live.values()), now)
    there = {place_of(row): row for row in Notice.objects.filter(record_number__in=numbers)}
    passed = set()
    for line in lines:
        item = live.get(line.obligation)
        target = item and whose(line, item, people)
        if item is not None and target is not None and target.pk != line.recipient_id:
            hand_over(line, item, target, people, there)
            passed.add(line.pk)
    return passed


def whose(line: Notice, item: DueItem, people: People) -> User | None:
    """Who gets the line's mail; None where it does not go today, or its person has left."""
    owner = people.by_key.get(line.on_behalf_of_id or line.recipient_id)
    if owner is None:
        return None
    hours = people.hours.get(line.recipient_id, people.hours[owner.pk])  # a deputy may have left meanwhile
    goes = max(line.wait_until, people.now)
    if hours.day(goes) != hours.day(people.now):
        return None
    deputy = people.deputy_of(owner, item, goes)
    return deputy if people.wants_mail(deputy, item) else owner  # mail that nobody would get is not passed on


def hand_over(line: Notice, item: DueItem, target: User, people: People, there: dict[Place, Notice]) -> None:
    """One line ends and the other begins. Somebody who has it already, waiting or sent, is told no second time; a
    deputy of several keeps it for the next of them."""
    ends = Notice.objects.filter(pk=line.pk, state=State.WAITING)
    other = also_for(line, item, people, there)
    ends.update(**({"on_behalf_of": other} if other else {"state": State.PASSED}))
    owner = line.on_behalf_of_id or line.recipient_id
    ready = people.mail_waits_until(target, item)
    standing = there.get(place_of(line, target.pk))
    if standing is not None:
        ended = Notice.objects.filter(pk=standing.pk, state__in=(State.PASSED, State.DROPPED))
        ended.update(state=State.WAITING, mail=None, wait_until=ready)
        return
    own = there.get(place_of(line, owner, Channel.SCREEN))
    is_own = target.pk == owner
    telling = Telling(
        target,
        Level(own.level) if is_own and own else Level.HOLDER if is_own else Level.DEPUTY,
        None if is_own else people.by_key[owner],
    )
    about = (item, line.offset, telling, people)
    made = [notice(*about, channel=Channel.SCREEN, state=State.SENT, wait_until=people.now, again=line.again)]
    if people.wants_mail(target, item):
        made.append(notice(*about, channel=Channel.EMAIL, state=State.WAITING, wait_until=ready, again=line.again))
    append(Notice, made, once=True)


def also_for(line: Notice, item: DueItem, people: People, there: dict[Place, Notice]) -> int | None:
    """For whom else the deputy has the line: somebody whose own was passed on to the same one, who had it already."""
    if line.on_behalf_of_id is None:
        return None
    goes = max(line.wait_until, people.now)
    for row in there.values():
        mine = row.recipient_id in (line.recipient_id, line.on_behalf_of_id)
        if mine or row.state != State.PASSED or place_of(row, line.recipient_id) != place_of(line):
            continue
        person = people.by_key.get(row.recipient_id)
        if person is not None and people.deputy_of(person, item, goes).pk == line.recipient_id:
            return int(person.pk)
    return None


def place_of(row: Notice, recipient: int | None = None, channel: str = "") -> Any:
    who = recipient or row.recipient_id
    return row.kind, row.record_number, row.due_key, row.offset, row.again, who, channel or str(row.channel)
