"""What an audit found, on what evidence, how it is classified, and what the CMO says of the facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.conduct.models import ChecklistItem
from audits.conduct.vocabulary import System
from audits.findings.querysets import FindingQuerySet
from audits.findings.vocabulary import NEEDS_RESPONSE, DisputeOutcome, FindingClass, FindingStatus, Verdict
from audits.programme.models import Audit
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope

OF_FINDING = Scope(
    owner="finding__audit__site__vendor__sponsor", partner="finding__audit__site__vendor__company", shared=True
)


class Finding(Record):
    """One finding of an audit. The CMO reads it from the factual check on.

    label: `F-01`, counted inside the audit, which both sides see whole. refs: as in a checklist question.
    repeat_of: an earlier finding of the same site and subject, which moves the class one step up.
    """

    number_prefix = "FND"
    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared="is_shared")
    read_permission = Permission.FINDING_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings", editable=False)
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, null=True, blank=True, related_name="findings", editable=False
    )
    label = models.CharField(max_length=8, editable=False)
    status = models.CharField(max_length=16, choices=FindingStatus, default=FindingStatus.DRAFT, editable=False)
    is_shared = models.BooleanField(default=False, editable=False)
    title = models.CharField(max_length=200)
    statement = models.TextField("what was found", blank=True)
    evidence = models.TextField("objective evidence", blank=True)
    system = models.CharField(max_length=12, choices=System, blank=True)
    refs = models.JSONField("clauses", default=list, blank=True)
    classification = models.CharField(max_length=12, choices=FindingClass, blank=True)
    classification_reason = models.TextField("why this class", blank=True)
    product_impact = models.TextField("impact on product", blank=True)
    is_site_wide = models.BooleanField("concerns the whole site", default=False)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeats")
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    client_key = models.CharField(max_length=40, blank=True, editable=False)
    issued_date = models.DateField(null=True, blank=True, editable=False)
    response_due_date = models.DateField(null=True, blank=True, editable=False)
    closed_date = models.DateField(null=True, blank=True, editable=False)
    dispute_outcome = models.CharField(max_length=12, choices=DisputeOutcome, blank=True, editable=False)
    dispute_note = models.TextField("how the disagreement was settled", blank=True, editable=False)

    objects: ClassVar[Any] = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "label"], name="one_finding_of_a_label"),
            models.UniqueConstraint(
                fields=["audit", "client_key"], condition=~Q(client_key=""), name="one_finding_of_a_key"
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "status", "number"], name="findings_of_owner"),
            models.Index(fields=["wall_partner", "status", "number"], name="findings_of_partner"),
            models.Index(fields=["audit", "label"], name="findings_of_audit"),
            models.Index(fields=["wall_owner", "system", "issued_date"], name="findings_by_system"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("audits:finding-detail", args=[self.number])

    @property
    def needs_response(self) -> bool:
        return self.classification in NEEDS_RESPONSE


class FactualComment(Record):
    """What the CMO says of a draft finding before it is issued; context and evidence stay with the finding for good."""

    scope = OF_FINDING
    read_permission = Permission.FINDING_VIEW

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="comments", editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    verdict = models.CharField(max_length=18, choices=Verdict)
    text = models.TextField("context or evidence", blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    author_name = models.CharField(max_length=120, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "round"], name="one_comment_a_round")]


class InternalNote(Record):
    """What colleagues of the sponsor say among themselves about an audit or a finding; it never leaves the company."""

    scope = Scope(owner="audit__site__vendor__sponsor")
    read_permission = Permission.AUDIT_DRAFTS

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="internal_notes", editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="internal_notes",
                                editable=False)  # fmt: skip
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    text = models.TextField()
