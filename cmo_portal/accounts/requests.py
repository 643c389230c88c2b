"""A request behind the gate, typed: somebody is signed in and belongs to a company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest

from cmo_portal.accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PersonRequest(HttpRequest):
    """What a view behind `@page` gets."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


def person_of(request: Any) -> User:
    """The signed-in person of an API request."""
    return cast(User, request.user)
