"""Pages of mail that came in one's own name: what is held, with its reasons, and what became of the rest."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord, note
from cmo_portal.records.workflow import WrongState
from communications.inbound import actions
from communications.inbound.filing import content_of
from communications.inbound.models import InboundMail, MailStatus
from communications.inbound.workflows import MAIL
from communications.messages.models import Thread
from vendors.registry.edits import form_page

LIST = "communications:inbound-list"
SORTS = {"newest": ("-created_at", "number")}
PILLS = {
    MailStatus.RECEIVED: "info",
    MailStatus.FILED: "ok",
    MailStatus.HELD: "warn",
    MailStatus.RELEASED: "ok",
    MailStatus.DISCARDED: "",
    MailStatus.REFUSED: "",
    MailStatus.REPEATED: "",
}


def seen_mails(request: PersonRequest) -> Any:
    return InboundMail.objects.open_to(request.user)


@page(P.MAIL_VIEW)
def inbound_list(request: PersonRequest) -> HttpResponse:
    """What is held for the person, or everything that came."""
    held = request.GET.get("show") != "all"
    rows = seen_mails(request)
    found = listing(request, rows.filter(status=MailStatus.HELD) if held else rows, sorts=SORTS, noun="mail")
    for mail in found.rows:
        mail.pill = PILLS[mail.status]
    filters = [
        {"label": "Held", "url": request.path, "current": held, "count": None},
        {"label": "All", "url": f"{request.path}?show=all", "current": not held, "count": None},
    ]
    context = {
        "mails": found,
        "filters": filters,
        "held": held,
        "reads_of_nobody": request.user.may(P.PEOPLE_MANAGE),
        "may_read_threads": request.user.may(P.MESSAGE_VIEW),
    }
    return render_page(request, "communications/inbound_list.html", None, context)


def seen_mail(request: PersonRequest, number: str) -> InboundMail:
    mail: InboundMail = get_object_or_404(seen_mails(request), number=number)
    return mail


@page(P.MAIL_VIEW)
def inbound_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One mail: who it says it is from, why it is held, what would be filed. What a program or a stranger wrote is text
    here and nothing else."""
    mail = seen_mail(request, number)
    thread = Thread.objects.open_to(request.user).filter(pk=mail.thread_id).first() if mail.thread_id else None
    is_mine = mail.person_id == request.user.pk
    content = content_of(actions.letter_of(mail)) if mail.is_held and is_mine else None
    context = {
        "mail": mail,
        "pill": PILLS[MailStatus(mail.status)],
        "thread": thread,
        "content": content,
        "is_mine": is_mine,
        "offers": {offer.transition.name: offer for offer in MAIL.offers(mail, request.user)},
        "crumbs": [("Mail that came", reverse(LIST)), (mail.number, "")],
    }
    return render_page(request, "communications/inbound_detail.html", None, context)


@require_POST
@page(P.MAIL_VIEW)
def inbound_release(request: PersonRequest, number: str) -> HttpResponse:
    """Puts a held mail into its thread, in the name of whoever presses the button."""
    mail = seen_mail(request, number)
    try:
        message = actions.release(mail, by=request.user)
    except (WrongState, StaleRecord, RefusedUpload) as error:
        say(request, str(error))
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        say(request, "It stands in the thread, in your name.")
        return redirect(message)
    return redirect(mail)


@page(P.MAIL_VIEW)
def inbound_discard(request: PersonRequest, number: str) -> HttpResponse:
    """Asks why, and lays the mail aside."""
    mail = seen_mail(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.discard(mail, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Discard {mail}", back=reverse(LIST), said="Discarded. It stays as it came.",
        verb="Discard", crumbs=[("Mail that came", reverse(LIST)), (mail.number, mail.get_absolute_url())],
    )  # fmt: skip


@require_safe
@page(P.MAIL_VIEW)
def inbound_raw(request: PersonRequest, number: str) -> FileResponse:
    """The whole mail as it came, always as a download and never as a page, for its person alone; the trail keeps it."""
    mail: InboundMail = get_object_or_404(seen_mails(request).filter(person=request.user.pk), number=number)
    response = FileResponse(
        mail.raw.open("rb"), as_attachment=True, filename=f"{mail.number}.eml", content_type="application/octet-stream"
    )
    note(mail, by=request.user, action="inbound_mail.download")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@page(P.MAIL_VIEW)
def inbound_of_message(request: PersonRequest, number: str) -> HttpResponse:
    """The mail behind a message that came by mail, for whoever wrote it."""
    return redirect(get_object_or_404(seen_mails(request), message__number=number))
