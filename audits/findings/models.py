"""What an audit found, on what evidence, how it is classified, and what the CMO says of the facts."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.conduct.models import ChecklistItem
from audits.conduct.vocabulary import System
from audits.findings import clauses
from audits.findings.querysets import CommentQuerySet, FindingQuerySet
from audits.findings.vocabulary import NEEDS_RESPONSE, DisputeOutcome, FindingClass, FindingStatus, Verdict
from audits.programme.models import Audit
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope

OF_FINDING = Scope(
    owner="finding__audit__site__vendor__sponsor", partner="finding__audit__site__vendor__company", shared=True
)


class Finding(Record):
    """One finding of an audit. The CMO reads it from the factual check on.

    label: `F-01`, counted inside the audit, which both sides see whole. refs: as in a checklist question.
    repeat_of: an earlier finding of the same site and subject, which moves the class one step up; class_before is what
    it was. ruled_out: numbers of earlier findings that the auditor has looked at and found different. combined_into:
    the major that several others add up to. factual_round: which round of the factual check it was last sent in.
    clause_text and search_text are made from the rest, for lists on either engine.
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
    class_before = models.CharField(
        "class before the repeat", max_length=12, choices=FindingClass, blank=True, editable=False
    )
    ruled_out = models.JSONField("ruled out as repeats", default=list, blank=True, editable=False)
    repeat_reason = models.TextField("why it is the same", blank=True, editable=False)
    combined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", editable=False
    )
    is_late = models.BooleanField("raised after the close-out meeting", default=False, editable=False)
    late_reason = models.TextField("why the close-out meeting did not hear it", blank=True)
    factual_round = models.PositiveSmallIntegerField("round of the factual check", default=0, editable=False)
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    client_key = models.CharField(max_length=40, blank=True, editable=False)
    issued_date = models.DateField(null=True, blank=True, editable=False)
    response_due_date = models.DateField(null=True, blank=True, editable=False)
    closed_date = models.DateField(null=True, blank=True, editable=False)
    dispute_outcome = models.CharField(max_length=12, choices=DisputeOutcome, blank=True, editable=False)
    dispute_note = models.TextField("how the disagreement was settled", blank=True, editable=False)
    clause_text = models.CharField(max_length=600, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

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
            models.Index(fields=["wall_owner", "-created_at", "number"], name="findings_newest"),
            # Holds all that the trends count, so that they read no row.
            models.Index(
                fields=["wall_owner", "issued_date", "status", "classification", "system", "repeat_of", "audit"],
                name="findings_counted",
            ),
            models.Index(fields=["wall_partner", "-created_at", "number"], name="partner_findings_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    def get_absolute_url(self) -> str:
        return address_of("audits:finding-detail", self.number)

    @property
    def needs_response(self) -> bool:
        """Whether the CMO answers it; a part of a combination is answered with the major."""
        return self.classification in NEEDS_RESPONSE and self.combined_into_id is None

    @property
    def clause_list(self) -> list[str]:
        """Each clause as it is written."""
        return [clauses.written(ref) for ref in self.refs]

    @property
    def clause_words(self) -> str:
        return clauses.in_words(self.refs)

    def clean(self) -> None:
        self.title = " ".join(self.title.split())
        self.refs = tidy(self.refs)
        written = [clauses.written(ref) for ref in self.refs]
        self.clause_text = f"|{'|'.join(written)}|" if written else ""
        if len(self.clause_text) > 600:
            raise ValidationError({"refs": "These are too many clauses for one finding: name those that matter."})
        self.search_text = folded(f"{self.label} {self.title} {self.statement} {self.evidence}")


def tidy(refs: Any) -> list[dict[str, str]]:
    """References as they are stored, each once. Raises ValidationError for anything that is none."""
    kept: list[dict[str, str]] = []
    for ref in refs if isinstance(refs, list) else [refs]:
        pair = {key: str(ref.get(key, "")).strip() for key in ("source", "clause")} if isinstance(ref, dict) else {}
        if not pair or not all(pair.values()) or len(clauses.written(pair)) > 80:
            raise ValidationError({"refs": "A clause has a source and a number, like 21 CFR 211 and 211.192."})
        if pair not in kept:
            kept.append(pair)
    return kept


class FactualCheck(Record):
    """One round in which the CMO says whether the findings state the facts, until `due_date`.

    It is over when the sponsor ended it or its last day has passed: what is not answered by then counts as no
    objection. Until then an answer can be changed, also after everything is answered.
    """

    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared=True)
    read_permission = Permission.FINDING_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="factual_checks", editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    sent_date = models.DateField(editable=False)
    due_date = models.DateField("answer by")
    answered_date = models.DateField("everything answered on", null=True, blank=True, editable=False)
    ended_date = models.DateField(null=True, blank=True, editable=False)
    end_note = models.CharField("why it ended", max_length=300, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "round"], name="one_factual_check_a_round"),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("sent_date")), name="factual_check_is_due_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"Factual check, round {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("audits:factual-check", args=[self.audit.number])

    def is_running(self, today: date) -> bool:
        return self.ended_date is None and self.due_date >= today

    def clean(self) -> None:
        if self.due_date and self.sent_date and self.due_date < self.sent_date:
            raise ValidationError({"due_date": "The day to answer by must not be before the day it is sent."})


class FactualComment(Record):
    """What the CMO says of a draft finding before it is issued; context and evidence stay with the finding for good.

    is_outside: said by mail or telephone and written down by the sponsor, where the CMO has not joined. A dispute is
    answered by the owner of the programme by `answer_due_date`: outcome and answer are read by both sides. class_then:
    the class when it was answered, which a promised re-classification must change.
    """

    scope = OF_FINDING
    read_permission = Permission.FINDING_VIEW

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="comments", editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    verdict = models.CharField(max_length=18, choices=Verdict)
    text = models.TextField("context or evidence", blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    is_outside = models.BooleanField("came outside the portal", default=False, editable=False)
    said_date = models.DateField(editable=False)
    answer_due_date = models.DateField(null=True, blank=True, editable=False)
    outcome = models.CharField(max_length=12, choices=DisputeOutcome, blank=True, editable=False)
    answer = models.TextField("how it was settled", blank=True, editable=False)
    answered_by_name = models.CharField("settled by", max_length=120, blank=True, editable=False)
    answered_date = models.DateField("settled on", null=True, blank=True, editable=False)
    class_then = models.CharField(max_length=12, choices=FindingClass, blank=True, editable=False)

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "round"], name="one_comment_a_round")]
        indexes = [
            models.Index(fields=["wall_owner", "verdict", "-said_date", "number"], name="comments_of_owner"),
            models.Index(fields=["wall_partner", "verdict", "-said_date", "number"], name="comments_of_partner"),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.finding.label}, round {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("audits:comment-detail", args=[self.number])

    def clean(self) -> None:
        if self.verdict == Verdict.DISPUTE and not self.text.strip():
            raise ValidationError({"text": "Write what you see differently and on what evidence."})
        if self.verdict == Verdict.AGREE_WITH_CONTEXT and not self.text.strip():
            raise ValidationError({"text": "Write the context that belongs beside the finding."})


class InternalNote(Record):
    """What colleagues of the sponsor say among themselves about an audit or a finding; it never leaves the company."""

    scope = Scope(owner="audit__site__vendor__sponsor")
    read_permission = Permission.AUDIT_DRAFTS

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="internal_notes", editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="internal_notes",
                                editable=False)  # fmt: skip
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    text = models.TextField("note")

    class Meta:
        indexes = [models.Index(fields=["audit", "finding", "created_at"], name="internal_notes_of_audit")]
