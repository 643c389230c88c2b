"""A person's calendar feeds: the page that makes, lists and revokes them, and the address that calendars read."""

from __future__ import annotations

import hashlib
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.context import acting_as
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, public
from communications.deadlines.feeds import (
    AN_HOUR,
    address_of,
    asks_too_often,
    calendar_of,
    feed_of,
    feeds_of,
    make_feed,
    revoke_feed,
)
from communications.deadlines.forms import FeedForm

JUST_MADE = "new_feed"  # in the session, from the making of a feed until its address is shown


@page(P.DUE_VIEW)
def feed_list(request: PersonRequest) -> HttpResponse:
    """The person's feeds; a new one's address is shown once, on the page that follows its making."""
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _, made = make_feed(request.user, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            request.session[JUST_MADE] = made
            return redirect("communications:feed-list")
    token = request.session.pop(JUST_MADE, "") if request.method == "GET" else ""
    context = {
        "form": form,
        "feeds": feeds_of(request.user).order_by("name", "number"),
        "mine_url": address_of(token) if token else "",
        "side_url": address_of(token, side=True) if token else "",
    }
    response = render_page(request, "communications/feed_list.html", None, context)
    if token:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@page(P.DUE_VIEW)
def feed_revoke(request: PersonRequest, number: str) -> HttpResponse:
    feed = get_object_or_404(feeds_of(request.user), number=number)
    revoke_feed(feed, by=request.user)
    say(request, f"The feed “{feed.name}” is revoked. Calendars that read it get nothing any more.")
    return redirect("communications:feed-list")


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar behind a secret address, as its person sees it. Whatever is amiss, the answer is the same 404."""
    now = timezone.now()
    found = feed_of(token, now)
    if found is None:
        raise Http404
    if asks_too_often(found):
        said = "Asked too often: once an hour is enough."
        refused = HttpResponse(said, status=429, headers={"Retry-After": AN_HOUR})
        refused._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the path, which is the secret
        return refused
    with acting_as(found.user), timezone.override(ZoneInfo(found.user.time_zone)):
        body = calendar_of(found, now, side=request.GET.get("show") == "side")
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    headers = {"Cache-Control": "private, max-age=900", "ETag": etag, "X-Robots-Tag": "noindex"}
    made = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    made["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return get_conditional_response(request, etag=etag, response=made) or made
