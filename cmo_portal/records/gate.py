"""The gate of every page: names the permission it needs, sends an insider without it away with 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def page(permission: str) -> Callable[[View], View]:
    """A page for signed-in people who hold `permission`. What they may see of it, `visible_to` decides."""

    def gated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.may(permission):  # type: ignore[union-attr]
                raise PermissionDenied
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
