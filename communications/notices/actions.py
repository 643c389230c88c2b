"""Verbs of a person about their own notices: hours and wishes, days away, and what may rest until a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from cmo_portal.accounts.models import Notices, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.offsets import LONGEST, Offset
from cmo_portal.records.trail import write
from communications.notices.models import Channel, Notice, State, notice_number
from communications.notices.moments import Hours
from communications.notices.preferences import LONGEST_SNOOZE, NO_DEPUTY, Absence, NoticeSettings, Snooze, company_of
from communications.notices.recipients import hours_of
from communications.notices.unsubscribe import set_muted


def settings_of(person: User) -> NoticeSettings:
    """The person's own, or what holds without any."""
    found: NoticeSettings | None = NoticeSettings.objects.filter(user=person).first()
    return found or NoticeSettings(user=person, **company_of(person))


def own_hours(person: User) -> Hours:
    return hours_of(person, NoticeSettings.objects.filter(user=person).first())


def edit_settings(
    person: User,
    *,
    by: Actor,
    notices: str,
    muted: Collection[str] | None = None,
    version: int | None = None,
    **values: Any,
) -> NoticeSettings:
    """notices: how mail comes. muted: kinds of which no e-mail is wanted; None leaves them. values: the hours.

    Raises ValidationError, and StaleRecord where the hours changed since `version`.
    """
    own = settings_of(person)
    for name, value in values.items():
        setattr(own, name, value)
    if notices not in Notices.values:
        raise ValidationError({"notices": "Choose one from the list."})
    with transaction.atomic():
        write(own, by=by, action="notices.edit", version=version if own.pk else None)
        account = User.objects.get(pk=person.pk)
        account.notices = notices
        write(account, by=by, action="profile.edit")
        if muted is not None:
            set_muted(person, muted, by=by)
    return own


def add_absence(person: User, *, from_date: date, until_date: date, deputy: User | None, by: Actor) -> Absence:
    if from_date <= until_date < own_hours(person).day(timezone.now()):
        raise ValidationError({"until_date": "These days are over: choose a last day that is today or later."})
    if deputy is not None and deputy.company_id == person.company_id and not deputy.may(P.DUE_VIEW):
        raise ValidationError({"deputy": NO_DEPUTY})
    absence = Absence(user=person, from_date=from_date, until_date=until_date, deputy=deputy, **company_of(person))
    write(absence, by=by, action="absence.add")
    return absence


def cancel_absence(absence: Absence, *, by: Actor, is_cancelled: bool = True) -> None:
    """Takes an absence away, or back."""
    absence.is_cancelled = is_cancelled
    write(absence, by=by, action="absence.cancel" if is_cancelled else "absence.restore")


def active_snooze(person: User, item: DueItem) -> Snooze | None:
    rows = Snooze.objects.filter(user=person, kind=item.kind, record_number=item.record_number, due_key=item.due.key)
    found: Snooze | None = rows.filter(is_cancelled=False).order_by("-pk").first()
    return found


def resting(person: User, item: DueItem, now: datetime) -> Snooze | None:
    """What the person put off and has not heard of again."""
    found = active_snooze(person, item)
    return found if found is not None and found.until_date > own_hours(person).day(now) else None


def snooze(item: DueItem, person: User, *, until_date: date, reason: str, by: Actor, now: datetime) -> Snooze:
    """Lets one obligation rest for one person until a day. Others are told as before, and so is it in the portal."""
    hours = own_hours(person)
    today = hours.day(now)
    if not today < until_date <= today + timedelta(days=LONGEST_SNOOZE):
        raise ValidationError({"until_date": f"Choose a day from tomorrow on, at most {LONGEST_SNOOZE} days ahead."})
    if not item.is_open:
        raise ValidationError("This is done already: nothing is left to put off.")
    made = active_snooze(person, item) or Snooze(
        user=person, kind=item.kind, record_number=item.record_number, due_key=item.due.key, **company_of(person)
    )
    made.until_date, made.reason = until_date, " ".join(reason.split())
    try:
        with transaction.atomic():
            write(made, by=by, action="snooze.set", reason=made.reason)
            put_off(item, person, until=hours.digest_of(until_date), now=now)
    except IntegrityError as error:  # a second click at the same moment
        raise ValidationError("You have put this off already.") from error
    return made


def notices_about(item: DueItem, person: User) -> Any:
    return Notice.objects.filter(
        recipient=person, kind=item.kind, record_number=item.record_number, due_key=item.due.key
    )


def waiting(item: DueItem, person: User) -> Any:
    """The e-mail notices of the obligation that stand in no mail yet."""
    return notices_about(item, person).filter(channel=Channel.EMAIL, state=State.WAITING, mail=None)


def put_off(item: DueItem, person: User, *, until: datetime, now: datetime) -> None:
    """What waits goes later, also out of a mail that nobody took yet; where everything was said already, the last is
    said once more on the day."""
    notices_about(item, person).filter(channel=Channel.EMAIL, state=State.FAILED).update(state=State.WAITING, mail=None)
    if waiting(item, person).update(wait_until=until):
        return
    told = notices_about(item, person)
    last = told.order_by("-created_at", "-pk").first() or unsaid(item, person, until)
    times = told.filter(offset=last.offset).aggregate(most=Max("again"))["most"] or 0
    last.pk, last._state.adding, last.number = None, True, notice_number()
    last.channel, last.state, last.again = Channel.EMAIL, State.WAITING, times + 1
    last.created_at, last.wait_until, last.mail, last.delivered_at, last.read_at = now, until, None, None, None
    last.save(force_insert=True)


def unsaid(item: DueItem, person: User, until: datetime) -> Notice:
    """What a person is told who put off what nobody had reminded them of: it was late when it became known, or its
    first reminder lies ahead. They were promised a word on the day, and get it."""
    days = (item.due_date - until.astimezone(own_hours(person).zone).date()).days
    longest = LONGEST["d"]
    return Notice(
        recipient=person,
        kind=item.kind,
        record_type=item.record_type,
        record_number=item.record_number,
        title=item.title,
        due_date=item.due_date,
        due_key=item.due.key,
        offset=str(Offset(min(max(days, -longest), longest))),
        is_urgent=item.is_urgent,
        **company_of(person),
    )


def cancel_snooze(snooze: Snooze, *, by: Actor, now: datetime) -> None:
    """The reminders come as if nothing had been put off; what was only to be said once more is not."""
    person = snooze.user
    with transaction.atomic():
        snooze.is_cancelled = True
        write(snooze, by=by, action="snooze.cancel")
        item = DueItem.objects.filter(kind=snooze.kind, record_number=snooze.record_number).first()
        if item is None or item.due.key != snooze.due_key:
            return
        waiting(item, person).filter(again__gt=0).update(state=State.DROPPED)
        waits = person.notices != Notices.IMMEDIATE
        ready = now if item.is_urgent else own_hours(person).ready(now, waits=waits)
        waiting(item, person).update(wait_until=ready)
