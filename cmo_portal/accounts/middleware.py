"""Finds out who asks, by session or token, and runs the whole request as that person or as nobody."""

from __future__ import annotations

import re
import secrets
import time
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.tokens import person_of_bearer
from cmo_portal.records.actors import NOBODY, SIGN_IN
from cmo_portal.records.context import acting_as

# Where nobody is known yet and accounts must be read all the same.
SIGN_IN_PATHS = ("/accounts/", "/invitations/", "/setup/")


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a character that no name has.")
        request_id, address = secrets.token_hex(8), request.META.get("REMOTE_ADDR", "")
        with acting_as(SIGN_IN, request_id=request_id, address=address):
            user = self.person(request)
        if user is None:
            return self.answer_stranger(request, request_id, address)
        timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
        try:
            with acting_as(user, request_id=request_id, address=address):
                response = self.get_response(request)
            response.headers.setdefault("Cache-Control", "private, no-cache")  # no shared cache keeps a person's page
            return response
        finally:
            timezone.deactivate()

    def answer_stranger(self, request: HttpRequest, request_id: str, address: str) -> HttpResponse:
        actor = SIGN_IN if request.path.startswith(SIGN_IN_PATHS) else NOBODY
        with acting_as(actor, request_id=request_id, address=address):
            return self.get_response(request)

    def person(self, request: HttpRequest) -> User | None:
        """The signed-in person with a company, or None; an idle or old session ends here. Part 11: R10, R22."""
        if request.path.startswith("/api/") and "HTTP_AUTHORIZATION" in request.META:
            bearer = person_of_bearer(request)
            request.user = bearer or AnonymousUser()
            return bearer
        user = request.user
        if not isinstance(user, User) and not user.is_authenticated:
            return None
        person: User = user._wrapped if hasattr(user, "_wrapped") else user  # type: ignore[assignment]
        request.user = person  # the person itself, not Django's lazy wrapper: actions take it as `by`
        if person.belongs is None or is_too_old(request) or is_idle(request):
            logout(request)
            return None
        return person


def is_too_old(request: HttpRequest) -> bool:
    """Whether the person signed in longer ago than a session may last, whatever they did since."""
    signed_in_at = request.session.setdefault("signed_in_at", int(time.time()))
    return bool(time.time() - signed_in_at > settings.SESSION_MAX_HOURS * 3600)


# Open pages ask these by themselves: no sign that somebody is there.
POLLED = re.compile(r"/notices/unread/|/threads/unread/|/threads/[^/]+/since/")


def is_idle(request: HttpRequest) -> bool:
    """Whether the session slept longer than allowed; marks this moment otherwise, once a minute."""
    now, seen = int(time.time()), request.session.get("seen_at")
    if seen is not None and now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return True
    if (seen is None or now - seen > 60) and not POLLED.fullmatch(request.path):
        request.session["seen_at"] = now
    return False
