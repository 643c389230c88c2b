"""Two collections that cross every subject: the trail, and what is due when."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent


class WalledViewSet(viewsets.GenericViewSet[Any]):
    """A list of rows behind walls that are no records: nothing is written here."""

    def get_queryset(self) -> QuerySet[Any]:
        rows = cast(Any, super().get_queryset())
        if getattr(self, "swagger_fake_view", False):
            return cast(QuerySet[Any], rows.none())
        seen = getattr(rows, "open_to", rows.visible_to)  # narrower than the wall, where the rows know more
        return cast(QuerySet[Any], seen(cast(Actor, self.request.user)))

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class TrailSerializer(serializers.ModelSerializer[TrailEvent]):
    """One entry as it was hashed: `body` is the text, `hash` its SHA-256; sealed values stand in it as digests."""

    class Meta:
        model = TrailEvent
        fields = ("record_type", "record_number", "seq", "at", "actor_ref", "actor_name", "action", "body", "hash")


class TrailFilter(django_filters.FilterSet):
    record = django_filters.CharFilter(field_name="record_number", lookup_expr="iexact")
    action = django_filters.CharFilter(lookup_expr="startswith")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")

    class Meta:
        model = TrailEvent
        fields = ("record_type", "actor_ref")


class TrailViewSet(WalledViewSet):
    """The trail of what the person's company may read, newest first."""

    queryset = TrailEvent.objects.all()
    serializer_class = TrailSerializer
    filterset_class = TrailFilter
    order = ("-at", "hash")
    needs = {"list": P.TRAIL_VIEW}


class DueItemSerializer(serializers.ModelSerializer[DueItem]):
    class Meta:
        model = DueItem
        fields = ("number", "kind", "record_type", "record_number", "title", "due_date", "holder_ref")


class DueItemFilter(django_filters.FilterSet):
    due_before = django_filters.DateFilter(field_name="due_date", lookup_expr="lt")

    class Meta:
        model = DueItem
        fields = ("kind", "record_number")


class DueItemViewSet(WalledViewSet):
    """Open obligations, the nearest first."""

    queryset = DueItem.objects.filter(is_open=True)
    serializer_class = DueItemSerializer
    filterset_class = DueItemFilter
    order = ("due_date", "number")
    needs = {"list": P.DUE_VIEW}


ROUTES = (("trail", TrailViewSet), ("due-items", DueItemViewSet))
