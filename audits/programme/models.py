"""Which site is audited when and by whom: the audit, its team and dates, the annual plan, the auditors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.programme.querysets import BEFORE_VISIT, AuditorQuerySet, AuditPlanQuerySet, AuditQuerySet
from audits.programme.vocabulary import (
    AuditMode,
    AuditorLevel,
    AuditorStatus,
    AuditStatus,
    AuditType,
    PlanStatus,
    Side,
    SlotStatus,
    TeamRole,
)
from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.wording import span
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import Site

OF_AUDIT = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared=True)
OURS = Scope(owner="audit__site__vendor__sponsor")  # the sponsor's own rows of an audit; no CMO reads them
NO_DATE = date(9999, 12, 31)  # where an audit without any date stands in a list


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

    objects: ClassVar[Any] = AuditPlanQuerySet.as_manager()

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
        User, models.PROTECT, null=True, blank=True, related_name="led_audits", verbose_name="lead auditor",
        editable=False,
    )  # fmt: skip
    next_interval_note = models.TextField(blank=True, editable=False)

    # Who leads, in words and by number: a CMO reads it, and has no sight of the sponsor's people.
    lead_name = models.CharField("lead auditor's name", max_length=120, blank=True, editable=False)
    lead_ref = models.CharField(max_length=40, blank=True, editable=False)
    sort_date = models.DateField(default=NO_DATE, editable=False)  # first day, else planned month, else due date

    objects: ClassVar[Any] = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=False, end_date__gte=models.F("start_date")),
                name="audit_ends_after_it_starts",
            )
        ]
        indexes = [
            models.Index(fields=["wall_owner", "sort_date", "number"], name="audits_of_owner"),
            models.Index(fields=["wall_owner", "status", "sort_date"], name="audits_by_status"),
            models.Index(fields=["wall_partner", "sort_date", "number"], name="audits_of_partner"),
            models.Index(fields=["plan", "sort_date"], name="audits_of_plan"),
            models.Index(fields=["site", "-end_date"], name="audits_of_site"),
            models.Index(fields=["lead", "start_date"], name="audits_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} audit of {self.site.name}"

    def get_absolute_url(self) -> str:
        return address_of("audits:audit-detail", self.number)

    @property
    def is_to_come(self) -> bool:
        """Whether the visit has not begun."""
        return self.status in BEFORE_VISIT

    @property
    def may_be_moved(self) -> bool:
        """Whether its dates may still move."""
        return self.is_to_come or self.status == AuditStatus.IN_PROGRESS

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
        self.sort_date = self.start_date or self.planned_month or self.due_date or NO_DATE


class TeamMember(Record):
    """One person of the audit's team: a colleague, or somebody from outside by name and employer.

    Nobody audits before they have declared their independence of the site (EU GMP 9, ISO 19011 5.5.4).
    """

    scope = Scope(owner="audit__site__vendor__sponsor", partner="audit__site__vendor__company", shared="is_shared")
    read_permission = Permission.AUDIT_VIEW

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="team", editable=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="audit_teams")
    # Name and employer are kept as they stood, also of a colleague: the report and the CMO read them.
    name = models.CharField(max_length=120, help_text="Of somebody without an account here.")
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
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @property
    def is_shared(self) -> bool:
        """The CMO reads the team with the audit, not before."""
        return self.audit.is_shared

    def clean(self) -> None:
        if self.person_id is None and not self.employer.strip():
            raise ValidationError({"employer": "Write whom this person works for: the report names it."})
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
        constraints = [
            models.UniqueConstraint(fields=["audit"], condition=Q(status="agreed"), name="one_agreed_slot"),
            models.UniqueConstraint(
                fields=["audit", "start_date", "end_date"],
                condition=Q(status="offered"),
                name="one_offer_of_dates",
                violation_error_message="These dates are on offer already.",
            ),
        ]
        indexes = [models.Index(fields=["wall_partner", "status", "start_date"], name="slots_of_partner")]

    def __str__(self) -> str:
        return span(self.start_date, self.end_date)

    def clean(self) -> None:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": "The last day must not be before the first."})
        if self.start_date and self.end_date and self.end_date - self.start_date > timedelta(days=60):
            raise ValidationError({"end_date": "An audit of more than 60 days is a slip: look at the two dates."})


class Auditor(Record):
    """A colleague's qualification as auditor: level, fields, what it rests on, until when. Signed by quality."""

    scope = Scope(owner="sponsor")
    read_permission = Permission.AUDIT_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="auditors", editable=False)

    person = models.OneToOneField(User, models.PROTECT, related_name="auditor", editable=False)
    level = models.CharField(max_length=12, choices=AuditorLevel)
    fields = models.JSONField("fields of competence", default=list, blank=True)
    status = models.CharField(max_length=10, choices=AuditorStatus, default=AuditorStatus.PROPOSED, editable=False)
    basis = models.TextField("training and experience", blank=True)
    audits_before = models.PositiveSmallIntegerField("audits as co-auditor before joining", default=0)
    qualified_date = models.DateField("qualified on", null=True, blank=True, editable=False)
    expires_date = models.DateField("to be renewed by", null=True, blank=True, editable=False)

    objects: ClassVar[Any] = AuditorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["wall_owner", "status", "expires_date"], name="auditors_of_owner")]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("audits:auditor-detail", args=[self.number])

    def may_audit(self, day: date) -> bool:
        """Whether the qualification stands on `day`."""
        return self.status == AuditorStatus.QUALIFIED and (self.expires_date is None or self.expires_date >= day)
