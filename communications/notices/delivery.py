"""Sends what the outbox holds: one mail for each person and run, tried until it is taken or given up.

A run leases a person's notices, sends outside any transaction, and marks them. One that dies after the mail server took
the mail leaves the lease to end; the next run sends the same notices under the same Message-ID, by which mail programs
know it as the same mail. That, and no less, is what a mail can promise.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from cmo_portal.accounts.models import Membership, User
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.numbers import random_text
from communications.notices.mail import send
from communications.notices.models import Notice, State
from communications.notices.recipients import may_read

log = logging.getLogger(__name__)
MAIL = SystemActor("mail")
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)  # no task lives longer than its lease
TRIES = 8  # the last comes a good two hours after the first
FIRST_WAIT = timedelta(minutes=1)  # doubled with each try
IN_ONE_MAIL = 100


@dataclass(frozen=True)
class Delivered:
    """How many mails went out, and what became of the notices."""

    mails: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(
            self.mails + other.mails, self.sent + other.sent, self.dropped + other.dropped, self.failed + other.failed
        )


def people_owed(now: datetime) -> list[int]:
    """Keys of the people to whom something is to be sent at `now`."""
    with acting_as(MAIL):
        rows = Notice.objects.owed().filter(next_try_at__lte=now)
        return list(rows.order_by("recipient").values_list("recipient", flat=True).distinct())


def deliver_all(now: datetime) -> Delivered:
    return sum((deliver_to(person, now) for person in people_owed(now)), Delivered())


def deliver_to(person: int, now: datetime) -> Delivered:
    """Sends everything that is owed to one person at `now`; safe to run twice, and twice at once."""
    total = Delivered()
    with acting_as(MAIL):
        while notices := lease(person, now):
            total += carry(notices, now)
    return total


def lease(person: int, now: datetime) -> list[Notice]:
    """Takes the notices of one mail until the lease ends: those of a mail that was tried, or the ones without a mail.

    A second run waits here for the first one's short transaction and then finds the rows leased. It does not skip
    locked rows: half of a mail that was tried would go out under the Message-ID of the whole.
    """
    with transaction.atomic():
        rows = Notice.objects.owed().filter(recipient=person, next_try_at__lte=now).order_by("id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(no_key=True)
        owed = list(rows)
        tried = next((notice.mail_key for notice in owed if notice.mail_key), "")
        taken = [notice for notice in owed if notice.mail_key == tried]
        taken = taken if tried else taken[:IN_ONE_MAIL]
        mail_key = tried or random_text(16)
        for notice in taken:
            notice.mail_key, notice.next_try_at = mail_key, now + LEASE
        of(taken).update(mail_key=mail_key, next_try_at=now + LEASE)
    return taken


def carry(notices: Sequence[Notice], now: datetime) -> Delivered:
    """Sends one mail with what still holds of `notices`, and marks every one."""
    person = person_of(notices[0].recipient_id)
    live = items_of(notices)
    kept = [n for n in notices if n.obligation in live and may_read(person, live[n.obligation])]
    dropped = [n for n in notices if n not in kept]
    of(dropped).update(state=State.DROPPED)
    if not kept:
        return Delivered(dropped=len(dropped))
    try:
        send(person.email, "reminders", words(kept, live, person, now), key=f"reminders-{kept[0].mail_key}")
    except Exception as refusal:  # OSError is the mail server's; what no try can mend ends as given up, not for ever
        log.warning("reminders of %s were not sent", person.ref, exc_info=not isinstance(refusal, OSError))
        return Delivered(dropped=len(dropped), failed=put_off(kept, now))
    of(kept).update(state=State.SENT, delivered_at=now)
    return Delivered(mails=1, sent=len(kept), dropped=len(dropped))


def of(notices: Iterable[Notice]) -> Any:
    return Notice.objects.owed().filter(pk__in=[notice.pk for notice in notices])


def put_off(notices: Sequence[Notice], now: datetime) -> int:
    """Plans the next try, or gives up after the last; the notices of one mail are tried together."""
    tries = notices[0].tries + 1
    state = State.DEAD if tries >= TRIES else State.FAILED
    of(notices).update(state=state, tries=tries, next_try_at=now + FIRST_WAIT * 2 ** (tries - 1))
    if state == State.DEAD:
        log.error("reminders %s were given up after %s tries", notices[0].mail_key, tries)
    return len(notices)


def person_of(key: int) -> User:
    membership = Membership.objects.select_related("user", "company").get(user=key)
    person: User = membership.user
    person.belongs = membership  # type: ignore[misc]
    return person


def items_of(notices: Sequence[Notice]) -> dict[Any, DueItem]:
    """The open due items that the notices are about, by obligation: a moved date is another obligation."""
    numbers = [notice.record_number for notice in notices]
    rows = DueItem.objects.filter(is_open=True, record_number__in=numbers, kind__in=kinds)
    return {(item.kind, item.record_number, item.due_date): item for item in rows}


def words(notices: Sequence[Notice], live: dict[Any, DueItem], person: User, now: datetime) -> dict[str, Any]:
    """What the mail is made of: for each item its title, address, day and holder; the most urgent first."""
    items = sorted({n.obligation: live[n.obligation] for n in notices}.values(), key=lambda i: (i.due_date, i.pk))
    today = timezone.localdate(now)
    addresses, names = addresses_of(items), holders_of(items)
    rows = [
        {
            "title": item.title,
            "due_date": item.due_date,
            "late": max((today - item.due_date).days, 0),
            "left": max((item.due_date - today).days, 0),
            "holder": "you" if item.holder_ref == person.ref else names.get(item.holder_ref, ""),
            "address": settings.SITE_URL + addresses.get((item.kind, item.record_number), "/"),
        }
        for item in items
    ]
    return {"person": person, "rows": rows, "late": sum(1 for row in rows if row["late"]), "site": settings.SITE_URL}


def addresses_of(items: Sequence[DueItem]) -> dict[tuple[str, str], str]:
    """The pages of the records, one query for each kind; what a record's address speaks of comes with it."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for item in items:
        numbers[item.kind].append(item.record_number)
    found = {}
    for code, some in numbers.items():
        model: Any = kinds[code].model
        for record in model._base_manager.select_related().filter(number__in=some):
            found[code, record.number] = record.get_absolute_url()
    return found


def holders_of(items: Sequence[DueItem]) -> dict[str, str]:
    refs = {item.holder_ref for item in items if item.holder_ref}
    return dict(User.objects.filter(number__in=refs).values_list("number", "name"))
