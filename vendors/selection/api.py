"""The API of selections: the same rows, actions, sentences and blind rules as the pages. For partners there is none."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from cmo_portal.records.workflow import WrongState
from vendors.registry.api_fields import ReasonSerializer
from vendors.registry.models import Site
from vendors.registry.supply import Product
from vendors.selection import actions, marking, tree_actions
from vendors.selection.analysis import BadDocument, analyse
from vendors.selection.assembling import load
from vendors.selection.filters import OfSelection, SelectionFilter
from vendors.selection.models import Candidate, Criterion, Mark, Selection, Status
from vendors.selection.result_document import document_of
from vendors.selection.templates_library import PRESETS
from vendors.selection.workflows import SELECTION

BRIEF = (
    "title",
    "brief",
    "product",
    "modality",
    "dosage_form",
    "service",
    "supply_stage",
    "annual_volume",
    "volume_unit",
    "need_date",
    "scoring_due_date",
    "stage",
    "missing",
    "scale_low",
    "scale_high",
)
VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class OwnRecord(serializers.SlugRelatedField[Any]):
    """Another record by its number, of those the asker may see; `among` says which model."""

    def __init__(self, among: Any, **kwargs: Any) -> None:
        self.among = among
        super().__init__(slug_field="number", queryset=among.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        return self.among.objects.visible_to(request.user) if request is not None else self.among.objects.none()


class SelectionSerializer(serializers.ModelSerializer[Selection]):
    """A selection. `template` (balanced, early_clinical, commercial_launch, generics) plants criteria in a new one."""

    product: Any = OwnRecord(Product, required=False, allow_null=True)
    template = serializers.ChoiceField(choices=list(PRESETS), required=False, write_only=True)

    class Meta:
        model = Selection
        fields = ("number", "version", "status", *BRIEF, "template")
        read_only_fields = ("number", "status")
        extra_kwargs = VERSION


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A node of the criteria tree; `weight` is of 100 among its siblings."""

    selection = OwnRecord(Selection)
    parent: Any = OwnRecord(Criterion, required=False, allow_null=True)

    class Meta:
        model = Criterion
        fields = (
            "number",
            "version",
            "selection",
            "parent",
            "name",
            "guidance",
            "weight",
            "kind",
            "direction",
            "unit",
            "low",
            "high",
            "target",
            "ceiling",
            "anchors",
        )
        read_only_fields = ("number",)
        extra_kwargs = VERSION


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    """A site that stands for choice. `reason` says why it comes; it is needed while scoring is open."""

    selection = OwnRecord(Selection)
    site = OwnRecord(Site)
    reason = serializers.CharField(required=False, write_only=True, allow_blank=True, max_length=500, default="")
    name = serializers.CharField(source="site.vendor.name", read_only=True)

    class Meta:
        model = Candidate
        fields = (
            *("number", "selection", "site", "name", "is_withdrawn", "note"),
            *("reason", "why_added", "why_withdrawn"),
        )
        read_only_fields = ("number", "is_withdrawn", "why_added", "why_withdrawn")


class ScoreSerializer(serializers.ModelSerializer[Mark]):
    """One evaluator's mark. A new one goes into one's own cell, whether it is empty or not."""

    selection = serializers.CharField(source="selection.number", read_only=True)
    criterion = OwnRecord(Criterion)
    candidate = OwnRecord(Candidate)
    evaluator = serializers.CharField(source="evaluator.name", read_only=True)
    value = serializers.IntegerField(allow_null=True, required=False)

    class Meta:
        model = Mark
        fields = (
            "number",
            "version",
            "selection",
            "criterion",
            "candidate",
            "evaluator",
            "value",
            "is_not_applicable",
            "comment",
            "confidence",
            "evidence_level",
        )
        read_only_fields = ("number",)
        extra_kwargs = VERSION
        validators: list[Any] = []  # the cell is unique; giving a mark again changes it


class SelectionViewSet(TransitionsMixin, RecordViewSet):
    """Selections: list with filters, read, create, revise, move, and the result once scoring is closed."""

    workflow = SELECTION

    model = Selection
    queryset = Selection.objects.none()
    serializer_class = SelectionSerializer
    filterset_class = SelectionFilter
    order = ("title", "number")
    needs = {
        "list": P.SELECTION_VIEW,
        "retrieve": P.SELECTION_VIEW,
        "create": P.SELECTION_EDIT,
        "partial_update": P.SELECTION_EDIT,
        "result": P.SELECTION_VIEW,
        "transitions": P.SELECTION_VIEW,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Selection.objects.none()
        return Selection.objects.open_to(self.actor).select_related("product", "owner", "sponsor")

    @extend_schema(responses={201: SelectionSerializer})
    def create(self, request: Request) -> Response:
        values, person = self.checked(request), person_of(request)
        values.pop("version", None)
        preset = values.pop("template", "")
        made = actions.create_selection(person.company, by=person, owner=person, preset=preset, **values)
        return self.answer(made, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        selection = self.get_object()
        values = self.checked(request, partial=True)
        values.pop("template", None)
        actions.revise_selection(selection, by=self.actor, **values)
        return self.answer(selection)

    @extend_schema(responses=inline_serializer("Result", {"sentence": serializers.CharField()}))
    @action(detail=True, methods=["get"])
    def result(self, request: Request, number: str) -> Response:
        """Totals, ranks, contributions, what would change the leader; 409 while scoring is open."""
        selection = self.get_object()
        if selection.status != Status.SCORED:
            raise WrongState("The result opens when scoring is closed, so that nobody's marks sway another's.")
        return Response(document_of(load(selection, self.actor)))

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        keywords.pop("credentials")  # no move of a selection is signed
        actions.move(record, name, **keywords)  # type: ignore[arg-type]


class PartViewSet(RecordViewSet):
    """Rows of selections that the asker may open; `?selection=` cuts them down to one."""

    filterset_class = OfSelection

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        open_ones = Selection.objects.open_to(self.actor)
        return self.model.objects.visible_to(self.actor).filter(selection__in=open_ones)

    def selection_of(self, values: dict[str, Any]) -> Selection:
        """The selection named in the request, as far as the asker may open it."""
        found: Selection | None = Selection.objects.open_to(self.actor).filter(pk=values.pop("selection").pk).first()
        if found is None:
            raise Http404
        return found


class CriterionViewSet(PartViewSet):
    """Criteria: list, read; add and revise while the selection is a draft. The weights of siblings sum to 100."""

    model = Criterion
    queryset = Criterion.objects.none()
    serializer_class = CriterionSerializer
    needs = {
        "list": P.SELECTION_VIEW,
        "retrieve": P.SELECTION_VIEW,
        "create": P.SELECTION_EDIT,
        "partial_update": P.SELECTION_EDIT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_retired=False).select_related("selection", "parent")

    @extend_schema(responses={201: CriterionSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        selection, parent = self.selection_of(values), values.pop("parent", None)
        return self.answer(tree_actions.add_criterion(selection, parent, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        node = self.get_object()
        values = self.checked(request, partial=True)
        values.pop("selection", None)
        values.pop("parent", None)
        tree_actions.revise_criterion(node, by=self.actor, **values)
        return self.answer(node)


class CandidateViewSet(PartViewSet):
    """Candidates: list, read, add, withdraw and bring back, with reasons, until scoring is closed."""

    model = Candidate
    queryset = Candidate.objects.none()
    serializer_class = CandidateSerializer
    needs = {
        "list": P.SELECTION_VIEW,
        "retrieve": P.SELECTION_VIEW,
        "create": P.SELECTION_EDIT,
        "withdraw": P.SELECTION_EDIT,
        "bring_back": P.SELECTION_EDIT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("selection", "site__vendor")

    @extend_schema(responses={201: CandidateSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        selection = self.selection_of(values)
        note, reason = values.get("note", ""), values["reason"]
        made = actions.add_candidate(selection, values["site"], by=self.actor, note=note, reason=reason)
        return self.answer(made, created=True)

    @extend_schema(request=ReasonSerializer, responses=CandidateSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Takes the candidate out of the ranking; it stays visible with the reason."""
        candidate = self.get_object()
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.withdraw_candidate(candidate, by=self.actor, reason=sent.validated_data["reason"])
        return self.answer(candidate)

    @extend_schema(request=None, responses=CandidateSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def bring_back(self, request: Request, number: str) -> Response:
        """Lets a withdrawn candidate stand again."""
        candidate = self.get_object()
        actions.return_candidate(candidate, by=self.actor)
        return self.answer(candidate)


class ScoreViewSet(PartViewSet):
    """Marks: one's own, a colleague's once one has marked the same cell, everybody's when scoring is closed."""

    model = Mark
    queryset = Mark.objects.none()
    serializer_class = ScoreSerializer
    needs = {"list": P.SELECTION_VIEW, "retrieve": P.SELECTION_VIEW, "create": P.SCORE_GIVE}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Mark.objects.none()
        return Mark.objects.open_to(self.actor).select_related("selection", "criterion", "candidate", "evaluator")

    @extend_schema(responses={201: ScoreSerializer})
    def create(self, request: Request) -> Response:
        """Gives, changes or clears one's own mark: `value`, or `is_not_applicable`, or neither."""
        values = self.checked(request)
        criterion, candidate = values.pop("criterion"), values.pop("candidate")
        if criterion.selection_id != candidate.selection_id:
            raise exceptions.ValidationError({"candidate": ["It stands in another selection than the criterion."]})
        selection = Selection.objects.open_to(self.actor).filter(pk=candidate.selection_id).first()
        if selection is None:
            raise Http404
        criterion.selection = candidate.selection = selection
        text = mark_text(values.pop("value", None), values.pop("is_not_applicable", False))
        mark = marking.give_mark(criterion, candidate, text, by=person_of(request), **values)
        if mark.pk is None:
            raise exceptions.ValidationError({"value": ["Give a value, or say that it does not apply."]})
        return self.answer(mark, created=True)


def mark_text(value: int | None, is_not_applicable: bool) -> str:
    """What a person would type into the cell."""
    if is_not_applicable:
        if value is not None:
            raise exceptions.ValidationError({"value": ["Give a value, or say that it does not apply; not both."]})
        return marking.NOT_APPLICABLE
    return "" if value is None else str(value)


class AnalysisViewSet(viewsets.GenericViewSet[Any]):
    """The decision arithmetic as an open calculator; nothing is stored. See `vendors/selection/analysis.py`."""

    serializer_class = serializers.Serializer
    needs = {"create": P.SELECTION_VIEW}

    @extend_schema(
        request=inline_serializer(
            "AnalysisDocument",
            {
                "alternatives": serializers.ListField(),
                "criteria": serializers.ListField(),
                "scores": serializers.ListField(),
            },
        ),
        responses=inline_serializer(
            "Analysis", {"version": serializers.CharField(), "sentence": serializers.CharField()}
        ),
    )
    def create(self, request: Request) -> Response:
        try:
            return Response(analyse(request.data))
        except BadDocument as error:
            raise exceptions.ValidationError({"document": error.errors}) from error


ROUTES: tuple[tuple[str, Any], ...] = (
    ("selections", SelectionViewSet),
    ("criteria", CriterionViewSet),
    ("candidates", CandidateViewSet),
    ("scores", ScoreViewSet),
    ("analysis", AnalysisViewSet),
)
