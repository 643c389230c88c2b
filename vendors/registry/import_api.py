"""The API of imports of CMOs and sites: send a file, follow it, read its rows, confirm or discard."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from vendors.registry import importing
from vendors.registry.import_files import KINDS
from vendors.registry.runs import ImportRun
from vendors.registry.supply import ImportLine

COUNTS = ("read", "added", "changed", "unchanged", "refused", "repeated")
MOST_ROWS = 1000  # in one answer; `after` goes on


class CmoImportSerializer(serializers.ModelSerializer[ImportRun]):
    """A file of CMOs or sites and how far it is. In `preview` it waits for `confirm` or `discard`."""

    sent_by = serializers.CharField(source="sent_by.name", read_only=True, default=None)

    class Meta:
        model = ImportRun
        fields = (
            *("number", "kind", "file_name", "sha256", "size", "as_of", "status", "progress", "sent_by"),
            *("created_at", "finished_at", "failure", *COUNTS),
        )
        read_only_fields = fields


class CmoImportFileSerializer(serializers.Serializer[Any]):
    """The file, as multipart form data; its headings tell whether it holds CMOs or sites."""

    file = serializers.FileField()


class ImportLineSerializer(serializers.ModelSerializer[ImportLine]):
    """One row of the file: what it would do or did, or why it was refused. `changes` are [field, old, new]."""

    changes = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), read_only=True)
    cells = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ImportLine
        fields = ("row", "outcome", "title", "target_number", "changes", "column", "reason", "cells", "is_done")
        read_only_fields = fields


class CmoImportViewSet(RecordViewSet):
    """Imports of CMOs and sites of one's own company."""

    model = ImportRun
    queryset = ImportRun.objects.none()
    serializer_class = CmoImportSerializer
    parser_classes = (MultiPartParser, JSONParser)
    order = ("-created_at", "number")
    needs = dict.fromkeys(("list", "retrieve", "create", "rows", "confirm", "discard"), P.CMO_IMPORT)

    def get_queryset(self) -> Any:
        mine = super().get_queryset().filter(kind__in=list(KINDS))
        if getattr(self, "swagger_fake_view", False):
            return mine
        return mine.filter(wall_owner=self.actor.company_id).select_related("sent_by", "confirmed_by")

    @extend_schema(request=CmoImportFileSerializer, responses={201: CmoImportSerializer})
    def create(self, request: Request) -> Response:
        sent = CmoImportFileSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        person = person_of(request)
        run = importing.send_file(person.company, sent.validated_data["file"], by=person)
        importing.start(run)
        return self.answer(run, created=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("outcome", str, enum=ImportLine.Outcome.values),
            OpenApiParameter("after", int, description="Rows of the file after this one."),
        ],
        responses=ImportLineSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def rows(self, request: Request, number: str) -> Response:
        """Up to 1,000 rows in the file's order; `?outcome=refused` for those to mend, `?after=` goes on."""
        run = self.get_object()
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise exceptions.ValidationError({"after": ["Write the number of a row."]})
        lines = ImportLine.objects.visible_to(self.actor).filter(run=run, row__gt=int(after))
        outcome = request.query_params.get("outcome", "")
        if outcome:
            lines = lines.filter(outcome=outcome)
        return Response(ImportLineSerializer(lines.order_by("row")[:MOST_ROWS], many=True).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, number: str) -> Response:
        """Writes what the preview shows."""
        run = self.get_object()
        importing.confirm(run, by=person_of(request))
        importing.start(run)
        return self.answer(run)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, number: str) -> Response:
        run = self.get_object()
        importing.discard(run, by=person_of(request))
        return self.answer(run)


ROUTES: tuple[tuple[str, Any], ...] = (("cmo-imports", CmoImportViewSet),)
