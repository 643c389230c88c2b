"""The API of checklists: templates with their questions, an audit's questions with answers, notes of the visit.

The pages' actions, walls and sentences. A CMO is shown no row of it (404), an insider without the right to drafts 403.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.conduct import checklist_actions, template_actions
from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote, TemplateQuestion
from audits.conduct.vocabulary import Answer
from audits.conduct.workflows import TEMPLATE
from audits.programme.api_walls import SponsorsOnly
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason

ASKED = ("code", "system", "topic", "question", "expected_evidence", "refs", "risk_weight")
VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class AskedClauseSerializer(serializers.Serializer[Any]):
    """A clause that a question rests on, like `21 CFR 211` and `211.22(a)`."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment]
    clause = serializers.CharField(max_length=60)


class LibraryCodesSerializer(serializers.Serializer[Any]):
    """Library questions by their codes; those that are there already are left as they are."""

    codes = serializers.ListField(child=serializers.CharField(max_length=20), max_length=1000)


class CopiedCountSerializer(serializers.Serializer[Any]):
    """How many questions were copied."""

    copied = serializers.IntegerField()


class ChecklistQuestionSerializer(serializers.ModelSerializer[TemplateQuestion]):
    refs = AskedClauseSerializer(many=True, required=False)

    class Meta:
        model = TemplateQuestion
        fields = ("number", *ASKED, "position")
        read_only_fields = ("number", "position")
        validators: ClassVar[list[Any]] = []


class ChecklistTemplateSerializer(serializers.ModelSerializer[ChecklistTemplate]):
    """A checklist of the sponsor's own. `replaces`: the edition before it."""

    replaces = NumberField(ChecklistTemplate, read_only=True)
    codes = serializers.ListField(child=serializers.CharField(max_length=20), write_only=True, required=False)

    class Meta:
        model = ChecklistTemplate
        fields = (
            *("number", "version", "name", "purpose", "status", "edition", "replaces", "library_version"),
            "codes",
        )
        read_only_fields = ("number", "status", "edition", "library_version")
        extra_kwargs = VERSION


class TemplateFilter(django_filters.FilterSet):
    class Meta:
        model = ChecklistTemplate
        fields = ("status",)


class TemplateViewSet(SponsorsOnly, TransitionsMixin, RecordViewSet):
    """Checklists: list, read, begin, rename, fill, publish, retire, begin the next edition."""

    model = ChecklistTemplate
    queryset = ChecklistTemplate.objects.none()
    serializer_class = ChecklistTemplateSerializer
    filterset_class = TemplateFilter
    workflow = TEMPLATE
    order = ("name", "-edition", "number")
    needs = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.CHECKLIST_EDIT,
        "partial_update": P.CHECKLIST_EDIT,
        "transitions": P.AUDIT_VIEW,
        "questions": P.AUDIT_VIEW,
        "add_question": P.CHECKLIST_EDIT,
        "copy": P.CHECKLIST_EDIT,
        "next_edition": P.CHECKLIST_EDIT,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return ChecklistTemplate.objects.none()
        return ChecklistTemplate.objects.open_to(self.actor).select_related("sponsor", "replaces")

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        keywords.pop("credentials", None)
        template_actions.move_template(record, name, **keywords)  # type: ignore[arg-type]

    @extend_schema(responses={201: ChecklistTemplateSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        made = template_actions.create_template(person_of(request).company, by=self.actor, **values)
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        template = self.get_object()
        values = self.checked(request, partial=True)
        values.pop("codes", None)
        template_actions.revise_template(template, by=self.actor, **values)
        return self.answer(template)

    @extend_schema(responses=ChecklistQuestionSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def questions(self, request: Request, number: str) -> Response:
        """Its questions in their order."""
        rows = template_actions.live(self.get_object()).order_by("position", "pk")
        return Response(ChecklistQuestionSerializer(rows, many=True).data)

    @extend_schema(request=ChecklistQuestionSerializer, responses={201: ChecklistQuestionSerializer})
    @questions.mapping.post
    def add_question(self, request: Request, number: str) -> Response:
        """Adds a question of the sponsor's own to a draft."""
        template = self.get_object()
        sent = ChecklistQuestionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = template_actions.add_question(template, by=self.actor, **plain(sent.validated_data))
        return Response(ChecklistQuestionSerializer(made).data, status=201)

    @extend_schema(request=LibraryCodesSerializer, responses={200: CopiedCountSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, number: str) -> Response:
        """Copies library questions into a draft."""
        template = self.get_object()
        sent = LibraryCodesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        count = template_actions.add_from_library(template, sent.validated_data["codes"], by=self.actor)
        return Response({"copied": count})

    @extend_schema(request=None, responses={201: ChecklistTemplateSerializer})
    @action(detail=True, methods=["post"])
    def next_edition(self, request: Request, number: str) -> Response:
        """Begins the next edition of a published checklist."""
        return self.answer(template_actions.next_edition(self.get_object(), by=self.actor), created=True)


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Validated values with clauses as plain dicts, as the record keeps them."""
    return values | {"refs": [dict(ref) for ref in values["refs"]]} if "refs" in values else values


class ChecklistItemSerializer(serializers.ModelSerializer[ChecklistItem]):
    """A question of an audit with its answer. `version`: as the sender read it; an older one answers 409 with both."""

    audit = NumberField(Audit)
    answered_by = serializers.SerializerMethodField()
    refs = AskedClauseSerializer(many=True, required=False)

    class Meta:
        model = ChecklistItem
        fields = ("number", "version", "audit", *ASKED, "position", "answer", "note", "answered_by", "answered_at")
        read_only_fields = ("number", "position", "answered_at")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []

    def get_answered_by(self, item: ChecklistItem) -> str:
        return item.answered_by.name if item.answered_by else ""


class ItemAnswerSerializer(serializers.Serializer[Any]):
    """An answer, its note, when it was given, and the version of the question that the sender read."""

    answer = serializers.ChoiceField(choices=Answer.choices, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, trim_whitespace=True)
    at = serializers.DateTimeField(required=False, allow_null=True)
    version = serializers.IntegerField()


class PutOnAuditSerializer(serializers.Serializer[Any]):
    """What goes onto an audit: a published checklist, or library questions by their codes."""

    audit = NumberField(Audit)
    template = NumberField(ChecklistTemplate, required=False)
    codes = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=1000)


class ItemFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number", label="Audit")
    open = django_filters.BooleanFilter(method="by_open", label="Without an answer")

    class Meta:
        model = ChecklistItem
        fields = ("system", "answer")

    def by_open(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(answer="") if value else rows.exclude(answer="")


class ItemViewSet(RecordViewSet):
    """An audit's questions: list, read, add, put, answer, `remove`."""

    model = ChecklistItem
    queryset = ChecklistItem.objects.none()
    serializer_class = ChecklistItemSerializer
    filterset_class = ItemFilter
    order = ("audit__number", "position", "number")
    needs = {
        "list": P.AUDIT_DRAFTS,
        "retrieve": P.AUDIT_DRAFTS,
        "create": P.CHECKLIST_EDIT,
        "put_on_audit": P.CHECKLIST_EDIT,
        "answered": P.AUDIT_CONDUCT,
        "remove": P.CHECKLIST_EDIT,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(is_removed=False)
        return rows.select_related("audit__site__vendor__sponsor", "audit__lead", "answered_by")

    @extend_schema(responses={201: ChecklistItemSerializer})
    def create(self, request: Request) -> Response:
        values = plain({name: value for name, value in self.checked(request).items() if name in {*ASKED, "audit"}})
        made = checklist_actions.add_item(values.pop("audit"), by=self.actor, **values)
        return self.answer(made, created=True)

    @extend_schema(request=PutOnAuditSerializer, responses={200: CopiedCountSerializer})
    @action(detail=False, methods=["post"], filter_backends=[], url_path="put")
    def put_on_audit(self, request: Request) -> Response:  # named `put`, it would answer PUT at every address
        """Copies a published checklist, or library questions, onto an audit; what is there already stays."""
        sent = PutOnAuditSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        count = 0
        if "template" in values:
            count += checklist_actions.put_template(values["audit"], values["template"], by=self.actor)
        if values.get("codes"):
            count += checklist_actions.put_questions(values["audit"], values["codes"], by=self.actor)
        return Response({"copied": count})

    @extend_schema(
        request=ItemAnswerSerializer,
        responses={
            200: ChecklistItemSerializer,
            409: OpenApiResponse(description="Somebody answered meanwhile, or too late."),
        },
    )
    @action(detail=True, methods=["post"], url_path="answer")
    def answered(self, request: Request, number: str) -> Response:
        """Answers the question. An empty answer opens it again."""
        item = self.get_object()
        sent = ItemAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        checklist_actions.answer_item(item, by=person_of(request), **sent.validated_data)
        return self.answer(item)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes a question that nobody has answered off the audit; its address answers 404 from here on."""
        item = self.get_object()
        checklist_actions.remove_item(item, by=self.actor, reason=required_reason(request))
        return Response(self.get_serializer(item).data)


class ScribeNoteSerializer(serializers.ModelSerializer[ScribeNote]):
    """A note of the visit. It is never changed: a correction is a new note that names the old one."""

    audit = NumberField(Audit)
    item = NumberField(ChecklistItem, required=False, allow_null=True)
    corrects = NumberField(ScribeNote, required=False, allow_null=True)
    author = serializers.SerializerMethodField()

    class Meta:
        model = ScribeNote
        fields = ("number", "audit", "item", "author", "noted_at", "text", "corrects")
        read_only_fields = ("number", "noted_at")

    def get_author(self, note: ScribeNote) -> str:
        return note.author.name


class NoteFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number", label="Audit")
    item = django_filters.CharFilter(field_name="item__number", label="Question")

    class Meta:
        model = ScribeNote
        fields = ()


class NoteViewSet(RecordViewSet):
    """Notes of a visit: list, read, write."""

    model = ScribeNote
    queryset = ScribeNote.objects.none()
    serializer_class = ScribeNoteSerializer
    filterset_class = NoteFilter
    order = ("-noted_at", "number")
    needs = {"list": P.AUDIT_DRAFTS, "retrieve": P.AUDIT_DRAFTS, "create": P.AUDIT_CONDUCT}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("audit", "item", "author", "corrects__item")

    @extend_schema(responses={201: ScribeNoteSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        made = checklist_actions.write_note(values.pop("audit"), by=person_of(request), **values)
        return self.answer(made, created=True)


ROUTES = (
    ("checklist-templates", TemplateViewSet),
    ("checklist-items", ItemViewSet),
    ("scribe-notes", NoteViewSet),
)
