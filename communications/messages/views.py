"""Pages of the message log: the list and its search, a thread with its composer, a new thread."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, require
from cmo_portal.records.trail import StaleRecord, note
from cmo_portal.records.workflow import WrongState
from communications.messages import actions, search, story, subjects
from communications.messages.audience import audience_of, who_reads
from communications.messages.export import thread_as_json, thread_as_pdf
from communications.messages.filters import NOTES, ThreadListFilter
from communications.messages.forms import OWN, ComposeForm, StartForm
from communications.messages.lines import LIST, SORTS, dressed, dressed_action, listed, rows_for
from communications.messages.models import InternalNote, Message, Thread
from communications.messages.querysets import ThreadQuerySet
from communications.messages.vocabulary import Mark
from communications.messages.workflows import THREAD

NOTE, SHARE = "note", "share"
UNREAD = 100  # more are told as 99+


@page(P.MESSAGE_VIEW)
def thread_list(request: PersonRequest) -> HttpResponse:
    """Every thread the person may see, the one with the latest message first."""
    filters = ThreadListFilter(request.GET, queryset=rows_for(request.user), request=request)
    words = request.GET.get("q", "").strip()
    context = {
        **(
            searched(request, filters.qs, words)
            if words
            else {"threads": listed(request, request.user, filters.qs), "words": ""}
        ),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters if name != "place"),
        "is_sponsor": request.user.company_kind == SPONSOR,
        "may_post": request.user.may(P.MESSAGE_POST),
        "may_see_links": request.user.may(P.GUEST_VIEW),
        "may_see_mail": request.user.may(P.MAIL_VIEW),
    }
    return render_page(request, "communications/thread_list.html", "communications/_thread_rows.html", context)


def searched(request: PersonRequest, threads: ThreadQuerySet, words: str) -> dict[str, Any]:
    """What the list shows in place of its threads while it is searched: a few by name, and every place by key."""
    user, notes = request.user, request.GET.get("place") == NOTES
    paged = request.GET.get("after") or request.GET.get("before")
    named = [] if paged or notes else threads.named_like(words, user).order_by(*SORTS["newest"])[: search.NAMED]
    found, is_cut = search.hits(
        request, search.said_in(threads, user, notes=notes, said=request.GET.get("said", "")), words, user
    )
    return {
        "words": words,
        "named": [dressed(row, user) for row in named],
        "hits": found,
        "is_cut": is_cut,
        "in_notes": notes,
    }


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
    agreed = story.agreed_in(thread, user)
    for action in agreed:
        action.thread = thread
    context = {
        "thread": dressed(thread, user),
        "about": about(thread, request),
        "entries": story.entries(thread, window, user, seen if user.may(P.MESSAGE_POST) else thread.message_count),
        "window": window,
        "readings": story.readings(thread, user),
        "actions": [dressed_action(action, user) for action in agreed],
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
def thread_unread(request: PersonRequest) -> JsonResponse:
    """In how many of the latest threads something is unread, beside "Messages": one query, capped. Who leaves no
    receipts has read everything."""
    user = request.user
    rows = Thread.objects.open_to(user).lately(user).unread_by(user) if user.may(P.MESSAGE_POST) else None
    count = rows[:UNREAD].count() if rows is not None else 0
    return JsonResponse({"unread": count, "words": counted(count, "thread") + " with something unread"})


@require_safe
@page(P.MESSAGE_POST)
def thread_people(request: PersonRequest, number: str) -> JsonResponse:
    """Whom a message here can name, for the composer: nobody who does not read the thread."""
    people = who_reads(seen_thread(request, number), request.user)
    return JsonResponse({"people": [{"name": name, "company": company} for name, company in people]})


@require_safe
@page(P.MESSAGE_VIEW)
def thread_since(request: PersonRequest, number: str) -> HttpResponse:
    """What an open page asks every few seconds: 304 from one query as long as nothing happened, else the messages with
    a higher number than `?after=`, which skips no late one (see `Message`). Looking at a poll marks nothing as read.

    The page says in `?about=` what kind of record the thread is about, so that no other kind has to be asked for. One
    that says something else finds nothing.
    """
    rows = Thread.objects.open_to(request.user, about=request.GET.get("about"))
    stamp = rows.filter(number=number).values_list("version", "message_count").first()
    if stamp is None:
        raise Http404
    answer: HttpResponse
    if request.headers.get("If-None-Match") == (etag := etag_of(*stamp)):
        answer = HttpResponseNotModified()
    else:
        thread, user = seen_thread(request, number), request.user
        window = story.Window.since(thread, request.GET.get("after", ""))
        context = {
            "thread": dressed(thread, user),
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


def note_taken(thread: Thread, request: PersonRequest, kind: str) -> None:
    """In the person's own trail: the thread's is read by the other side too, whose business it is not."""
    details = {"thread": thread.number, "messages": thread.message_count, "as": kind}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="thread.export", details=details)


@require_safe
@page(P.MESSAGE_VIEW)
def thread_export(request: PersonRequest, number: str) -> HttpResponse:
    """The thread as JSON with digests; the trail keeps who took it."""
    thread = seen_thread(request, number)
    text = thread_as_json(thread, request.user)
    note_taken(thread, request, "json")
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{thread.number}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@page(P.MESSAGE_VIEW)
def thread_pdf(request: PersonRequest, number: str) -> HttpResponse:
    """The same as a document for people; the trail keeps who took it."""
    thread, at = seen_thread(request, number), timezone.now()
    file = thread_as_pdf(thread, request.user, at)
    note_taken(thread, request, "pdf")
    answer = HttpResponse(file, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{thread.number}.pdf"'
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
