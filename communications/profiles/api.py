"""The API of profiles: a CMO's own answers, what it publishes, and what a sponsor reads with what is new in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as Answered

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet
from communications.profiles import actions, publishing
from communications.profiles.compare import differences
from communications.profiles.models import Answer, ProfileSection, Publication, PublishedContent
from communications.profiles.questionnaire import QUESTIONS, SECTION_OF
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason
from vendors.registry.models import Vendor

SECTION_CHOICES = [(code, section.title) for code, section in SECTION_OF.items()]


@extend_schema_field(OpenApiTypes.ANY)
class ValueField(serializers.JSONField):
    """Text; a number, a choice and a date as text; a list of texts; or {"is": "yes", "detail": "..."}. "" is none."""


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    """One answer of the asker's own company. `version` is the one you have read; leave it out for a first answer."""

    question = serializers.ChoiceField(choices=[(code, row.text) for code, row in QUESTIONS.items()])
    section = serializers.CharField(source="home.code", read_only=True)
    value = ValueField()
    as_of_date = serializers.DateField(required=False)
    author = serializers.CharField(source="author_name", read_only=True)

    class Meta:
        model = Answer
        fields = (
            *("number", "version", "question", "section", "value", "as_of_date", "confirmed_date"),
            *("confirmed_by_name", "author"),
        )
        read_only_fields = ("number", "confirmed_date", "confirmed_by_name")
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}
        validators: ClassVar[list[Any]] = []


class SectionSerializer(serializers.ModelSerializer[ProfileSection]):
    """How the company treats a section of its profile."""

    section = serializers.ChoiceField(choices=SECTION_CHOICES)
    is_confidential = serializers.BooleanField()  # required: leaving it out must not take a mark away

    class Meta:
        model = ProfileSection
        fields = ("section", "is_confidential", "look_date")
        read_only_fields = ("look_date",)
        validators: ClassVar[list[Any]] = []


class SectionsSerializer(serializers.Serializer[Any]):
    sections = SectionSerializer(many=True)


class AnswerViewSet(RecordViewSet):
    """A CMO's own answers: list, read, give one, change it, `confirm`; `sections` says which are confidential."""

    model = Answer
    queryset = Answer.objects.none()
    serializer_class = AnswerSerializer
    order = ("question", "number")
    needs = {
        "list": P.PROFILE_WRITE,
        "retrieve": P.PROFILE_WRITE,
        "create": P.PROFILE_WRITE,
        "partial_update": P.PROFILE_WRITE,
        "confirm": P.PROFILE_WRITE,
        "sections": P.PROFILE_WRITE,
    }

    @extend_schema(responses={201: AnswerSerializer})
    def create(self, request: Request) -> Answered:
        """Answers a question that has no answer yet; 409 where it has one."""
        given = self.checked(request)
        made = actions.save_answer(
            given["question"], by=self.actor, value=given["value"], as_of_date=given.get("as_of_date"), version=0
        )
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Answered:
        """Changes an answer; 409 where a colleague was faster."""
        answer = self.get_object()
        given = self.checked(request, partial=True)
        actions.save_answer(
            answer.question, by=self.actor, value=given.get("value", answer.value),
            as_of_date=given.get("as_of_date"), version=given["version"],
        )  # fmt: skip
        return self.answer(answer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, number: str) -> Answered:
        """Says that the answer is still right today."""
        answer = self.get_object()
        actions.confirm(answer, by=self.actor)
        return self.answer(answer)

    @extend_schema(methods=["GET"], responses={200: SectionsSerializer})
    @extend_schema(methods=["POST"], request=SectionSerializer, responses={200: SectionsSerializer})
    @action(detail=False, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def sections(self, request: Request) -> Answered:
        """The sections that were begun. POST marks one as confidential, or takes the mark away."""
        if request.method == "POST":
            serializer = SectionSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            given = serializer.validated_data
            actions.mark_confidential(given["section"], by=self.actor, confidential=given["is_confidential"])
        rows = actions.sections_of(actions.profile_of(self.actor), self.actor)
        return Answered(SectionsSerializer({"sections": sorted(rows.values(), key=lambda row: row.section)}).data)


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """That a version was published. `digest` is that of its content; `is_open` whether the asker may read it now."""

    vendor = NumberField(Vendor, read_only=True)
    author = serializers.CharField(source="author_name", read_only=True)
    is_open = serializers.SerializerMethodField()

    class Meta:
        model = Publication
        fields = (
            *("number", "vendor", "revision", "digest", "published_at", "author", "is_open", "withdrawn_at"),
            *("withdrawn_reason", "is_imported", "issuer", "key_id", "is_verified"),
        )
        read_only_fields = fields

    def get_is_open(self, fact: Publication) -> bool:
        return fact.withdrawn_at is None


class PublishSerializer(serializers.Serializer[Any]):
    """To whom (numbers of relations), which sections, what changed."""

    vendors = NumberField(Vendor, many=True)
    sections = serializers.MultipleChoiceField(choices=SECTION_CHOICES, allow_empty=False)
    note = serializers.CharField(max_length=1000)


class ContentSerializer(serializers.ModelSerializer[PublishedContent]):
    """What a version says. `faults`: rows of an imported file that could not be read, as [where, why]."""

    content = ValueField(read_only=True)
    number = serializers.CharField(source="publication.number", read_only=True)

    class Meta:
        model = PublishedContent
        fields = ("number", "digest", "note", "content", "faults")
        read_only_fields = fields


class DifferenceSerializer(serializers.Serializer[Any]):
    """One answer that is not as it was: added, changed, removed, or confirmed only."""

    section = serializers.CharField()
    code = serializers.CharField()
    question = serializers.CharField()
    kind = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    old_files = serializers.ListField(child=serializers.CharField())
    new_files = serializers.ListField(child=serializers.CharField())


class DiffSerializer(serializers.Serializer[Any]):
    """`since`: the version of the sponsor's last look; null where there is none that may still be read."""

    since = serializers.CharField(allow_null=True)
    differences = DifferenceSerializer(many=True)


class PublicationViewSet(RecordViewSet):
    """Published profiles: list, read, `content`, `diff` since the last look, `mark` as read; a CMO publishes (POST) and
    `withdraw`s from the sponsor of a version all that it reads."""

    model = Publication
    queryset = Publication.objects.none()
    serializer_class = PublicationSerializer
    order = ("-published_at", "number")
    needs = {
        "list": P.PROFILE_VIEW,
        "retrieve": P.PROFILE_VIEW,
        "create": P.PROFILE_PUBLISH,
        "content": P.PROFILE_VIEW,
        "diff": P.PROFILE_VIEW,
        "mark": P.PROFILE_MARK,
        "withdraw": P.PROFILE_PUBLISH,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("vendor__sponsor", "vendor__company")

    @extend_schema(request=PublishSerializer, responses={201: PublicationSerializer(many=True)})
    def create(self, request: Request) -> Answered:
        """Publishes a version to each sponsor; who reads exactly the same already is left out (409 where all do)."""
        serializer = PublishSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        made = publishing.publish(given["vendors"], given["sections"], by=self.actor, note=given["note"])
        rows = self.get_queryset().filter(pk__in=[fact.pk for fact in made]).order_by("pk")
        return Answered(PublicationSerializer(rows, many=True).data, status=201)

    def said(self) -> PublishedContent:
        rows = PublishedContent.objects.open_to(self.actor).select_related("publication__vendor")
        found: PublishedContent = get_object_or_404(rows, publication=self.get_object())
        return found

    @extend_schema(responses={200: ContentSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def content(self, request: Request, number: str) -> Answered:
        """What the version says; 404 once it is withdrawn."""
        return Answered(ContentSerializer(self.said()).data)

    @extend_schema(responses={200: DiffSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def diff(self, request: Request, number: str) -> Answered:
        """What is new in the version since the sponsor's last look."""
        said = self.said()
        look = publishing.last_look(said.publication.vendor, self.actor)
        before = publishing.read_content(look, self.actor)
        since = look.publication.number if look is not None and before is not None else None
        rows = differences(before, said.content)
        return Answered(DiffSerializer({"since": since, "differences": rows}).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def mark(self, request: Request, number: str) -> Answered:
        """Says for the sponsor that this version was read."""
        fact = self.get_object()
        publishing.mark_read(fact, by=self.actor)
        return self.answer(fact)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Answered:
        """Ends at once what the sponsor of this version reads of the profile: every version and its files."""
        fact = self.get_object()
        publishing.withdraw(fact.vendor, by=self.actor, reason=required_reason(request))
        return self.answer(fact)


ROUTES: tuple[tuple[str, Any], ...] = (("profiles", PublicationViewSet), ("profile-answers", AnswerViewSet))
