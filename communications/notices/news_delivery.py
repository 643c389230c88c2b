"""Sends what people are told of new messages: the day's in one mail, or one mail for each thread at once.

A mail about one thread can be answered: its reply address files the answer there. Where a mail tells of several, each
has its own address in the text. What a person has read meanwhile is not told, nor what they may not open any more.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from cmo_portal.accounts.models import Notices, User
from cmo_portal.lib.wording import counted
from communications.messages import subjects
from communications.messages.models import Reading, Thread
from communications.notices.catalogue import NEWS
from communications.notices.delivery import UNKNOWN, Delivered, mark_sent, new_mail, put_off, settle
from communications.notices.lines import one_line
from communications.notices.mail import host, send
from communications.notices.models import Mail, State
from communications.notices.news import MessageNotice
from communications.notices.preferences import NoticeSettings
from communications.notices.recipients import hours_of
from communications.notices.reply_addresses import address_for as reply_address
from communications.notices.telling import reads, wants
from communications.notices.unsubscribe import address_for

log = logging.getLogger(__name__)


def to_pack(now: datetime) -> Any:
    return MessageNotice.objects.filter(state=State.WAITING, mail=None, wait_until__lte=now)


def pack(person: User, now: datetime) -> None:
    """Puts what may go into mails: one for each thread for whoever wants mail at once, else one for all."""
    with transaction.atomic():
        rows = to_pack(now).filter(recipient=person.pk).order_by("id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(no_key=True, of=("self",))
        notices = list(rows.select_related("message"))
        if not notices:
            return
        hours = hours_of(person, NoticeSettings.objects.filter(user=person).first())
        if hours.is_quiet(now):  # a worker that was away comes back at night
            of(notices).update(wait_until=hours.after_quiet(now))
            return
        bundles = defaultdict(list)
        for notice in notices:
            bundles[notice.message.thread_id if person.notices == Notices.IMMEDIATE else None].append(notice)
        for bundle in bundles.values():
            of(bundle).update(mail=Mail.objects.create(**new_mail(person, now), is_news=True))


def of(notices: Sequence[MessageNotice]) -> Any:
    return MessageNotice.objects.owed().filter(pk__in=[notice.pk for notice in notices])


def carry(mail: Mail, person: User, now: datetime) -> Delivered:
    """Sends a mail with what is still news to the person, and marks every notice."""
    rows = mail.news.owed().select_related("message__thread__vendor__sponsor").order_by("message__created_at", "pk")
    notices = list(rows)
    kept = still_news(notices, person)
    going = {notice.pk for notice in kept}
    dropped = [notice for notice in notices if notice.pk not in going]
    of(dropped).update(state=State.DROPPED)
    if not kept:
        settle(mail, state=State.DROPPED)
        return Delivered(dropped=len(dropped))
    try:
        words = mail_words(kept, person, now)
        mail.subject = send(
            person.email, "messages", words, key=f"messages-{mail.key}", unsubscribe=words["unsubscribe"],
            reply_to=words["reply_to"], about=words["about"],
        )  # fmt: skip
    except SoftTimeLimitExceeded:  # the worker's, and no refusal
        raise
    except Exception as refusal:  # as in delivery.carry
        said = "may not have been sent" if isinstance(refusal, UNKNOWN) else "was not sent"
        log.warning("mail %s to %s %s", mail.key, person.ref, said, exc_info=not isinstance(refusal, OSError))
        put_off(mail, refusal, now)
        return Delivered(dropped=len(dropped), failed=len(kept))
    mark_sent(mail, of(kept), now)
    return Delivered(mails=1, sent=len(kept), dropped=len(dropped))


def still_news(notices: Sequence[MessageNotice], person: User) -> list[MessageNotice]:
    """Without what the person has read, may not open any more or wants no mail about."""
    if not wants(person):
        return []
    threads = {notice.message.thread_id: notice.message.thread for notice in notices}
    rows = Reading.objects.filter(person_ref=person.ref, thread__in=threads)
    read = dict(rows.values_list("thread", "sequence"))
    opened = {key for key, thread in threads.items() if reads(person, thread)}
    return [
        notice
        for notice in notices
        if notice.message.thread_id in opened and notice.message.sequence > read.get(notice.message.thread_id, 0)
    ]


def mail_words(notices: Sequence[MessageNotice], person: User, now: datetime) -> dict[str, Any]:
    """The context of `mail/messages`: thread by thread how many messages came and from whom. Nothing that was said, no
    subject and no title (docs/adr/0008-a-mail-carries-no-content.md)."""
    threads: dict[int, list[MessageNotice]] = defaultdict(list)
    for notice in notices:
        threads[notice.message.thread_id].append(notice)
    rows = [row_of(some, person, now) for some in threads.values()]
    only = rows[0] if len(rows) == 1 else None
    return {
        "person": person,
        "rows": rows,
        "subject": subject_of(rows, len(notices)),
        "reply_to": only["reply_to"] if only else "",
        "about": f"<{only['number']}@{host()}>" if only else "",
        "settings": settings.SITE_URL + reverse("communications:notice-settings"),
        "unsubscribe": address_for(person, [NEWS]),
    }


def row_of(notices: Sequence[MessageNotice], person: User, now: datetime) -> dict[str, Any]:
    thread: Thread = notices[0].message.thread
    subject = subjects.kinds.get(thread.about_type)
    return {
        "number": thread.number,
        "count": counted(len(notices), "new message"),
        "who": writers(notices, person),
        "about": f"{subject.noun} ({thread.about_number})" if subject else "",
        "is_mention": any(notice.is_mention for notice in notices),
        "address": settings.SITE_URL + reverse("communications:message-detail", args=[notices[0].message.number]),
        "reply_to": reply_address(person.ref, thread.number, now.date()),
    }


def writers(notices: Sequence[MessageNotice], person: User) -> str:
    """Who wrote: a colleague by name; of the other side its company."""
    names = [
        one_line(said.author_name if said.author_side == person.company_kind else said.author_company)
        for said in [notice.message for notice in notices]
    ]
    return ", ".join(dict.fromkeys(names))


def subject_of(rows: Sequence[dict[str, Any]], count: int) -> str:
    if len(rows) == 1:
        said = rows[0]["count"].capitalize() if count > 1 else "New message"
        return f"{said} from {rows[0]['who']} in {rows[0]['number']}"
    return f"{counted(count, 'new message')} in {counted(len(rows), 'thread')}"
