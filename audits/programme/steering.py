"""What decides when a site is audited: its interval, events that call for an audit, and the sponsor's time limits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from audits.programme.models import Audit
from audits.programme.querysets import IntervalQuerySet, TriggerQuerySet
from audits.programme.vocabulary import IntervalStatus, TriggerKind, TriggerStatus
from cmo_portal.accounts.models import Company, Kind, Partnership
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import Site
from vendors.registry.supply import Agreement


def of_linked_sponsor(kind: str, company: Any) -> Q:
    """A CMO reads the time limits of the sponsors it works with: they bind both sides."""
    if kind != Kind.PARTNER:
        return Q(pk__in=[])
    links = Partnership.objects.filter(sponsor=OuterRef("sponsor"), wall_partner=company, wall_shared=True)
    return Q(Exists(links))


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

    objects: ClassVar[Any] = IntervalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(status="in_force"), name="one_interval_in_force"),
            models.UniqueConstraint(fields=["site"], condition=Q(status="proposed"), name="one_interval_proposed"),
        ]
        indexes = [models.Index(fields=["wall_owner", "status", "next_due_date"], name="intervals_due")]

    def __str__(self) -> str:
        return f"{self.months} months at {self.site.name}"

    def get_absolute_url(self) -> str:
        return reverse("audits:interval-detail", args=[self.number])

    @property
    def sentences(self) -> list[str]:
        """Why, one sentence a step."""
        return list(self.basis.get("sentences", []))


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
    source_key = models.CharField(max_length=120, blank=True, editable=False)  # tells one event from another for good
    audit = models.ForeignKey(Audit, models.PROTECT, null=True, blank=True, related_name="triggers", editable=False)
    decision_note = models.TextField(blank=True, editable=False)

    objects: ClassVar[Any] = TriggerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "source_key"], condition=~Q(source_key=""), name="one_trigger_of_an_event"
            )
        ]
        indexes = [
            models.Index(fields=["wall_owner", "status", "-happened_date", "number"], name="triggers_of_owner"),
            models.Index(fields=["site", "status"], name="triggers_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.site.name}"

    def get_absolute_url(self) -> str:
        return reverse("audits:trigger-detail", args=[self.number])


class AgreementLimits(Record):
    """What an agreement with a CMO says about time limits; it counts before the sponsor's own while it is in force.

    values: {name of a limit: number in its unit}.
    """

    scope = Scope(owner="agreement__vendor__sponsor")
    read_permission = Permission.AUDIT_VIEW

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="audit_limits", editable=False)
    values = models.JSONField("limits", default=dict, blank=True)

    class Meta:
        verbose_name_plural = "agreement limits"

    def __str__(self) -> str:
        return f"Time limits of {self.agreement}"

    def get_absolute_url(self) -> str:
        return reverse("audits:agreement-limits", args=[self.agreement.number])


class AuditLimits(Record):
    """The time limits a sponsor works with, where they differ from the defaults of `limits.py`.

    values: {name of a limit: number in its unit}.
    """

    scope = Scope(owner="sponsor", also=of_linked_sponsor)
    read_permission = Permission.AUDIT_VIEW

    sponsor = models.OneToOneField(Company, models.PROTECT, related_name="audit_limits", editable=False)
    values = models.JSONField("limits", default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit limits"

    def __str__(self) -> str:
        return f"Time limits of {self.sponsor.name}"

    def get_absolute_url(self) -> str:
        return reverse("audits:limit-list")
