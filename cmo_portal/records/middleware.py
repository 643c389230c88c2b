"""The last net for what a page did not catch itself: somebody was faster, or the move is not open now.

A key that somebody took between the check and the save comes as a ValidationError, also to an act without a form.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState


class ConflictMiddleware:
    """Answers 409 with the sentence, and with both texts where a record changed meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, (StaleRecord, WrongState, ValidationError)):
            return None
        rows = error.rows() if isinstance(error, StaleRecord) else []
        sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return render(request, "409.html", {"sentence": sentence, "rows": rows}, status=409)
