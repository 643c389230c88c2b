"""The API of the CMO's own CAPAs. No sponsor holds the right to it, so no answer differs by what exists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from audits.capa import own
from audits.capa.api_fields import CONTENT, PlannedSerializer, TreeField
from audits.capa.filters import OwnCapaFilter
from audits.capa.models import Capa, CapaLink, OwnLink
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason


class OwnCapaSerializer(serializers.ModelSerializer[Capa]):
    """A CAPA of the CMO's own, with how many of its findings are closed."""

    five_whys = serializers.ListField(child=serializers.CharField(allow_blank=True, max_length=1000), required=False)
    cause_tree = TreeField(required=False)
    actions = PlannedSerializer(many=True, required=False)
    link_count = serializers.IntegerField(read_only=True, default=0)
    closed_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Capa
        fields = (
            *("number", "version", "title", "own_reference", "target_date", *CONTENT),
            *("link_count", "closed_count", "is_withdrawn"),
        )
        read_only_fields = ("number", "is_withdrawn")
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}


class OwnLinkSerializer(serializers.ModelSerializer[OwnLink]):
    """A finding that the CAPA answers, and what of the CAPA its sponsor may read."""

    capa_link = NumberField(CapaLink, source="link")

    class Meta:
        model = OwnLink
        fields = ("capa_link", "is_root_cause_shared", "is_evidence_shared", "shared_date")
        read_only_fields = ("shared_date",)


class OwnLinksSerializer(serializers.Serializer[Any]):
    links = OwnLinkSerializer(many=True)


class WhichSerializer(serializers.Serializer[Any]):
    """One of the CAPA's findings, by the number of its link."""

    capa_link = serializers.CharField(max_length=24)


class CopiedSerializer(serializers.Serializer[Any]):
    copied = serializers.ListField(child=serializers.CharField())


class OwnCapaViewSet(RecordViewSet):
    """The CMO's own CAPAs: list, read, open, revise, `withdraw`, `restore`; what they answer, share and copy."""

    model = Capa
    queryset = Capa.objects.none()
    serializer_class = OwnCapaSerializer
    filterset_class = OwnCapaFilter
    order = ("title", "number")
    needs = {
        "list": P.CAPA_OWN,
        "retrieve": P.CAPA_OWN,
        "create": P.CAPA_ANSWER,
        "partial_update": P.CAPA_ANSWER,
        "withdraw": P.CAPA_ANSWER,
        "restore": P.CAPA_ANSWER,
        "links": P.CAPA_OWN,
        "copy": P.CAPA_ANSWER,
        "take_out": P.CAPA_ANSWER,
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.with_progress(OwnLink.objects.visible_to(self.actor))

    @extend_schema(responses={201: OwnCapaSerializer})
    def create(self, request: Request) -> Answer:
        values = self.checked(request)
        values.pop("version", None)
        return self.answer(own.open_capa(by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Answer:
        capa = self.get_object()
        own.revise_capa(capa, by=self.actor, **self.checked(request, partial=True))
        return self.answer(capa)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Answer:
        """Takes the CAPA out of use once it answers nothing any more."""
        capa = self.get_object()
        own.withdraw_capa(capa, by=self.actor, reason=required_reason(request))
        return self.answer(capa)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, number: str) -> Answer:
        """Takes a withdrawn CAPA back into use."""
        capa = self.get_object()
        own.restore_capa(capa, by=self.actor)
        return self.answer(capa)

    @extend_schema(methods=["GET"], responses={200: OwnLinksSerializer})
    @extend_schema(methods=["POST"], request=OwnLinkSerializer, responses={200: OwnLinksSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def links(self, request: Request, number: str) -> Answer:
        """The findings it answers. POST adds one, or changes what its sponsor may read."""
        capa = self.get_object()
        if request.method == "POST":
            if not self.actor.may(P.CAPA_ANSWER):
                raise PermissionDenied
            serializer = OwnLinkSerializer(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            values: dict[str, Any] = dict(serializer.validated_data)
            link = values.pop("link")
            row = self.rows_of(capa).filter(link=link).first()
            if row is None:
                own.add_link(capa, link, by=self.actor, **values)
            else:
                own.choose(row, by=self.actor, **values)
        return Answer(OwnLinksSerializer({"links": self.rows_of(capa)}).data)

    def rows_of(self, capa: Capa) -> Any:
        rows = OwnLink.objects.visible_to(self.actor).filter(capa=capa, is_removed=False)
        return rows.select_related("capa", "link__finding__audit__site__vendor__sponsor").order_by("pk")

    def named(self, capa: Capa, request: Request) -> OwnLink:
        serializer = WhichSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data["capa_link"]
        found: OwnLink = get_object_or_404(self.rows_of(capa), link__number=wanted)
        return found

    @extend_schema(request=WhichSerializer, responses={200: CopiedSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, number: str) -> Answer:
        """Copies what is chosen to one finding's side."""
        return Answer({"copied": own.copy_to_link(self.named(self.get_object(), request), by=self.actor)})

    @extend_schema(request=WhichSerializer, responses={200: OwnLinksSerializer})
    @action(detail=True, methods=["post"])
    def take_out(self, request: Request, number: str) -> Answer:
        """Takes one finding out of the CAPA; what was copied stays."""
        capa = self.get_object()
        own.remove_link(self.named(capa, request), by=self.actor)
        return Answer(OwnLinksSerializer({"links": self.rows_of(capa)}).data)
