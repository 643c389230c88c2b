"""What every API of the product shares: named permissions, keyset pages, scoped look-up by number, problem details.

Refusals carry the sentences of the pages: RFC 9457 problem details, 409 for the wrong state or a stale version.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import exceptions, permissions, serializers, status, viewsets
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from cmo_portal.lib.keyset import BadCursor, paginate
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import Record
from cmo_portal.records.signing import BadCredentials
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState


class NamedPermission(permissions.BasePermission):
    """Each action of a view names the permission it needs; an action that names none is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if user is None or not getattr(user, "is_authenticated", False):
            return False
        needs: dict[str, str] = getattr(view, "needs", {})
        name = getattr(view, "action", None) or (request.method or "").lower()
        if name in {"options", "metadata"}:
            return True
        needed = needs.get(name)
        if needed is None:
            return False
        token = getattr(request._request, "api_token", None)
        if token is not None and not token.may_write and request.method not in permissions.SAFE_METHODS:
            raise exceptions.PermissionDenied("This token may only read: make one that may write.")
        return bool(user.may(needed))


class KeysetPagination(BasePagination):
    """`?cursor=` of the answer's `next` or `previous`; `?page_size=` to 100. There is no count: it would cost the most."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: APIView | None = None) -> list[Any]:
        order: tuple[str, ...] = getattr(view, "order", ("number",))
        size = self.size(request)
        cursor = request.query_params.get("cursor", "")
        backwards = cursor.startswith("b-")
        try:
            page = paginate(
                queryset,
                order,
                after="" if backwards else cursor.removeprefix("a-"),
                before=cursor.removeprefix("b-") if backwards else "",
                size=size,
            )
        except BadCursor as error:
            raise exceptions.ValidationError({"cursor": [str(error)]}) from error
        self.page, self.request = page, request
        return page.rows

    def size(self, request: Request) -> int:
        text = request.query_params.get("page_size", "25")
        if not text.isdigit() or not 1 <= int(text) <= 100:
            raise exceptions.ValidationError({"page_size": ["Write a number from 1 to 100."]})
        return int(text)

    def link(self, cursor: str | None, mark: str) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = mark + cursor
        return str(self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}"))

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self.link(self.page.next, "a-"), "previous": self.link(self.page.previous, "b-"), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "required": False, "schema": {"type": "integer", "maximum": 100}},
        ]


class RecordViewSet(viewsets.GenericViewSet):  # type: ignore[type-arg]
    """The base of every collection: rows the person may see, looked up by number, in one order.

    needs: action -> permission. serializers: the sponsor's; partner_serializer: the narrower one of a partner.
    """

    model: ClassVar[type[Record]]
    needs: ClassVar[dict[str, str]] = {}
    order: ClassVar[tuple[str, ...]] = ("number",)
    partner_serializer: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    lookup_field = "number"
    lookup_value_regex = r"[0-9A-Z-]+"

    @property
    def actor(self) -> Actor:
        user: Any = self.request.user
        return user

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.model.objects.visible_to(self.actor)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        asker = None if getattr(self, "swagger_fake_view", False) else self.actor
        if asker is not None and asker.company_kind == PARTNER and self.partner_serializer is not None:
            return self.partner_serializer
        return super().get_serializer_class()

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def answer(self, record: Record, *, created: bool = False) -> Response:
        """The record after a write, read again as the asker sees it."""
        fresh = self.get_queryset().get(pk=record.pk)
        return Response(self.get_serializer(fresh).data, status=201 if created else 200)


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
        fields = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        return details(400, "Refused", first_sentence(fields), errors=fields)
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


def no_content() -> Response:
    return Response(status=status.HTTP_204_NO_CONTENT)
