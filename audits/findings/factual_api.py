"""Rounds of the factual check over the API: start, end and extend them, as their page does."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.findings import actions
from audits.findings.factual import start_factual_check
from audits.findings.models import FactualCheck
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.api import RecordViewSet
from vendors.registry.api_fields import NumberField


class FactualCheckSerializer(serializers.ModelSerializer[FactualCheck]):
    """One round. `share` are numbers of files that go to the CMO with the findings."""

    audit = NumberField(Audit)
    share = serializers.ListField(child=serializers.CharField(max_length=24), required=False, write_only=True)
    is_running = serializers.SerializerMethodField()

    class Meta:
        model = FactualCheck
        fields = ("number", "audit", "round", "sent_date", "due_date", "answered_date", "ended_date", "end_note",
                  "is_running", "share")  # fmt: skip
        read_only_fields = ("number", "round", "sent_date", "answered_date", "ended_date", "end_note")
        extra_kwargs: dict[str, Any] = {"due_date": {"required": False}}
        validators: ClassVar[list[Any]] = []

    def get_is_running(self, check: FactualCheck) -> bool:
        return check.is_running(timezone.localdate())


class EndCheckSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300)


class ExtendSerializer(serializers.Serializer[Any]):
    due_date = serializers.DateField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class FactualCheckFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number", label="Audit")

    class Meta:
        model = FactualCheck
        fields: tuple[str, ...] = ()


class FactualCheckViewSet(RecordViewSet):
    """Rounds of the factual check: list, read, start (which sends every draft of the audit), `end` and `extend`."""

    model = FactualCheck
    queryset = FactualCheck.objects.none()
    serializer_class = FactualCheckSerializer
    filterset_class = FactualCheckFilter
    order = ("-created_at", "number")
    needs = {
        "list": P.FINDING_VIEW,
        "retrieve": P.FINDING_VIEW,
        "create": P.REPORT_REVIEW,
        "end": P.REPORT_REVIEW,
        "extend": P.REPORT_REVIEW,
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        if self.actor.company_kind != PARTNER and not self.actor.may(P.AUDIT_DRAFTS):
            rows = rows.filter(audit__report_issued_date__isnull=False)
        return rows.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company")

    @extend_schema(responses={201: FactualCheckSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        made = start_factual_check(values.pop("audit"), by=self.actor, **values)
        if made is None:
            return Response({"detail": "The audit has no draft: it moved on without a round."}, status=200)
        return self.answer(made, created=True)

    @extend_schema(request=EndCheckSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def end(self, request: Request, number: str) -> Response:
        """Ends the round before its day."""
        check = self.get_object()
        sent = EndCheckSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.end_factual_check(check, by=self.actor, **sent.validated_data)
        return self.answer(check)

    @extend_schema(request=ExtendSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def extend(self, request: Request, number: str) -> Response:
        """Gives the CMO more time."""
        check = self.get_object()
        sent = ExtendSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.extend_factual_check(check, by=self.actor, **sent.validated_data)
        return self.answer(check)


ROUTES = (("factual-checks", FactualCheckViewSet),)
