"""The visit: agenda, documents asked for, checklists and their answers, notes, meetings, what was not seen."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.conduct.vocabulary import (
    Answer,
    GapKind,
    MeetingKind,
    RequestPriority,
    RequestStatus,
    System,
    TemplateStatus,
)
from audits.programme.models import OF_AUDIT, OURS, Audit
from audits.programme.querysets import OfAuditQuerySet
from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record, RecordQuerySet
from cmo_portal.records.scope import Scope

# Read by the CMO from the notification on, not while it is being prepared.
ONCE_NOTIFIED = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared="is_shared")


class Notified(Record):
    """A row of the audit that goes to the CMO with the notification."""

    objects: ClassVar[Any] = OfAuditQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_shared(self) -> bool:
        audit: Audit = self.audit  # type: ignore[attr-defined]
        return audit.notified_date is not None


class AgendaItem(Notified):
    """One line of the agenda that goes to the CMO with the notification. Times are the site's own."""

    scope = ONCE_NOTIFIED
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="agenda", editable=False)
    day = models.DateField()
    start_time = models.TimeField("from")
    end_time = models.TimeField("to")
    topic = models.CharField(max_length=200)
    who = models.CharField("with whom", max_length=200, blank=True)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        indexes = [models.Index(fields=["audit", "day", "start_time"], name="agenda_of_audit")]

    def __str__(self) -> str:
        return self.topic

    def clean(self) -> None:
        if self.start_time and self.end_time and self.end_time <= self.start_time:
            raise ValidationError({"end_time": "It must end after it begins."})
        first, last = self.audit.start_date, self.audit.end_date
        if self.day and first and last and not first <= self.day <= last:
            raise ValidationError({"day": f"The audit runs from {full_day(first)} to {full_day(last)}."})


class DocumentRequest(Notified):
    """A document asked for before or during the visit: a card that the CMO moves and fills with files."""

    number_prefix = "REQ"
    scope = ONCE_NOTIFIED
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="requests", editable=False)
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    system = models.CharField(max_length=12, choices=System, blank=True)
    priority = models.CharField(max_length=8, choices=RequestPriority, default=RequestPriority.NORMAL)
    status = models.CharField(max_length=16, choices=RequestStatus, default=RequestStatus.NEW, editable=False)
    due_date = models.DateField("needed by", null=True, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    assignee = models.CharField("who prepares it at the CMO", max_length=120, blank=True)
    partner_note = models.TextField("note of the CMO", blank=True)
    provided_date = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["audit", "status", "position"], name="requests_of_audit"),
            models.Index(fields=["wall_partner", "status", "due_date"], name="requests_of_partner"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:request-detail", args=[self.number])


class TemplateQuerySet(RecordQuerySet):
    """Checklists by who reads them."""

    def open_to(self, actor: Actor) -> Self:
        """What `actor` may see; a draft only where they read drafts."""
        rows = self.visible_to(actor)
        return rows if actor.may(Permission.AUDIT_DRAFTS) else rows.exclude(status=TemplateStatus.DRAFT)


class ChecklistTemplate(Record):
    """A sponsor's own checklist, copied from the library or from scratch. A published version never changes."""

    number_prefix = "CHK"
    scope = Scope(owner="sponsor")
    read_permission = Permission.AUDIT_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="checklist_templates", editable=False)
    name = models.CharField(max_length=160)
    purpose = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=TemplateStatus, default=TemplateStatus.DRAFT, editable=False)
    edition = models.PositiveSmallIntegerField(default=1, editable=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    library_version = models.CharField(max_length=20, blank=True, editable=False)

    objects: ClassVar[Any] = TemplateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}, edition {self.edition}"

    def get_absolute_url(self) -> str:
        return reverse("audits:template-detail", args=[self.number])


class Asked(Record):
    """A question as the library, a template and an audit's checklist carry it.

    refs: clauses as [{"source": "21 CFR" | "EU GMP" | "ICH Q7" | ..., "clause": "211.22(a)"}].
    """

    code = models.CharField(max_length=20)
    system = models.CharField(max_length=12, choices=System)
    topic = models.CharField(max_length=120)
    question = models.TextField()
    expected_evidence = models.TextField(blank=True)
    refs = models.JSONField(default=list, blank=True)
    risk_weight = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(3)])
    position = models.PositiveIntegerField(default=0)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.topic}"

    @property
    def clauses(self) -> str:
        return clause_words(self.refs)


class TemplateQuestion(Asked):
    """A question of a sponsor's template."""

    scope = Scope(owner="template__sponsor")
    read_permission = Permission.AUDIT_VIEW

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="questions", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"], condition=Q(is_removed=False), name="one_code_in_a_template"
            )
        ]


class ChecklistItem(Asked):
    """A question of one audit with the team's answer. No CMO reads it.

    answered_at: when the auditor gave the answer, on their own clock, which may be hours before it arrived.
    """

    scope = OURS
    read_permission = Permission.AUDIT_DRAFTS

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="checklist", editable=False)
    template_number = models.CharField(max_length=24, blank=True, editable=False)
    answer = models.CharField(max_length=14, choices=Answer, blank=True)
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "code"], condition=Q(is_removed=False), name="one_code_in_an_audit"
            )
        ]
        indexes = [models.Index(fields=["audit", "system", "position"], name="checklist_of_audit")]


class ScribeNote(Record):
    """A note with its time, written while it happened; a correction is a new note that names the old one.

    client_key: made by the device, so that a note sent twice over a bad line is kept once.
    """

    scope = OURS
    read_permission = Permission.AUDIT_DRAFTS

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="notes", editable=False)
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="notes", editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    noted_at = models.DateTimeField(editable=False)
    text = models.TextField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    client_key = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "client_key"], condition=~Q(client_key=""), name="one_note_of_a_key"
            )
        ]
        indexes = [models.Index(fields=["audit", "noted_at"], name="notes_of_audit")]

    def __str__(self) -> str:
        return self.text[:60]


class Meeting(Record):
    """Opening, daily wrap-up or close-out, with who was there. Attendance acknowledges; it does not agree."""

    scope = OF_AUDIT
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="meetings", editable=False)
    kind = models.CharField(max_length=10, choices=MeetingKind)
    held_at = models.DateTimeField("held at")
    minutes = models.TextField("what was said", blank=True)

    class Meta:
        indexes = [models.Index(fields=["audit", "held_at"], name="meetings_of_audit")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Attendance(Record):
    """Somebody at a meeting: name, role and side as they gave them."""

    scope = Scope(
        owner="meeting__audit__site__vendor__sponsor", partner="meeting__audit__site__vendor__company", shared=True
    )
    read_permission = Permission.AUDIT_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance", editable=False)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=160, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    is_key_person = models.BooleanField("key person met", default=False)
    is_removed = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.name


class Gap(Record):
    """An area that was not covered, or to which access was denied: it must surface in the report (EMA Q&A)."""

    scope = OURS
    read_permission = Permission.AUDIT_DRAFTS

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="gaps", editable=False)
    kind = models.CharField(max_length=14, choices=GapKind)
    area = models.CharField(max_length=200)
    reason = models.TextField()
    is_removed = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.area


def clause_words(refs: Any) -> str:
    """`21 CFR 211.22(a); EU GMP 1.4`: the clauses of a question or finding in one line."""
    return "; ".join(one_clause(ref["source"], ref["clause"]) for ref in refs or ())


def one_clause(source: str, clause: str) -> str:
    """A clause that begins with the part its source ends in names it once: `21 CFR 211` and `211.22`."""
    head, _, part = source.rpartition(" ")
    return f"{head} {clause}" if part and clause.startswith(f"{part}.") else f"{source} {clause}".strip()
