"""Pages of the guest: the door with its code, the one thing that is asked, its files, the receipt.

A visitor is signed in to nothing. A cookie of the visit's own goes to this link's addresses only and says nothing at
any other; at each request the link is asked anew whether it still stands. Whatever opens nothing, be it unknown,
revoked or over, answers 410 with the same page, and a sentence more to whoever holds an address that was good once.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from cmo_portal.lib.pages import render_page
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.actors import Guest
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.context import acting_as
from cmo_portal.records.forms import place
from cmo_portal.records.gate import public
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.guests import answering, entering
from communications.guests.forms import CodeForm
from communications.guests.kinds import kinds
from communications.guests.limits import is_too_often
from communications.guests.models import GuestLink

COOKIE = "cmo_visit"
TOO_MANY = "Too many tries. Wait a quarter of an hour, then try again."


def kept_private(answer: HttpResponse | FileResponse) -> HttpResponse | FileResponse:
    """No cache keeps it and no search engine lists it."""
    patch_cache_control(answer, private=True, no_store=True)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def closed(request: HttpRequest, sentence: str = "") -> HttpResponse:
    answer = render_page(request, "communications/guest_closed.html", None, {"sentence": sentence}, status=410)
    kept_private(answer)
    return answer


def path_of(number: str) -> str:
    return reverse("communications:guest-visit", args=[number])


# --- the door ----------------------------------------------------------------------------------------------
@public
def guest_open(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The address of the mail. It tells nothing of who asks or what; looking at it sends nothing, since programs look
    at addresses too. One button sends a code to the mailbox, another takes it."""
    if is_too_often(request, "open", number):
        return too_many(request)
    link = entering.of_address(number, secret)
    if link is None:
        return closed(request)
    sentence = link.closed(timezone.now())
    if sentence:
        return closed(request, sentence)
    form = CodeForm(request.POST if request.method == "POST" and "code" in request.POST else None)
    if request.method == "POST":
        answer = enter(request, link, form) if form.is_bound else send_code(request, link)
        if answer is not None:
            return answer
        link = entering.of_address(number, secret) or link
        if link.closed(timezone.now()):
            return closed(request, link.closed(timezone.now()))
    else:
        entering.note_opened(link)
    is_sent = link.code_wanted_at is not None or bool(link.code_digest)
    answer = render_page(request, "communications/guest_open.html", None, {"form": form, "is_sent": is_sent})
    kept_private(answer)
    return answer


def too_many(request: HttpRequest) -> HttpResponse:
    answer = render_page(request, "communications/guest_closed.html", None, {"sentence": TOO_MANY}, status=429)
    kept_private(answer)
    return answer


def send_code(request: HttpRequest, link: GuestLink) -> HttpResponse:
    if is_too_often(request, "send", link.number):
        return too_many(request)
    entering.want_code(link)
    return redirect(request.path)


def enter(request: HttpRequest, link: GuestLink, form: CodeForm) -> HttpResponse | None:
    """Opens the visit, or leaves the form with its refusal."""
    if is_too_often(request, "code", link.number):
        return too_many(request)
    if not form.is_valid():
        return None
    visit, refusal = entering.enter(link, form.cleaned_data["code"])
    if refusal:
        form.add_error("code", refusal)
        return None
    answer = redirect(path_of(link.number))
    answer.set_cookie(
        COOKIE,
        entering.cookie_of(link, visit),
        max_age=settings.GUEST_SESSION_MINUTES * 60,
        path=path_of(link.number),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


# --- the visit ---------------------------------------------------------------------------------------------
def visit_of(request: HttpRequest, number: str) -> tuple[GuestLink, Guest] | None:
    """The link of the visit, and the guest as whom everything from here on runs."""
    link = entering.visited(number, request.COOKIES.get(COOKIE, ""))
    return None if link is None else (link, entering.guest_at(link))


@public
def guest_visit(request: HttpRequest, number: str) -> HttpResponse:
    """What is asked, with the form of the answer; once it is answered, the receipt."""
    found = visit_of(request, number)
    if found is None:
        return closed(request)
    link, guest = found
    if link.answered_at is not None and request.method != "POST":
        return redirect("communications:guest-receipt", number)
    with acting_as(guest):
        kind = kinds[link.about_type]
        record = kind.get(guest, link.about_number)
        form = kind.form(*((request.POST, request.FILES) if request.method == "POST" else ()), record=record)
        if request.method == "POST" and form.is_valid() and file_answer(link, guest, form):
            return redirect("communications:guest-receipt", number)
        context = {"link": link, "record": record, "form": form, "refusal": kind.refusal(record)}
        answer = render_page(request, kind.template, None, context | kind.story(record, guest))
    kept_private(answer)
    return answer


def file_answer(link: GuestLink, guest: Guest, form: Any) -> bool:
    """Whether it was filed; else the form carries the refusal, with everything typed."""
    said = form.cleaned_data
    try:
        answering.answer(link, by=guest, words=said["words"], files=said["attached"], version=said["version"])
    except RefusedUpload as refusal:
        form.add_error("attached", str(refusal))
    except WrongState as error:
        form.add_error(None, str(error))
    except StaleRecord as error:
        form.data = form.data.copy()
        form.data["version"] = str(error.stored.version)
        form.add_error(None, "What is asked changed while you were writing. Read it again below, then send once more.")
    except ValidationError as error:
        place(form, error)
    else:
        return True
    return False


@public
def guest_file(request: HttpRequest, number: str, file: str) -> HttpResponseBase:
    """A file of what is asked, as a download; 404 for any other, as for none."""
    found = visit_of(request, number)
    if found is None:
        return closed(request)
    link, guest = found
    with acting_as(guest):
        rows: Any = Attachment.objects.visible_to(guest)
        attachment = rows.filter(number=file, is_retired=False).first()
        if attachment is None:
            raise Http404
        answering.note_file(link, attachment.name, attachment.sha256, by=guest)
        answer = FileResponse(
            attachment.file.open("rb"),
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.content_type,
        )
    answer["X-Content-Type-Options"] = "nosniff"
    return kept_private(answer)


@public
def guest_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was filed, with digests; below it, and only now, the offer of an account. A POST leaves, or asks for one."""
    found = visit_of(request, number)
    if found is None:
        return closed(request)
    link, guest = found
    if request.method == "POST" and request.POST.get("do") == "leave":
        with acting_as(guest):
            entering.leave(link, by=guest)
        gone = render_page(request, "communications/guest_left.html", None)
        gone.delete_cookie(COOKIE, path=path_of(number))
        kept_private(gone)
        return gone
    if link.answered_at is None:
        return redirect(path_of(number))
    if request.method == "POST" and request.POST.get("do") == "account":
        with acting_as(guest):
            answering.want_account(link, by=guest)
        return redirect("communications:guest-receipt", number)
    with acting_as(guest):
        kind = kinds[link.about_type]
        record = kind.get(guest, link.about_number)
        context = {"link": link, "title": kind.title(record)}
        answer = render_page(request, "communications/guest_receipt.html", None, context)
    kept_private(answer)
    return answer
