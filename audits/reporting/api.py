"""The API of reports and certificates: the pages' actions, walls and sentences. The signed file is `…/file/`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme.models import Audit
from audits.reporting import actions
from audits.reporting.filters import CertificateFilter, ReportFilter
from audits.reporting.models import AuditCertificate, IssuedDocument, Report
from audits.reporting.workflows import REPORT
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.signing import Credentials
from cmo_portal.records.transitions_api import TransitionsMixin
from vendors.registry.api_fields import NumberField, required_reason


class ReportSerializer(serializers.ModelSerializer[Report]):
    """One edition. `facts` is what was signed; empty until it is issued."""

    audit = serializers.CharField(source="audit.number", read_only=True)
    facts = serializers.JSONField(source="snapshot", read_only=True)

    class Meta:
        model = Report
        fields = (
            *("number", "version", "audit", "edition", "status", "issued_date", "introduction", "background"),
            *("duration_note", "day_equivalents", "on_behalf_of", "contact", "high_risk_areas", "conclusion", "result"),
            *("change_note", "facts"),
        )
        read_only_fields = ("number", "edition", "status", "issued_date", "change_note")
        extra_kwargs = {"version": {"required": False, "read_only": False}}


class EnvelopeSerializer(serializers.Serializer[Any]):
    """The signed envelope of a file, as its `.sig.json` holds it."""

    envelope = serializers.DictField()
    public_key = serializers.CharField()
    signature = serializers.CharField()


class SignedFiles(RecordViewSet):
    """The envelope of the record's signed PDF."""

    @extend_schema(responses={200: EnvelopeSerializer, 404: OpenApiResponse(description="Nothing is issued yet.")})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def signature(self, request: Request, number: str) -> Response:
        record = self.get_object()
        document = IssuedDocument.objects.visible_to(self.actor).filter(about_number=record.number).first()
        if document is None:
            raise NotFound
        return Response(document.envelope)


class ReportViewSet(TransitionsMixin, SignedFiles):
    """Reports of audits: list, read, revise while in draft, move, correct an issued one."""

    model = Report
    queryset = Report.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    workflow = REPORT
    needs = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "partial_update": P.REPORT_WRITE,
        "transitions": P.AUDIT_VIEW,
        "correct": P.REPORT_WRITE,
        "signature": P.AUDIT_VIEW,
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Report.objects.none()
        return Report.objects.open_to(self.actor).select_related("audit__site__vendor__sponsor")

    def partial_update(self, request: Request, number: str) -> Response:
        report = self.get_object()
        actions.revise_report(report, by=self.actor, **self.checked(request, partial=True))
        return self.answer(report)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        actions.move_report(record, name, **keywords)  # type: ignore[arg-type]

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, number: str) -> Response:
        made = actions.correct(self.get_object(), by=self.actor, change_note=required_reason(request))
        return self.answer(made, created=True)


class AuditCertificateSerializer(serializers.ModelSerializer[AuditCertificate]):
    """A certificate; nothing of what was found."""

    audit = NumberField(Audit)
    site = serializers.CharField(source="audit.site.number", read_only=True)
    password = serializers.CharField(write_only=True, trim_whitespace=False)
    code = serializers.CharField(write_only=True, required=False, allow_blank=True, default="")

    class Meta:
        model = AuditCertificate
        fields = (
            *("number", "audit", "site", "scope_words", "standards", "status_words", "valid_until_date"),
            *("issued_date", "is_withdrawn", "withdrawn_reason", "password", "code"),
        )
        read_only_fields = ("number", "status_words", "issued_date", "is_withdrawn", "withdrawn_reason")


class AuditCertificateViewSet(SignedFiles):
    """Certificates of audits: list, read, issue with a signature, withdraw."""

    model = AuditCertificate
    queryset = AuditCertificate.objects.none()
    serializer_class = AuditCertificateSerializer
    filterset_class = CertificateFilter
    needs = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.CERTIFICATE_ISSUE,
        "withdraw": P.CERTIFICATE_ISSUE,
        "signature": P.AUDIT_VIEW,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("audit__site__vendor__sponsor")

    @extend_schema(responses={201: AuditCertificateSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        proof = Credentials(values.pop("password"), values.pop("code", ""))
        made = actions.issue_certificate(values.pop("audit"), by=self.actor, credentials=proof, **values)
        return self.answer(made, created=True)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        certificate = self.get_object()
        actions.withdraw_certificate(certificate, by=self.actor, reason=required_reason(request))
        return self.answer(certificate)


ROUTES = (("audit-reports", ReportViewSet), ("audit-certificates", AuditCertificateViewSet))
