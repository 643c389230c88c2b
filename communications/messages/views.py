"""Pages of the message log: the list, a thread with its composer, a new thread, and tabs of CMO, site and audit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits.programme.frame import audit_frame
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import Listing, listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, require
from cmo_portal.records.trail import StaleRecord, note
from cmo_portal.records.workflow import WrongState
from communications.messages import actions, story, subjects
from communications.messages.audience import audience_of, other_company
from communications.messages.export import thread_as_json
from communications.messages.filters import ThreadListFilter
from communications.messages.forms import OWN, ComposeForm, StartForm
from communications.messages.models import InternalNote, Message, Thread
from communications.messages.querysets import ThreadQuerySet
from communications.messages.vocabulary import Mark
from communications.messages.workflows import THREAD
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.models import Vendor

TAB = "Conversation"
LIST = "communications:thread-list"
SORTS = {"newest": ("-last_at", "number"), "oldest": ("last_at", "number")}
NOTE, SHARE = "note", "share"


def rows_for(request: PersonRequest) -> ThreadQuerySet:
    """What the person may see, with what a row of the list shows."""
    rows: ThreadQuerySet = Thread.objects.open_to(request.user).with_unread(request.user).with_last_words()
    return rows.select_related("vendor", "sponsor")


def listed(request: PersonRequest, rows: ThreadQuerySet) -> Listing:
    found = listing(request, rows, sorts=SORTS, noun="thread")
    for row in found.rows:
        dressed(row, request)
    return found


def dressed(thread: Any, request: PersonRequest) -> Any:
    """Gives a thread the words of its status and its other side, as the reader says them."""
    subject = subjects.kinds.get(thread.about_type)
    thread.about_noun = subject.noun if subject else ""
    thread.pill = story.STATUS_PILLS[thread.status]
    thread.waits = status_words(thread, request)
    if thread.is_shared:
        thread.other = thread.sponsor.name if request.user.company_kind == PARTNER else thread.vendor.name
    else:
        thread.other = ""
    return thread


def status_words(thread: Thread, request: PersonRequest) -> str:
    if not thread.awaits:
        return str(thread.get_status_display())  # type: ignore[attr-defined]
    if thread.awaits == request.user.company_kind:
        return "Waits for us"
    return f"Waits for {other_company(thread, request.user)}"


@page(P.MESSAGE_VIEW)
def thread_list(request: PersonRequest) -> HttpResponse:
    """Every thread the person may see, the one with the latest message first."""
    filters = ThreadListFilter(request.GET, queryset=rows_for(request), request=request)
    context = {
        "threads": listed(request, filters.qs),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "is_sponsor": request.user.company_kind == SPONSOR,
        "may_post": request.user.may(P.MESSAGE_POST),
        "may_see_links": request.user.may(P.GUEST_VIEW),
    }
    return render_page(request, "communications/thread_list.html", "communications/_thread_rows.html", context)


def seen_thread(request: PersonRequest, number: str) -> Any:
    rows = Thread.objects.open_to(request.user).select_related("vendor__sponsor", "sponsor")
    return get_object_or_404(rows, number=number)


@page(P.MESSAGE_VIEW)
def thread_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The thread with its composer. Looking at the newest messages is what marks them as read."""
    thread = seen_thread(request, number)
    user = request.user
    form = compose_form(request, thread)
    if request.method == "POST":
        sent = send(request, thread, form)
        if sent is not None:
            return sent
    seen = story.seen_by(thread, user)
    window = story.Window.of(thread, request.GET.get("to", ""))
    context = {
        "thread": dressed(thread, request),
        "about": about(thread, request),
        "entries": story.entries(thread, window, user, seen if user.may(P.MESSAGE_POST) else thread.message_count),
        "window": window,
        "readings": story.readings(thread, user),
        "audience": audience_of(thread, user),
        "form": form,
        "may_post": user.may(P.MESSAGE_POST),
        "may_note": user.may(P.MESSAGE_NOTE),
        "may_ask_by_link": user.may(P.GUEST_ASK) and user.may(P.MESSAGE_POST) and thread.awaits == PARTNER,
        "offers": THREAD.offers(thread, user),
        "crumbs": [("Messages", reverse(LIST)), (thread.number, "")],
        "refers": referred(form, thread, request),
        "etag": etag_of(thread.version, thread.message_count),
    }
    if window.is_newest:
        actions.mark_read(thread, window.last, by=user)
    return render_page(request, "communications/thread_detail.html", None, context)


@require_safe
@page(P.MESSAGE_VIEW)
def thread_since(request: PersonRequest, number: str) -> HttpResponse:
    """What an open page asks every few seconds: 304 from one query as long as nothing happened, else the messages with
    a higher number than `?after=`, which skips no late one (see `Message`). Looking at a poll marks nothing as read."""
    stamp = Thread.objects.open_to(request.user).filter(number=number).values_list("version", "message_count").first()
    if stamp is None:
        raise Http404
    answer: HttpResponse
    if request.headers.get("If-None-Match") == (etag := etag_of(*stamp)):
        answer = HttpResponseNotModified()
    else:
        thread, user = seen_thread(request, number), request.user
        window = story.Window.since(thread, request.GET.get("after", ""))
        context = {
            "thread": dressed(thread, request),
            "entries": story.entries(thread, window, user, window.first, notes=False),
            "audience": audience_of(thread, user),
            "may_post": user.may(P.MESSAGE_POST),
        }
        answer = render(request, "communications/_thread_entries.html", context)
        etag = etag_of(thread.version, thread.message_count)
        answer["X-Last"] = str(window.last)
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


def etag_of(version: int, count: int) -> str:
    """Changes with every message and every move; a note changes nothing that the other side could see."""
    return f'"{version}-{count}"'


@require_safe
@page(P.MESSAGE_VIEW)
def thread_export(request: PersonRequest, number: str) -> HttpResponse:
    """The thread as JSON with digests; the trail keeps who took it."""
    thread = seen_thread(request, number)
    text = thread_as_json(thread, request.user)
    note(thread, by=request.user, action="thread.export", details={"messages": thread.message_count})
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{thread.number}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def compose_form(request: PersonRequest, thread: Thread) -> ComposeForm:
    initial = {name: request.GET[name] for name in ("reply", "correct") if request.GET.get(name, "").isdecimal()}
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return ComposeForm(*data, thread=thread, initial=initial)


def referred(form: ComposeForm, thread: Thread, request: PersonRequest) -> dict[str, Any]:
    """The message that the composer replies to or corrects, and which of the two it does."""
    for name in ("correct", "reply"):
        value = form[name].value()
        if value and str(value).isdecimal() and len(str(value)) < 8:
            rows: Any = Message.objects.visible_to(request.user).filter(thread=thread, sequence=int(value))
            if (message := rows.first()) is not None:
                return {"message": message, "corrects": name == "correct"}
    return {}


def send(request: PersonRequest, thread: Thread, form: ComposeForm) -> HttpResponse | None:
    """Answers a POST of the composer by the button that was pressed; None leaves the form with its refusal.

    A request that names neither button is sent nowhere: no default decides who reads it.
    """
    way = request.POST.get("send", "")
    require(request.user, P.MESSAGE_NOTE if way == NOTE else P.MESSAGE_POST)
    if way not in (NOTE, SHARE):
        form.add_error(None, "Choose who reads it: share it, or keep it as an internal note.")
    if not form.is_valid():
        return None
    try:
        if way == NOTE:
            made = actions.add_note(thread, by=request.user, body=form.said["body"], files=form.said["files"])
            return redirect(f"{thread.get_absolute_url()}#n-{made.number}")
        refers = referred(form, thread, request)
        message = actions.post(
            thread,
            by=request.user,
            mark=Mark.DECISION if form.cleaned_data["is_decision"] else Mark.NONE,
            corrects=refers["message"] if refers.get("corrects") else None,
            replies_to=refers["message"] if refers and not refers["corrects"] else None,
            **form.said,
        )
    except RefusedUpload as refusal:
        form.add_error("file", str(refusal))
    except (WrongState, StaleRecord) as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        place(form, error)
    else:
        return redirect(message)
    return None


def about(thread: Thread, request: PersonRequest) -> dict[str, Any] | None:
    """The record the thread is about, as the reader may see it."""
    if not thread.about_type:
        return None
    record = subjects.find(thread.about_type, thread.about_number, request.user)
    subject = subjects.kinds[thread.about_type]
    return {"title": subject.title(record), "number": record.number, "url": record.get_absolute_url()}


@page(P.MESSAGE_POST)
def thread_create(request: PersonRequest) -> HttpResponse:
    """A new thread with its first message; `?type=…&about=…` says what it is about, `?cmo=…` with whom."""
    user, asked = request.user, request.GET
    record = subjects.find(asked.get("type", ""), asked["about"], user) if asked.get("about") else None
    vendor = subjects.kinds[record.record_type()].vendor(record) if record is not None else None
    can_share = record is None or subjects.is_shared(record, vendor)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    other = vendor.name if vendor is not None else ""
    initial = {"cmo": asked.get("cmo", "")}
    form = StartForm(*data, by=user, record=record, can_share=can_share, other=other, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            thread = actions.start_with(
                by=user,
                subject=form.cleaned_data["subject"],
                vendor=form.cleaned_data.get("cmo"),
                record=record,
                shared=form.cleaned_data.get("readers") != OWN,
                **form.said,
            )
        except RefusedUpload as refusal:
            form.add_error("file", str(refusal))
        except WrongState as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            place(form, error)
        else:
            say(request, "Shared." if thread.is_shared else f"Kept at {user.company_name}.")
            return redirect(thread)
    context = {
        "form": form,
        "heading": "Start a thread",
        "verb": "Start the thread",
        "back_url": record.get_absolute_url() if record is not None else reverse(LIST),
        "crumbs": [("Messages", reverse(LIST)), ("New", "")],
        "record": record,
        "can_share": can_share,
    }
    return render_page(request, "communications/thread_create.html", None, context)


@require_POST
@page(P.MESSAGE_POST)
def thread_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """One of the workflow's moves, without a message."""
    thread = seen_thread(request, number)
    if name not in THREAD.by_name:
        raise Http404
    try:
        actions.move(thread, name, by=request.user)
    except WrongState as error:
        say(request, str(error))
    return redirect(thread)


@page(P.MESSAGE_VIEW)
def message_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The permalink of a message: its place in the thread, on whatever page of it that is today."""
    message = get_object_or_404(Message.objects.open_to(request.user).select_related("thread"), number=number)
    thread = message.thread
    back = thread.message_count - message.sequence
    to = f"?to={message.sequence + story.PAGE // 2}" if back >= story.PAGE else ""
    return redirect(f"{thread.get_absolute_url()}{to}#m{message.sequence}")


@page(P.MESSAGE_NOTE)
def note_detail(request: PersonRequest, number: str) -> HttpResponse:
    found = get_object_or_404(InternalNote.objects.open_to(request.user).select_related("thread"), number=number)
    return redirect(f"{found.thread.get_absolute_url()}?to={found.after}#n-{found.number}")


@require_POST
@page(P.MESSAGE_POST)
def message_acknowledge(request: PersonRequest, number: str) -> HttpResponse:
    """Says in one's own name that one has read up to here."""
    message = get_object_or_404(Message.objects.open_to(request.user).select_related("thread"), number=number)
    try:
        actions.acknowledge(message, by=request.user)
    except WrongState as error:
        say(request, str(error))
    else:
        say(request, f"Acknowledged up to #{message.sequence}.")
    return redirect(message)


# --- the tabs of other pages ------------------------------------------------------------------------------
@page(P.CMO_VIEW)
def cmo_threads(request: PersonRequest, number: str) -> HttpResponse:
    """Everything said with or about a CMO."""
    context = cmo_frame(request, number, TAB)
    vendor: Vendor = context["vendor"]
    rows = rows_for(request).filter(vendor=vendor)
    return tab_page(request, "communications/cmo_threads.html", context, rows, f"?cmo={number}")


@page(P.SITE_VIEW)
def site_threads(request: PersonRequest, number: str) -> HttpResponse:
    context = site_frame(request, number, TAB)
    rows = rows_for(request).about(subjects.SITE, number)
    return tab_page(request, "communications/site_threads.html", context, rows, start_of(subjects.SITE, number))


@page(P.AUDIT_VIEW)
def audit_threads(request: PersonRequest, number: str) -> HttpResponse:
    context = audit_frame(request, number, TAB)
    rows = rows_for(request).about(subjects.AUDIT, number)
    return tab_page(request, "communications/audit_threads.html", context, rows, start_of(subjects.AUDIT, number))


def start_of(record_type: str, number: str) -> str:
    return f"?type={record_type}&about={number}"


def tab_page(
    request: PersonRequest, template: str, context: dict[str, Any], rows: ThreadQuerySet, start: str
) -> HttpResponse:
    user = request.user
    context |= {
        "threads": listed(request, rows) if user.may(P.MESSAGE_VIEW) else None,
        "start_url": f"{reverse('communications:thread-create')}{start}" if user.may(P.MESSAGE_POST) else "",
        "in_tab": True,
    }
    return render_page(request, template, None, context)
