"""The approved supplier list over the API, as of any day."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from vendors.registry.approved_list import lines_as_of


class LineSerializer(serializers.Serializer[Any]):
    """One scope as it stood at the end of the day."""

    number = serializers.CharField(help_text="Of the qualification.")
    cmo = serializers.CharField(source="cmo_number")
    site = serializers.CharField(source="site_number")
    fei = serializers.CharField()
    service = serializers.CharField()
    dosage_form = serializers.CharField(allow_blank=True)
    product = serializers.CharField(allow_blank=True, help_text="The product's code.")
    status = serializers.CharField()
    may_be_used = serializers.BooleanField()
    conditions = serializers.CharField(allow_blank=True)
    since_date = serializers.DateField(allow_null=True)
    expires_date = serializers.DateField(allow_null=True)


class ListSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    results = LineSerializer(many=True)


class DaySerializer(serializers.Serializer[Any]):
    on = serializers.DateField(required=False)


class ApprovedListViewSet(viewsets.ViewSet):
    """What each site may be used for; `?on=` asks for the end of a past day, in the asker's time zone."""

    needs = {"list": P.CMO_VIEW}

    @extend_schema(responses=ListSerializer(many=False), parameters=[OpenApiParameter("on", str, description="A day.")])
    def list(self, request: Request) -> Response:
        sent = DaySerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        today = timezone.localdate()
        day = sent.validated_data.get("on", today)
        if day > today:
            raise exceptions.ValidationError({"on": ["The list tells the past and today: ask for a day up to today."]})
        return Response(ListSerializer({"as_of": day, "results": lines_as_of(person_of(request), day)}).data)


ROUTES = (("approved-suppliers", ApprovedListViewSet),)
