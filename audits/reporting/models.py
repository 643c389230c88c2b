"""What is issued of an audit: its report in editions, and the certificate, which tells status and scope alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, TextChoices
from django.urls import reverse

from audits.programme.models import Audit
from audits.reporting.querysets import ReportQuerySet
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope


class ReportStatus(TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    READY = "ready", "Reviewed"
    ISSUED = "issued", "Issued"
    SUPERSEDED = "superseded", "Superseded"


class Conclusion(TextChoices):
    """The overall result (PDA's three words)."""

    GOOD = "good", "Good"
    SATISFACTORY = "satisfactory", "Satisfactory"
    UNSATISFACTORY = "unsatisfactory", "Unsatisfactory"


class Report(Record):
    """One version of an audit's report. The CMO reads it once it is issued.

    Content: EMA's Q&A on audits of active-substance manufacturers, taken as the minimum for every audit.
    snapshot: the facts as they stood when it was issued, which the PDF was made from.
    """

    number_prefix = "RPT"
    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared="is_shared")
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="reports", editable=False)
    edition = models.PositiveSmallIntegerField(default=1, editable=False)
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT, editable=False)
    is_shared = models.BooleanField(default=False, editable=False)
    introduction = models.TextField(blank=True)
    background = models.TextField("background of the site", blank=True)
    duration_note = models.TextField("why the audit took as long as it did", blank=True)
    day_equivalents = models.DecimalField(
        "days on site, all auditors together", max_digits=5, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    on_behalf_of = models.CharField(max_length=300, blank=True)
    contact = models.CharField("contact person at the site", max_length=200, blank=True)
    high_risk_areas = models.TextField(
        "high-risk areas", blank=True, help_text="Cleaning, cross-contamination, impurities, mix-up."
    )
    conclusion = models.TextField(blank=True)
    result = models.CharField("overall result", max_length=14, choices=Conclusion, blank=True)
    outcome = models.JSONField(default=dict, blank=True, editable=False)  # what it proposes: reporting/outcome.py
    change_note = models.TextField("what this edition changes", blank=True)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)
    issued_date = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "edition"], name="one_report_of_an_edition"),
            models.UniqueConstraint(
                fields=["audit"], condition=Q(status__in=("draft", "in_review", "ready")), name="one_report_in_work"
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.number}, edition {self.edition}"

    def get_absolute_url(self) -> str:
        return reverse("audits:report-detail", args=[self.number])


class AuditCertificate(Record):
    """Says that a site was audited, in which scope, with which status, until when. It discloses no finding."""

    number_prefix = "CERT"
    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared=True)
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="certificates", editable=False)
    scope_words = models.CharField("scope", max_length=400)
    standards = models.CharField(max_length=400)
    status_words = models.CharField("status", max_length=60)
    valid_until_date = models.DateField("valid until")
    issued_date = models.DateField(editable=False)
    is_withdrawn = models.BooleanField(default=False, editable=False)
    withdrawn_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit"], condition=Q(is_withdrawn=False), name="one_certificate_stands")
        ]

    def __str__(self) -> str:
        return f"Certificate {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:certificate-detail", args=[self.number])

    def clean(self) -> None:
        if self.valid_until_date and self.issued_date and self.valid_until_date <= self.issued_date:
            raise ValidationError({"valid_until_date": "It must be valid beyond the day it is issued."})


class DocumentKind(TextChoices):
    REPORT = "audit-report", "Audit report"
    CERTIFICATE = "audit-certificate", "Audit certificate"


class IssuedDocument(Record):
    """A PDF that the installation signed, with its envelope: records/installation_key.py says how both are checked.

    It stands apart from the report or certificate, so that a signature under those holds although the file, which
    prints the signature, can only be made after it.
    """

    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared=True)
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="documents", editable=False)
    kind = models.CharField(max_length=20, choices=DocumentKind, editable=False)
    about_number = models.CharField(max_length=24, editable=False)  # of the report or certificate
    file = models.OneToOneField(Attachment, models.PROTECT, related_name="+", editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    key_id = models.CharField(max_length=64, editable=False)
    envelope = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about_number"], name="one_document_of_a_record")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about_number}"
