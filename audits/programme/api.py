"""The API of the audit programme: audits, teams and dates, plans, intervals, events, auditors: the pages' actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme import actions, plan_actions, team_actions
from audits.programme.api_base import READ, VERSION, ProgrammeViewSet
from audits.programme.api_walls import SponsorsOnly
from audits.programme.auditor_api import ROUTES as AUDITORS
from audits.programme.filters import AuditFilter, PlanFilter, SlotFilter
from audits.programme.frame import made_here
from audits.programme.limits_api import ROUTES as LIMITS
from audits.programme.models import Audit, AuditPlan, Slot, TeamMember
from audits.programme.steering_api import ROUTES as STEERING
from audits.programme.team_api import ROUTES as TEAM
from audits.programme.waiting import for_whom, waits_for
from audits.programme.workflows import AUDIT, PLAN
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionSerializer, TransitionsMixin
from cmo_portal.records.workflow import WrongState
from vendors.registry.api_fields import NumberField
from vendors.registry.models import Site
from vendors.registry.vocabulary import Service


class MemberSerializer(serializers.ModelSerializer[TeamMember]):
    """A person of the team, by the name and employer that the report names."""

    class Meta:
        model = TeamMember
        fields = ("number", "name", "employer", "role", "expertise")
        read_only_fields = fields


AUDIT_DATES = ("start_date", "end_date", "notified_date", "report_due_date", "report_issued_date", "response_due_date")
AUDIT_FACTS = ("type", "mode", "purpose", "services", "scope_text", "standards")


class AuditSerializer(serializers.ModelSerializer[Audit]):
    """An audit as its sponsor reads it. The site is given once; status and dates move by their own actions."""

    site = NumberField(Site)
    cmo = serializers.CharField(source="site.vendor.number", read_only=True)
    lead = NumberField(User, required=False, allow_null=True)
    follows = NumberField(Audit, required=False, allow_null=True)
    plan: Any = serializers.SlugRelatedField(slug_field="number", read_only=True)
    services = serializers.ListField(child=serializers.ChoiceField(choices=Service.choices), required=False)
    standards = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=30)

    class Meta:
        model = Audit
        fields = (
            *("number", "version", "site", "cmo", "status", "status_date", *AUDIT_FACTS, "due_date", "planned_month"),
            *(*AUDIT_DATES, "closed_date", "lead", "lead_name", "follows", "plan", "is_shared"),
        )
        read_only_fields = (
            *("number", "status", "status_date", "notified_date", "report_due_date", "report_issued_date"),
            *("response_due_date", "closed_date", "lead_name", "is_shared"),
        )
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class PartnerAuditSerializer(serializers.ModelSerializer[Audit]):
    """An audit as the CMO reads it: by whom, of which site, about what and when."""

    site = serializers.CharField(source="site.number", read_only=True)
    sponsor = serializers.CharField(source="site.vendor.sponsor.name", read_only=True)

    class Meta:
        model = Audit
        fields = ("number", "site", "sponsor", "status", *AUDIT_FACTS, *AUDIT_DATES, "closed_date", "lead_name")
        read_only_fields = fields


WAITING = ("waits_for", "missing")


class WaitingSerializer(serializers.Serializer[Audit]):
    """For whom the audit waits and what is missing, in the words of its Overview; both empty where nothing comes."""

    waits_for = serializers.CharField(read_only=True, help_text="`you`, colleagues by name, or the other company.")
    missing = serializers.CharField(read_only=True, help_text="What is missing, as far as the reader is told.")


class AuditDetailSerializer(WaitingSerializer, AuditSerializer):
    """One audit as its sponsor reads it, and for whom it waits."""

    class Meta(AuditSerializer.Meta):
        fields = (*AuditSerializer.Meta.fields, *WAITING)  # type: ignore[assignment]


class PartnerAuditDetailSerializer(WaitingSerializer, PartnerAuditSerializer):
    """One audit as the CMO reads it, and for whom it waits."""

    class Meta(PartnerAuditSerializer.Meta):
        fields = (*PartnerAuditSerializer.Meta.fields, *WAITING)  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


DETAIL: dict[Any, Any] = {
    AuditSerializer: AuditDetailSerializer,
    PartnerAuditSerializer: PartnerAuditDetailSerializer,
}


class ScheduleSerializer(serializers.Serializer[Any]):
    """The two days, or none and the month; why they move."""

    start_date = serializers.DateField(allow_null=True, required=False, default=None)
    end_date = serializers.DateField(allow_null=True, required=False, default=None)
    planned_month = serializers.DateField(allow_null=True, required=False, default=None)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class AuditTransitionSerializer(TransitionSerializer):
    on = serializers.DateField(required=False, allow_null=True)


class AuditViewSet(TransitionsMixin, ProgrammeViewSet):
    """Audits: list with filters, read, plan, revise, set dates, team, and `transitions` that are made on the audit."""

    model = Audit
    queryset = Audit.objects.none()
    serializer_class = AuditSerializer
    partner_serializer = PartnerAuditSerializer
    filterset_class = AuditFilter
    fixed = ("site", "lead", "start_date", "end_date")
    order = ("-sort_date", "number")
    workflow = AUDIT
    transition_serializer = AuditTransitionSerializer
    needs = {
        **READ,
        "create": P.AUDIT_PLAN,
        "partial_update": P.AUDIT_PLAN,
        "schedule": P.AUDIT_PLAN,
        "team": P.AUDIT_VIEW,
        "transitions": P.AUDIT_VIEW,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("site__vendor__sponsor", "site__vendor__company")
        own = getattr(self, "swagger_fake_view", False) or self.actor.company_kind != PARTNER
        return rows.select_related("lead", "follows", "plan") if own else rows

    def get_serializer_class(self) -> Any:
        found = super().get_serializer_class()
        return DETAIL[found] if self.action == "retrieve" else found

    def retrieve(self, request: Request, number: str) -> Response:
        audit, reader = self.get_object(), person_of(request)
        waits = waits_for(audit, reader)
        audit.waits_for = for_whom(waits, audit, reader) if waits else ""
        audit.missing = waits.missing if waits else ""
        return Response(self.get_serializer(audit).data)

    @extend_schema(responses={201: AuditSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(actions.plan_audit(values.pop("site"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        audit = self.get_object()
        actions.revise_audit(audit, by=self.actor, **self.changes(request))
        return self.answer(audit)

    @extend_schema(request=ScheduleSerializer)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Request, number: str) -> Response:
        """Sets or moves the dates, with the reason."""
        audit = self.get_object()
        sent = ScheduleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.schedule_audit(audit, by=self.actor, **sent.validated_data)
        return self.answer(audit)

    @extend_schema(responses={200: MemberSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def team(self, request: Request, number: str) -> Response:
        """Who audits."""
        rows = self.get_object().team.filter(is_removed=False).order_by("pk")
        return Response(MemberSerializer(rows, many=True).data)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        if not made_here(name):
            raise WrongState("This move follows from a report, a finding or a CAPA: it is made there.")
        actions.move_audit(record, name, **keywords)  # type: ignore[arg-type]


class SlotSerializer(serializers.ModelSerializer[Slot]):
    """Days on offer. They are answered by the other side with `answer`, and taken back with `withdraw`."""

    audit = NumberField(Audit)

    class Meta:
        model = Slot
        fields = ("number", "version", "audit", "start_date", "end_date", "offered_by", "status", "note", "answer_note")
        read_only_fields = ("number", "version", "offered_by", "status", "answer_note")
        validators: ClassVar[list[Any]] = []


class AnswerSerializer(serializers.Serializer[Any]):
    agrees = serializers.BooleanField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class SlotViewSet(ProgrammeViewSet):
    """Dates on offer: list, read, offer, answer, withdraw. Both sides, each behind its wall."""

    model = Slot
    queryset = Slot.objects.none()
    serializer_class = SlotSerializer
    filterset_class = SlotFilter
    order = ("start_date", "number")
    needs = {**READ, "create": P.AUDIT_VIEW, "answer_offer": P.AUDIT_VIEW, "withdraw": P.AUDIT_VIEW}

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        rows = rows.filter(audit__in=Audit.objects.open_to(self.actor).values("pk"))
        return rows.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company")

    def may_offer(self) -> bool:
        return self.actor.may(P.SLOT_ANSWER if self.actor.company_kind == PARTNER else P.AUDIT_PLAN)

    @extend_schema(responses={201: SlotSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(team_actions.offer_slot(values.pop("audit"), by=self.actor, **values), created=True)

    @extend_schema(request=AnswerSerializer)
    @action(detail=True, methods=["post"], url_path="answer")
    def answer_offer(self, request: Request, number: str) -> Response:
        """Agrees to the days, or says what does not suit."""
        slot = self.get_object()
        if not team_actions.may_answer(slot, self.actor):
            raise PermissionDenied
        sent = AnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        team_actions.answer_slot(slot, by=self.actor, **sent.validated_data)
        return self.answer(slot)

    @extend_schema(request=WithdrawSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Takes one's own offer back."""
        slot = self.get_object()
        if not self.may_offer():
            raise PermissionDenied
        sent = WithdrawSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        team_actions.withdraw_slot(slot, by=self.actor, **sent.validated_data)
        return self.answer(slot)


class PlanSerializer(serializers.ModelSerializer[AuditPlan]):
    """A year's plan. `lines` is what was approved: [[audit, site, type, month], ...]."""

    lines: Any = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), read_only=True)

    class Meta:
        model = AuditPlan
        fields = ("number", "version", "year", "status", "note", "lines", "revision")
        read_only_fields = ("number", "status", "lines", "revision")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class PlanAuditSerializer(serializers.Serializer[Any]):
    audit = NumberField(Audit)


class PlanRemovalSerializer(PlanAuditSerializer):
    reason = serializers.CharField(max_length=300)


class AuditPlanViewSet(SponsorsOnly, TransitionsMixin, ProgrammeViewSet):
    """Annual plans: list, read, start, revise, `add` and `remove` an audit, and `transitions`."""

    model = AuditPlan
    queryset = AuditPlan.objects.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    fixed = ("year",)
    order = ("-year", "number")
    workflow = PLAN
    needs = {
        **READ,
        "create": P.AUDIT_PLAN,
        "partial_update": P.AUDIT_PLAN,
        "add": P.AUDIT_PLAN,
        "remove": P.AUDIT_PLAN,
        "transitions": P.AUDIT_VIEW,
    }

    @extend_schema(responses={201: PlanSerializer})
    def create(self, request: Request) -> Response:
        company = person_of(request).company
        return self.answer(plan_actions.create_plan(company, by=self.actor, **self.new_values(request)), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        plan = self.get_object()
        plan_actions.revise_plan(plan, by=self.actor, **self.changes(request))
        return self.answer(plan)

    @extend_schema(request=PlanAuditSerializer)
    @action(detail=True, methods=["post"])
    def add(self, request: Request, number: str) -> Response:
        """Puts an audit of the year into the plan."""
        plan = self.get_object()
        sent = PlanAuditSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        plan_actions.add_to_plan(plan, sent.validated_data["audit"], by=self.actor)
        return self.answer(plan)

    @extend_schema(request=PlanRemovalSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes an audit out of the plan; the audit itself stays."""
        plan = self.get_object()
        sent = PlanRemovalSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        plan_actions.take_from_plan(plan, by=self.actor, **sent.validated_data)
        return self.answer(plan)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        plan_actions.move_plan(record, name, **keywords)  # type: ignore[arg-type]


ROUTES: tuple[tuple[str, Any], ...] = (
    ("audits", AuditViewSet),
    ("audit-slots", SlotViewSet),
    ("audit-plans", AuditPlanViewSet),
    *AUDITORS,
    *TEAM,
    *STEERING,
    *LIMITS,
)
