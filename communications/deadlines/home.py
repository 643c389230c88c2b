"""The first page's deadlines: what needs somebody today and soon, by whom it waits for, and the days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Company, User
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER
from communications.deadlines.ahead import DAYS, lanes_of, within
from communications.deadlines.ball import COLLEAGUE, ME, OTHER, due_within, late, open_items, waiting_for
from communications.deadlines.words import Row, rows_of

GROUPS = (ME, COLLEAGUE, OTHER)
SOON, DAY = 30, timedelta(days=1)
ROWS, ROWS_BESIDE, HOME_LANES, HOME_ITEMS = 6, 5, 6, 200
NAMES = {ME: "Waiting on you", COLLEAGUE: "Waiting on a colleague", OTHER: "Waiting on the CMO"}
OF_PARTNER = NAMES | {OTHER: "What your sponsor owes you"}


@dataclass(frozen=True)
class Group:
    """Some of what waits for somebody, the nearest first, and where all of it stands."""

    name: str
    key: str
    rows: Sequence[Row]
    more_url: str


def due_of_home(actor: Any, sponsor: int | None = None) -> Any:
    """What waits for the reader in two sections, what waits for others in groups beside them, and counters of what is
    late; None where nothing is due. `addresses`: what stands here already."""
    reader: User = actor
    now, today = timezone.now(), timezone.localdate()
    open_rows, due_now = of_sponsor(open_items(reader), reader, sponsor), late(now) | due_within(now, 0, 0)
    due_now &= Q(due_date__lte=today + DAY)  # an instant's day is told in UTC
    soon = due_within(now, 1, SOON) & Q(due_date__range=(today, today + timedelta(days=SOON + 1)))
    asked = {("today", ME): (due_now, ROWS), ("soon", ME): (soon, ROWS)}
    asked |= {("", whom): (due_now | soon, ROWS_BESIDE) for whom in (COLLEAGUE, OTHER)}
    found = {
        (when, whom): list(open_rows.filter(due, waiting_for(reader, whom)).order_by("due_date", "number")[: most + 1])
        for (when, whom), (due, most) in asked.items()
    }
    made = iter(rows_of([item for key, items in found.items() for item in items[: asked[key][1]]], reader, now))
    rows = {key: [next(made) for _ in items[: asked[key][1]]] for key, items in found.items()}
    if not any(rows.values()):
        return None
    more = {key: len(items) > asked[key][1] for key, items in found.items()}
    shown = {row.url for some in rows.values() for row in some}
    chosen = company_number(reader, sponsor)
    groups = groups_of(reader, rows, more, chosen)
    return {
        "sections": [group for group in groups if group.key in ("today", "soon")],
        "others": [group for group in groups if group.key not in ("today", "soon")],
        "counts": counters(reader, open_rows.filter(wall_owner=sponsor) if sponsor else open_rows, now, chosen),
        "addresses": shown,
    }


def of_sponsor(rows: Any, reader: User, sponsor: int | None) -> Any:
    """What stands between a CMO and one of its sponsors, and the CMO's own, which no sponsor reads."""
    return rows.filter(wall_owner__in=(sponsor, reader.company_id)) if sponsor else rows


def company_number(reader: User, sponsor: int | None) -> str:
    """By which the list of deadlines knows the chosen sponsor; empty for all."""
    rows = Company.objects.visible_to(reader).filter(pk=sponsor) if sponsor else Company.objects.none()
    return str(rows.values_list("number", flat=True).first() or "")


def groups_of(
    reader: User, rows: dict[tuple[str, str], list[Row]], more: dict[tuple[str, str], bool], sponsor: str
) -> list[Group]:
    names = OF_PARTNER if reader.company_kind == PARTNER else NAMES
    titles = {"today": "Needs you today", "soon": "Soon"}
    return [
        Group(
            titles.get(when) or names[whom],
            when or whom,
            found,
            listed(ball=whom, when="30" if when == "soon" else "", sponsor=sponsor) if more[when, whom] else "",
        )
        for (when, whom), found in rows.items()
        if found
    ]


def counters(reader: User, rows: Any, now: Any, sponsor: str) -> list[dict[str, Any]]:
    """How much is late, by whom it waits for; each number is a link to the list."""
    names = OF_PARTNER if reader.company_kind == PARTNER else NAMES
    whose = {whom: Count("pk", filter=waiting_for(reader, whom)) for whom in GROUPS}
    numbers = rows.filter(late(now), due_date__lte=timezone.localdate() + timedelta(days=1)).aggregate(**whose)
    labels = {ME: "you", COLLEAGUE: "a colleague", OTHER: names[OTHER].removeprefix("Waiting on ")}
    labels[OTHER] = "your sponsor" if reader.company_kind == PARTNER else labels[OTHER]
    return [
        {
            "label": f"Late, waits for {labels[whom]}",
            "count": numbers[whom],
            "url": listed(ball=whom, when="late", sponsor=sponsor),
        }
        for whom in GROUPS
        if numbers[whom]
    ]


def listed(**asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('communications:deadline-list')}?{query}"


def days_ahead(actor: Any, sponsor: int | None = None) -> Any:
    """The 90 days in a few lanes; None where nothing falls into them."""
    found = within(of_sponsor(open_items(actor), actor, sponsor), timezone.localdate(), most=HOME_ITEMS)
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
