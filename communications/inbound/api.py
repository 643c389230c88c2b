"""Held mail over the API: the pages' actions, walls and sentences."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from communications.inbound import actions
from communications.inbound.models import InboundMail
from communications.messages.models import Thread


class InboundMailSerializer(serializers.ModelSerializer[InboundMail]):
    """One mail. `sender` and `subject` are as the mail says them, which anybody can write. `thread`: the number of the
    thread it names, where that is open to the asker; `message`: what it became."""

    thread = serializers.SerializerMethodField()
    message = serializers.CharField(source="message.number", read_only=True, default=None)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    refused_files = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = InboundMail
        fields = ("number", "version", "status", "way", "created_at", "sender", "subject", "size", "sha256", "reasons",
                  "refused_files", "thread", "message")  # fmt: skip
        read_only_fields = fields

    def get_thread(self, mail: Any) -> str | None:
        return mail.thread.number if mail.is_thread_open else None


class ReasonSerializer(serializers.Serializer[Any]):
    """Why; and the version that its sender has read."""

    reason = serializers.CharField(max_length=300)
    version = serializers.IntegerField()


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class InboundMailFilter(django_filters.FilterSet):
    class Meta:
        model = InboundMail
        fields = ("status",)


class InboundMailViewSet(RecordViewSet):
    """Mail that came in the asker's own name: list (`?status=held`), read, release, discard."""

    model = InboundMail
    queryset = InboundMail.objects.none()
    serializer_class = InboundMailSerializer
    filterset_class = InboundMailFilter
    order = ("-created_at", "number")
    needs = {"list": P.MAIL_VIEW, "retrieve": P.MAIL_VIEW, "release": P.MAIL_VIEW, "discard": P.MAIL_VIEW}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return InboundMail.objects.none()
        thread = Thread.objects.open_to(self.actor).filter(pk=OuterRef("thread"))
        rows: Any = InboundMail.objects.open_to(self.actor).annotate(is_thread_open=Exists(thread))
        return rows.select_related("thread", "message")

    @extend_schema(
        request=VersionSerializer,
        responses={
            200: InboundMailSerializer,
            409: OpenApiResponse(description="It cannot be filed; the sentence why."),
        },
    )
    @action(detail=True, methods=["post"], filter_backends=[])
    def release(self, request: Request, number: str) -> Response:
        """Puts a held mail into its thread, as a message of the asker."""
        mail, sent = self.get_object(), VersionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.release(mail, by=person_of(request), version=sent.validated_data["version"])
        return self.answer(mail)

    @extend_schema(request=ReasonSerializer, responses={200: InboundMailSerializer})
    @action(detail=True, methods=["post"], filter_backends=[])
    def discard(self, request: Request, number: str) -> Response:
        """Lays a held mail aside, with the reason. It stays as it came."""
        mail, sent = self.get_object(), ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.discard(mail, by=person_of(request), **sent.validated_data)
        return self.answer(mail)


ROUTES = (("held-mails", InboundMailViewSet),)
