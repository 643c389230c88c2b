"""The API of intervals and of events that call for an audit. A CMO finds neither."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme import interval_actions, trigger_actions
from audits.programme.api_walls import SponsorsOnly
from audits.programme.filters import IntervalFilter, TriggerFilter
from audits.programme.steering import AuditInterval, AuditTrigger
from audits.programme.vocabulary import AuditType
from audits.programme.workflows import INTERVAL, TRIGGER
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from vendors.registry.api_fields import NumberField
from vendors.registry.models import Site
from vendors.registry.vocabulary import Service

READ = {"list": P.AUDIT_VIEW, "retrieve": P.AUDIT_VIEW}


class IntervalSerializer(serializers.ModelSerializer[AuditInterval]):
    """How often a site is audited and why: `sentences` explains it, `risk_class` is A, B or C."""

    site = serializers.CharField(source="site.number", read_only=True)
    risk_class = serializers.CharField(source="basis.class", read_only=True)
    sentences = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = AuditInterval
        fields = (
            *("number", "version", "site", "status", "complexity", "criticality", "compliance", "risk_class"),
            *("months", "model_version", "sentences", "last_audit_date", "next_due_date"),
        )
        read_only_fields = fields


class CountSerializer(serializers.Serializer[Any]):
    """The site whose interval is counted."""

    site = NumberField(Site)


class AuditIntervalViewSet(SponsorsOnly, TransitionsMixin, RecordViewSet):
    """Intervals: list, read, `refresh` a site's, and `transitions` (accept, reject) of a longer one that waits for its
    signature."""

    model = AuditInterval
    queryset = AuditInterval.objects.none()
    serializer_class = IntervalSerializer
    filterset_class = IntervalFilter
    workflow = INTERVAL
    needs = {**READ, "refresh": P.AUDIT_PLAN, "transitions": P.AUDIT_VIEW}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AuditInterval.objects.none()
        return AuditInterval.objects.open_to(self.actor).select_related("site__vendor__sponsor")

    @extend_schema(request=CountSerializer, responses={200: IntervalSerializer})
    @action(detail=False, methods=["post"], filter_backends=[])
    def refresh(self, request: Request) -> Response:
        """Counts a site's interval anew, now instead of tonight; answers the one in force."""
        sent = CountSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return self.answer(interval_actions.refresh_interval(sent.validated_data["site"], by=self.actor))

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        interval_actions.move_interval(record, name, **keywords)  # type: ignore[arg-type]


class TriggerSerializer(serializers.ModelSerializer[AuditTrigger]):
    """An event that calls for an audit, and what was decided."""

    site = NumberField(Site)
    audit: Any = serializers.SlugRelatedField(slug_field="number", read_only=True)

    class Meta:
        model = AuditTrigger
        fields = (
            *("number", "version", "site", "kind", "status", "what", "happened_date", "source_type", "source_number"),
            *("audit", "decision_note"),
        )
        read_only_fields = ("number", "version", "status", "source_type", "source_number", "decision_note")
        validators: ClassVar[list[Any]] = []


class AnswerEventSerializer(serializers.Serializer[Any]):
    """The audit that answers an event."""

    type = serializers.ChoiceField(choices=AuditType.choices, default=AuditType.FOR_CAUSE)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    services = serializers.ListField(child=serializers.ChoiceField(choices=Service.choices), required=False)
    planned_month = serializers.DateField(required=False, allow_null=True)
    lead = NumberField(User, required=False, allow_null=True)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class AuditTriggerViewSet(SponsorsOnly, TransitionsMixin, RecordViewSet):
    """Events: list, read, record one by hand, answer it with an audit, and `transitions` (dismiss, reopen)."""

    model = AuditTrigger
    queryset = AuditTrigger.objects.none()
    serializer_class = TriggerSerializer
    filterset_class = TriggerFilter
    order = ("-happened_date", "number")
    workflow = TRIGGER
    needs = {**READ, "create": P.AUDIT_PLAN, "plan_audit": P.AUDIT_PLAN, "transitions": P.AUDIT_VIEW}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AuditTrigger.objects.none()
        rows = AuditTrigger.objects.open_to(self.actor)
        return rows.select_related("site__vendor__sponsor", "site__vendor__company", "audit")

    @extend_schema(responses={201: TriggerSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        return self.answer(trigger_actions.report_event(values.pop("site"), by=self.actor, **values), created=True)

    @extend_schema(request=AnswerEventSerializer)
    @action(detail=True, methods=["post"], url_path="plan-audit")
    def plan_audit(self, request: Request, number: str) -> Response:
        """Plans the audit that the event calls for."""
        trigger = self.get_object()
        sent = AnswerEventSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        trigger_actions.answer_with_audit(trigger, by=self.actor, **sent.validated_data)
        return self.answer(trigger)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        trigger_actions.move_trigger(record, name, **keywords)  # type: ignore[arg-type]


ROUTES: tuple[tuple[str, Any], ...] = (
    ("audit-intervals", AuditIntervalViewSet),
    ("audit-triggers", AuditTriggerViewSet),
)
