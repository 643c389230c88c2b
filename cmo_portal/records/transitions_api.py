"""The moves of every workflow over the API: one address, the same guards, sentences and signatures as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.records.record import Record
from cmo_portal.records.signing import Credentials
from cmo_portal.records.workflow import Offer, Workflow

if TYPE_CHECKING:
    from cmo_portal.records.api import RecordViewSet

    Base = RecordViewSet
else:
    Base = object


class TransitionSerializer(serializers.Serializer[Any]):
    """A move: its name, why, the proof of a signed one, and the version the sender read."""

    name = serializers.CharField(max_length=40)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    password = serializers.CharField(required=False, write_only=True, trim_whitespace=False)
    code = serializers.CharField(required=False, write_only=True, allow_blank=True, max_length=12)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


@extend_schema_serializer(many=False)
class OfferSerializer(serializers.Serializer[Any]):
    """A move the asker has the right to, and what closes it now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_signed = serializers.BooleanField()
    reason_needed = serializers.BooleanField()
    refusal = serializers.CharField(allow_null=True)


class OffersSerializer(serializers.Serializer[Any]):
    transitions = OfferSerializer(many=True)


class TransitionsMixin(Base):
    """Adds `GET` and `POST …/transitions/` to a collection. Each move's own permission is asked by the workflow.

    workflow: the table of moves. transition_serializer: a subclass may add fields that the moves take. The collection
    names `transitions` in its `needs`, as the right to look at all. Wrong state answers 409 with the sentence.
    """

    workflow: ClassVar[Workflow]
    transition_serializer: ClassVar[type[TransitionSerializer]] = TransitionSerializer

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        """Performs the move; a subject with fields of its own calls its action here."""
        self.workflow.perform(record, name, **keywords)

    def offers(self, record: Record) -> list[Offer]:
        """The moves this address makes; a subject whose moves partly follow from other acts leaves those out."""
        return self.workflow.offers(record, self.actor)

    @extend_schema(responses={200: OffersSerializer}, methods=["GET"])
    @extend_schema(
        request=TransitionSerializer,
        responses={
            200: OpenApiResponse(description="The record after the move."),
            403: OpenApiResponse(description="No right to the move, or the proof of the signature failed."),
            409: OpenApiResponse(description="The move is not open now, or the record changed meanwhile."),
        },
        methods=["POST"],
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def transitions(self, request: Request, number: str) -> Response:
        record = self.get_object()
        if request.method == "GET":
            return Response({"transitions": [self.offered(offer) for offer in self.offers(record)]})
        sent = self.transition_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        name = values.pop("name")
        if name not in self.workflow.by_name:
            known = ", ".join(self.workflow.by_name)
            raise exceptions.ValidationError({"name": [f"There is no move of this name. Known: {known}."]})
        self.move(record, name, by=self.actor, credentials=self.proof(values), **values)
        return self.answer(record)

    @staticmethod
    def proof(values: dict[str, Any]) -> Credentials | None:
        password, code = values.pop("password", None), values.pop("code", "")
        return None if password is None else Credentials(password, code)

    @staticmethod
    def offered(offer: Any) -> dict[str, Any]:
        move = offer.transition
        signed = bool(move.signature)
        facts = {"name": move.name, "label": move.verb, "is_signed": signed, "reason_needed": move.reason_needed}
        return facts | {"refusal": offer.refusal}
