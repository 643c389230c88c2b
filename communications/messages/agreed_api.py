"""What was agreed, over the API: the pages' actions, walls and sentences."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from communications.messages import agreed
from communications.messages.filters import ActionFilter
from communications.messages.models import AgreedAction, Message, Thread
from vendors.registry.api_fields import NumberField

CLOSED = OpenApiResponse(description="It is done or dropped already, or the other side does it.")


class AgreedActionSerializer(serializers.ModelSerializer[AgreedAction]):
    """What somebody does by a day. `side` is `sponsor` or `partner`; `person` a name that the asker can know, of that
    side, or empty. `message` is the one in which it was agreed."""

    thread = NumberField(Thread)
    message = NumberField(Message, required=False, allow_null=True)
    person = serializers.CharField(source="holder_name", required=False, allow_blank=True, max_length=120)

    class Meta:
        model = AgreedAction
        fields = ("number", "version", "thread", "message", "text", "side", "person", "due_date", "done_date",
                  "done_by_name", "is_dropped", "dropped_reason", "dropped_by_name")  # fmt: skip
        read_only_fields = ("number", "version", "done_date", "done_by_name", "is_dropped", "dropped_reason",
                            "dropped_by_name")  # fmt: skip
        validators: ClassVar[list[Any]] = []


class AgreedFinishSerializer(serializers.Serializer[Any]):
    """The version that was read, where nobody may have written since."""

    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class AgreedDropSerializer(AgreedFinishSerializer):
    reason = serializers.CharField(max_length=300)


class ActionViewSet(RecordViewSet):
    """Agreed actions: list with filters, what is due first, read, agree, finish, drop with the reason."""

    model = AgreedAction
    queryset = AgreedAction.objects.none()
    serializer_class = AgreedActionSerializer
    filterset_class = ActionFilter
    order = ("due_date", "number")
    needs = {
        "list": P.MESSAGE_VIEW,
        "retrieve": P.MESSAGE_VIEW,
        "create": P.MESSAGE_POST,
        "finish": P.MESSAGE_POST,
        "drop": P.MESSAGE_POST,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AgreedAction.objects.none()
        return AgreedAction.objects.open_to(self.actor).select_related("thread__vendor", "message")

    @extend_schema(responses={201: AgreedActionSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        thread, person = values.pop("thread"), values.pop("holder_name", "")
        return self.answer(agreed.agree_action(thread, by=person_of(request), person=person, **values), created=True)

    @extend_schema(request=AgreedFinishSerializer, responses={200: AgreedActionSerializer, 409: CLOSED})
    @action(detail=True, methods=["post"], filter_backends=[])
    def finish(self, request: Request, number: str) -> Response:
        """The side that does it says that it is done."""
        record = self.get_object()
        sent = AgreedFinishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        agreed.finish_action(record, by=person_of(request), **sent.validated_data)
        return self.answer(record)

    @extend_schema(request=AgreedDropSerializer, responses={200: AgreedActionSerializer, 409: CLOSED})
    @action(detail=True, methods=["post"], filter_backends=[])
    def drop(self, request: Request, number: str) -> Response:
        """Nobody does it any more; either side says so, and why."""
        record = self.get_object()
        sent = AgreedDropSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        agreed.drop_action(record, by=person_of(request), **sent.validated_data)
        return self.answer(record)
