"""The gate of every page: names the permission it needs, tells an insider without it 403 and an outsider nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from cmo_portal.records.actors import Actor

View = Callable[..., HttpResponseBase]


def require(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied for a colleague without the right, and Http404 for a person in whose kind of company
    nobody can hold it: they learn not even that there is such a page."""
    if actor.may(permission):
        return
    raise PermissionDenied if actor.could(permission) else Http404


def page(permission: str) -> Callable[[View], View]:
    """A page for signed-in people who hold `permission`. What they may see of it, `visible_to` decides."""

    def gated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(cast(Actor, request.user), permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return gated


def public(view: View) -> View:
    """A page for everybody, signed in or not; it stands on the short list of the house test."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    opened.permission = None  # type: ignore[attr-defined]
    return login_not_required(opened)


def personal(view: View) -> View:
    """A page about the signed-in person alone (profile, tokens): no permission beyond being signed in."""

    @wraps(view)
    def own(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    own.permission = ""  # type: ignore[attr-defined]
    return own
