"""Two rules of every API: an action names its permission, and a list pages by key.

They stand apart from `api.py` because Django REST framework loads them while it defines its own views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import exceptions, permissions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.lib.keyset import BadCursor, paginate

if TYPE_CHECKING:
    from rest_framework.views import APIView


class NamedPermission(permissions.BasePermission):
    """Each action of a view names the permission it needs; an action that names none is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user: Any = request.user
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
        if not user.may(needed) and not user.could(needed):
            raise exceptions.NotFound  # as on the pages: an outsider learns not even that there is such an address
        return bool(user.may(needed))


class KeysetPagination(BasePagination):
    """`?cursor=` of the answer's `next` or `previous`; `?page_size=` to 100. No count: it costs the most."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
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
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 100:
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
