"""Every refusal of the API as problem details (RFC 9457) with the page's sentence."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cmo_portal.records.signing import BadCredentials
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turns every refusal into problem details with the page's sentence."""
    if isinstance(error, StaleRecord):
        body: Any = [{"field": label, "stored": theirs, "sent": yours} for label, theirs, yours in error.rows()]
        return details(409, "Changed meanwhile", str(error), conflict=body)
    if isinstance(error, WrongState):
        return details(409, "Not open now", str(error))
    if isinstance(error, BadCredentials):
        return details(403, "Not signed", str(error))
    if isinstance(error, ValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return details(400, "Refused", first_sentence(fields), errors=fields)
    if isinstance(error, exceptions.ValidationError):
        named: Any = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        return details(400, "Refused", first_sentence(named), errors=named)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, (Http404, exceptions.NotFound)):
        return details(404, "Not found", "There is nothing at this address.")
    data: Any = response.data
    text = str(data.get("detail", "")) if isinstance(data, dict) else ""
    answer = details(response.status_code, "Refused", text)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response:
            answer[name] = response[name]
    return answer


def first_sentence(fields: Any) -> str:
    """The first message of a tree of messages."""
    while isinstance(fields, (dict, list)) and fields:
        fields = next(iter(fields.values())) if isinstance(fields, dict) else fields[0]
    return str(fields) if fields else "The request was refused."


def details(code: int, title: str, text: str, **extra: Any) -> Response:
    body = {"type": "about:blank", "title": title, "status": code, "detail": text, **extra}
    return Response(body, status=code, content_type="application/problem+json")
