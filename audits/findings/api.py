"""Findings, their factual check and the register of clauses over the API: the pages' actions, walls and sentences."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.conduct.models import ChecklistItem
from audits.findings import actions, clauses
from audits.findings.factual_api import ROUTES as FACTUAL_CHECKS
from audits.findings.filters import FindingFilter
from audits.findings.forms import SENTENCES
from audits.findings.models import FactualComment, Finding, InternalNote
from audits.findings.vocabulary import DisputeOutcome, FindingClass, FindingStatus, Verdict
from audits.findings.workflows import FINDING, missing
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from cmo_portal.records.workflow import Offer
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason

ONCE = ("audit", "item", "client_key")
VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}
SAID = ("title", "statement", "evidence", "system", "refs", "classification", "classification_reason",
        "product_impact", "is_site_wide", "late_reason")  # fmt: skip
STANDS = ("status", "issued_date", "response_due_date", "closed_date", "factual_round", "dispute_outcome",
          "dispute_note")  # fmt: skip


class RefSerializer(serializers.Serializer[Any]):
    """One clause: `{"source": "21 CFR 211", "clause": "211.192"}`."""

    source = serializers.CharField(max_length=40)  # type: ignore[assignment]
    clause = serializers.CharField(max_length=40)


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding as its sponsor reads it. `audit` and `item` are given once; `missing` says what a draft still lacks."""

    audit = NumberField(Audit)
    item = NumberField(ChecklistItem, required=False, allow_null=True)
    client_key = serializers.CharField(required=False, allow_blank=True, max_length=40, write_only=True)
    refs = RefSerializer(many=True, required=False)
    site = serializers.CharField(source="audit.site.number", read_only=True)
    cmo = serializers.CharField(source="audit.site.vendor.number", read_only=True)
    repeat_of = serializers.CharField(source="repeat_of.number", read_only=True, default=None)
    combined_into = serializers.CharField(source="combined_into.number", read_only=True, default=None)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = Finding
        fields = ("number", "version", "label", "audit", "item", "client_key", "site", "cmo", *SAID, *STANDS,
                  "repeat_of", "repeat_reason", "combined_into", "is_shared", "is_late", "missing")  # fmt: skip
        read_only_fields = ("number", "label", *STANDS, "repeat_reason", "is_shared", "is_late")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []

    def get_missing(self, finding: Finding) -> dict[str, str]:
        """field -> sentence, of a draft."""
        if finding.status != FindingStatus.DRAFT:
            return {}
        return {name: SENTENCES[name] for name in missing(finding)}


class PartnerFindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding as the CMO reads it: what was shared with it, and whose audit it is."""

    audit = serializers.CharField(source="audit.number", read_only=True)
    sponsor = serializers.CharField(source="audit.site.vendor.sponsor.name", read_only=True)
    site = serializers.CharField(source="audit.site.number", read_only=True)
    repeat_of = serializers.CharField(source="repeat_of.number", read_only=True, default=None)
    refs = RefSerializer(many=True, read_only=True)

    class Meta:
        model = Finding
        fields = ("number", "label", "audit", "sponsor", "site", *SAID, *STANDS, "repeat_of", "repeat_reason")
        read_only_fields = fields


class CommentSerializer(serializers.ModelSerializer[FactualComment]):
    """What the CMO said in one round, and how a disagreement was settled. Both sides read it whole."""

    class Meta:
        model = FactualComment
        fields = ("number", "round", "verdict", "text", "author_name", "is_outside", "said_date", "answer_due_date",
                  "outcome", "answer", "answered_by_name", "answered_date")  # fmt: skip
        read_only_fields = fields


class FactualAnswerSerializer(serializers.Serializer[Any]):
    """The CMO's answer. `said_by` only where the sponsor writes down what came outside the portal."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    text = serializers.CharField(required=False, allow_blank=True, max_length=8000, default="")
    said_by = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")


class SettleSerializer(serializers.Serializer[Any]):
    """How a disagreement ends; title, statement and evidence only where it is reworded."""

    outcome = serializers.ChoiceField(choices=DisputeOutcome.choices)
    note = serializers.CharField(max_length=8000)
    title = serializers.CharField(required=False, max_length=200)
    statement = serializers.CharField(required=False)
    evidence = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class ReclassifySerializer(serializers.Serializer[Any]):
    """Another class, signed."""

    classification = serializers.ChoiceField(choices=FindingClass.choices)
    reason = serializers.CharField(max_length=2000)
    password = serializers.CharField(write_only=True, trim_whitespace=False, required=False)
    code = serializers.CharField(write_only=True, required=False, allow_blank=True, max_length=12)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class RepeatSerializer(serializers.Serializer[Any]):
    """An earlier finding of the site, and why it is the same. An empty `earlier` takes a repeat back."""

    earlier = NumberField(Finding, allow_null=True)
    reason = serializers.CharField(max_length=2000)


class CombineSerializer(serializers.Serializer[Any]):
    """Drafts of one audit, classified as other, that add up to a major; `reason` explains it and carries the class."""

    audit = NumberField(Audit)
    parts = serializers.ListField(child=NumberField(Finding), max_length=100)
    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=8000)

    def validate_parts(self, parts: list[Finding]) -> list[Finding]:
        """Each finding once, however often it is named."""
        return list({part.pk: part for part in parts}.values())


class NoteSerializer(serializers.ModelSerializer[InternalNote]):
    """A note among colleagues; it never leaves the company."""

    author = serializers.CharField(source="author.name", read_only=True)

    class Meta:
        model = InternalNote
        fields = ("number", "author", "created_at", "text")
        read_only_fields = ("number", "created_at")


ProposalSerializer = inline_serializer(
    "RepeatProposal",
    {"number": serializers.CharField(), "label": serializers.CharField(), "title": serializers.CharField(),
     "audit": serializers.CharField(), "why": serializers.CharField(), "points": serializers.IntegerField()},
    many=True,
)  # fmt: skip


class FindingViewSet(TransitionsMixin, RecordViewSet):
    """Findings: list with filters, read, record, revise a draft, combine, `transitions`, and the acts on the facts."""

    model = Finding
    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    partner_serializer = PartnerFindingSerializer
    filterset_class = FindingFilter
    order = ("-created_at", "number")
    workflow = FINDING
    needs = {
        "list": P.FINDING_VIEW,
        "retrieve": P.FINDING_VIEW,
        "create": P.FINDING_EDIT,
        "partial_update": P.FINDING_EDIT,
        "transitions": P.FINDING_VIEW,
        "comments": P.FINDING_VIEW,
        "answer_facts": P.FINDING_VIEW,
        "settle": P.DISPUTE_SETTLE,
        "reclassify": P.FINDING_RECLASSIFY,
        "repeats": P.FINDING_EDIT,
        "repeat": P.FINDING_EDIT,
        "combine": P.FINDING_EDIT,
        "separate": P.FINDING_EDIT,
        "notes": P.AUDIT_DRAFTS,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Finding.objects.none()
        rows = Finding.objects.open_to(self.actor)
        related = ["audit__site__vendor__sponsor", "audit__site__vendor__company", "repeat_of"]
        if self.actor.company_kind != PARTNER:
            related += ["item", "combined_into"]
        return rows.select_related(*related)

    @extend_schema(responses={201: FindingSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        audit = values.pop("audit")
        return self.answer(actions.raise_finding(audit, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        finding = self.get_object()
        values = {k: v for k, v in self.checked(request, partial=True).items() if k not in ONCE}
        data: Any = request.data
        actions.revise_finding(finding, by=self.actor, reason=str(data.get("reason", ""))[:300], **values)
        return self.answer(finding)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        actions.move(record, name, **keywords)  # type: ignore[arg-type]

    def offers(self, record: Record) -> list[Offer]:
        return [offer for offer in super().offers(record) if offer.transition.name in actions.ALONE]

    @extend_schema(responses={200: CommentSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def comments(self, request: Request, number: str) -> Response:
        """What the CMO said of the facts, round by round."""
        rows = FactualComment.objects.visible_to(self.actor).filter(finding=self.get_object()).order_by("round")
        return Response(CommentSerializer(rows, many=True).data)

    @extend_schema(request=FactualAnswerSerializer)
    @action(detail=True, methods=["post"], url_path="answer", filter_backends=[])
    def answer_facts(self, request: Request, number: str) -> Response:
        """The CMO's answer on the facts; the same again changes it as long as the round runs."""
        finding = self.get_object()
        sent = FactualAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.comment(finding, by=self.actor, **sent.validated_data)
        return self.answer(finding)

    @extend_schema(request=SettleSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def settle(self, request: Request, number: str) -> Response:
        """The programme owner's word on a disagreement."""
        finding = self.get_object()
        sent = SettleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.settle(finding, by=self.actor, **sent.validated_data)
        return self.answer(finding)

    @extend_schema(request=ReclassifySerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def reclassify(self, request: Request, number: str) -> Response:
        """Another class for what the CMO has read, signed with the reason."""
        finding = self.get_object()
        sent = ReclassifySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        actions.reclassify(finding, by=self.actor, credentials=self.proof(values), **values)
        return self.answer(finding)

    @extend_schema(responses={200: ProposalSerializer})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def repeats(self, request: Request, number: str) -> Response:
        """Earlier findings of the site that look the same, and why."""
        found = actions.earlier_like(self.get_object(), self.actor)
        return Response(
            [
                {"number": each.finding.number, "label": each.finding.label, "title": each.finding.title,
                 "audit": each.finding.audit.number, "why": each.why, "points": each.points}
                for each in found
            ]
        )  # fmt: skip

    @extend_schema(request=RepeatSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def repeat(self, request: Request, number: str) -> Response:
        """Confirms a repeat, or takes it back."""
        finding = self.get_object()
        sent = RepeatSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        earlier, reason = sent.validated_data["earlier"], sent.validated_data["reason"]
        if earlier is None:
            actions.clear_repeat(finding, by=self.actor, reason=reason)
        else:
            actions.confirm_repeat(finding, by=self.actor, earlier=earlier, reason=reason)
        return self.answer(finding)

    @extend_schema(request=CombineSerializer, responses={201: FindingSerializer})
    @action(detail=False, methods=["post"], filter_backends=[])
    def combine(self, request: Request) -> Response:
        """Makes a major of several others; its draft brings their words together."""
        sent = CombineSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        return self.answer(actions.combine(values.pop("audit"), by=self.actor, **values), created=True)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def separate(self, request: Request, number: str) -> Response:
        """Takes the finding out of its combination."""
        finding = self.get_object()
        actions.separate(finding, by=self.actor, reason=required_reason(request))
        return self.answer(finding)

    @extend_schema(request=NoteSerializer, responses={200: NoteSerializer(many=True), 201: NoteSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def notes(self, request: Request, number: str) -> Response:
        """Internal notes of the sponsor's people."""
        finding = self.get_object()
        if request.method == "GET":
            rows = InternalNote.objects.visible_to(self.actor).filter(finding=finding).select_related("author")
            return Response(NoteSerializer(rows.order_by("created_at"), many=True).data)
        sent = NoteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = actions.add_note(finding.audit, by=self.actor, finding=finding, text=sent.validated_data["text"])
        return Response(NoteSerializer(made).data, status=201)


class ClauseSerializer(serializers.Serializer[Any]):
    """A clause of the register with our short title."""

    source = serializers.CharField()  # type: ignore[assignment]
    clause = serializers.CharField()
    title = serializers.CharField()
    words = serializers.CharField()


class ClauseViewSet(viewsets.ViewSet):
    """The register of clauses; `?q=` searches it by words or numbers."""

    needs = {"list": P.FINDING_VIEW}

    @extend_schema(responses={200: ClauseSerializer(many=True)})
    def list(self, request: Request) -> Response:
        words = request.query_params.get("q", "")[:100]
        found = clauses.search(words, limit=50) if words.strip() else clauses.CLAUSES
        return Response(ClauseSerializer(found, many=True).data)


ROUTES: tuple[tuple[str, Any], ...] = (
    ("findings", FindingViewSet),
    *FACTUAL_CHECKS,
    ("clauses", ClauseViewSet),
)
