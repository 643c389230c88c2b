"""The API around the visit: documents asked for with their moves, the agenda, meetings and what was not seen."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.conduct import visit_actions as actions
from audits.conduct.models import AgendaItem, Attendance, DocumentRequest, Gap, Meeting
from audits.conduct.workflows import REQUEST
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from vendors.registry.api_fields import NumberField

VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class OfAudit(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number")


class RequestFilter(OfAudit):
    due_before = django_filters.DateFilter(field_name="due_date", lookup_expr="lt")

    class Meta:
        model = DocumentRequest
        fields = ("status", "priority", "system")


class RequestSerializer(serializers.ModelSerializer[DocumentRequest]):
    """A document asked for. The audit is given once."""

    audit = NumberField(Audit)

    class Meta:
        model = DocumentRequest
        fields = (
            *("number", "version", "audit", "title", "details", "system", "priority", "status", "due_date"),
            *("assignee", "partner_note", "provided_date"),
        )
        read_only_fields = ("number", "status", "assignee", "partner_note", "provided_date")
        extra_kwargs = VERSION


class PartnerRequestSerializer(RequestSerializer):
    """The CMO writes its own two fields; what is asked for is the sponsor's."""

    audit = serializers.CharField(source="audit.number", read_only=True)  # type: ignore[assignment]

    class Meta(RequestSerializer.Meta):
        read_only_fields = (  # type: ignore[assignment]
            *("number", "title", "details", "system", "priority", "status", "due_date", "provided_date"),
        )


class VisitViewSet(RecordViewSet):
    """Rows of audits; the audit of each is in hand."""

    order = ("number",)

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if not getattr(self, "swagger_fake_view", False) and hasattr(rows, "open_to"):
            rows = self.model.objects.open_to(self.actor)  # type: ignore[attr-defined]
        return rows.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company")

    def new_values(self, request: Request) -> dict[str, Any]:
        return {name: value for name, value in self.checked(request).items() if name != "version"}

    def changes(self, request: Request) -> dict[str, Any]:
        return {name: value for name, value in self.checked(request, partial=True).items() if name != "audit"}


class RequestViewSet(TransitionsMixin, VisitViewSet):
    """Documents asked for: list with filters, read, ask, revise (each side its own fields), and `transitions`."""

    model = DocumentRequest
    queryset = DocumentRequest.objects.none()
    serializer_class = RequestSerializer
    partner_serializer = PartnerRequestSerializer
    filterset_class = RequestFilter
    workflow = REQUEST
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_PLAN,
        "partial_update": P.REQUEST_FILE,
        "transitions": P.AUDIT_VIEW,
    }

    @extend_schema(responses={201: RequestSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        made = actions.ask(values.pop("audit"), by=self.actor, **values)
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        card = self.get_object()
        values = self.changes(request)
        if self.actor.company_kind == PARTNER:
            kept = {"partner_note": card.partner_note, "assignee": card.assignee}
            actions.note_request(card, by=self.actor, **{**kept, **values})
        else:
            actions.revise_request(card, by=self.actor, **values)
        return self.answer(card)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        actions.move_request(record, name, **keywords)  # type: ignore[arg-type]


class AgendaSerializer(serializers.ModelSerializer[AgendaItem]):
    audit = NumberField(Audit)

    class Meta:
        model = AgendaItem
        fields = ("number", "version", "audit", "day", "start_time", "end_time", "topic", "who")
        read_only_fields = ("number",)
        extra_kwargs = VERSION


class AgendaFilter(OfAudit):
    class Meta:
        model = AgendaItem
        fields = ("day",)


class AgendaViewSet(VisitViewSet):
    """Agendas: list, read, add, revise. The CMO reads them from the notification on."""

    model = AgendaItem
    queryset = AgendaItem.objects.none()
    serializer_class = AgendaSerializer
    filterset_class = AgendaFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_PLAN,
        "partial_update": P.AUDIT_PLAN,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_removed=False)

    @extend_schema(responses={201: AgendaSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        made = actions.add_agenda_item(values.pop("audit"), by=self.actor, **values)
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        item = self.get_object()
        actions.revise_agenda_item(item, by=self.actor, **self.changes(request))
        return self.answer(item)


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    class Meta:
        model = Attendance
        fields = ("name", "role", "organisation", "is_key_person")


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting with who was there; people are added with `attendance` when it is recorded."""

    audit = NumberField(Audit)
    attendance = AttendanceSerializer(many=True, required=False)

    class Meta:
        model = Meeting
        fields = ("number", "version", "audit", "kind", "held_at", "minutes", "attendance")
        read_only_fields = ("number",)
        extra_kwargs = VERSION

    def to_representation(self, instance: Meeting) -> dict[str, Any]:
        shown = super().to_representation(instance)
        people = [row for row in instance.attendance.all() if not row.is_removed]
        shown["attendance"] = AttendanceSerializer(people, many=True).data
        return shown


class MeetingFilter(OfAudit):
    class Meta:
        model = Meeting
        fields = ("kind",)


class MeetingViewSet(VisitViewSet):
    """Meetings: list, read, record with who was there, revise what was said."""

    model = Meeting
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_CONDUCT,
        "partial_update": P.AUDIT_CONDUCT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("attendance")

    @extend_schema(responses={201: MeetingSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        people = values.pop("attendance", [])
        meeting = actions.record_meeting_with(values.pop("audit"), people, by=self.actor, **values)
        return self.answer(meeting, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        meeting = self.get_object()
        values = self.changes(request)
        values.pop("attendance", None)
        actions.revise_meeting(meeting, by=self.actor, **values)
        return self.answer(meeting)


class GapSerializer(serializers.ModelSerializer[Gap]):
    audit = NumberField(Audit)

    class Meta:
        model = Gap
        fields = ("number", "version", "audit", "kind", "area", "reason")
        read_only_fields = ("number",)
        extra_kwargs = VERSION


class GapFilter(OfAudit):
    class Meta:
        model = Gap
        fields = ("kind",)


class GapViewSet(VisitViewSet):
    """What was not covered and where access was denied: the team's own until the report says it."""

    model = Gap
    queryset = Gap.objects.none()
    serializer_class = GapSerializer
    filterset_class = GapFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_DRAFTS,
        "retrieve": P.AUDIT_DRAFTS,
        "create": P.AUDIT_CONDUCT,
        "partial_update": P.AUDIT_CONDUCT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_removed=False)

    @extend_schema(responses={201: GapSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(actions.record_gap(values.pop("audit"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        gap = self.get_object()
        actions.revise_gap(gap, by=self.actor, **self.changes(request))
        return self.answer(gap)


ROUTES = (
    ("document-requests", RequestViewSet),
    ("agenda-items", AgendaViewSet),
    ("audit-meetings", MeetingViewSet),
    ("audit-gaps", GapViewSet),
)
