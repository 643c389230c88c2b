"""A meeting as its pages tell it to one reader: with whom, what waits for whom, lines with the way to their records."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER, SPONSOR
from communications.meetings.agenda import in_order
from communications.meetings.models import AgendaLine, Meeting, MeetingPerson, MinutesVersion
from communications.meetings.vocabulary import AnswerStatus, Heading, MeetingKind, MeetingStatus

STATUS_PILLS: dict[str, str] = {
    MeetingStatus.PLANNED: "info",
    MeetingStatus.HELD: "warn",
    MeetingStatus.MINUTES_OUT: "warn",
    MeetingStatus.ACKNOWLEDGED: "ok",
    MeetingStatus.CANCELLED: "",
}
ANSWER_PILLS: dict[str, str] = {
    AnswerStatus.AWAITED: "warn",
    AnswerStatus.ACKNOWLEDGED: "ok",
    AnswerStatus.CORRECTION: "bad",
    AnswerStatus.SUPERSEDED: "",
}
NOBODY = "Nobody"


def company_names(meeting: Meeting, reader: User) -> dict[str, str]:
    """side -> the company's name as the reader knows it."""
    vendor = meeting.vendor
    cmo = reader.company_name if reader.company_kind == PARTNER else vendor.name
    return {SPONSOR: str(vendor.sponsor.name), PARTNER: str(cmo)}


def other_name(meeting: Meeting, reader: User) -> str:
    names = company_names(meeting, reader)
    return names[SPONSOR if reader.company_kind == PARTNER else PARTNER]


def with_words(rows: list[Any], reader: User, now: datetime) -> list[Any]:
    """Adds to meetings what a line of a list says of each."""
    for row in rows:
        row.other = other_name(row, reader)
        row.pill = STATUS_PILLS[row.status]
        row.is_over = row.is_planned and row.ends_at < now
    return rows


@dataclass(frozen=True)
class Line:
    """One line of the agenda for a page. url: its record, empty where the reader has no page of it."""

    row: AgendaLine
    who: str
    url: str
    about: str


@dataclass(frozen=True)
class Part:
    """A heading with its lines."""

    code: str
    label: str
    lines: list[Line]


def agenda_of(meeting: Meeting, rows: list[AgendaLine], reader: User) -> list[Part]:
    """The agenda by its headings, in order; one query for each kind of record that lines lead to."""
    names, addresses = company_names(meeting, reader), addresses_of(rows, reader)
    parts: dict[str, list[Line]] = defaultdict(list)
    for row in in_order(rows):
        url = addresses.get((row.about_type, row.about_number), "")
        parts[row.heading].append(Line(row, names.get(row.side, ""), url, row.about_number))
    return [Part(code, str(Heading(code).label), lines) for code, lines in parts.items()]


def addresses_of(rows: Any, reader: User) -> dict[tuple[str, str], str]:
    """(type, number) -> address, of records that the reader may open."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.about_number:
            wanted[row.about_type].add(row.about_number)
    found = {}
    for label, numbers in wanted.items():
        model: Any = apps.get_model(label)
        seen = getattr(model.objects, "open_to", model.objects.visible_to)
        if not hasattr(model, "get_absolute_url") or not reader.may(model.read_permission):
            continue
        for record in seen(reader).filter(number__in=numbers).select_related():
            found[label, record.number] = record.get_absolute_url()
    return found


def people_by_side(meeting: Meeting, reader: User) -> list[dict[str, Any]]:
    """Both sides with their people, the reader's own first."""
    rows = list(MeetingPerson.objects.visible_to(reader).filter(meeting=meeting, is_removed=False).order_by("pk"))
    names = company_names(meeting, reader)
    sides = sorted((SPONSOR, PARTNER), key=lambda side: side != reader.company_kind)
    return [{"side": side, "name": names[side], "rows": [row for row in rows if row.side == side]} for side in sides]


def waits_for(meeting: Meeting, answers: list[Any], reader: User) -> str:
    """`You`, the other company, `Both` or `Nobody`: whose act comes next."""
    sides: set[str] = set()
    if meeting.status == MeetingStatus.HELD or (
        meeting.status == MeetingStatus.MINUTES_OUT and meeting.wants_correction
    ):
        sides.add(meeting.scribe_side)
    if meeting.status == MeetingStatus.MINUTES_OUT:
        sides |= {row.side for row in answers if row.status == AnswerStatus.AWAITED}
    if not sides:
        return NOBODY
    if len(sides) == 2:
        return "Both sides"
    return "You" if reader.company_kind in sides else other_name(meeting, reader)


def answers_in_words(meeting: Meeting, reader: User) -> list[Any]:
    """What each side said of each version, the newest first."""
    rows = list(meeting.answers.order_by("-revision", "side"))
    names = company_names(meeting, reader)
    for row in rows:
        row.company, row.pill = names[row.side], ANSWER_PILLS[row.status]
        row.is_ours = row.side == reader.company_kind
    return rows


@dataclass(frozen=True)
class Told:
    """A version of the minutes for a page or a document."""

    version: MinutesVersion
    starts_at: datetime | None
    kind: str
    chair: str
    present: list[str]
    absent: list[str]
    parts: list[dict[str, Any]]
    actions: list[dict[str, Any]]

    @property
    def content(self) -> dict[str, Any]:
        return self.version.content  # type: ignore[no-any-return]


class Pointer(NamedTuple):
    """The record that a line of a version came from."""

    about_type: str
    about_number: str


def told(version: MinutesVersion, meeting: Meeting, reader: User) -> Told:
    """What a version says, with the companies and the ways to records as the reader knows them."""
    content, names = version.content, company_names(meeting, reader)
    pointers = [Pointer(line["about_type"], line["about_number"]) for line in content["lines"]]
    addresses = addresses_of(pointers, reader)
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line, pointer in zip(content["lines"], pointers, strict=True):
        parts[line["heading_words"]].append(
            line | {"who": names.get(line["side"], ""), "url": addresses.get(pointer, "")}
        )
    people = {True: [], False: []}  # type: dict[bool, list[str]]
    for person in content["people"]:
        role = f" ({person['role']})" if person["role"] else ""
        people[bool(person["present"])].append(f"{person['name']}{role}, {names[person['side']]}")
    chair = ", ".join(filter(None, (content["chair_name"], names[content["chair_side"]])))
    return Told(
        version=version,
        starts_at=parse_datetime(content["starts_at"]),
        kind=str(MeetingKind(content["kind"]).label),
        chair=chair,
        present=people[True],
        absent=people[False],
        parts=[{"label": label, "lines": lines} for label, lines in parts.items()],
        actions=[row | {"company": names[row["side"]]} for row in content["actions"]],
    )


def local_zone() -> str:
    """The zone in which the reader reads times."""
    return timezone.get_current_timezone_name()
