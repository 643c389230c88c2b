"""The demo's mailbox: what a mail program would show, for the signed-in person's own mail. 404 outside the demo."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.context import acting_as
from cmo_portal.records.gate import personal
from communications.notices.mailbox import MAILBOX, KeptMail

LATEST = ("-sent_at", "number")
UNSAFE_INLINE = "'unsafe-inline'"
FRAME = {"frame-src": [SELF]}
# What a mail may do here: be read, and lead to a page of the portal when it is clicked.
MAIL_PAGE = dict.fromkeys(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]) | {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def own_mails(request: PersonRequest) -> Any:
    if not settings.DEMO:
        raise Http404
    return KeptMail.objects.kept_for(request.user)


@personal
def mailbox_list(request: PersonRequest) -> HttpResponse:
    with acting_as(MAILBOX):  # a mail to nobody's address has no company whose wall it stands behind
        found = listing(request, own_mails(request).defer("text", "html"), sorts={"newest": LATEST}, noun="mail")
    return render_page(request, "communications/mailbox_list.html", None, {"mails": found})


@csp_update(FRAME)
@personal
def mailbox_detail(request: PersonRequest, number: str) -> HttpResponse:
    with acting_as(MAILBOX):
        mail = get_object_or_404(own_mails(request), number=number)
        if mail.read_at is None:
            KeptMail.objects.filter(pk=mail.pk).update(read_at=timezone.now())
    return render_page(request, "communications/mailbox_detail.html", None, {"mail": mail})


@csp_replace(MAIL_PAGE)
@personal
def mailbox_html(request: PersonRequest, number: str) -> HttpResponse:
    """The mail's HTML as a document of its own, for the frame. Its links open in the whole window."""
    with acting_as(MAILBOX):
        mail = get_object_or_404(own_mails(request).exclude(html=""), number=number)
    return HttpResponse(mail.html.replace("<head>", '<head><base target="_top">', 1))
