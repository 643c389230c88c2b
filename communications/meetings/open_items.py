"""What is open between a sponsor and a CMO, as lines of an agenda: only rows that both of them read.

Each source is cut by the columns of the wall itself, not by what the builder happens to see: whoever builds an agenda,
of whichever side, gets the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from audits.capa.models import CapaLink
from cmo_portal.accounts.models import User
from cmo_portal.lib import wording
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DueItem, kinds
from communications.meetings.models import Meeting, MeetingAction, MeetingPerson, MinutesAnswer
from communications.meetings.vocabulary import TEMPLATED, Heading
from communications.messages.hooks import answer_title
from communications.messages.models import Thread
from communications.messages.vocabulary import AWAITING
from communications.portal.two_ways import Side, day_words, in_time_words, relations_of
from communications.updates.models import Update

MOST = 40  # lines of one source; more is no agenda
OF_UPDATE = {
    "deviation": Heading.QUALITY, "oos": Heading.QUALITY, "complaint": Heading.QUALITY, "inspection": Heading.QUALITY,
    "certificate_renewal": Heading.QUALITY, "change_proposal": Heading.CHANGES, "specification_change": Heading.CHANGES,
    "batch_status": Heading.SUPPLY, "capacity_offer": Heading.SUPPLY, "forecast": Heading.SUPPLY,
    "key_person": Heading.RISKS,
}  # fmt: skip
OF_KIND = (("agreement.", Heading.COMMERCIAL), ("capacity_offer.", Heading.SUPPLY), ("update.", Heading.OTHER))


@dataclass(frozen=True)
class Found:
    """A line in the making. about_type, about_number: the record it leads to."""

    heading: str
    title: str
    side: str = ""
    details: str = ""
    about_type: str = ""
    about_number: str = ""


def what_is_open(meeting: Meeting, reader: User) -> list[Found]:
    """Everything that waits between the two, each record once, in the order of its sources."""
    found: list[Found] = []
    seen: set[tuple[str, str]] = set()
    for source in (previous_actions, figures, capas, updates, threads, due_items):
        for row in source(meeting, reader):
            key = (row.about_type, row.about_number)
            if row.about_number and key in seen:
                continue
            seen.add(key)
            found.append(row)
    return found


def standing_lines(meeting: Meeting, used: set[str]) -> list[Found]:
    """A line for each heading of the template that has none; meetings of work have no template."""
    if meeting.kind not in TEMPLATED:
        return []
    return [Found(code, label) for code, label in Heading.choices if code not in used and code != Heading.OTHER]


def of_both(rows: Any, meeting: Meeting) -> Any:
    """Those that both companies of the meeting read."""
    return rows.filter(wall_owner=meeting.wall_owner, wall_partner=meeting.wall_partner, wall_shared=True)


def by_day(day: date | None) -> str:
    return f"Due {wording.full_day(day)}." if day else ""


def previous_actions(meeting: Meeting, reader: User) -> Iterable[Found]:
    rows = of_both(MeetingAction.objects.visible_to(reader), meeting).exclude(meeting=meeting)
    rows = rows.filter(meeting__vendor=meeting.vendor, done_date__isnull=True, is_dropped=False)
    for action in rows.select_related("meeting").order_by("due_date", "pk")[:MOST]:
        who = f"{action.holder_name}. " if action.holder_name else ""
        words = f"{who}{by_day(action.due_date)} Agreed in {action.meeting.number}."
        yield found(Heading.PREVIOUS, action, action.text, action.side, words)


def figures(meeting: Meeting, reader: User) -> Iterable[Found]:
    """Both sides' figures as they are today, in words that stand on the agenda."""
    (relation,) = relations_of(reader, [meeting.vendor], timezone.now())
    if relation.says_something:
        rows = [in_words("Sponsor", relation.sponsor), in_words("CMO", relation.partner)]
        yield Found(Heading.FIGURES, "How both sides kept their dates in the last 365 days", details="\n".join(rows))


def in_words(who: str, side: Side) -> str:
    days = day_words(side.days)
    held = f", the ball held for {days} {'day' if days == '1' else 'days'} on average" if side.days is not None else ""
    return f"{who}: {in_time_words(side)} closed in time{held}, {side.late_now} late now."


def capas(meeting: Meeting, reader: User) -> Iterable[Found]:
    rows = of_both(CapaLink.objects.visible_to(reader).open(), meeting)
    rows = rows.filter(finding__audit__site__vendor=meeting.vendor, finding__wall_shared=True)
    for link in rows.select_related("finding").order_by("due_date", "pk")[:MOST]:
        yield found(Heading.QUALITY, link, f"{link.number}: {link.finding.title}", link.ball, by_day(link.due_date))


def updates(meeting: Meeting, reader: User) -> Iterable[Found]:
    rows = of_both(Update.objects.visible_to(reader), meeting).filter(vendor=meeting.vendor).exclude(ball="")
    for update in rows.order_by("posted_at", "pk")[:MOST]:
        heading = OF_UPDATE.get(update.type, Heading.OTHER)
        words = f"{update.kind.label}, {update.get_status_display().lower()}."
        yield found(heading, update, f"{update.number}: {update.title}", update.ball, words)


def threads(meeting: Meeting, reader: User) -> Iterable[Found]:
    """By their subject only where everybody who reads the meeting may read what the thread is about."""
    rows = of_both(Thread.objects.visible_to(reader), meeting)
    rows = rows.filter(vendor=meeting.vendor, is_shared=True, status__in=AWAITING)
    for thread in rows.order_by("last_at", "pk")[:MOST]:
        yield found(Heading.OTHER, thread, answer_title(thread), thread.awaits, by_day(thread.answer_due_date))


def due_items(meeting: Meeting, reader: User) -> Iterable[Found]:
    """What is late, or will be due by the day of the meeting. No kind of which a draft may be due is among them."""
    day = timezone.localdate(meeting.starts_at)
    codes = [code for code, kind in kinds.items() if not kind.permission and not kind.is_event]
    rows = of_both(DueItem.objects.visible_to(reader), meeting)
    rows = rows.filter(vendor_ref=meeting.vendor.number, is_open=True, kind__in=codes, due_date__lte=day)
    own = Q(record_type__in=(Meeting.record_type(), MinutesAnswer.record_type(), MeetingPerson.record_type()))
    for item in rows.exclude(own).order_by("due_date", "pk")[:MOST]:
        yield Found(
            heading_of(item), item.title, item.side, by_day(item.due_date), item.record_type, item.record_number
        )


def heading_of(item: DueItem) -> str:
    if item.record_type.startswith("audits."):
        return Heading.QUALITY
    return next((heading for begin, heading in OF_KIND if item.kind.startswith(begin)), Heading.OTHER)


def found(heading: str, record: Any, title: str, side: str, details: str) -> Found:
    side = side if side in (SPONSOR, PARTNER) else ""
    return Found(heading, title, side, " ".join(details.split()), record.record_type(), record.number)
