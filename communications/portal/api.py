"""How sponsors and CMOs keep their dates, over the API: the same figures for either side."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from communications.portal.two_ways import relations_of
from vendors.registry.models import Vendor

MOST = 200


class SideSerializer(serializers.Serializer[Any]):
    """One side's figures of the last 365 days."""

    done = serializers.IntegerField(help_text="Due items that this side held when they were closed.")
    in_time = serializers.IntegerField(help_text="Of these, closed by their due date.")
    share = serializers.IntegerField(allow_null=True, help_text="Per cent closed in time; null of nothing.")
    days = serializers.FloatField(allow_null=True, help_text="Mean days for which this side had the ball.")
    late_now = serializers.IntegerField(help_text="Open and past due.")


class RelationSerializer(serializers.Serializer[Any]):
    """One sponsor and one CMO."""

    vendor = serializers.CharField(source="vendor.number")
    sponsor_name = serializers.CharField(source="vendor.sponsor.name")
    vendor_name = serializers.CharField(source="vendor.name")
    sponsor = SideSerializer()
    partner = SideSerializer()


class RelationViewSet(viewsets.ViewSet):
    """Both sides' punctuality in each relation of the caller, the first 200 by name."""

    needs = {"list": P.DUE_VIEW}

    @extend_schema(responses=RelationSerializer(many=True))
    def list(self, request: Request) -> Response:
        reader = person_of(request)
        rows = Vendor.objects.visible_to(reader).live().select_related("sponsor").order_by("sort_name", "number")
        return Response(RelationSerializer(relations_of(reader, list(rows[:MOST]), timezone.now()), many=True).data)


ROUTES: tuple[tuple[str, Any], ...] = (("relations", RelationViewSet),)
