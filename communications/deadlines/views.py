"""Pages of deadlines for both sides: the list with its export, one deadline with its clocks, the days ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from communications.deadlines.ahead import DAYS, lanes_of, within
from communications.deadlines.ball import open_items
from communications.deadlines.filters import DueListFilter
from communications.deadlines.plans import told_about
from communications.deadlines.words import Row, rows_of
from communications.notices.actions import resting
from communications.notices.models import Notice
from vendors.registry.frame import cmo_frame

TAB = "Deadlines"
SORTS = {
    "due": ("due_date", "number"),
    "-due": ("-due_date", "number"),
    "since": ("held_since", "number"),
    "-since": ("-held_since", "number"),
}
HEADER = (
    *("Number", "What", "Kind", "CMO or sponsor", "Record", "Due", "Due at", "Days late", "Waits for", "Since"),
    *("Class", "Days your side", "Days other side"),
)
BATCH, REMINDERS = 2000, 50


@page(P.DUE_VIEW)
def deadline_list(request: PersonRequest) -> HttpResponse:
    """Every open obligation the person may read, the nearest first."""
    filters = DueListFilter(request.GET, queryset=open_items(request.user), reader=request.user)
    found = listing(request, filters.qs, sorts=SORTS, noun="deadline")
    context = {
        "deadlines": found,
        "rows": rows_of(found.rows, request.user, timezone.now()),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "communications:deadline-list"),
        "query": request.GET.urlencode(),
        "is_partner": request.user.company_kind == PARTNER,
    }
    return render_page(request, "communications/deadline_list.html", "communications/_deadline_rows.html", context)


@page(P.DUE_VIEW)
def deadline_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = DueListFilter(request.GET, queryset=open_items(request.user), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["due"])
    rows = filters.qs.order_by(*sort).iterator(chunk_size=BATCH)
    name = f"deadlines-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows, request.user))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="deadline.export", details=details)
    return response


def exported(items: Iterable[DueItem], reader: User) -> Iterator[tuple[object, ...]]:
    """The rows of the file, names found once a batch."""
    now, rows = timezone.now(), iter(items)
    while batch := list(islice(rows, BATCH)):
        yield from (cells_of(row) for row in rows_of(batch, reader, now))


def cells_of(row: Row) -> tuple[object, ...]:
    item, today = row.item, timezone.localdate()
    return (
        item.number,
        item.title,
        row.kind,
        row.place,
        item.record_number,
        item.due_date,
        timezone.localtime(item.due_at).isoformat(timespec="minutes") if item.due_at else None,
        max((today - item.due_date).days, 0),
        row.who,
        timezone.localdate(item.held_since),
        item.facet,
        row.ours // 86400,
        row.theirs // 86400,
    )


@page(P.DUE_VIEW)
def deadline_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One obligation: who has the ball, the clocks of both sides, which reminders come and which one got oneself."""
    readable = DueItem.objects.open_to(request.user).filter(kind__in=kinds)
    item: Any = get_object_or_404(readable, number=number)
    now = timezone.now()
    own = Notice.objects.visible_to(request.user).filter(
        recipient=request.user, kind=item.kind, record_number=item.record_number
    )
    context = {
        "item": item,
        "row": rows_of([item], request.user, now)[0],
        "told": told_about(item, now, request.user),
        "notices": list(own.select_related("on_behalf_of").order_by("-created_at", "-pk")[:REMINDERS]),
        "rest": resting(request.user, item, now) if item.is_open else None,
        "now": now,
    }
    return render_page(request, "communications/deadline_detail.html", None, context)


@page(P.DUE_VIEW)
def deadline_timeline(request: PersonRequest) -> HttpResponse:
    """The next 90 days as lanes by company or by kind, and the same as a table."""
    by = "kind" if request.GET.get("by") == "kind" else "company"
    filters = DueListFilter(request.GET, queryset=open_items(request.user), reader=request.user)
    found = within(filters.qs, timezone.localdate())
    rows = rows_of(found.items, request.user, timezone.now())
    is_partner = request.user.company_kind == PARTNER
    context = {
        "lanes": lanes_of(rows, by),
        "rows": rows,
        "more": found.more,
        "days": DAYS,
        "by": by,
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "is_partner": is_partner,
    }
    return render_page(request, "communications/deadline_timeline.html", "communications/_timeline.html", context)


@page(P.CMO_VIEW)
def cmo_deadlines(request: PersonRequest, number: str) -> HttpResponse:
    """What is due with one CMO, as a tab of its page."""
    context = cmo_frame(request, number, TAB)
    rows = open_items(request.user).filter(vendor_ref=number)
    context["deadlines"] = listing(request, rows, sorts=SORTS, noun="deadline")
    context["rows"] = rows_of(context["deadlines"].rows, request.user, timezone.now())
    context |= {"in_tab": True, "all_url": f"{reverse('communications:deadline-list')}?cmo={number}"}
    return render_page(request, "communications/cmo_deadlines.html", "communications/_deadline_rows.html", context)
