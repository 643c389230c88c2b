"""An update as its pages tell it to one reader: how it came, whom it waits for, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.workflow import Offer
from communications.updates.models import Told, Update, UpdateDraft
from communications.updates.revisions import NOTHING, detail_words, label_of
from communications.updates.vocabulary import Timing, UpdateStatus
from communications.updates.workflows import FOR_THE_OTHERS, NOT_YOURS, UPDATE

STATUS_PILLS: dict[str, str] = {
    UpdateStatus.POSTED: "info",
    UpdateStatus.ACKNOWLEDGED: "ok",
    UpdateStatus.ASKED: "warn",
    UpdateStatus.ANSWERED: "info",
    UpdateStatus.ACCEPTED: "ok",
    UpdateStatus.REFUSED: "bad",
    UpdateStatus.CLOSED: "",
    UpdateStatus.WITHDRAWN: "",
}
TIMING_PILLS: dict[str, str] = {Timing.EARLY: "ok", Timing.IN_TIME: "", Timing.LATE: "bad"}
ICONS = {"acknowledge": "check", "accept": "signature", "ask": "message-square", "answer": "reply", "respond": "reply"}
FIRST = ("accept", "respond", "acknowledge", "answer", "close")  # the first that is open is the page's main button
ORDER = ("accept", "refuse", "respond", "acknowledge", "answer", "ask", "close", "amend", "withdraw")


def other_name(told: Told, reader: User) -> str:
    vendor = told.vendor
    return str(vendor.sponsor.name if reader.company_kind == PARTNER else vendor.name)


def waits_for(update: Update, reader: User) -> str:
    """`You`, the other company, or `Nobody`."""
    if not update.ball:
        return "Nobody"
    return "You" if update.ball == reader.company_kind else other_name(update, reader)


def next_due(update: Update) -> date | None:
    """By when whoever has the ball moves, as a day of the reader."""
    if update.status == UpdateStatus.POSTED:
        return last_day_of(update.acknowledge_by)
    if update.status == UpdateStatus.ASKED or (update.kind.asks_answer and update.ball and update.ball != update.side):
        return update.answer_by
    if update.status == UpdateStatus.ACKNOWLEDGED and update.ball:
        return update.decide_by if update.decides else update.investigate_by
    return None


def last_day_of(end: datetime) -> date:
    """A clock of days ends with a midnight: the day before it is the last one in time."""
    return timezone.localdate(end - timedelta(seconds=1))


@dataclass(frozen=True)
class Step:
    """A button."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


def offers_of(update: Update, reader: User) -> list[Offer]:
    """The moves that are this side's to make now; one that a guard closes stands with its sentence."""
    found = {
        o.transition.name: o for o in UPDATE.offers(update, reader) if o.refusal not in (NOT_YOURS, FOR_THE_OTHERS)
    }
    return [found[name] for name in ORDER if name in found and found[name].refusal is None]


def steps_of(update: Update, reader: User) -> list[Step]:
    offers = [offer.transition for offer in offers_of(update, reader)]
    first = next((name for name in FIRST if name in {each.name for each in offers}), "")
    if update.ball != reader.company_kind:
        first = ""
    return [
        Step(each.verb, address(update, each.name), ICONS.get(each.name, ""), each.name == first) for each in offers
    ]


def address(update: Update, name: str) -> str:
    if name == "amend":
        return reverse("communications:update-amend", args=[update.number])
    return reverse("communications:update-move", args=[update.number, name])


@dataclass(frozen=True)
class Fact:
    """One line of what is told. `moment`: a point in time, which the page writes in the reader's zone."""

    label: str
    value: str = ""
    moment: datetime | None = None
    day: date | None = None
    is_long: bool = False


def facts_of(told: Told) -> list[Fact]:
    """What is told, in the order of its form; what is empty is left out."""
    rows = []
    for name in told.kind.facts:
        value: Any = getattr(told, name)
        if value in (None, "") or name == "site":
            continue
        label = label_of(told, name)
        if name in ("detected_at", "aware_at"):
            rows.append(Fact(label, moment=value))
        elif name == "planned_date":
            rows.append(Fact(label, day=value))
        else:
            display = getattr(told, f"get_{name}_display", None)
            rows.append(Fact(label, str(display() if display else value)))
    for each in told.kind.details:
        text = detail_words(told.kind, each.name, told.details.get(each.name, ""))
        if text != NOTHING:
            rows.append(Fact(each.label, text, is_long=each.kind == "long"))
    return rows


def with_words(rows: list[Any], reader: User) -> list[Any]:
    """Adds to updates what a line of a list says of each."""
    for row in rows:
        row.waits = waits_for(row, reader)
        row.pill = STATUS_PILLS[row.status]
        row.timing_pill = TIMING_PILLS.get(row.timing, "")
        row.due = next_due(row)
        row.side_name = other_name(row, reader)
    return rows


def draft_words(rows: list[UpdateDraft], reader: User) -> list[Any]:
    for row in rows:
        row.side_name = other_name(row, reader)  # type: ignore[attr-defined]
    return rows
