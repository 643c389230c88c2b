"""Meetings over the API for both sides: plan, agenda, minutes and what was agreed, by the pages' own verbs."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from cmo_portal.records.workflow import Offer, Transition
from communications.meetings import actions, agenda, promises
from communications.meetings.api_minutes import MinutesMixin
from communications.meetings.filters import MeetingFilter
from communications.meetings.models import AgendaLine, Meeting, MeetingAction, MeetingPerson, PreparationNote
from communications.meetings.vocabulary import Heading
from communications.meetings.workflows import BY_HAND, MEETING
from communications.messages.models import LONGEST, SIDES
from vendors.registry.api_fields import NumberField, ReasonSerializer
from vendors.registry.models import Vendor

ORDER = ("-starts_at", "number")
CHANGED: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class GovernanceMeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting of a sponsor and a CMO. `vendor` is the relation between the two; times are instants in UTC.

    `lasts` is in minutes; `revision` the version of the minutes that stands, 0 before the first was shared.
    """

    vendor = NumberField(Vendor)
    title = serializers.CharField(max_length=160)

    class Meta:
        model = Meeting
        fields = (
            *("number", "version", "vendor", *actions.PLAN, "ends_at", "status", "planned_by_name", "held_at"),
            *("cancelled_because", "minutes_due_date", "revision", "wants_correction"),
        )
        read_only_fields = ("number", "ends_at", "status", "planned_by_name", "held_at", "cancelled_because",
                            "minutes_due_date", "revision", "wants_correction")  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = CHANGED


class AgendaLineSerializer(serializers.ModelSerializer[AgendaLine]):
    """A line of the agenda; `about_type` and `about_number` name the record it came from."""

    meeting = NumberField(Meeting)
    heading = serializers.ChoiceField(choices=Heading.choices, required=False)

    class Meta:
        model = AgendaLine
        fields = (
            *("number", "version", "meeting", *agenda.LINE, "position", "about_type", "about_number", "is_removed"),
        )
        read_only_fields = ("number", "position", "about_type", "about_number", "is_removed")
        extra_kwargs: ClassVar[dict[str, Any]] = CHANGED
        validators: ClassVar[list[Any]] = []


class NewLineSerializer(serializers.ModelSerializer[AgendaLine]):
    """A line to be added."""

    heading = serializers.ChoiceField(choices=Heading.choices, required=False)

    class Meta:
        model = AgendaLine
        fields = agenda.LINE
        validators: ClassVar[list[Any]] = []


class MeetingPersonSerializer(serializers.ModelSerializer[MeetingPerson]):
    """Who is expected. `side`: `sponsor` or `partner`."""

    side = serializers.ChoiceField(choices=SIDES)

    class Meta:
        model = MeetingPerson
        fields = ("number", "side", "name", "role")
        read_only_fields = ("number",)


class PreparationNoteSerializer(serializers.ModelSerializer[PreparationNote]):
    """A note among colleagues; it never leaves the company."""

    body = serializers.CharField(max_length=LONGEST)

    class Meta:
        model = PreparationNote
        fields = ("number", "created_at", "author_name", "body")
        read_only_fields = ("number", "created_at", "author_name")


class MeetingActionSerializer(serializers.ModelSerializer[MeetingAction]):
    """What one side does by a day, as the minutes say. `revision`: the version that brought it."""

    meeting = serializers.CharField(source="meeting.number", read_only=True)

    class Meta:
        model = MeetingAction
        fields = ("number", "version", "meeting", "revision", "text", "side", "holder_name", "due_date", "done_date",
                  "done_by_name", "is_dropped", "dropped_reason", "dropped_by_name")  # fmt: skip
        read_only_fields = fields


class BuiltSerializer(serializers.Serializer[Any]):
    """How many lines came."""

    added = serializers.IntegerField()


class Moves:
    """The moves that somebody makes by hand; sharing and acknowledging have addresses of their own."""

    by_name: ClassVar[dict[str, Transition]] = {name: MEETING.by_name[name] for name in BY_HAND}

    def offers(self, record: Record, by: Any) -> list[Offer]:
        return [offer for offer in MEETING.offers(record, by) if offer.transition.name in self.by_name]


class GovernanceMeetingViewSet(MinutesMixin, TransitionsMixin, RecordViewSet):
    """Meetings: list with filters, read, plan, change, `transitions` (hold, cancel), agenda, people, notes, minutes."""

    model = Meeting
    queryset = Meeting.objects.none()
    serializer_class = GovernanceMeetingSerializer
    filterset_class = MeetingFilter
    order = ORDER
    workflow: ClassVar[Any] = Moves()
    needs = {
        "list": P.MEETING_VIEW,
        "retrieve": P.MEETING_VIEW,
        "create": P.MEETING_EDIT,
        "partial_update": P.MEETING_EDIT,
        "transitions": P.MEETING_VIEW,
        "agenda": P.MEETING_VIEW,
        "add_line": P.MEETING_EDIT,
        "build": P.MEETING_EDIT,
        "people": P.MEETING_VIEW,
        "add_person": P.MEETING_EDIT,
        "notes": P.MEETING_NOTE,
        **MinutesMixin.NEEDS,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("vendor__sponsor", "vendor__company")

    @extend_schema(responses={201: GovernanceMeetingSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        meeting = actions.plan_meeting(values.pop("vendor"), by=person_of(request), **values)
        return self.answer(meeting, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        """Changes the plan while it is one; 409 once the meeting was held or is cancelled."""
        meeting = self.get_object()
        values = self.checked(request, partial=True)
        if values.pop("vendor", meeting.vendor) != meeting.vendor:
            raise serializers.ValidationError({"vendor": "A meeting stays with whom it was planned: plan another."})
        actions.revise_meeting(meeting, by=person_of(request), **values)
        return self.answer(meeting)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        keywords.pop("credentials", None)
        actions.move(record, name, **keywords)  # type: ignore[arg-type]

    @extend_schema(responses={200: AgendaLineSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def agenda(self, request: Request, number: str) -> Response:
        """The agenda in its order."""
        meeting = self.get_object()
        lines = agenda.lines_of(meeting, person_of(request))
        for line in lines:
            line.meeting = meeting
        return Response(AgendaLineSerializer(lines, many=True, context=self.get_serializer_context()).data)

    @extend_schema(request=NewLineSerializer, responses={201: AgendaLineSerializer})
    @action(detail=True, methods=["post"], url_path="agenda/add")
    def add_line(self, request: Request, number: str) -> Response:
        """Adds a line at the end of its heading."""
        meeting = self.get_object()
        sent = NewLineSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        line = agenda.add_line(meeting, by=person_of(request), **sent.validated_data)
        return Response(AgendaLineSerializer(line, context=self.get_serializer_context()).data, status=201)

    @extend_schema(request=None, responses={200: BuiltSerializer})
    @action(detail=True, methods=["post"], url_path="agenda/build")
    def build(self, request: Request, number: str) -> Response:
        """Adds a line for everything open between both sides that is not on the agenda and was not taken off it."""
        added = agenda.build_agenda(self.get_object(), by=person_of(request))
        return Response(BuiltSerializer({"added": added}).data)

    @extend_schema(responses={200: MeetingPersonSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def people(self, request: Request, number: str) -> Response:
        """Who is expected, of both sides."""
        rows: Any = MeetingPerson.objects.visible_to(self.actor)
        rows = rows.filter(meeting=self.get_object(), is_removed=False).order_by("side", "pk")
        return Response(MeetingPersonSerializer(rows, many=True).data)

    @extend_schema(request=MeetingPersonSerializer, responses={201: MeetingPersonSerializer})
    @action(detail=True, methods=["post"], url_path="people/add")
    def add_person(self, request: Request, number: str) -> Response:
        """Puts a name on the list, of either side."""
        meeting = self.get_object()
        sent = MeetingPersonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        person = actions.add_person(meeting, by=person_of(request), **sent.validated_data)
        return Response(MeetingPersonSerializer(person).data, status=201)

    @extend_schema(request=PreparationNoteSerializer, responses={
        200: PreparationNoteSerializer(many=True), 201: PreparationNoteSerializer})  # fmt: skip
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def notes(self, request: Request, number: str) -> Response:
        """Notes of preparation of the asker's own company."""
        meeting = self.get_object()
        if request.method == "GET":
            rows = PreparationNote.objects.open_to(self.actor).filter(meeting=meeting).order_by("created_at", "pk")
            return Response(PreparationNoteSerializer(rows, many=True).data)
        sent = PreparationNoteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        note = actions.add_note(meeting, by=person_of(request), body=sent.validated_data["body"])
        return Response(PreparationNoteSerializer(note).data, status=201)


class AgendaLineFilter(django_filters.FilterSet):
    meeting = django_filters.CharFilter(field_name="meeting__number", label="Meeting")

    class Meta:
        model = AgendaLine
        fields = ("heading", "is_removed")


class AgendaLineViewSet(RecordViewSet):
    """Lines of agendas: list, read, change while the meeting is planned, take off."""

    model = AgendaLine
    queryset = AgendaLine.objects.none()
    serializer_class = AgendaLineSerializer
    filterset_class = AgendaLineFilter
    order = ("meeting", "position", "number")
    needs = {
        "list": P.MEETING_VIEW,
        "retrieve": P.MEETING_VIEW,
        "partial_update": P.MEETING_EDIT,
        "remove": P.MEETING_EDIT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__vendor__sponsor")

    def partial_update(self, request: Request, number: str) -> Response:
        line = self.get_object()
        values = self.checked(request, partial=True)
        if values.pop("meeting", line.meeting) != line.meeting:
            raise serializers.ValidationError({"meeting": "A line stays on the agenda it was written on."})
        agenda.revise_line(line, by=person_of(request), **values)
        return self.answer(line)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes it off the agenda; the next building does not put it back."""
        line = self.get_object()
        agenda.remove_line(line, by=person_of(request))
        return self.answer(line)


class MeetingActionFilter(django_filters.FilterSet):
    meeting = django_filters.CharFilter(field_name="meeting__number", label="Meeting")
    open = django_filters.BooleanFilter(method="by_open", label="Open")

    class Meta:
        model = MeetingAction
        fields = ("side",)

    def by_open(self, rows: Any, name: str, value: bool) -> Any:
        asked = Q(done_date__isnull=True, is_dropped=False)
        return rows.filter(asked if value else ~asked)


class MeetingActionViewSet(RecordViewSet):
    """What meetings agreed: list, read, say that it is done, or that nobody does it any more."""

    model = MeetingAction
    queryset = MeetingAction.objects.none()
    serializer_class = MeetingActionSerializer
    filterset_class = MeetingActionFilter
    order = ("due_date", "number")
    needs = {
        "list": P.MEETING_VIEW,
        "retrieve": P.MEETING_VIEW,
        "finish": P.MEETING_ACT,
        "drop": P.MEETING_ACT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__vendor__sponsor")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, number: str) -> Response:
        """It is done; only the side that does it says so (409 otherwise)."""
        agreed = self.get_object()
        promises.finish(agreed, by=person_of(request))
        return self.answer(agreed)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, number: str) -> Response:
        """Nobody does it any more; both sides read the reason."""
        agreed = self.get_object()
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        promises.drop(agreed, by=person_of(request), reason=sent.validated_data["reason"])
        return self.answer(agreed)


ROUTES: tuple[tuple[str, Any], ...] = (
    ("meetings", GovernanceMeetingViewSet),
    ("agenda-lines", AgendaLineViewSet),
    ("meeting-actions", MeetingActionViewSet),
)
