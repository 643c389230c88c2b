"""The calendar of audits: a month by days, a quarter and a year by months, and how much each auditor has to do.

Every view costs the same number of queries whatever it holds. A drop of the mouse and the button "Move" lead to the
same form, which asks for the reason.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from audits.programme.models import Audit, TeamMember
from audits.programme.owed import with_coming
from audits.programme.steering import AuditInterval
from audits.programme.views import LIST, YEARS
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.calendars import add_months, first_of_month, is_business_day, last_of_month, weeks_of
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page

MOST = 600  # audits that one view lays out
SPANS = {"month": 1, "quarter": 3, "year": 12, "load": 12}
LABELS = {"month": "Month", "quarter": "Quarter", "year": "Year", "load": "By auditor"}


@dataclass
class DayCell:
    """A day of the month's grid."""

    day: date
    is_outside: bool
    is_today: bool
    is_weekend: bool
    audits: list[tuple[Audit, bool]] = field(default_factory=list)  # with whether this is the first day seen of it


@dataclass
class MonthBox:
    """A month of the quarter or the year."""

    first: date
    audits: list[Audit] = field(default_factory=list)
    due: list[AuditInterval] = field(default_factory=list)


@dataclass
class LoadRow:
    """An auditor with days on site month by month."""

    name: str
    days: list[int]
    audits: list[list[Audit]]

    @property
    def total(self) -> int:
        return sum(self.days)


def asked_month(request: PersonRequest, today: date) -> date:
    """The month that `?on=2026-05` names; this month where it names none, or one of a year without audit plans."""
    try:
        month = date.fromisoformat(f"{request.GET.get('on', '')}-01")
    except ValueError:
        return first_of_month(today)
    return month if month.year in YEARS else first_of_month(today)


def begins(view: str, month: date) -> date:
    """The first month of the view that holds `month`."""
    if view == "quarter":
        return month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return month.replace(month=1) if view in ("year", "load") else month


@page(P.AUDIT_VIEW)
def audit_calendar(request: PersonRequest) -> HttpResponse:
    """A sponsor's audits, or those of a CMO's own sites; who has how much to do is the sponsor's alone."""
    today, is_sponsor = timezone.localdate(), request.user.company_kind == SPONSOR
    views = {code: label for code, label in LABELS.items() if is_sponsor or code != "load"}
    view = request.GET.get("view", "month")
    view = view if view in views else "month"
    first = begins(view, asked_month(request, today))
    last = last_of_month(add_months(first, SPANS[view] - 1))
    user = request.user
    rows = Audit.objects.open_to(user).exclude(status=AuditStatus.CANCELLED)
    audits = list(rows.between(first, last).listed().order_by("sort_date", "number")[:MOST])
    due = AuditInterval.objects.open_to(user).in_force().filter(next_due_date__gte=first, next_due_date__lte=last)
    waiting = rows.coming().filter(sort_date__lte=last)
    owed = due.exclude(site__in=waiting.values("site")).select_related("site__vendor")
    context: dict[str, Any] = {
        "view": view,
        "first": first,
        "heading": heading(view, first),
        "views": [{"label": label, "url": address(code, first), "current": code == view, "count": None}
                  for code, label in views.items()],
        "earlier_url": address(view, add_months(first, -SPANS[view])),
        "later_url": address(view, add_months(first, SPANS[view])),
        "today_url": address(view, first_of_month(today)),
        "owed": with_coming(owed.order_by("next_due_date", "number")[:60], user),
        "is_cut": len(audits) == MOST,
        "may_move": user.may(P.AUDIT_PLAN),
        "is_sponsor": is_sponsor,
        "crumbs": [("Audits", reverse(LIST)), ("Calendar", "")],
        **LAYOUTS[view](first, audits, today, user),
    }  # fmt: skip
    return render_page(request, "audits/audit_calendar.html", None, context)


def address(view: str, month: date) -> str:
    return f"{reverse('audits:audit-calendar')}?view={view}&on={month:%Y-%m}"


def heading(view: str, first: date) -> str:
    if view == "month":
        return f"{calendar.month_name[first.month]} {first.year}"
    return f"Quarter {(first.month - 1) // 3 + 1} of {first.year}" if view == "quarter" else str(first.year)


def by_days(first: date, audits: list[Audit], today: date, user: Any) -> dict[str, Any]:
    weeks = [
        [DayCell(day, day.month != first.month, day == today, not is_business_day(day)) for day in week]
        for week in weeks_of(first)
    ]
    cells = {cell.day: cell for week in weeks for cell in week}
    for audit in audits:
        if audit.start_date is not None and audit.end_date is not None:
            span = [audit.start_date + timedelta(days=n) for n in range((audit.end_date - audit.start_date).days + 1)]
            seen = [day for day in span if day in cells]
            for day in seen:
                cells[day].audits.append((audit, day == seen[0]))
    return {"weeks": weeks, "undated": [audit for audit in audits if audit.start_date is None]}


def by_months(first: date, audits: list[Audit], today: date, user: Any, *, count: int) -> dict[str, Any]:
    boxes = {month: MonthBox(month) for month in (add_months(first, n) for n in range(count))}
    for audit in audits:
        box = boxes.get(first_of_month(max(audit.sort_date, first)))
        if box is not None:
            box.audits.append(audit)
    return {"boxes": list(boxes.values())}


def by_auditor(first: date, audits: list[Audit], today: date, user: Any) -> dict[str, Any]:
    """Days on site by person and month; an audit without dates counts three."""
    places = TeamMember.objects.filter(audit__in=[a.pk for a in audits], is_removed=False, person__isnull=False)
    known = {audit.pk: audit for audit in audits}
    rows: dict[int, LoadRow] = {}
    for audit_id, person, name in places.order_by("name", "pk").values_list("audit", "person", "name"):
        row = rows.setdefault(person, LoadRow(name, [0] * 12, [[] for _ in range(12)]))
        audit = known[audit_id]
        n = (audit.sort_date.year - first.year) * 12 + audit.sort_date.month - first.month
        if 0 <= n < 12:
            row.days[n] += audit.days or 3
            row.audits[n].append(audit)
    return {
        "months": [add_months(first, n) for n in range(12)],
        "load": [(row, list(zip(row.days, row.audits, strict=True))) for row in rows.values()],
        "unstaffed": [audit for audit in audits if not audit.lead_name],
    }


Layout = Callable[[date, list[Audit], date, Any], dict[str, Any]]
LAYOUTS: dict[str, Layout] = {
    "month": by_days,
    "quarter": lambda first, audits, today, user: by_months(first, audits, today, user, count=3),
    "year": lambda first, audits, today, user: by_months(first, audits, today, user, count=12),
    "load": by_auditor,
}
