"""What a mail of reminders says: for each item what, for whom, by when, what to do, who has the ball, and why you."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DueItem, kinds
from communications.messages.models import Thread
from communications.notices.catalogue import to_do
from communications.notices.models import Level, Notice
from communications.notices.reply_addresses import address_for as reply_address
from communications.notices.unsubscribe import address_for
from vendors.registry.models import Vendor

log = logging.getLogger(__name__)
GROUPS = (("overdue", "Overdue"), ("today", "Today"), ("soon", "Soon"))
Obligation = tuple[str, str, str]


def mail_words(
    notices: Sequence[Notice], live: Mapping[Obligation, DueItem], person: User, now: datetime
) -> dict[str, Any]:
    """The context of `mail/reminders`: what is late first, then what is due today, then what comes; each item once.

    reply_to: where an answer to the mail goes, where it asks for one answer in a thread and for nothing else.
    unsubscribe: the address that stops mail like this one; empty as soon as one line of it is obligatory.
    """
    latest = {notice.obligation: notice for notice in notices}  # of several stages the last says why
    items = sorted((live[key] for key in latest), key=lambda item: (item.due_date, item.pk))
    about = About(items, latest.values(), person, now)
    rows = [about.row(item, latest[item.kind, item.record_number, item.due.key]) for item in items]
    groups = [(label, [row for row in rows if row["group"] == code]) for code, label in GROUPS]
    codes = {item.kind for item in items}
    free = not any(kinds[code].obligatory for code in codes)
    return {
        "person": person,
        "rows": rows,
        "groups": [(label, some) for label, some in groups if some],
        "site": settings.SITE_URL,
        "settings": settings.SITE_URL + reverse("communications:notice-settings"),
        "subject": subject_of(rows),
        "unsubscribe": address_for(person, codes) if free else "",
        "reply_to": rows[0]["reply_to"] if len(rows) == 1 else "",
    }


def subject_of(rows: Sequence[Mapping[str, Any]]) -> str:
    late = sum(1 for row in rows if row["group"] == "overdue")
    if len(rows) == 1:
        return f"{'Overdue' if late else 'Due ' + rows[0]['due']}: {rows[0]['title']}"
    return f"{len(rows)} reminders" + (f", {late} overdue" if late else "")


def day_of(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def days_of(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


class About:
    """What the lines of one person's mail speak of, found in as many queries for one line as for all."""

    def __init__(self, items: Sequence[DueItem], notices: Iterable[Notice], person: User, now: datetime) -> None:
        self.person, self.now, self.zone = person, now, ZoneInfo(person.time_zone)
        self.titles, self.addresses = titles_of(items)
        refs = {item.holder_ref for item in items if item.holder_ref}
        of_company = User.objects.filter(number__in=refs, membership__company=person.company_id)
        self.colleagues = names(of_company, "number")
        keys = {key for item in items for key in (item.wall_owner, item.wall_partner) if key is not None}
        self.companies = names(Company.objects.filter(pk__in=keys), "pk")
        vendors = Vendor.objects.filter(number__in={item.vendor_ref for item in items if item.vendor_ref})
        self.vendors = names(vendors, "number")
        away = {notice.on_behalf_of_id for notice in notices if notice.on_behalf_of_id}
        self.away = names(User.objects.filter(pk__in=away), "pk") if away else {}

    def row(self, item: DueItem, notice: Notice) -> dict[str, Any]:
        key = (item.kind, item.record_number)
        group, left = self.how_far(item)
        words = to_do(item.kind)
        return {
            "group": group,
            "title": self.titles.get(key) or f"{words.noun.capitalize()}: {item.record_number}",
            "other": self.other_side(item),
            "day": item.due_date,
            "due": self.due(item),
            "left": left,
            "verb": words.verb,
            "ball": self.ball(item),
            "since": day_of(item.held_since.astimezone(self.zone).date()),
            "why": self.why(notice, item),
            "address": settings.SITE_URL + self.addresses.get(key, "/"),
            "snooze": settings.SITE_URL + reverse("communications:snooze-create", args=[item.number]),
            "mute": "" if kinds[item.kind].obligatory else address_for(self.person, [item.kind]),
            "noun": words.noun,
            "reply_to": self.reply_to(item),
        }

    def reply_to(self, item: DueItem) -> str:
        """Where an awaited answer can be sent by e-mail; empty for all else."""
        if item.record_type != Thread.record_type() or not self.person.may(P.MESSAGE_POST):
            return ""
        return reply_address(self.person.ref, item.record_number, self.now.date())

    def due(self, item: DueItem) -> str:
        """The day, and where hours count the time at the person's place."""
        if item.due_at is None:
            return day_of(item.due_date)
        local = item.due_at.astimezone(self.zone)
        return f"{day_of(local.date())}, {local:%H:%M} ({self.person.time_zone})"

    def how_far(self, item: DueItem) -> tuple[str, str]:
        """(overdue, today or soon; the words that say how far)."""
        today = self.now.astimezone(self.zone).date()
        day: date = item.due_at.astimezone(self.zone).date() if item.due_at else item.due_date
        days = (day - today).days
        if item.due_at is not None and item.due_at <= self.now and days == 0:
            return "overdue", "late since then"
        if days < 0:
            return "overdue", f"{days_of(-days)} late"
        return ("today", "today") if days == 0 else ("soon", f"in {days_of(days)}")

    def other_side(self, item: DueItem) -> str:
        """For a sponsor's person the CMO, for a CMO's person the sponsor."""
        if self.person.company_kind == SPONSOR:
            return self.vendors.get(item.vendor_ref, "") or self.companies.get(item.wall_partner or 0, "")
        return self.companies.get(item.wall_owner or 0, "")

    def ball(self, item: DueItem) -> str:
        """Who has the ball. A colleague by name; of the other side its company, whoever it is there."""
        if item.holder_ref == self.person.ref:
            return "You have"
        if item.holder_ref in self.colleagues:
            return f"{self.colleagues[item.holder_ref]} has"
        if self.person.company_kind == item.side:
            return "Your company has"
        partner = self.companies.get(item.wall_partner or 0, "") or self.vendors.get(item.vendor_ref, "") or "The CMO"
        return f"{partner if item.side == PARTNER else self.companies.get(item.wall_owner or 0, 'The sponsor')} has"

    def why(self, notice: Notice, item: DueItem) -> str:
        if notice.level == Level.DEPUTY and notice.on_behalf_of_id in self.away:
            return f"You stand in for {self.away[notice.on_behalf_of_id]}"
        return why_told(notice.level, self.person, item)


def why_told(level: str, person: User, item: DueItem | None) -> str:
    """Why this person; empty where that they have the ball says it all."""
    if level != Level.HOLDER or item is None:
        return str(Level(level).label)
    if item.holder_ref == person.ref:
        return ""
    return (
        "Nobody in particular has it, and you may do it"
        if item.side == person.company_kind
        else "Nobody there could be told, so you are"
    )


def titles_of(items: Sequence[DueItem]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Titles that may leave the portal, and the pages of the records; one query for each kind."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for item in items:
        numbers[item.kind].append(item.record_number)
    titles, addresses = {}, {}
    for code, some in numbers.items():
        kind: Any = kinds[code]
        for record in kind.rows().filter(number__in=some):
            try:
                titles[code, record.number] = kind.mailed(record)
                addresses[code, record.number] = record.get_absolute_url()
            except DatabaseError:
                raise
            except Exception:  # the other lines are said, and this one by its number
                log.exception("%s %s has no words or no page", code, record.number)
    return titles, addresses


def one_line(name: str) -> str:
    """A name as people wrote it, without the line breaks by which it would look like more of the mail."""
    return " ".join(name.split())


def names(rows: Any, key: str) -> dict[Any, str]:
    return {found: one_line(name) for found, name in rows.values_list(key, "name")}
