"""Sending again what was given up: each mail once, whoever clicks, under the Message-ID it had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import note
from communications.notices.models import Mail, Notice, State
from communications.notices.news import MessageNotice

MOST = 1000  # mails in one act; the next act takes the rest


def send_again(mail: Mail, *, by: Actor, now: datetime) -> bool:
    """Puts a mail that was given up back into the queue; whether this act did it, not another one before.

    The trail of its recipient says who did it. It goes out with the next look, as if it had never been tried.
    """
    require(by)
    with transaction.atomic():
        if not put_back([mail.pk], by, now):
            return False
        note(mail.recipient, by=by, action="mail.send_again", details={"mail": mail.key, "error": mail.error})
    return True


def send_all_again(company: Company, *, by: Actor, now: datetime) -> int:
    """The same for every mail to the people of `company`; its trail names the mails. Returns how many."""
    require(by)
    with transaction.atomic():
        rows = Mail.objects.visible_to(by).filter(wall_owner=company.pk, state=State.DEAD).order_by("pk")
        keys = put_back(list(rows.values_list("pk", flat=True)[:MOST]), by, now)
        if keys:
            note(company, by=by, action="mail.send_again", details={"mails": keys})
    return len(keys)


def dead_of_cmos(by: Actor) -> Any:
    """Mails that were given up, to people of CMOs, who have no such desk, with a line about what is due to the company
    of `by` or said in its threads: to be counted and sent, not to be read."""
    ours = DueItem.objects.filter(wall_owner=by.company_id).values("record_number")
    about_us = Notice.objects.filter(mail=OuterRef("pk"), record_number__in=ours)
    said_by_us = MessageNotice.objects.filter(mail=OuterRef("pk"), message__wall_owner=by.company_id)
    of_cmos = Mail.objects.filter(state=State.DEAD, recipient__membership__company__kind=PARTNER)
    return of_cmos.filter(Exists(about_us) | Exists(said_by_us)).order_by("pk")


def send_again_to_cmos(company: Company, *, by: Actor, now: datetime) -> int:
    """The same for mails to people of CMOs: the administrator sends those that speak of the own company, and reads
    none. The trail of `company` keeps how many there were. Returns that number."""
    require(by)
    with transaction.atomic():
        with acting_as(SWEEP):
            count = len(put_back(list(dead_of_cmos(by).values_list("pk", flat=True)[:MOST]), SWEEP, now))
        if count:
            note(company, by=by, action="mail.send_again", details={"mails_to_cmos": count})
    return count


def put_back(chosen: list[int], by: Actor, now: datetime) -> list[str]:
    """The keys of those that this act took: a mail that somebody else put back meanwhile is dead no more."""
    rows = Mail.objects.visible_to(by)
    taken = []
    for key in chosen:
        values = {"tries": 0, "next_try_at": now, "sending_since": None, "error": ""}
        if rows.filter(pk=key, state=State.DEAD).update(state=State.WAITING, **values):
            taken.append(key)
    for lines in (Notice, MessageNotice):
        lines.objects.visible_to(by).filter(mail__in=taken, state=State.DEAD).update(state=State.WAITING)
    return sorted(rows.filter(pk__in=taken).values_list("key", flat=True))


def require(by: Actor) -> None:
    if not by.may(P.OPERATION_VIEW):
        raise PermissionDenied
