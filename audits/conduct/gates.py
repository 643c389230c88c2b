"""The gate of pages that are the sponsor's alone: whoever belongs to a CMO finds nothing there."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import View, page


def sponsor_page(permission: str) -> Any:
    """`@page(permission)` for people of sponsors; 404 for those of a CMO, who never learn that the page exists."""

    def gated(view: View) -> View:
        inner = page(permission)(view)

        @wraps(inner)
        def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.company_kind == PARTNER:  # type: ignore[union-attr]
                raise Http404
            return inner(request, *args, **kwargs)

        return hidden

    return gated
