"""Minutes over the API: the own company's draft, the versions, and what each side says of the one that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.workflow import WrongState
from communications.meetings import minutes
from communications.meetings.models import MinutesAnswer, MinutesDraft, MinutesVersion

if TYPE_CHECKING:
    from cmo_portal.records.api import RecordViewSet

    Base = RecordViewSet
else:
    Base = object


class MinutesVersionSerializer(serializers.ModelSerializer[MinutesVersion]):
    """One version as it was shared, with the agenda, the people and the actions as they stood then."""

    content = serializers.DictField()

    class Meta:
        model = MinutesVersion
        fields = ("revision", "content", "reason", "author_name", "author_side", "shared_at")


class MinutesAnswerSerializer(serializers.ModelSerializer[MinutesAnswer]):
    """What one side says of one version. To acknowledge is to take note; it is no electronic signature."""

    class Meta:
        model = MinutesAnswer
        fields = ("revision", "side", "status", "due_date", "by_name", "answered_at", "wanted")


class MinutesSerializer(serializers.Serializer[Any]):
    versions = MinutesVersionSerializer(many=True)
    answers = MinutesAnswerSerializer(many=True)


class MinutesDraftSerializer(serializers.ModelSerializer[MinutesDraft]):
    """The draft of the asker's own company. content: `summary`; `present`, numbers of participants; `lines`, by the
    number of each line of the agenda its `text` and `decision`; `actions`, each with `text`, `side`, `owner`, `due`,
    and the `number` of one that stands. version: of the draft as it was read; none for its beginning."""

    content = serializers.DictField()

    class Meta:
        model = MinutesDraft
        fields = ("version", "content", "author_name")
        read_only_fields = ("author_name",)
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "version": {"required": False, "read_only": False, "allow_null": True}
        }
        validators: ClassVar[list[Any]] = []


class ShareSerializer(serializers.Serializer[Any]):
    """version: of the draft as it was read. reason: what is new, from the second version on."""

    version = serializers.IntegerField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class ReadSerializer(serializers.Serializer[Any]):
    """revision: the version of the minutes that was read."""

    revision = serializers.IntegerField(min_value=1, max_value=30_000)


class CorrectSerializer(ReadSerializer):
    reason = serializers.CharField(max_length=2000)


CONFLICT = OpenApiResponse(description="It is not open now: another version stands, or somebody was faster.")


class MinutesMixin(Base):
    """Adds the minutes to the collection of meetings."""

    NEEDS: ClassVar[dict[str, str]] = {
        "minutes": P.MEETING_VIEW,
        "draft": P.MEETING_EDIT,
        "share": P.MEETING_EDIT,
        "acknowledge": P.MEETING_ACKNOWLEDGE,
        "correct": P.MEETING_ACKNOWLEDGE,
    }

    def sent(self, kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        serializer = kind(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(responses={200: MinutesSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def minutes(self, request: Request, number: str) -> Response:
        """Every version, the newest first, and what each side said of each."""
        meeting = self.get_object()
        told = {
            "versions": meeting.versions.order_by("-revision"),
            "answers": meeting.answers.order_by("-revision", "side"),
        }
        return Response(MinutesSerializer(told).data)

    @extend_schema(request=MinutesDraftSerializer, responses={200: MinutesDraftSerializer, 409: CONFLICT})
    @action(detail=True, methods=["get", "post"], url_path="minutes/draft", pagination_class=None, filter_backends=[])
    def draft(self, request: Request, number: str) -> Response:
        """Reads or keeps the draft; only the side that writes the minutes has one."""
        meeting, by = self.get_object(), person_of(request)
        if request.method == "POST":
            values = self.sent(MinutesDraftSerializer, request)
            minutes.save_draft(meeting, by=by, content=values["content"], version=values.get("version"))
        found = minutes.draft_of(meeting, by)
        return Response(MinutesDraftSerializer(found).data if found is not None else {})

    @extend_schema(request=ShareSerializer, responses={201: MinutesVersionSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="minutes/share")
    def share(self, request: Request, number: str) -> Response:
        """Makes the draft the next version; its actions become deadlines, and both sides are asked to acknowledge."""
        meeting, by = self.get_object(), person_of(request)
        values = self.sent(ShareSerializer, request)
        minutes.refuse_writing(meeting, by)
        draft = minutes.draft_of(meeting, by)
        if draft is None:
            raise WrongState("There is no draft to share.")
        return Response(MinutesVersionSerializer(minutes.share(draft, by=by, **values)).data, status=201)

    @extend_schema(request=ReadSerializer, responses={409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="minutes/acknowledge")
    def acknowledge(self, request: Request, number: str) -> Response:
        """Takes note of the version for the asker's side. It is no electronic signature."""
        meeting = self.get_object()
        minutes.acknowledge(meeting, by=person_of(request), **self.sent(ReadSerializer, request))
        return self.answer(meeting)

    @extend_schema(request=CorrectSerializer, responses={409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="minutes/correct")
    def correct(self, request: Request, number: str) -> Response:
        """Says what is wrong in the version; the side that writes the minutes is due to share another."""
        meeting = self.get_object()
        minutes.ask_correction(meeting, by=person_of(request), **self.sent(CorrectSerializer, request))
        return self.answer(meeting)
