"""Sends what the outbox holds: one mail a person a day, and at once what cannot wait; tried until taken or given up.

Notices that may go are packed into a mail, once; the mail is leased, sent outside any transaction, and marked. A
process that dies after the mail server took the mail leaves the lease to end; the next run sends the same mail under
the same Message-ID, by which mail programs know it as the same, and the log says that it may have come twice. That,
and no less, is what a mail can promise.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from cmo_portal.accounts.models import Membership, Notices, User
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.locks import held
from cmo_portal.records.numbers import random_text
from communications.notices.lines import mail_words
from communications.notices.mail import send
from communications.notices.models import Channel, Level, Mail, Notice, State
from communications.notices.preferences import Mute, NoticeSettings
from communications.notices.recipients import People, hours_of, may_read, wants_mail
from communications.notices.standing_in import stand_in_safely, without_passed
from communications.notices.sweep import is_behind
from communications.notices.telling import tell_safely

log = logging.getLogger(__name__)
MAIL = SystemActor("mail")
LEASE = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
TRIES = 8  # the last comes a good two hours after the first
FIRST_WAIT = timedelta(minutes=1)  # doubled with each try
DATABASE_WAIT = 0.2  # seconds between two tries to say that a mail went
DAY = timedelta(days=1)
UNKNOWN = (TimeoutError, SMTPServerDisconnected)  # after which nobody knows whether the mail server took the mail


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


def to_pack(now: datetime) -> Any:
    return Notice.objects.filter(channel=Channel.EMAIL, state=State.WAITING, mail=None, wait_until__lte=now)


def people_owed(now: datetime) -> list[int]:
    """Keys of the people to whom something is to be sent at `now`."""
    from communications.notices import news_delivery

    with acting_as(MAIL):
        waiting = to_pack(now).values_list("recipient", flat=True)
        news = news_delivery.to_pack(now).values_list("recipient")
        return sorted(waiting.union(news, Mail.objects.owed().filter(next_try_at__lte=now).values_list("recipient")))


def deliver_all(now: datetime) -> Delivered:
    """Sends what is owed to everybody; one person's broken row does not keep the others waiting."""
    total, digests = Delivered(), not is_behind(now)
    tell_safely(now)
    stand_in_safely(now)
    for person in people_owed(now):
        try:
            total += deliver_to(person, now, digests=digests)
        except (DatabaseError, SoftTimeLimitExceeded):
            raise
        except Exception:
            log.exception("what is owed to person %s could not be delivered", person)
    return total


def deliver_to(person: int, now: datetime, *, digests: bool = True) -> Delivered:
    """Sends everything that is owed to one person at `now`; safe to run twice, and twice at once.

    digests: False while a sweep is still at work, since a digest is sent once and is to say everything.
    """
    from communications.notices import news_delivery

    total = Delivered()
    with acting_as(MAIL):
        recipient = person_of(person)
        pack(recipient, now, digests=digests)
        news_delivery.pack(recipient, now)
        for mail in Mail.objects.owed().filter(recipient=person, next_try_at__lte=now).order_by("id"):
            with held(f"mail {mail.key}") as is_mine:  # a clock that jumps ends leases of those who are still at work
                if is_mine and lease(mail, now):
                    total += (news_delivery.carry if mail.is_news else carry)(mail, recipient, now)
    return total


def pack(person: User, now: datetime, *, digests: bool = True) -> None:
    """Puts the notices that may go into mails. One digest a day: what comes after it waits for the next day's."""
    with transaction.atomic():
        rows = to_pack(now).filter(recipient=person.pk).order_by("id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(no_key=True)
        notices = list(rows)
        if notices:
            notices = without_passed(person.pk, notices, now)
        if not notices:
            return
        hours = hours_of(person, NoticeSettings.objects.filter(user=person).first())
        urgent, usual = [n for n in notices if n.is_urgent], [n for n in notices if not n.is_urgent]
        at_once = person.notices == Notices.IMMEDIATE
        if hours.is_quiet(now):  # a worker that was away comes back at night
            of(usual).update(wait_until=hours.ready(now, waits=not at_once))
            usual = []
        if sent := urgent + (usual if at_once else []):
            of(sent).update(mail=Mail.objects.create(**new_mail(person, now)))
        if usual and not at_once and digests:
            day = hours.day(now)
            digest = digest_of(person, day, now)
            of(usual).update(**({"mail": digest} if digest else {"wait_until": hours.digest_of(day + DAY)}))


def digest_of(person: User, day: date, now: datetime) -> Mail | None:
    """The digest of the day, new; None when it was made before. One that went nowhere, because all it held was
    settled meanwhile, is made anew, under another Message-ID."""
    values = new_mail(person, now)
    mail, is_new = Mail.objects.get_or_create(recipient=person, digest_date=day, defaults=values)
    if is_new:
        return mail
    revived = {"state": State.WAITING, "key": values["key"], "next_try_at": now, "tries": 0, "error": ""}
    return mail if Mail.objects.filter(pk=mail.pk, state=State.DROPPED).update(**revived) else None


def new_mail(person: User, now: datetime) -> dict[str, Any]:
    key = random_text(16)
    return {"recipient": person, "key": key, "created_at": now, "next_try_at": now, "wall_owner": person.company_id}


def lease(mail: Mail, now: datetime) -> bool:
    """Takes the mail until the lease ends; only one of several runs does."""
    owed = Mail.objects.owed().filter(pk=mail.pk, next_try_at__lte=now)
    if not owed.update(next_try_at=now + LEASE, sending_since=now):
        return False
    if mail.sending_since is not None:
        log.warning("mail %s may come twice: whether it went at %s was never heard", mail.key, mail.sending_since)
    return True


def carry(mail: Mail, person: User, now: datetime) -> Delivered:
    """Sends a mail with what still holds of its notices, and marks every one."""
    notices = list(mail.notices.owed().order_by("created_at", "id"))  # of several the last says why
    live = items_of(notices)
    muted = set(Mute.objects.filter(user=person, is_retired=False).values_list("kind", flat=True))
    kept = [
        n
        for n in notices
        if n.obligation in live
        and may_read(person, live[n.obligation])
        and wants_mail(person, n.kind, muted=n.kind in muted)
    ]
    kept = still_theirs(kept, live, person, now)
    going = {n.pk for n in kept}
    dropped = [n for n in notices if n.pk not in going]
    of(dropped).update(state=State.DROPPED)
    if not kept:
        settle(mail, state=State.DROPPED)
        return Delivered(dropped=len(dropped))
    try:
        words = mail_words(kept, live, person, now)
        mail.subject = send(
            person.email,
            "reminders",
            words,
            key=f"reminders-{mail.key}",
            unsubscribe=words["unsubscribe"],
            reply_to=words["reply_to"],
        )
    except SoftTimeLimitExceeded:  # the worker's, and no refusal
        raise
    except Exception as refusal:  # OSError is the mail server's; what no try can mend ends as given up, not for ever
        said = "may not have been sent" if isinstance(refusal, UNKNOWN) else "was not sent"
        log.warning("mail %s to %s %s", mail.key, person.ref, said, exc_info=not isinstance(refusal, OSError))
        put_off(mail, refusal, now)
        return Delivered(dropped=len(dropped), failed=len(kept))
    mark_sent(mail, of(kept), now)
    return Delivered(mails=1, sent=len(kept), dropped=len(dropped))


def still_theirs(notices: list[Notice], live: dict[Any, DueItem], person: User, now: datetime) -> list[Notice]:
    """Without those that said "you have the ball" to somebody who gave it away meanwhile; only these are looked at."""
    moved = {n.pk for n in notices if n.level == Level.HOLDER and live[n.obligation].held_since > n.created_at}
    if not moved:
        return notices
    people = People([live[n.obligation] for n in notices if n.pk in moved], now)
    return [n for n in notices if n.pk not in moved or people.has_the_ball(person, live[n.obligation])]


def mark_sent(mail: Mail, lines: Any, now: datetime) -> None:
    """Notes what the mail server took: the mail and its `lines`. A database that is away meanwhile is waited for while
    the lease runs: this process is the only one that knows, and without its word the mail would come twice."""
    give_up_at = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            with transaction.atomic():
                settle(mail, state=State.SENT, sent_at=now, subject=mail.subject[:250], error="")
                lines.update(state=State.SENT, delivered_at=now)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > give_up_at:
                raise
            connection.close()
            time.sleep(DATABASE_WAIT)


def of(notices: Iterable[Notice]) -> Any:
    return Notice.objects.owed().filter(pk__in=[notice.pk for notice in notices])


def settle(mail: Mail, **values: Any) -> None:
    Mail.objects.filter(pk=mail.pk).update(**{"sending_since": None} | values)


def put_off(mail: Mail, refusal: Exception, now: datetime) -> None:
    """Plans the next try, or gives up after the last."""
    tries = mail.tries + 1
    state = State.DEAD if tries >= TRIES else State.FAILED
    said = f"{type(refusal).__name__}: {refusal}"[:500]
    values = {"state": state, "tries": tries, "error": said, "next_try_at": now + FIRST_WAIT * 2 ** (tries - 1)}
    if isinstance(refusal, UNKNOWN):
        values["sending_since"] = now
    with transaction.atomic():
        settle(mail, **values)
        (mail.news if mail.is_news else mail.notices).owed().update(state=state)
    if state == State.DEAD:
        log.error("mail %s was given up after %s tries", mail.key, tries)


def person_of(key: int) -> User:
    membership = Membership.objects.select_related("user", "company").get(user=key)
    person: User = membership.user
    person.belongs = membership  # type: ignore[misc]
    return person


def items_of(notices: Sequence[Notice]) -> dict[Any, DueItem]:
    """The open due items that the notices are about, by obligation: a moved date is another obligation."""
    numbers = [notice.record_number for notice in notices]
    rows = DueItem.objects.filter(is_open=True, record_number__in=numbers, kind__in=kinds)
    return {(item.kind, item.record_number, item.due.key): item for item in rows}
