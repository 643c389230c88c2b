"""The API of the public record: events, registrations, imports; the same rows, actions and sentences as the pages."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from vendors.registry.runs import COUNTS, ImportRun
from vendors.regulatory import tasks
from vendors.regulatory.facts import FACTS
from vendors.regulatory.files import KINDS
from vendors.regulatory.filters import EventFilter, RegistrationFilter
from vendors.regulatory.importing import receive
from vendors.regulatory.models import Registration, RegulatoryEvent
from vendors.regulatory.refusals import refusals

SOURCE = ("source_file", "source_sha256", "source_row", "snapshot_date")
REFUSALS = 1000  # refused rows in one answer


class RegulatoryEventSerializer(serializers.ModelSerializer[RegulatoryEvent]):
    """One act of an authority at one site with its source. `area` is FDA's project area; only GMP areas count."""

    class Meta:
        model = RegulatoryEvent
        fields = (
            *("number", "authority", "type", "external_id", "area", "is_gmp", "fei", "legal_name"),
            *("city", "state", "country", "event_date", "outcome", "has_citations", "details"),
            *SOURCE,
        )
        read_only_fields = fields


class RegistrationSerializer(serializers.ModelSerializer[Registration]):
    """A registration with FDA, which is neither an approval nor an inspection."""

    operations = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_expired = serializers.SerializerMethodField()

    class Meta:
        model = Registration
        fields = (
            *("number", "fei", "duns", "firm_name", "address", "country", "expires_date", "is_expired"),
            *("operations", "registrant_name", "registrant_duns", "is_excluded"),
            *SOURCE,
        )
        read_only_fields = fields

    def get_is_expired(self, row: Registration) -> bool:
        return row.is_expired(timezone.localdate())


class ImportSerializer(serializers.ModelSerializer[ImportRun]):
    """An import and how far it is. `owner` is `company` for a file of one's own, `installation` for everybody's."""

    sent_by = serializers.CharField(source="sent_by.name", read_only=True, default=None)
    owner = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = (
            *("number", "kind", "kind_title", "file_name", "sha256", "size", "as_of", "status", "progress"),
            *("sent_by", "created_at", "started_at", "finished_at", "failure", "owner", *COUNTS),
        )
        read_only_fields = fields

    def get_owner(self, run: ImportRun) -> str:
        return "installation" if run.wall_owner is None else "company"


class UploadSerializer(serializers.Serializer[Any]):
    """A file to import, as multipart form data; without `kind` it is recognised, without `as_of` it is of today."""

    file = serializers.FileField()
    as_of = serializers.DateField(required=False)
    kind = serializers.ChoiceField(choices=[(kind.code, kind.label) for kind in KINDS], required=False)


class RefusalSerializer(serializers.Serializer[Any]):
    """A row of the file that was not taken: where, which column, why, and its cells by heading."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    reason = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField())


class RegulatoryEventViewSet(RecordViewSet):
    """What authorities found, newest first, each fact once. `?fei=` finds by FEI, with or without zero padding."""

    model = RegulatoryEvent
    queryset = RegulatoryEvent.objects.none()
    serializer_class = RegulatoryEventSerializer
    filterset_class = EventFilter
    order = ("-event_date", "number")
    needs = {"list": P.REGULATORY_VIEW, "retrieve": P.REGULATORY_VIEW}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return RegulatoryEvent.objects.none()
        return RegulatoryEvent.objects.shown_to(self.actor)


class RegistrationViewSet(RecordViewSet):
    """Who is registered with FDA, until when and for what."""

    model = Registration
    queryset = Registration.objects.none()
    serializer_class = RegistrationSerializer
    filterset_class = RegistrationFilter
    order = ("fei", "number")
    needs = {"list": P.REGULATORY_VIEW, "retrieve": P.REGULATORY_VIEW}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Registration.objects.none()
        return Registration.objects.shown_to(self.actor)


class RegulatoryImportViewSet(RecordViewSet):
    """Imports of regulatory files: send one, follow it, get the refused rows, start one again that nobody works on."""

    model = ImportRun
    queryset = ImportRun.objects.none()
    serializer_class = ImportSerializer
    parser_classes = (MultiPartParser,)
    order = ("-created_at", "number")
    needs = {
        "list": P.REGULATORY_IMPORT,
        "retrieve": P.REGULATORY_IMPORT,
        "create": P.REGULATORY_IMPORT,
        "refused": P.REGULATORY_IMPORT,
        "again": P.REGULATORY_IMPORT,
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(kind__in=FACTS).select_related("sent_by")

    @extend_schema(request=UploadSerializer, responses={202: ImportSerializer})
    def create(self, request: Request) -> Response:
        upload = UploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        person = person_of(request)
        file = upload.validated_data["file"]
        as_of: date | None = upload.validated_data.get("as_of")
        run = receive(
            file.file,
            by=person,
            sender=person,
            owner=person.company_id,
            name=file.name,
            kind=upload.validated_data.get("kind"),
            as_of=as_of,
        )
        tasks.call(run)
        return Response(ImportSerializer(run).data, status=202)

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.INT, description="Rows of the file after this one.")],
        responses=RefusalSerializer(many=True),
        filters=False,
    )
    @action(detail=True)
    def refused(self, request: Request, number: str) -> Response:
        """Up to 1,000 refused rows in the file's order; `?after=` the last row number goes on."""
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise exceptions.ValidationError({"after": ["Write the number of a row."]})
        rows = islice(refusals(self.get_object(), after=int(after)), REFUSALS)
        return Response(RefusalSerializer(rows, many=True).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, number: str) -> Response:
        """Calls again for a run of one's own company that nobody works on; leaves any other as it is."""
        run: ImportRun = self.get_object()
        if run.wall_owner != self.actor.company_id:
            raise exceptions.NotFound
        if run.is_lost(timezone.now()):
            tasks.call(run)
        return Response(ImportSerializer(run).data)


ROUTES: tuple[tuple[str, Any], ...] = (
    ("regulatory-events", RegulatoryEventViewSet),
    ("registrations", RegistrationViewSet),
    ("regulatory-imports", RegulatoryImportViewSet),
)
