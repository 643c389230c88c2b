"""The notice centre: what a person was told, what they have not read, and what they let rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.wording import counted
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, personal
from communications.notices import actions
from communications.notices.catalogue import to_do
from communications.notices.forms import SnoozeForm
from communications.notices.lines import why_told
from communications.notices.models import Notice
from communications.notices.preferences import Snooze

LATEST = ("-created_at", "number")
LIST = "communications:notice-list"
MOST = 100  # nobody counts further, and the query stops there


def own_notices(request: PersonRequest) -> Any:
    return Notice.objects.visible_to(request.user).on_screen().filter(recipient=request.user)


@personal
def notice_list(request: PersonRequest) -> HttpResponse:
    """The person's notices, the newest first."""
    unread = request.GET.get("show") != "all"
    rows = own_notices(request).select_related("on_behalf_of")
    found = listing(request, rows.unread() if unread else rows, sorts={"newest": LATEST}, noun="notice")
    describe(request, found.rows)
    filters = [
        {"label": "Unread", "url": request.path, "current": unread, "count": None},
        {"label": "All", "url": f"{request.path}?show=all", "current": not unread, "count": None},
    ]
    context = {"notices": found, "filters": filters, "unread": unread}
    return render_page(request, "communications/notice_list.html", None, context)


def describe(request: PersonRequest, notices: list[Notice]) -> None:
    """Gives each notice what the list shows beside it: what to do, and how to put it off while it is still owed."""
    numbers = [notice.record_number for notice in notices]
    items = DueItem.objects.open_to(request.user).filter(is_open=True, record_number__in=numbers)
    live = {(item.kind, item.record_number, item.due.key): item for item in items}
    rows = Snooze.objects.visible_to(request.user).filter(user=request.user, is_cancelled=False)
    rests = {
        (row.kind, row.record_number, row.due_key): row
        for row in rows.filter(record_number__in=numbers, until_date__gte=timezone.localdate())
    }
    for notice in notices:
        shown: Any = notice
        shown.verb, shown.item = to_do(notice.kind).verb, live.get(notice.obligation)
        shown.snooze = rests.get(notice.obligation)
        shown.why = (
            f"You stand in for {notice.on_behalf_of}" if notice.on_behalf_of else why(notice, request, shown.item)
        )


def why(notice: Notice, request: PersonRequest, item: DueItem | None) -> str:
    return why_told(notice.level, request.user, item) or "You have the ball"


@require_safe
@personal
def notice_unread(request: PersonRequest) -> JsonResponse:
    """How many the person has not read, for the bell: one query that an index answers, capped."""
    count = own_notices(request).unread()[:MOST].count()
    return JsonResponse({"unread": count, "words": counted(count, "unread notice")})


@personal
def notice_open(request: PersonRequest, number: str) -> HttpResponse:
    """Marks the notice read and goes to what it is about; 404 once the person may not see that any more."""
    notice = get_object_or_404(own_notices(request), number=number)
    kind = kinds.get(notice.kind)
    if kind is None:
        raise Http404
    record: Any = get_object_or_404(kind.model.objects.visible_to(request.user), number=notice.record_number)
    own_notices(request).unread().filter(pk=notice.pk).update(read_at=timezone.now())
    return redirect(record.get_absolute_url())


@require_POST
@personal
def notice_read(request: PersonRequest, number: str) -> HttpResponse:
    notice = get_object_or_404(own_notices(request), number=number)
    own_notices(request).unread().filter(pk=notice.pk).update(read_at=timezone.now())
    return back(request)


@require_POST
@personal
def notices_read(request: PersonRequest) -> HttpResponse:
    """Marks everything read, with one moment for all, by which Undo finds them again."""
    now = timezone.now()
    count = own_notices(request).unread().update(read_at=now)
    undo = reverse("communications:notices-undo", args=[now.strftime("%Y-%m-%dT%H:%M:%S.%f")])
    say(request, f"{counted(count, 'notice')} marked as read.", undo_url=undo if count else "")
    return back(request)


@require_POST
@personal
def notices_undo(request: PersonRequest, stamp: str) -> HttpResponse:
    try:
        read_at = parse_datetime(f"{stamp}+00:00")
    except ValueError:
        read_at = None
    if read_at is None:
        raise Http404
    count = own_notices(request).filter(read_at=read_at).update(read_at=None)
    say(request, f"{counted(count, 'notice')} unread again.")
    return back(request)


# --- what may rest ----------------------------------------------------------------------------------------
@page(P.DUE_VIEW)
def snooze_create(request: PersonRequest, number: str) -> HttpResponse:
    """Asks for a day and a reason; a mail's link leads here, and nothing happens before the form is sent."""
    item = get_object_or_404(DueItem.objects.open_to(request.user).filter(kind__in=kinds, is_open=True), number=number)
    now = timezone.now()
    standing = actions.active_snooze(request.user, item)
    today = actions.own_hours(request.user).day(now)
    from_deadlines = request.GET.get("from") == "deadlines"  # where the person came from, and goes back to
    home = reverse("communications:deadline-detail", args=[number]) if from_deadlines else reverse(LIST)
    form = SnoozeForm(request.POST or None, today=today, initial={"until_date": tomorrow(now)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.snooze(item, request.user, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            undo = reverse("communications:snooze-cancel", args=[made.number])
            say(request, f"You hear of it again on {made.until_date:%-d %B}.", undo_url=undo)
            return redirect(home)
    context = {"form": form, "item": item, "standing": standing, "verb": to_do(item.kind).verb}
    context["back_url"] = home
    return render_page(request, "communications/snooze_create.html", None, context)


def tomorrow(now: datetime) -> str:
    return (timezone.localtime(now) + timedelta(days=1)).date().isoformat()


@require_POST
@personal
def snooze_cancel(request: PersonRequest, number: str) -> HttpResponse:
    mine: Any = Snooze.objects.visible_to(request.user).filter(user=request.user, is_cancelled=False)
    actions.cancel_snooze(get_object_or_404(mine, number=number), by=request.user, now=timezone.now())
    say(request, "Taken back: you are reminded as before.")
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """To the page of the form where it is one of ours, else to the notices."""
    target = request.headers.get("Referer") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect(LIST)
