"""The first page's deadlines: what needs somebody today and soon, by whom it waits for, and the days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER
from communications.deadlines.ahead import DAYS, lanes_of, within
from communications.deadlines.ball import COLLEAGUE, ME, OTHER, due_within, late, open_items, waiting_for
from communications.deadlines.words import Row, rows_of

GROUPS = (ME, COLLEAGUE, OTHER)
SOON, DAY = 30, timedelta(days=1)
ROWS, HOME_LANES, HOME_ITEMS = 6, 6, 200
NAMES = {ME: "Waiting on you", COLLEAGUE: "Waiting on a colleague", OTHER: "Waiting on the CMO"}
OF_PARTNER = NAMES | {OTHER: "What your sponsor owes you"}


@dataclass(frozen=True)
class Group:
    """Who something waits for, the nearest rows, and where all of them stand."""

    name: str
    rows: Sequence[Row]
    more_url: str


@dataclass(frozen=True)
class Section:
    title: str
    key: str
    groups: Sequence[Group]


def due_of_home(actor: Any) -> Any:
    """Sections of groups with counters above them; None where nothing is due. `addresses`: what stands here already."""
    reader: User = actor
    now, today = timezone.now(), timezone.localdate()
    open_rows, due_now = open_items(reader), late(now) | due_within(now, 0, 0)
    due_now &= Q(due_date__lte=today + DAY)  # an instant's day is told in UTC
    soon = due_within(now, 1, SOON) & Q(due_date__range=(today, today + timedelta(days=SOON + 1)))
    found = {
        (when, whom): list(open_rows.filter(due, waiting_for(reader, whom)).order_by("due_date", "number")[: ROWS + 1])
        for when, due in (("today", due_now), ("soon", soon))
        for whom in GROUPS
    }
    made = iter(rows_of([item for items in found.values() for item in items[:ROWS]], reader, now))
    rows = {key: [next(made) for _ in items[:ROWS]] for key, items in found.items()}
    counts = counters(reader, open_rows, now)
    sections = [
        Section(title, when, groups_of(reader, when, rows, found))
        for when, title in (("today", "Needs you today"), ("soon", "Soon"))
    ]
    if not any(section.groups for section in sections):
        return None
    shown = {row.url for some in rows.values() for row in some}
    return {"sections": [section for section in sections if section.groups], "counts": counts, "addresses": shown}


def groups_of(reader: User, when: str, rows: Any, found: Any) -> list[Group]:
    names = OF_PARTNER if reader.company_kind == PARTNER else NAMES
    return [
        Group(
            names[whom],
            rows[when, whom],
            listed(ball=whom, when="" if when == "today" else "30") if len(found[when, whom]) > ROWS else "",
        )
        for whom in GROUPS
        if rows[when, whom]
    ]


def counters(reader: User, rows: Any, now: Any) -> list[dict[str, Any]]:
    """How much is late, by whom it waits for; each number is a link to the list."""
    names = OF_PARTNER if reader.company_kind == PARTNER else NAMES
    whose = {whom: Count("pk", filter=waiting_for(reader, whom)) for whom in GROUPS}
    numbers = rows.filter(late(now), due_date__lte=timezone.localdate() + timedelta(days=1)).aggregate(**whose)
    labels = {ME: "you", COLLEAGUE: "a colleague", OTHER: names[OTHER].removeprefix("Waiting on ")}
    labels[OTHER] = "your sponsor" if reader.company_kind == PARTNER else labels[OTHER]
    return [
        {"label": f"Late, waits for {labels[whom]}", "count": numbers[whom], "url": listed(ball=whom, when="late")}
        for whom in GROUPS
        if numbers[whom]
    ]


def listed(**asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('communications:deadline-list')}?{query}"


def days_ahead(actor: Any) -> Any:
    """The 90 days in a few lanes; None where nothing falls into them."""
    found = within(open_items(actor), timezone.localdate(), most=HOME_ITEMS)
    if not found.items:
        return None
    rows = rows_of(found.items, actor, timezone.now())
    number = "The first " + counted(len(rows), "date") if found.more else counted(len(rows), "date")
    return {
        "lanes": lanes_of(rows, "company", HOME_LANES),
        "title": f"{number} of the next {DAYS} days, by company",
        "is_partner": actor.company_kind == PARTNER,
        "url": reverse("communications:deadline-timeline"),
    }
