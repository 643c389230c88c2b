"""The API around the visit: documents asked for with their moves, the agenda, meetings and what was not seen."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
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
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason

VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class RemovalSerializer(serializers.Serializer[Any]):
    """Why a row goes; it may stay empty, as on the page."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


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


class RemovingViewSet(VisitViewSet):
    """Rows that can be taken off; what is off is not found any more."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_removed=False)

    def taken_off(self, row: Record) -> Response:
        """The row as it stands in the trail now; its address answers 404 from here on."""
        return Response(self.get_serializer(row).data)


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


class AgendaViewSet(RemovingViewSet):
    """Agendas: list, read, add, revise, `remove`. The CMO reads them from the notification on."""

    model = AgendaItem
    queryset = AgendaItem.objects.none()
    serializer_class = AgendaSerializer
    filterset_class = AgendaFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_PLAN,
        "partial_update": P.AUDIT_PLAN,
        "remove": P.AUDIT_PLAN,
    }

    @extend_schema(responses={201: AgendaSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        made = actions.add_agenda_item(values.pop("audit"), by=self.actor, **values)
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        item = self.get_object()
        actions.revise_agenda_item(item, by=self.actor, **self.changes(request))
        return self.answer(item)

    @extend_schema(request=RemovalSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes the item off the agenda."""
        item = self.get_object()
        sent = RemovalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.remove_agenda_item(item, by=self.actor, reason=sent.validated_data["reason"])
        return self.taken_off(item)


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    class Meta:
        model = Attendance
        fields = ("number", "name", "role", "organisation", "is_key_person")
        read_only_fields = ("number",)


class AttendanceRemovalSerializer(RemovalSerializer):
    """Who was not at the meeting after all, by the number in its `attendance`."""

    attendance = serializers.CharField(max_length=24)


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
    """Meetings: list, read, record with who was there, revise what was said, take somebody off who was not there."""

    model = Meeting
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_CONDUCT,
        "partial_update": P.AUDIT_CONDUCT,
        "remove_attendance": P.AUDIT_CONDUCT,
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

    @extend_schema(request=AttendanceRemovalSerializer)
    @action(detail=True, methods=["post"], url_path="remove-attendance")
    def remove_attendance(self, request: Request, number: str) -> Response:
        """Takes somebody off the list of who was there."""
        meeting = self.get_object()
        sent = AttendanceRemovalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        rows = Attendance.objects.visible_to(self.actor).filter(meeting=meeting, is_removed=False)
        row = get_object_or_404(rows, number=sent.validated_data["attendance"])
        row.meeting = meeting
        actions.remove_attendance(row, by=self.actor, reason=sent.validated_data["reason"])
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


class GapViewSet(RemovingViewSet):
    """What was not covered and where access was denied, with `remove`: the team's own until the report says it."""

    model = Gap
    queryset = Gap.objects.none()
    serializer_class = GapSerializer
    filterset_class = GapFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_DRAFTS,
        "retrieve": P.AUDIT_DRAFTS,
        "create": P.AUDIT_CONDUCT,
        "partial_update": P.AUDIT_CONDUCT,
        "remove": P.AUDIT_CONDUCT,
    }

    @extend_schema(responses={201: GapSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(actions.record_gap(values.pop("audit"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        gap = self.get_object()
        actions.revise_gap(gap, by=self.actor, **self.changes(request))
        return self.answer(gap)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes it off the list, with the reason."""
        gap = self.get_object()
        actions.remove_gap(gap, by=self.actor, reason=required_reason(request))
        return self.taken_off(gap)


ROUTES = (
    ("document-requests", RequestViewSet),
    ("agenda-items", AgendaViewSet),
    ("audit-meetings", MeetingViewSet),
    ("audit-gaps", GapViewSet),
)
