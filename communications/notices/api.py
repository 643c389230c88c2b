"""Notices, wishes, days away and what rests, over the API: each person's own, by the same actions as the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.models import Notices, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.deadlines import DueItem, kinds
from communications.notices import actions
from communications.notices.forms import optional_kinds
from communications.notices.models import Notice
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze
from vendors.registry.api_fields import NumberField


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One reminder as the notice centre shows it. `read_at`: empty until it was read."""

    class Meta:
        model = Notice
        fields = (
            *("number", "kind", "record_type", "record_number", "title", "due_date", "level"),
            *("is_urgent", "created_at", "read_at"),
        )


class NoticeViewSet(viewsets.GenericViewSet[Any]):
    """The person's own notices, the newest first; `?unread=1` leaves out what was read."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    order = ("-created_at", "number")
    lookup_field = "number"
    lookup_value_regex = r"[0-9A-Z-]+"
    needs = {"list": P.DUE_VIEW, "retrieve": P.DUE_VIEW, "read": P.DUE_VIEW}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        person = person_of(self.request)
        rows: Any = Notice.objects.visible_to(person).on_screen().filter(recipient=person)
        return rows.unread() if self.action == "list" and self.request.query_params.get("unread") == "1" else rows

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, number: str) -> Response:
        """Marks it as read; what was read stays as it was."""
        notice = self.get_object()
        self.get_queryset().unread().filter(pk=notice.pk).update(read_at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class NoticeSettingsSerializer(serializers.ModelSerializer[NoticeSettings]):
    """When and of what the person hears. notices: how e-mail comes. muted: kinds of which no e-mail is wanted."""

    notices = serializers.ChoiceField(choices=Notices.choices)
    muted = serializers.ListField(child=serializers.CharField(max_length=40))

    class Meta:
        model = NoticeSettings
        fields = ("notices", "digest_time", "quiet_from", "quiet_until", "rests_at_weekends", "muted")

    def validate_muted(self, value: list[str]) -> list[str]:
        if set(value) - {code for code, _ in optional_kinds()}:
            raise serializers.ValidationError("One of these is obligatory, or none of ours.")
        return value

    def to_representation(self, instance: NoticeSettings) -> dict[str, Any]:
        person: Any = instance.user
        muted = Mute.objects.filter(user=person, is_retired=False).order_by("kind").values_list("kind", flat=True)
        hours = {name: getattr(instance, name) for name in ("digest_time", "quiet_from", "quiet_until")}
        rests = {"rests_at_weekends": instance.rests_at_weekends, "muted": list(muted)}
        return {"notices": person.notices, **hours, **rests}


class NoticeSettingsViewSet(viewsets.GenericViewSet[Any]):
    """The person's own wishes: read, and change some of them."""

    queryset = NoticeSettings.objects.none()
    serializer_class = NoticeSettingsSerializer
    needs = {"list": P.DUE_VIEW, "change": P.DUE_VIEW}
    pagination_class = None

    @extend_schema(responses=NoticeSettingsSerializer(many=False))
    def list(self, request: Request) -> Response:
        return Response(self.get_serializer(actions.settings_of(person_of(request))).data)

    @extend_schema(request=NoticeSettingsSerializer(partial=True), responses=NoticeSettingsSerializer(many=False))
    @action(detail=False, methods=["post"])
    def change(self, request: Request) -> Response:
        """Changes what is given and leaves the rest."""
        person = person_of(request)
        asked = self.get_serializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        values = {"notices": person.notices, **asked.validated_data}
        actions.edit_settings(person, by=person, **values)
        return Response(self.get_serializer(actions.settings_of(User.objects.get(pk=person.pk))).data)


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    """Days away; `deputy` is the number of a colleague, or null."""

    deputy = NumberField(User, required=False, allow_null=True)

    class Meta:
        model = Absence
        fields = ("number", "from_date", "until_date", "deputy", "is_cancelled")
        read_only_fields = ("number", "is_cancelled")


class AbsenceViewSet(RecordViewSet):
    """The person's own days away: list, read, add, cancel."""

    model = Absence
    queryset = Absence.objects.none()
    serializer_class = AbsenceSerializer
    order = ("from_date", "number")
    needs = {"list": P.DUE_VIEW, "retrieve": P.DUE_VIEW, "create": P.DUE_VIEW, "cancel": P.DUE_VIEW}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(user=self.request.user.pk).select_related("deputy")

    @extend_schema(responses={201: AbsenceSerializer})
    def create(self, request: Request) -> Response:
        person = person_of(request)
        values = {"deputy": None, **self.checked(request)}
        return self.answer(actions.add_absence(person, by=person, **values), created=True)

    @extend_schema(request=None, responses=AbsenceSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        absence = self.get_object()
        actions.cancel_absence(absence, by=person_of(request))
        return self.answer(absence)


class SnoozeSerializer(serializers.ModelSerializer[Snooze]):
    """What rests for the person until a day. `due_item`: the number of the due item, when one is made."""

    due_item = serializers.CharField(max_length=24, write_only=True)

    class Meta:
        model = Snooze
        fields = ("number", "due_item", "kind", "record_number", "until_date", "reason", "is_cancelled")
        read_only_fields = ("number", "kind", "record_number", "is_cancelled")


class SnoozeViewSet(RecordViewSet):
    """What the person put off: list, read, put off, take back."""

    model = Snooze
    queryset = Snooze.objects.none()
    serializer_class = SnoozeSerializer
    order: ClassVar[tuple[str, ...]] = ("until_date", "number")
    needs = {"list": P.DUE_VIEW, "retrieve": P.DUE_VIEW, "create": P.DUE_VIEW, "cancel": P.DUE_VIEW}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(user=self.request.user.pk)

    @extend_schema(responses={201: SnoozeSerializer})
    def create(self, request: Request) -> Response:
        person, values = person_of(request), self.checked(request)
        number = values.pop("due_item")
        item = DueItem.objects.open_to(person).filter(number=number, is_open=True, kind__in=kinds).first()
        if item is None:
            raise Http404
        return self.answer(actions.snooze(item, person, by=person, now=timezone.now(), **values), created=True)

    @extend_schema(request=None, responses=SnoozeSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        snooze = self.get_object()
        actions.cancel_snooze(snooze, by=person_of(request), now=timezone.now())
        return self.answer(snooze)


ROUTES = (
    ("notices", NoticeViewSet),
    ("notice-settings", NoticeSettingsViewSet),
    ("absences", AbsenceViewSet),
    ("snoozes", SnoozeViewSet),
)
