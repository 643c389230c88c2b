"""Which site is audited when, why then and by whom: the audit, its team and dates, the interval, the annual plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.programme.querysets import AuditQuerySet
from audits.programme.vocabulary import (
    AuditMode,
    AuditorLevel,
    AuditorStatus,
    AuditStatus,
    AuditType,
    IntervalStatus,
    PlanStatus,
    Side,
    SlotStatus,
    TeamRole,
    TriggerKind,
    TriggerStatus,
)
from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import Site

OF_AUDIT = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared=True)
OURS = Scope(owner="audit__site__vendor__sponsor")  # the sponsor's own rows of an audit; no CMO reads them


class AuditPlan(Record):
    """The sponsor's audits of one year; `lines` is what stood in it when it was approved, so that the signature holds.

    lines: [[audit number, site, type, planned month as YYYY-MM], ...].
    """

    number_prefix = "PLAN"
    scope = Scope(owner="sponsor")
    read_permission = Permission.AUDIT_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="audit_plans", editable=False)
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    status = models.CharField(max_length=10, choices=PlanStatus, default=PlanStatus.DRAFT, editable=False)
    note = models.TextField("what this year's plan rests on", blank=True)
    lines = models.JSONField(default=list, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "year"],
                name="one_plan_a_year",
                violation_error_message="This year has a plan already: open it.",
            )
        ]

    def __str__(self) -> str:
        return f"Audit plan {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("audits:plan-detail", args=[self.number])


class Audit(Record):
    """A sponsor's audit of one site. The CMO reads it once dates are offered to it or it is notified.

    The lead, the status and the dates are the programme's; what is found stands in the subjects above.
    """

    number_prefix = "AUD"
    scope = Scope(owner="site__vendor__sponsor", partner="site__vendor__company", shared="is_shared")
    read_permission = Permission.AUDIT_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="audits")
    type = models.CharField(max_length=16, choices=AuditType, default=AuditType.ROUTINE)
    mode = models.CharField(max_length=8, choices=AuditMode, default=AuditMode.ONSITE)
    status = models.CharField(max_length=16, choices=AuditStatus, default=AuditStatus.PROPOSED, editable=False)
    status_date = models.DateField("status since", null=True, blank=True, editable=False)
    is_shared = models.BooleanField("the CMO reads it", default=False, editable=False)
    purpose = models.TextField(blank=True)
    services = models.JSONField("services in scope", default=list, blank=True)
    scope_text = models.TextField("scope in words", blank=True)
    standards = models.JSONField("standards audited against", default=list, blank=True)
    due_date = models.DateField("due by", null=True, blank=True)
    planned_month = models.DateField("planned for the month of", null=True, blank=True)
    start_date = models.DateField("first day", null=True, blank=True)
    end_date = models.DateField("last day", null=True, blank=True)
    notified_date = models.DateField(null=True, blank=True, editable=False)
    report_due_date = models.DateField(null=True, blank=True, editable=False)
    report_issued_date = models.DateField(null=True, blank=True, editable=False)
    response_due_date = models.DateField(null=True, blank=True, editable=False)
    closed_date = models.DateField(null=True, blank=True, editable=False)
    plan = models.ForeignKey(AuditPlan, models.PROTECT, null=True, blank=True, related_name="audits", editable=False)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    lead = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="led_audits", verbose_name="lead auditor"
    )
    next_interval_note = models.TextField(blank=True, editable=False)

    objects: ClassVar[Any] = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=False, end_date__gte=models.F("start_date")),
                name="audit_ends_after_it_starts",
            )
        ]
        indexes = [
            models.Index(fields=["wall_owner", "status", "start_date", "number"], name="audits_of_owner"),
            models.Index(fields=["wall_partner", "start_date", "number"], name="audits_of_partner"),
            models.Index(fields=["site", "-end_date"], name="audits_of_site"),
            models.Index(fields=["lead", "start_date"], name="audits_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} audit of {self.site.name}"

    def get_absolute_url(self) -> str:
        return reverse("audits:audit-detail", args=[self.number])

    @property
    def days(self) -> int | None:
        """How many calendar days it takes, both ends counted."""
        if self.start_date is None or self.end_date is None:
            return None
        return (self.end_date - self.start_date).days + 1

    def clean(self) -> None:
        if self.end_date and not self.start_date:
            raise ValidationError({"start_date": "Give the first day as well."})
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": "The last day must not be before the first."})
        if self.start_date and self.end_date and self.end_date - self.start_date > timedelta(days=60):
            raise ValidationError({"end_date": "An audit of more than 60 days is a slip: look at the two dates."})
        if self.planned_month:
            self.planned_month = self.planned_month.replace(day=1)
        if self.follows_id and self.follows and self.follows.site_id != self.site_id:
            raise ValidationError({"follows": "A follow-up audit is of the same site."})


class TeamMember(Record):
    """One person of the audit's team: a colleague, or somebody from outside by name and employer.

    Nobody audits before they have declared their independence of the site (EU GMP 9, ISO 19011 5.5.4).
    """

    scope = OF_AUDIT
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="team", editable=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="audit_teams")
    name = models.CharField(max_length=120, blank=True, help_text="Of somebody without an account here.")
    employer = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=12, choices=TeamRole)
    expertise = models.CharField(max_length=200, blank=True, help_text="Like aseptic processing or data integrity.")
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "person"],
                condition=Q(is_removed=False, person__isnull=False),
                name="one_place_in_a_team",
                violation_error_message="This person is in the team already.",
            ),
            models.UniqueConstraint(
                fields=["audit"],
                condition=Q(is_removed=False, role="lead"),
                name="one_lead_of_an_audit",
                violation_error_message="The audit has a lead auditor: change that person's role first.",
            ),
        ]
        indexes = [models.Index(fields=["person", "audit"], name="audits_of_person")]

    def __str__(self) -> str:
        return self.person.name if self.person else self.name

    def clean(self) -> None:
        if (self.person_id is None) == (not self.name.strip()):
            raise ValidationError({"name": "Choose a colleague, or write the name of somebody from outside."})
        if self.role == TeamRole.LEAD and self.person_id is None:
            raise ValidationError({"role": "The lead auditor has an account here."})


class Independence(Record):
    """What a member of a team declares about their ties to the site; a conflict is judged by the head of quality."""

    scope = OURS
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="declarations", editable=False)
    member = models.OneToOneField(TeamMember, models.PROTECT, related_name="declaration", editable=False)
    has_conflict = models.BooleanField("I have ties to this site or its relation with us", default=False)
    ties = models.TextField("which ties", blank=True)
    is_cleared = models.BooleanField(default=False, editable=False)
    clearing_note = models.TextField(blank=True, editable=False)

    @property
    def stands(self) -> bool:
        """Whether the person may audit."""
        return not self.has_conflict or self.is_cleared

    def clean(self) -> None:
        if self.has_conflict and not self.ties.strip():
            raise ValidationError({"ties": "Write which ties: the head of quality judges them."})


class Slot(Record):
    """Dates on which the audit could take place, offered by one side; at most one is agreed."""

    scope = OF_AUDIT
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="slots", editable=False)
    start_date = models.DateField("first day")
    end_date = models.DateField("last day")
    offered_by = models.CharField(max_length=8, choices=Side, editable=False)
    status = models.CharField(max_length=10, choices=SlotStatus, default=SlotStatus.OFFERED, editable=False)
    note = models.CharField(max_length=300, blank=True)
    answer_note = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit"], condition=Q(status="agreed"), name="one_agreed_slot")]

    def __str__(self) -> str:
        return f"{self.start_date.isoformat()} to {self.end_date.isoformat()}"

    def clean(self) -> None:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": "The last day must not be before the first."})


class Auditor(Record):
    """A colleague's qualification as auditor: level, fields, what it rests on, until when. Signed by quality."""

    scope = Scope(owner="person__membership__company")
    read_permission = Permission.AUDIT_VIEW

    person = models.OneToOneField(User, models.PROTECT, related_name="auditor", editable=False)
    level = models.CharField(max_length=12, choices=AuditorLevel)
    fields = models.JSONField("fields of competence", default=list, blank=True)
    status = models.CharField(max_length=10, choices=AuditorStatus, default=AuditorStatus.PROPOSED, editable=False)
    basis = models.TextField("training and experience", blank=True)
    audits_before = models.PositiveSmallIntegerField("audits as co-auditor before joining", default=0)
    qualified_date = models.DateField("qualified on", null=True, blank=True, editable=False)
    expires_date = models.DateField("to be renewed by", null=True, blank=True)

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("audits:auditor-detail", args=[self.number])

    def may_audit(self, day: date) -> bool:
        """Whether the qualification stands on `day`."""
        return self.status == AuditorStatus.QUALIFIED and (self.expires_date is None or self.expires_date >= day)


class AuditInterval(Record):
    """How often a site is audited, and why: one row in force a site, and at most one that waits for a signature.

    complexity, criticality: 1 to 3. compliance: low, medium, high. months: 12, 24, 36 or less by a cap.
    basis: the explanation of `frequency.py`, version included. A shorter interval comes into force by itself; a longer
    one only with the signature of quality and a reason (ICH Q9; PIC/S PI 037-1 in shape).
    """

    scope = Scope(owner="site__vendor__sponsor")
    read_permission = Permission.AUDIT_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="audit_intervals", editable=False)
    status = models.CharField(max_length=10, choices=IntervalStatus, default=IntervalStatus.PROPOSED, editable=False)
    complexity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3)])
    criticality = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3)])
    compliance = models.CharField(max_length=6, choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")])
    months = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(60)])
    model_version = models.CharField(max_length=10, editable=False)
    basis = models.JSONField(default=dict, blank=True, editable=False)
    last_audit_date = models.DateField("last audit ended on", null=True, blank=True, editable=False)
    next_due_date = models.DateField("next audit due by", null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(status="in_force"), name="one_interval_in_force"),
            models.UniqueConstraint(fields=["site"], condition=Q(status="proposed"), name="one_interval_proposed"),
        ]
        indexes = [models.Index(fields=["wall_owner", "status", "next_due_date"], name="intervals_due")]

    def __str__(self) -> str:
        return f"{self.months} months at {self.site.name}"


class AuditTrigger(Record):
    """An event that calls for an audit outside the routine, until somebody decides on it."""

    scope = Scope(owner="site__vendor__sponsor")
    read_permission = Permission.AUDIT_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="audit_triggers", editable=False)
    kind = models.CharField(max_length=20, choices=TriggerKind)
    status = models.CharField(max_length=14, choices=TriggerStatus, default=TriggerStatus.OPEN, editable=False)
    what = models.CharField("what happened", max_length=300)
    happened_date = models.DateField("happened on")
    source_type = models.CharField(max_length=60, blank=True, editable=False)
    source_number = models.CharField(max_length=24, blank=True, editable=False)
    audit = models.ForeignKey(Audit, models.PROTECT, null=True, blank=True, related_name="triggers", editable=False)
    decision_note = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "source_type", "source_number", "kind"],
                condition=~Q(source_number=""),
                name="one_trigger_of_an_event",
            )
        ]
        indexes = [models.Index(fields=["wall_owner", "status", "-happened_date"], name="triggers_of_owner")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.site.name}"
