"""The base of every API collection: scoped rows looked up by number, paged by key, narrower for a partner."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import Record
from cmo_portal.records.versions import CHANGES, require_version


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
        return cast(Actor, self.request.user)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.model.objects.visible_to(self.actor)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        asker = None if getattr(self, "swagger_fake_view", False) else self.actor
        if asker is not None and asker.company_kind == PARTNER and self.partner_serializer is not None:
            return self.partner_serializer
        return super().get_serializer_class()

    def get_object(self) -> Any:
        """The record of the address. Whoever is about to change it says which version they have read."""
        record = super().get_object()
        if self.action in CHANGES:
            require_version(self.request.data)
        return record

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def answer(self, record: Record, *, created: bool = False) -> Response:
        """The record after a write, read again as the asker sees it."""
        fresh = self.get_queryset().get(pk=record.pk)
        return Response(self.get_serializer(fresh).data, status=201 if created else 200)

    def checked(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """The request's values after the serializer's checks; rules of the record itself are the action's to refuse."""
        serializer = self.get_serializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values


class WalledViewSet(viewsets.GenericViewSet[Any]):
    """A list of rows behind walls that are no records: nothing is written here."""

    partner_serializer: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    lookup_field = "number"
    lookup_value_regex = r"[0-9A-Z-]+"

    def get_queryset(self) -> QuerySet[Any]:
        rows = cast(Any, super().get_queryset())
        if getattr(self, "swagger_fake_view", False):
            return cast(QuerySet[Any], rows.none())
        seen = getattr(rows, "open_to", rows.visible_to)  # narrower than the wall, where the rows know more
        return cast(QuerySet[Any], seen(cast(Actor, self.request.user)))

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        if not getattr(self, "swagger_fake_view", False) and self.partner_serializer is not None:
            asker = cast(Actor, self.request.user)
            return self.partner_serializer if asker.company_kind == PARTNER else super().get_serializer_class()
        return super().get_serializer_class()

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
