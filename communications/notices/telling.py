"""Who is told of a new message: whoever is named in it, and on the other side who has written in the thread.

Where nobody on the other side has written yet, those who have the matter there are told: at the sponsor whoever looks
after the CMO, at a CMO everybody who may answer. Only active people who may open the thread, by their own wishes.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction

from cmo_portal.accounts.models import Membership, Notices, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SystemActor
from cmo_portal.records.bulk import append, values_of
from cmo_portal.records.context import acting_as
from communications.messages.models import Message, Thread
from communications.notices.catalogue import NEWS
from communications.notices.moments import Hours
from communications.notices.news import MessageNews, MessageNotice
from communications.notices.preferences import Mute, NoticeSettings
from communications.notices.recipients import hours_of

log = logging.getLogger(__name__)
NEWSPAPER = SystemActor("news")
BATCH = 200
DAY = timedelta(days=1)


def tell_safely(now: datetime) -> int:
    """`tell`; whatever ails it, what is owed already goes out."""
    try:
        return tell(now)
    except SoftTimeLimitExceeded:  # the worker's, and no ailment
        raise
    except Exception:
        log.exception("people could not be told of new messages")
        return 0


def tell(now: datetime) -> int:
    """Works out for every message that nobody knows of whom it concerns; returns how many notices that made. Runs may
    meet: each takes messages that no other holds."""
    made = 0
    with acting_as(NEWSPAPER):
        while True:
            with transaction.atomic():
                news = waiting()
                if not news:
                    return made
                for each in news:
                    made += tell_of(each, now)
                MessageNews.objects.filter(pk__in=[each.pk for each in news]).update(told_at=now)


def waiting() -> list[MessageNews]:
    rows = MessageNews.objects.filter(told_at=None).order_by("pk")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.select_related("message__thread__vendor")[:BATCH])


def tell_of(news: MessageNews, now: datetime) -> int:
    """The notices of one message. One that cannot be told stops no other; it stands unread in the portal."""
    try:
        with transaction.atomic():
            rows = [notice_of(news.message, person, now) for person in to_tell(news.message) if wants(person)]
            append(MessageNotice, rows, once=True)
            return len(rows)
    except (DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception:
        log.exception("nobody could be told of message %s", news.message.number)
        return 0


def to_tell(message: Message) -> list[User]:
    """The people whom a message concerns, each once."""
    thread: Thread = message.thread
    people = [person for person in readers_of(thread) if person.ref != message.author_ref]
    wrote = set(Message.objects.filter(thread=thread).values_list("author_ref", flat=True).distinct())
    across = [person for person in people if not thread.is_shared or person.company_kind != message.author_side]
    concerned = [person for person in across if person.ref in wrote]
    if not concerned and thread.is_shared:
        concerned = holders(thread, across)
    chosen = {person.pk: person for person in people if person.ref in message.mentions}
    chosen |= {person.pk: person for person in concerned}
    return [person for person in chosen.values() if reads(person, thread)]


def readers_of(thread: Thread) -> list[User]:
    """The active people of the companies that read the thread."""
    companies = [thread.wall_owner, thread.wall_partner if thread.wall_shared else None]
    rows = Membership.objects.filter(company__in=[key for key in companies if key], user__is_active=True)
    found = []
    for membership in rows.select_related("user", "company").order_by("pk"):
        membership.user.belongs = membership  # type: ignore[misc]
        found.append(membership.user)
    return found


def holders(thread: Thread, people: Collection[User]) -> list[User]:
    manager = thread.vendor and thread.vendor.manager_id
    named = [person for person in people if person.pk == manager]
    able = [p for p in people if p.may(P.MESSAGE_POST if p.company_kind == PARTNER else P.CMO_EDIT)]
    return named or able


def reads(person: User, thread: Thread) -> bool:
    """Whether the person may open the thread now, with what it is about."""
    if not person.is_active or not person.may(P.MESSAGE_VIEW):
        return False
    return bool(Thread.objects.open_to(person).filter(pk=thread.pk).exists())


def wants(person: User) -> bool:
    """Whether the person wants mail about messages; none of it is obligatory."""
    if person.notices == Notices.NONE:
        return False
    return not Mute.objects.filter(user=person.pk, kind=NEWS, is_retired=False).exists()


def notice_of(message: Message, person: User, now: datetime) -> dict[str, Any]:
    hours = hours_of(person, NoticeSettings.objects.filter(user=person.pk).first())
    return values_of(
        MessageNotice(
            message=message,
            recipient=person,
            is_mention=person.ref in message.mentions,
            created_at=now,
            wait_until=goes_at(person, hours, now),
            wall_owner=person.company_id,
        )
    )


def goes_at(person: User, hours: Hours, now: datetime) -> datetime:
    """At once where that is wished and no quiet hours are, else with the day's mail, or the next day's."""
    if person.notices == Notices.IMMEDIATE:
        return hours.after_quiet(now)
    digest = hours.digest_of(hours.day(now))
    return digest if now <= digest else hours.digest_of(hours.day(now) + DAY)
