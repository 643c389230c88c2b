"""The API of updates for both sides, and of drafts for the company that writes them: what the pages do and say."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from cmo_portal.records.workflow import Offer, Transition
from communications.updates import actions, taking_over
from communications.updates.catalogue import CHOICES, FACTS
from communications.updates.filters import UpdateFilter
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision
from communications.updates.vocabulary import DraftStatus
from communications.updates.workflows import UPDATE, what_lacks
from vendors.registry.api_fields import NumberField
from vendors.registry.models import Site, Vendor

CONTENT = ("title", *FACTS, "description", "details")
GIVEN_ONCE = ("vendor", "type")
STAYS = "An update stays with whom and as what it was begun: begin another one."


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class DetailsField(serializers.DictField):
    """The type's own facts as text by name: a day like 2027-01-31, a number like 12.5, a choice by its code."""

    child = serializers.CharField(allow_blank=True, max_length=8000)


class ToldSerializer(serializers.ModelSerializer[Any]):
    """What updates and drafts share. `vendor` is the relation between the two companies."""

    vendor = NumberField(Vendor)
    type = serializers.ChoiceField(choices=CHOICES)
    site = NumberField(Site, required=False, allow_null=True)
    details = DetailsField(required=False)
    author = serializers.CharField(source="author_name", read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            moved = [name for name in GIVEN_ONCE if attrs.pop(name, None) not in (None, getattr(self.instance, name))]
            if moved:
                raise serializers.ValidationError(dict.fromkeys(moved, STAYS))
        return attrs


class UpdateSerializer(ToldSerializer):
    """An update. `side` posted it, `ball` is whose move it is; `timing` is empty where no time limit binds.

    A `PATCH` posts a new version and says in `reason` what is new in it; the versions before it stay.
    """

    reason = serializers.CharField(write_only=True, required=False, max_length=2000, default="")
    became = serializers.CharField(source="fact_number", read_only=True)

    class Meta:
        model = Update
        fields = (
            *("number", "version", "vendor", "type", *CONTENT, "reason", "side", "status", "ball", "author"),
            *("posted_at", "time_zone", "notify_by", "timing", "revision", "acknowledge_by", "acknowledged_at"),
            *("acknowledged_by_name", "acknowledged_revision", "decide_by", "decided_at", "decided_by_name"),
            *("investigate_by", "answer_by", "closed_at", "became"),
        )
        read_only_fields = ("number",)
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}


class DraftSerializer(ToldSerializer):
    """A draft, which the other side never reads. `lacking`: what it needs before it can be posted, field by field."""

    lacking = serializers.SerializerMethodField()

    class Meta:
        model = UpdateDraft
        fields = (
            *("number", "version", "vendor", "type", *CONTENT, "status", "author", "notify_by", "lacking"),
            "posted_as",
        )
        read_only_fields = ("number",)
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}

    def get_lacking(self, draft: UpdateDraft) -> dict[str, str]:
        return what_lacks(draft) if draft.status == DraftStatus.DRAFT else {}


class RevisionSerializer(serializers.ModelSerializer[UpdateRevision]):
    """One version as it was posted. `changes`: [what, before, after] in words."""

    author = serializers.CharField(source="author_name", read_only=True)

    class Meta:
        model = UpdateRevision
        fields = ("number", "revision", "content", "changes", "reason", "author", "posted_at")


class ReplySerializer(serializers.ModelSerializer[UpdateReply]):
    """What was said in a move, and of which version."""

    author = serializers.CharField(source="author_name", read_only=True)

    class Meta:
        model = UpdateReply
        fields = ("number", "act", "revision", "text", "side", "author", "said_at")


class RevisionsSerializer(serializers.Serializer[Any]):
    revisions = RevisionSerializer(many=True)


class RepliesSerializer(serializers.Serializer[Any]):
    replies = ReplySerializer(many=True)


class SeenSerializer(serializers.Serializer[Any]):
    """The version of the draft that was read, where nobody may have written since."""

    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class Moves:
    """The workflow's moves but a new version, which is sent as a `PATCH` with what it says."""

    by_name: ClassVar[dict[str, Transition]] = {
        name: transition for name, transition in UPDATE.by_name.items() if name != "amend"
    }

    def offers(self, record: Record, by: Any) -> list[Offer]:
        return [offer for offer in UPDATE.offers(record, by) if offer.transition.name in self.by_name]


class ToldViewSet(RecordViewSet):
    """What both collections share."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("site", "vendor__sponsor", "vendor__company")

    def given(self, request: Request, *, partial: bool = False, over: Any = None) -> dict[str, Any]:
        serializer = self.get_serializer(over, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class UpdateViewSet(TransitionsMixin, ToldViewSet):
    """Posted updates: list with filters, read, post, post a new version, move; versions and replies."""

    model = Update
    queryset = Update.objects.none()
    serializer_class = UpdateSerializer
    filterset_class = UpdateFilter
    order = ("-posted_at", "number")
    workflow: ClassVar[Any] = Moves()
    needs = {
        "list": P.UPDATE_VIEW,
        "retrieve": P.UPDATE_VIEW,
        "create": P.UPDATE_POST,
        "partial_update": P.UPDATE_POST,
        "transitions": P.UPDATE_VIEW,
        "revisions": P.UPDATE_VIEW,
        "replies": P.UPDATE_VIEW,
        "take_over": P.UPDATE_VIEW,
    }

    @extend_schema(responses={201: UpdateSerializer})
    def create(self, request: Request) -> Answer:
        """Posts an update at once; where something is missing nothing is kept (409 with what)."""
        values = {name: value for name, value in self.given(request).items() if name not in ("version", "reason")}
        vendor, code = values.pop("vendor"), values.pop("type")
        return self.answer(actions.post_new(vendor, code, by=person_of(request), **values), created=True)

    def partial_update(self, request: Request, number: str) -> Answer:
        """Posts a new version. What is not sent stays as it is; `details` are sent whole."""
        update = self.get_object()
        values = {"reason": ""} | self.given(request, partial=True, over=update)
        actions.amend(update, by=person_of(request), **values)
        return self.answer(update)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        update: Any = record
        actions.move(update, name, **keywords)

    @extend_schema(responses={200: RevisionsSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def revisions(self, request: Request, number: str) -> Answer:
        """The versions, the first one first."""
        return Answer(RevisionsSerializer({"revisions": self.get_object().revisions.order_by("revision")}).data)

    @extend_schema(responses={200: RepliesSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def replies(self, request: Request, number: str) -> Answer:
        """What both sides said of it, in order."""
        return Answer(RepliesSerializer({"replies": self.get_object().replies.order_by("pk")}).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take_over(self, request: Request, number: str) -> Answer:
        """Keeps the offer or the certificate that it tells of in the registry; 409 where it is kept already."""
        update = self.get_object()
        taking_over.take_over(update, by=person_of(request))
        return self.answer(update)


class UpdateDraftViewSet(ToldViewSet):
    """Drafts of the asker's own company: list those that wait, read, begin, write on, `post`, `discard`."""

    model = UpdateDraft
    queryset = UpdateDraft.objects.none()
    serializer_class = DraftSerializer
    order = ("-created_at", "number")
    needs = {
        "list": P.UPDATE_VIEW,
        "retrieve": P.UPDATE_VIEW,
        "create": P.UPDATE_POST,
        "partial_update": P.UPDATE_POST,
        "send": P.UPDATE_POST,
        "discard": P.UPDATE_POST,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(status=DraftStatus.DRAFT) if getattr(self, "action", "") == "list" else rows

    @extend_schema(responses={201: DraftSerializer})
    def create(self, request: Request) -> Answer:
        values = {name: value for name, value in self.given(request).items() if name != "version"}
        vendor, code = values.pop("vendor"), values.pop("type")
        return self.answer(actions.start_draft(vendor, code, by=person_of(request), **values), created=True)

    def partial_update(self, request: Request, number: str) -> Answer:
        draft = self.get_object()
        actions.save_draft(draft, by=person_of(request), **self.given(request, partial=True, over=draft))
        return self.answer(draft)

    def seen(self, request: Request) -> int | None:
        serializer = SeenSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        version: int | None = serializer.validated_data["version"]
        return version

    @extend_schema(request=SeenSerializer)
    @action(detail=True, methods=["post"], url_path="post")
    def send(self, request: Request, number: str) -> Answer:
        """Posts the draft; `posted_as` is the number of the update. 409 with what is missing."""
        draft = self.get_object()
        actions.post(draft, by=person_of(request), version=self.seen(request))
        return self.answer(draft)

    @extend_schema(request=SeenSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, number: str) -> Answer:
        """Takes the draft out of the way."""
        draft = self.get_object()
        actions.discard(draft, by=person_of(request), version=self.seen(request))
        return self.answer(draft)


ROUTES: tuple[tuple[str, Any], ...] = (("updates", UpdateViewSet), ("update-drafts", UpdateDraftViewSet))
