"""The API of the administrator's desk: the pages' numbers, actions and walls."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from communications.notices import desk, desk_actions
from communications.notices.models import Mail, SweepRun


class MailCountSerializer(serializers.Serializer[Any]):
    """Mails to your people in one state; what went out or was dropped only of the last seven days."""

    state = serializers.CharField()
    count = serializers.IntegerField()


class OperationSerializer(serializers.Serializer[Any]):
    """How the machine fares. parts: name -> "ok" or a few words. unheard: numbers of your company's records about
    which nobody could be told."""

    parts = serializers.DictField(child=serializers.CharField())
    mails = MailCountSerializer(many=True)
    unheard = serializers.ListField(child=serializers.CharField())


class OperationViewSet(viewsets.GenericViewSet[Any]):
    """One answer: the parts of the installation, mails by state, and whom nobody could tell."""

    serializer_class = OperationSerializer
    queryset = SweepRun.objects.none()
    pagination_class = None
    filter_backends = ()
    needs = {"list": P.OPERATION_VIEW}

    @extend_schema(responses=OperationSerializer)
    def list(self, request: Request) -> Response:
        person = person_of(request)
        answer = {
            "parts": {part.name: part.words for part in desk.parts()},
            "mails": desk.mail_counts(person, timezone.now()),
            "unheard": [row.number for row in desk.unheard(person)],
        }
        return Response(self.get_serializer(answer).data)


class SweepRunSerializer(serializers.ModelSerializer[SweepRun]):
    """One look for owed reminders: when it was and whether it failed. It serves every company, so it counts none."""

    failed = serializers.SerializerMethodField()

    class Meta:
        model = SweepRun
        fields = ("started_at", "ended_at", "by_hand", "failed")

    @extend_schema(responses=serializers.BooleanField)
    def get_failed(self, run: SweepRun) -> bool:
        return bool(run.error)


class SweepRunViewSet(viewsets.GenericViewSet[Any]):
    """The last twenty looks for owed reminders, the newest first."""

    queryset = SweepRun.objects.all()
    serializer_class = SweepRunSerializer
    filter_backends = ()
    pagination_class = None
    needs = {"list": P.OPERATION_VIEW}

    def list(self, request: Request) -> Response:
        return Response(self.get_serializer(desk.runs(), many=True).data)


class DeadLetterSerializer(serializers.ModelSerializer[Mail]):
    """A mail that was given up, to somebody of your company. lines: how many reminders it carries."""

    recipient = serializers.CharField(source="recipient.number", read_only=True)
    lines = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mail
        fields = ("key", "recipient", "created_at", "digest_date", "tries", "error", "lines")


class SentAgainSerializer(serializers.Serializer[Any]):
    sent_again = serializers.IntegerField()


class DeadLetterViewSet(viewsets.GenericViewSet[Any]):
    """Mails that were given up: list, and `send_again` for one or for all."""

    queryset = Mail.objects.none()
    serializer_class = DeadLetterSerializer
    filter_backends = ()
    order = ("-created_at", "key")
    lookup_field = "key"
    lookup_value_regex = r"[0-9A-Za-z-]+"
    needs = dict.fromkeys(("list", "send_again", "send_all_again", "send_again_to_cmos"), P.OPERATION_VIEW)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Mail.objects.none()
        rows: QuerySet[Any] = desk.dead_letters(person_of(self.request))
        return rows

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(request=None, responses=SentAgainSerializer)
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, key: str) -> Response:
        """Puts it back into the queue. 404 for one that is not given up, or no more."""
        done = desk_actions.send_again(self.get_object(), by=person_of(request), now=timezone.now())
        return Response({"sent_again": int(done)})

    @extend_schema(request=None, responses=SentAgainSerializer)
    @action(detail=False, methods=["post"], url_path="send-again")
    def send_all_again(self, request: Request) -> Response:
        person = person_of(request)
        return Response({"sent_again": desk_actions.send_all_again(person.company, by=person, now=timezone.now())})

    @extend_schema(request=None, responses=SentAgainSerializer)
    @action(detail=False, methods=["post"], url_path="send-again-to-cmos")
    def send_again_to_cmos(self, request: Request) -> Response:
        """Puts back what was given up to people of CMOs about what is due to your company; none is named."""
        person = person_of(request)
        return Response({"sent_again": desk_actions.send_again_to_cmos(person.company, by=person, now=timezone.now())})


ROUTES: tuple[tuple[str, Any], ...] = (
    ("operations/sweeps", SweepRunViewSet),
    ("operations/dead-letters", DeadLetterViewSet),
    ("operations", OperationViewSet),
)
