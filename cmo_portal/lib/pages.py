"""One view answers twice: the whole page, or only its fragment when htmx asked for it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

UNDO = "undo:"


def render_page(
    request: HttpRequest, template: str, fragment: str | None, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with `template`, or with `fragment` to an htmx request that is neither boosted nor a history restore.

    A context that holds a bound form or formset with errors turns 200 into 422, so that htmx swaps the same form back
    in, and sets `page_has_errors`, which puts "Error: " before the title.
    """
    context = dict(context or {})
    context["page_has_errors"] = any(has_errors(value) for value in context.values())
    if context["page_has_errors"] and status == 200:
        status = 422
    asked = fragment is not None and wants_fragment(request)
    response = render(request, fragment if asked and fragment else template, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Did htmx ask for a part of the page rather than for the page?"""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def has_errors(value: Any) -> bool:
    if isinstance(value, BaseFormSet):
        return value.is_bound and (any(value.errors) or bool(value.non_form_errors()))
    return isinstance(value, BaseForm) and value.is_bound and bool(value.errors)


def say(request: HttpRequest, text: str, undo_url: str = "") -> None:
    """Show a toast on the next whole page; `undo_url` adds an Undo button that posts there."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def say_now(response: HttpResponse, text: str, undo_url: str = "") -> HttpResponse:
    """Show a toast when htmx receives this response (header `HX-Trigger`, event `toast`)."""
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "undo": undo_url}})
    return response
