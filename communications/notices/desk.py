"""What the administrator sees of the machine that reminds: its parts, its looks, its mails, and whom nobody could tell.

Everything counted or named is the administrator's own company's: of other companies there is not even a number. Of a
look, which serves all of them, there is only when it was and how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from cmo_portal.records import readiness
from cmo_portal.records.actors import SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, words_of
from communications.notices import desk_actions
from communications.notices.models import Mail, State, SweepRun

RECENT = timedelta(days=7)  # what was sent before is counted nowhere: it would be all mails there ever were
PARTS = {
    "database": "Database",
    "migrations": "Migrations",
    "role": "Role of the database",
    "broker": "Queue",
    "worker": "Worker",
    "beat": "Scheduler (beat)",
    "sweep": "Look for reminders",
}
RUNS = 20
LOOKED_BACK = 200  # runs in which to find records about which nobody could be told
SHOWN = 50


@dataclass(frozen=True)
class PartState:
    name: str
    label: str
    words: str

    @property
    def is_ok(self) -> bool:
        return self.words == "ok"


@dataclass(frozen=True)
class MailCount:
    """How many mails to people of the reader's company are in a state."""

    state: str
    label: str
    count: int


def parts() -> list[PartState]:
    """Every part with its state, in the order of `PARTS`; one that is not named there comes last."""
    found = readiness.states()
    names = sorted(found, key=lambda name: list(PARTS).index(name) if name in PARTS else len(PARTS))
    return [PartState(name, PARTS.get(name, name.capitalize()), found[name]) for name in names]


def runs() -> list[SweepRun]:
    """The last looks, the newest first."""
    return list(SweepRun.objects.order_by("-started_at", "-id")[:RUNS])


def mail_counts(reader: Actor, now: datetime) -> list[MailCount]:
    """By state; what went out or was dropped only of the last days."""
    unfinished = Q(state__in=[State.WAITING, State.FAILED, State.DEAD])
    recent = Q(state__in=[State.SENT, State.DROPPED], created_at__gte=now - RECENT)
    rows = Mail.objects.visible_to(reader).filter(unfinished | recent)
    found = dict(rows.values_list("state").annotate(Count("pk")))
    return [MailCount(state.value, str(state.label), found.get(state, 0)) for state in State]


def dead_letters(reader: Actor) -> Any:
    """Mails that were given up, to people of the reader's company."""
    rows = Mail.objects.visible_to(reader).filter(state=State.DEAD)
    return rows.select_related("recipient").annotate(
        lines=Count("notices", filter=Q(notices__state=State.DEAD), distinct=True)
        + Count("news", filter=Q(news__state=State.DEAD), distinct=True)
    )


def dead_of_cmos(reader: Actor) -> int:
    """How many mails to people of CMOs about what is due to the reader's company were given up."""
    with acting_as(SWEEP):
        count: int = desk_actions.dead_of_cmos(reader).count()
    return count


@dataclass(frozen=True)
class Unheard:
    number: str
    kind: str
    due_date: Any


def unheard(reader: Actor) -> list[Unheard]:
    """Records of the reader's company that still owe something and about which nobody could be told, by number and
    kind: the administrator reads no quality record."""
    rows = SweepRun.objects.exclude(unheard=[]).order_by("-started_at", "-id").values_list("unheard", flat=True)
    numbers = {number for some in rows[:LOOKED_BACK] for number in some}
    items = DueItem.objects.visible_to(reader).filter(
        record_number__in=numbers, is_open=True, wall_owner=reader.company_id
    )
    shown = items.order_by("due_date")[:SHOWN]
    return [Unheard(item.record_number, words_of(item.kind), item.due_date) for item in shown]
