"""Threads and messages over the API: the pages' actions, walls and sentences. Reading here marks nothing as read."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.lib.keyset import BadCursor
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.api_rules import KeysetPagination
from cmo_portal.records.record import Record, content_digest
from cmo_portal.records.transitions_api import TransitionsMixin
from communications.messages import actions, subjects
from communications.messages.agreed_api import ActionViewSet
from communications.messages.filters import ThreadFilter
from communications.messages.fulltext import found
from communications.messages.models import LONGEST, InternalNote, Message, Thread
from communications.messages.vocabulary import Ball, Mark
from communications.messages.workflows import THREAD
from vendors.registry.api_fields import NumberField
from vendors.registry.models import Vendor

BALL: dict[str, Any] = {"choices": Ball.choices, "required": False, "default": Ball.KEEP}
NOT_HERE = "There is no such record that you can read."


class ThreadSerializer(serializers.ModelSerializer[Thread]):
    """A thread. What it is about is given once, as `about_type` (like `audits.audit`) and `about_number`.

    With the first message: `body`, `ball` (`keep`, `them`, `us`, `nobody`) and `answer_due_date`.
    """

    cmo = NumberField(Vendor, source="vendor", required=False, allow_null=True)
    sponsor = serializers.CharField(source="sponsor.name", read_only=True)
    about_type = serializers.ChoiceField(choices=[], required=False, allow_blank=True)
    about_number = serializers.CharField(max_length=24, required=False, allow_blank=True)
    is_shared = serializers.BooleanField(required=False, default=True)
    body = serializers.CharField(max_length=LONGEST, write_only=True)
    ball = serializers.ChoiceField(write_only=True, **BALL)
    answer_due_date = serializers.DateField(required=False, allow_null=True)

    class Meta:
        model = Thread
        fields = ("number", "version", "subject", "cmo", "sponsor", "about_type", "about_number", "status", "is_shared",
                  "answer_due_date", "message_count", "last_at", "body", "ball")  # fmt: skip
        read_only_fields = ("number", "status", "message_count", "last_at")
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}
        validators: ClassVar[list[Any]] = []

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["about_type"].choices = [(code, subject.noun) for code, subject in subjects.kinds.items()]
        return fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message. `sequence` is its number in the thread, without a gap; `sha256` is the digest that the trail of the
    thread holds of it. `corrects` and `replies_to` are numbers of messages of the same thread."""

    thread = NumberField(Thread)
    corrects = NumberField(Message, required=False, allow_null=True)
    replies_to = NumberField(Message, required=False, allow_null=True)
    mark = serializers.ChoiceField(choices=Mark.choices, required=False, allow_blank=True, default=Mark.NONE)
    ball = serializers.ChoiceField(write_only=True, **BALL)
    answer_due_date = serializers.DateField(write_only=True, required=False, allow_null=True)
    sha256 = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ("number", "thread", "sequence", "created_at", "author_name", "author_company", "author_side", "body",
                  "mark", "corrects", "replies_to", "ball", "answer_due_date", "sha256")  # fmt: skip
        read_only_fields = ("number", "sequence", "created_at", "author_name", "author_company", "author_side")
        validators: ClassVar[list[Any]] = []

    def get_sha256(self, message: Message) -> str:
        return content_digest(message)


class ThreadNoteSerializer(serializers.ModelSerializer[InternalNote]):
    """A note among colleagues; it never leaves the company. `after`: the message it stands behind."""

    class Meta:
        model = InternalNote
        fields = ("number", "after", "created_at", "author_name", "body")
        read_only_fields = ("number", "after", "created_at", "author_name")


class ThreadViewSet(TransitionsMixin, RecordViewSet):
    """Threads: list with filters, read, start with a first message, rename, `transitions`, and the own side's notes."""

    model = Thread
    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    filterset_class = ThreadFilter
    order = ("-last_at", "number")
    workflow = THREAD
    needs = {
        "list": P.MESSAGE_VIEW,
        "retrieve": P.MESSAGE_VIEW,
        "create": P.MESSAGE_POST,
        "partial_update": P.MESSAGE_POST,
        "transitions": P.MESSAGE_VIEW,
        "notes": P.MESSAGE_NOTE,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Thread.objects.none()
        return Thread.objects.open_to(self.actor).select_related("vendor", "sponsor")

    @extend_schema(responses={201: ThreadSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        about_type, about_number = values.pop("about_type", ""), values.pop("about_number", "")
        record = None
        if about_type or about_number:
            try:
                record = subjects.find(about_type, about_number, self.actor)
            except Http404:
                raise ValidationError({"about_number": NOT_HERE}) from None
        shared = values.pop("is_shared")
        thread = actions.start_with(by=person_of(request), record=record, shared=shared, **values)
        return self.answer(thread, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        """Gives the thread another subject; nothing else of it is written over."""
        thread = self.get_object()
        values = self.checked(request, partial=True)
        if set(values) - {"subject", "version"}:
            raise ValidationError("Only the subject of a thread changes; all else follows from what is said in it.")
        subject = values.get("subject", thread.subject)
        actions.rename(thread, by=person_of(request), subject=subject, version=values["version"])
        return self.answer(thread)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        keywords.pop("credentials", None)
        actions.move(record, name, **keywords)  # type: ignore[arg-type]

    @extend_schema(
        request=ThreadNoteSerializer, responses={200: ThreadNoteSerializer(many=True), 201: ThreadNoteSerializer}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def notes(self, request: Request, number: str) -> Response:
        """Internal notes of the asker's own company."""
        thread = self.get_object()
        if request.method == "GET":
            rows = InternalNote.objects.open_to(self.actor).filter(thread=thread).order_by("created_at")
            return Response(ThreadNoteSerializer(rows, many=True).data)
        sent = ThreadNoteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        note = actions.add_note(thread, by=person_of(request), body=sent.validated_data["body"])
        return Response(ThreadNoteSerializer(note).data, status=201)


class SearchPagination(KeysetPagination):
    """The same pages and links for hits of `?search=`: every word, newest first, a word of three letters or more also
    as the beginning of a longer one. Without it, the list by key."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        text = request.query_params.get("search", "").strip()
        if not text:
            return super().paginate_queryset(queryset, request, view)
        cursor = request.query_params.get("cursor", "")
        back = cursor.startswith("b-")
        ends = {"before": cursor[2:]} if back else {"after": cursor.removeprefix("a-")}
        try:
            self.page = found(queryset, text, view.actor, **ends, size=self.size(request))
        except BadCursor as error:
            raise serializers.ValidationError({"cursor": [str(error)]}) from error
        self.request = request
        return self.page.rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        words = {"name": "search", "in": "query", "required": False, "schema": {"type": "string"}}
        return [*super().get_schema_operation_parameters(view), words]


class MessageFilter(django_filters.FilterSet):
    """after: only messages of the thread with a higher `sequence`; asked again with the last one seen, skips none."""

    thread = django_filters.CharFilter(field_name="thread__number", label="Thread")
    after = django_filters.NumberFilter(field_name="sequence", lookup_expr="gt", label="After")
    since = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte", label="Since")

    class Meta:
        model = Message
        fields = ("author_side", "mark")


class MessageViewSet(RecordViewSet):
    """Messages: list with filters, newest first, read, post, acknowledge. None is ever changed or deleted."""

    model = Message
    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    pagination_class = SearchPagination
    order = ("-created_at", "number")
    needs = {
        "list": P.MESSAGE_VIEW,
        "retrieve": P.MESSAGE_VIEW,
        "create": P.MESSAGE_POST,
        "acknowledge": P.MESSAGE_POST,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Message.objects.none()
        return Message.objects.open_to(self.actor).select_related("thread", "corrects", "replies_to")

    @extend_schema(responses={201: MessageSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        message = actions.post(values.pop("thread"), by=person_of(request), **values)
        return self.answer(message, created=True)

    @extend_schema(
        request=None,
        responses={204: None, 409: OpenApiResponse(description="The asker wrote it.")},
    )
    @action(detail=True, methods=["post"], filter_backends=[])
    def acknowledge(self, request: Request, number: str) -> Response:
        """Says in one's own name that one has read up to this message. It approves and signs nothing."""
        actions.acknowledge(self.get_object(), by=person_of(request))
        return Response(status=204)


ROUTES = (("threads", ThreadViewSet), ("messages", MessageViewSet), ("agreed-actions", ActionViewSet))
