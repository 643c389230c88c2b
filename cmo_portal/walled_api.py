"""The collection that crosses every subject: the trail."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import WalledViewSet
from cmo_portal.records.trail import TrailEvent


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


ROUTES = (("trail", TrailViewSet),)
