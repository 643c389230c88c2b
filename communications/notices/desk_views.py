"""The administrator's desk: how the machine that reminds fares, and sending again what it gave up."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.wording import counted
from cmo_portal.records.gate import page
from communications.notices import desk, desk_actions
from communications.notices.models import Mail

DESK = "communications:operation-list"
SORTS = {"newest": ("-created_at", "key")}


@page(P.OPERATION_VIEW)
def operation_list(request: PersonRequest) -> HttpResponse:
    """Parts, looks, mails by state, dead letters, and the records about which nobody could be told."""
    context = {
        "parts": desk.parts(),
        "runs": desk.runs(),
        "counts": desk.mail_counts(request.user, timezone.now()),
        "dead": listing(request, desk.dead_letters(request.user), sorts=SORTS, noun="mail"),
        "dead_of_cmos": desk.dead_of_cmos(request.user),
        "unheard": desk.unheard(request.user),
    }
    return render_page(request, "communications/operation_list.html", None, context)


@require_POST
@page(P.OPERATION_VIEW)
def mail_send(request: PersonRequest, key: str) -> HttpResponse:
    mail = get_object_or_404(Mail.objects.visible_to(request.user).select_related("recipient"), key=key)
    if desk_actions.send_again(mail, by=request.user, now=timezone.now()):
        say(request, f"The mail to {mail.recipient.name} goes out with the next look for reminders.")
    else:
        say(request, "This mail is not given up: there is nothing to send again.")
    return redirect(DESK)


@require_POST
@page(P.OPERATION_VIEW)
def mail_send_all(request: PersonRequest) -> HttpResponse:
    count = desk_actions.send_all_again(request.user.company, by=request.user, now=timezone.now())
    say(request, f"{counted(count, 'mail')} put back: they go out with the next look." if count else "Nothing to send.")
    return redirect(DESK)


@require_POST
@page(P.OPERATION_VIEW)
def mail_send_cmos(request: PersonRequest) -> HttpResponse:
    count = desk_actions.send_again_to_cmos(request.user.company, by=request.user, now=timezone.now())
    say(
        request,
        f"{counted(count, 'mail')} to CMOs put back: they go out with the next look." if count else "Nothing to send.",
    )
    return redirect(DESK)
