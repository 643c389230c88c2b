"""The API of CAPAs for both sides: the pages' actions, walls and sentences. A CMO gets a narrower view of the sponsor.

A sponsor's answer never names the CMO's own CAPA: no field of these collections leads there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from audits.capa import actions, dates, work
from audits.capa.api_fields import (
    ActionSerializer,
    AgreeSerializer,
    AnswerExtensionSerializer,
    AskExtensionSerializer,
    CapaTransitionSerializer,
    ContainmentSerializer,
    DatesSerializer,
    DraftSerializer,
    DropSerializer,
    ExtensionsSerializer,
    FinishSerializer,
    ProposeSerializer,
    RecordSerializer,
    ResponsesSerializer,
    WorkSerializer,
)
from audits.capa.containment import record_containment
from audits.capa.filters import CapaFilter
from audits.capa.models import CapaAction, CapaLink
from audits.capa.own_api import OwnCapaViewSet
from audits.capa.vocabulary import Ball
from audits.capa.workflows import CAPA, RESPONSE
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionSerializer, TransitionsMixin
from cmo_portal.records.workflow import Offer, Transition

OF_A_ROUND = ("submit", "record_response")  # a round is sent to `responses`, with what it says
REVIEWS = ("return", "accept", "reask")
AGREES = frozenset({"agree_date", "agreed_day"})
TAKES = {"accept": AGREES}  # returning a round takes the next day instead
BY_OTHER_ACTS = ("agree_date", "withdraw", "reopen")


class BothWorkflows:
    """The moves of the response and of the CAPA as one table; their names do not meet."""

    by_name: ClassVar[dict[str, Transition]] = {
        name: transition
        for workflow in (RESPONSE, CAPA)
        for name, transition in workflow.by_name.items()
        if name not in (*OF_A_ROUND, *BY_OTHER_ACTS)
    }

    def offers(self, record: Record, by: Actor) -> list[Offer]:
        found = [*RESPONSE.offers(record, by), *CAPA.offers(record, by)]
        return [offer for offer in found if offer.transition.name in self.by_name]


class PartnerCapaSerializer(serializers.ModelSerializer[CapaLink]):
    """A CAPA as the CMO reads it. Days are calendar days; `ball` is whose move it is, `due_date` by when."""

    finding = serializers.CharField(source="finding.number", read_only=True)
    label = serializers.CharField(source="finding.label", read_only=True)  # type: ignore[assignment]
    title = serializers.CharField(source="finding.title", read_only=True)
    classification = serializers.CharField(source="finding.classification", read_only=True)
    audit = serializers.CharField(source="finding.audit.number", read_only=True)
    site = serializers.CharField(source="finding.audit.site.number", read_only=True)
    sponsor = serializers.CharField(source="finding.audit.site.vendor.sponsor.name", read_only=True)
    days_of_cmo = serializers.SerializerMethodField()
    days_of_sponsor = serializers.SerializerMethodField()

    class Meta:
        model = CapaLink
        fields: tuple[str, ...] = (
            *("number", "version", "finding", "label", "title", "classification", "audit", "site", "sponsor"),
            *("response_status", "status", "rounds", "response_due_date", "responded_date", "accepted_date"),
            *("suggested_date", "agreed_date", "implemented_date", "check_date", "closed_date"),
            *("contain_at", "contained_at", "containment_recorded_at", "contained_by_name", "containment"),
            *("ball", "ball_since_date", "due_date", "days_of_cmo", "days_of_sponsor"),
        )
        read_only_fields = fields

    def get_days_of_cmo(self, link: CapaLink) -> int:
        return link.days_of(Ball.PARTNER, timezone.localdate())

    def get_days_of_sponsor(self, link: CapaLink) -> int:
        return link.days_of(Ball.SPONSOR, timezone.localdate())


class CapaSerializer(PartnerCapaSerializer):
    """A CAPA as its sponsor reads it."""

    cmo = serializers.CharField(source="finding.audit.site.vendor.number", read_only=True)
    has_joined = serializers.BooleanField(read_only=True)

    class Meta(PartnerCapaSerializer.Meta):
        fields = (*PartnerCapaSerializer.Meta.fields, "cmo", "has_joined")
        read_only_fields = fields


class CapaViewSet(TransitionsMixin, RecordViewSet):
    """CAPAs: list with filters, read, move, and their responses, draft, dates, extensions and actions."""

    model = CapaLink
    queryset = CapaLink.objects.none()
    serializer_class = CapaSerializer
    partner_serializer = PartnerCapaSerializer
    filterset_class = CapaFilter
    order = ("due_date", "number")
    workflow: ClassVar[Any] = BothWorkflows()
    transition_serializer: ClassVar[type[TransitionSerializer]] = CapaTransitionSerializer
    needs = {
        "list": P.CAPA_VIEW,
        "retrieve": P.CAPA_VIEW,
        "transitions": P.CAPA_VIEW,
        "responses": P.CAPA_VIEW,
        "containment": P.CAPA_EVIDENCE,
        "draft": P.CAPA_ANSWER,
        "dates": P.CAPA_VIEW,
        "agree": P.CAPA_DATE,
        "extensions": P.CAPA_VIEW,
        "answer_extension": P.CAPA_DATE,
        "planned": P.CAPA_VIEW,
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.with_places()

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        link: Any = record
        if name in REVIEWS:
            keywords.pop("credentials")
            unknown = sorted(set(keywords) - {"by", "reason", "version"} - TAKES.get(name, {"response_due_date"}))
            if unknown:
                raise ValidationError(dict.fromkeys(unknown, "This move does not take it."))
            if keywords.get("agree_date") and not keywords.get("agreed_day"):
                raise ValidationError({"agreed_day": "Send the day that you agree to."})
            actions.review(link, name, **keywords)
        else:
            work.move_link(link, name, **keywords)

    def sent(self, kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        serializer = kind(data=request.data)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(serializer.validated_data)
        return values

    @extend_schema(methods=["GET"], responses={200: ResponsesSerializer})
    @extend_schema(methods=["POST"], request=RecordSerializer, responses={201: CapaSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def responses(self, request: Request, number: str) -> Answer:
        """The rounds. POST sends the next one. A CMO sends its draft, with what the request says put into it first;
        nothing is kept where a colleague wrote meanwhile (409) or something is missing. A sponsor sends, with
        `author_name` and `received_date`, what a CMO that has not joined answered elsewhere."""
        link, person = self.get_object(), person_of(request)
        if request.method == "GET":
            return Answer(ResponsesSerializer({"responses": link.responses.order_by("round")}).data)
        values = self.sent(RecordSerializer, request)
        if self.actor.company_kind == PARTNER:
            content = {name: values[name] for name in DraftSerializer.Meta.content if name in values}
            actions.write_and_submit(link, by=person, draft_version=values.get("draft_version"), **content)
        else:
            if not person.may(P.CAPA_RECORD):
                raise PermissionDenied
            lacking = [name for name in ("author_name", "received_date", "root_cause") if not values.get(name)]
            if lacking:
                raise serializers.ValidationError({name: ["A recorded response needs it."] for name in lacking})
            values.pop("draft_version", None)
            actions.record_response(link, by=person, **values)
        return self.answer(link, created=True)

    @extend_schema(request=ContainmentSerializer, responses={200: CapaSerializer})
    @action(detail=True, methods=["post"])
    def containment(self, request: Request, number: str) -> Answer:
        """Records what was done at once about a critical finding, which stops the clock of hours."""
        link = self.get_object()
        record_containment(link, by=person_of(request), **self.sent(ContainmentSerializer, request))
        return self.answer(link)

    @extend_schema(methods=["GET"], responses={200: DraftSerializer})
    @extend_schema(methods=["PUT"], request=DraftSerializer, responses={200: DraftSerializer})
    @action(detail=True, methods=["get", "put"], pagination_class=None, filter_backends=[])
    def draft(self, request: Request, number: str) -> Answer:
        """The CMO's draft, which no sponsor reads. PUT keeps what it says over the `version` that was read."""
        link, person = self.get_object(), person_of(request)
        draft = actions.draft_of(link, person)
        if request.method == "PUT":
            serializer = DraftSerializer(draft, data=request.data, partial=True)
            serializer.is_valid(raise_exception=True)
            values = dict(serializer.validated_data)
            actions.require_draft_version(draft, values.get("version"), field="version")
            actions.save_draft(draft, by=person, **values)
        return Answer(DraftSerializer(draft).data)

    @extend_schema(methods=["GET"], responses={200: DatesSerializer})
    @extend_schema(methods=["POST"], request=ProposeSerializer, responses={201: CapaSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def dates(self, request: Request, number: str) -> Answer:
        """The days that were proposed. POST proposes one; `outside` passes on that of a CMO that has not joined."""
        link = self.get_object()
        if request.method == "GET":
            return Answer(DatesSerializer({"dates": link.date_proposals.order_by("pk")}).data)
        values = self.sent(ProposeSerializer, request)
        dates.propose_date(link, values.pop("date"), by=self.actor, **values)
        return self.answer(link, created=True)

    @extend_schema(request=AgreeSerializer, responses={200: CapaSerializer})
    @action(detail=True, methods=["post"], url_path="dates/agree")
    def agree(self, request: Request, number: str) -> Answer:
        """Agrees the day that the other side proposed; 409 where another one stands there by now."""
        link, values = self.get_object(), self.sent(AgreeSerializer, request)
        dates.agree(link, by=self.actor, day=values["date"], outside=values["outside"])
        return self.answer(link)

    @extend_schema(methods=["GET"], responses={200: ExtensionsSerializer})
    @extend_schema(methods=["POST"], request=AskExtensionSerializer, responses={201: CapaSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def extensions(self, request: Request, number: str) -> Answer:
        """The later dates that were asked for. POST asks for one."""
        link = self.get_object()
        if request.method == "GET":
            return Answer(ExtensionsSerializer({"extensions": link.extensions.order_by("pk")}).data)
        values = self.sent(AskExtensionSerializer, request)
        dates.ask_extension(link, values.pop("new_date"), by=self.actor, **values)
        return self.answer(link, created=True)

    @extend_schema(request=AnswerExtensionSerializer, responses={200: CapaSerializer})
    @action(detail=True, methods=["post"], url_path="extensions/answer")
    def answer_extension(self, request: Request, number: str) -> Answer:
        """Answers the later date that was read; 409 where that one is answered already."""
        link = self.get_object()
        values = self.sent(AnswerExtensionSerializer, request)
        extension = get_object_or_404(link.extensions.all(), number=values.pop("extension"))
        extension.link = link
        dates.answer_extension(extension, by=self.actor, **values)
        return self.answer(link)

    @extend_schema(methods=["GET"], responses={200: WorkSerializer})
    @extend_schema(methods=["POST"], request=ActionSerializer, responses={201: CapaSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[], url_path="actions")
    def planned(self, request: Request, number: str) -> Answer:
        """The actions. POST adds one after the response was accepted."""
        link = self.get_object()
        if request.method == "GET":
            return Answer(WorkSerializer({"actions": link.actions.order_by("is_removed", "due_date", "pk")}).data)
        work.add_action(link, by=self.actor, **self.sent(ActionSerializer, request))
        return self.answer(link, created=True)


class CapaActionViewSet(RecordViewSet):
    """Single actions of CAPAs: list, read, record as done, drop."""

    model = CapaAction
    queryset = CapaAction.objects.none()
    serializer_class = ActionSerializer
    order = ("due_date", "number")
    needs = {
        "list": P.CAPA_VIEW,
        "retrieve": P.CAPA_VIEW,
        "finish": P.CAPA_VIEW,
        "drop": P.CAPA_REVIEW,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("link__finding__audit__site__vendor__sponsor")

    @extend_schema(request=FinishSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, number: str) -> Answer:
        """Records that the action was done, and what was done."""
        row = self.get_object()
        serializer = FinishSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        work.finish_action(row, by=self.actor, **serializer.validated_data)
        return self.answer(row)

    @extend_schema(request=DropSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, number: str) -> Answer:
        """The sponsor agrees that the action is not needed any more."""
        row = self.get_object()
        serializer = DropSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        work.drop_action(row, by=self.actor, **serializer.validated_data)
        return self.answer(row)


ROUTES: tuple[tuple[str, Any], ...] = (
    ("capas", CapaViewSet),
    ("capa-actions", CapaActionViewSet),
    ("own-capas", OwnCapaViewSet),
)
