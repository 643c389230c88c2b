"""A selection: what is to be made, by which criteria, for which candidates, and each evaluator's own marks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import Site
from vendors.registry.supply import Product
from vendors.registry.vocabulary import Confidence, DosageForm, Modality, Service, SupplyStage
from vendors.selection.querysets import EvidenceQuerySet, MarkQuerySet, SelectionQuerySet

OF_SELECTION = Scope(owner="selection__sponsor")


class Stage(models.TextChoices):
    """The steps from need to exit (domain 1.1)."""

    NEED = "need", "Need"
    LONGLIST = "longlist", "Long list"
    CDA = "cda", "CDA"
    RFI = "rfi", "RFI"
    RFP = "rfp", "RFP"
    SITE_VISIT = "site_visit", "Site visit"
    QUAL_AUDIT = "qual_audit", "Qualification audit"
    SELECTION = "selection", "Selection"
    CONTRACT = "contract", "Contract"
    TECH_TRANSFER = "tech_transfer", "Technology transfer"
    COMMERCIAL = "commercial", "Commercial supply"
    EXIT = "exit", "Exit"


class Status(models.TextChoices):
    """Whether marks are open: criteria first, then scoring, then the result."""

    DRAFT = "draft", "Criteria and weights"
    SCORING = "scoring", "Scoring"
    SCORED = "scored", "Scored"
    CANCELLED = "cancelled", "Cancelled"


class Missing(models.TextChoices):
    EXCLUDE = "exclude", "Left out of the candidate's total"
    WORST = "worst", "Counted as the worst"
    NEUTRAL = "neutral", "Counted as the middle"


class ValueKind(models.TextChoices):
    """How a leaf becomes 0 to 100: marked on the scale by people, or calculated from a number."""

    SCALE = "scale", "Marked on the scale"
    LINEAR = "linear", "Calculated on a straight line"
    PROPORTIONAL = "proportional", "Calculated in proportion to the best"
    TARGET = "target", "Calculated from ceiling and target"


class Direction(models.TextChoices):
    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"


class EvidenceLevel(models.TextChoices):
    CLAIMED = "claimed", "Claimed"
    DOCUMENT = "document", "Document"
    VISIT = "visit", "Seen on site"
    AUDIT = "audit", "Audited"


class Selection(Record):
    """The choice of a CMO for one need. Confidential to the sponsor: no CMO learns that it exists."""

    number_prefix = "SEL"
    scope = Scope(owner="sponsor")
    read_permission = Permission.SELECTION_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="selections", editable=False)
    title = models.CharField(max_length=200)
    brief = models.TextField(blank=True, help_text="What is needed and why, for everybody on the panel.")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="selections")
    modality = models.CharField(max_length=20, choices=Modality)
    dosage_form = models.CharField(max_length=20, choices=DosageForm)
    service = models.CharField(max_length=20, choices=Service)
    supply_stage = models.CharField("for which stage", max_length=12, choices=SupplyStage)
    annual_volume = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    volume_unit = models.CharField(max_length=20, blank=True, help_text="vials, kg")
    need_date = models.DateField("first supply needed by", null=True, blank=True)
    scoring_due_date = models.DateField("scores due on", null=True, blank=True)
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.NEED)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    missing = models.CharField("an empty cell is", max_length=8, choices=Missing, default=Missing.EXCLUDE)
    scale_low = models.PositiveSmallIntegerField(default=0)
    scale_high = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(10)])
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_selections", editable=False)

    objects = SelectionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["wall_owner", "status", "-created_at", "number"], name="selections_of_owner")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("vendors:selection-detail", args=[self.number])

    def clean(self) -> None:
        self.title = " ".join(self.title.split())
        if self.scale_high <= self.scale_low:
            raise ValidationError({"scale_high": "The scale must end above where it begins."})
        if self.annual_volume is not None and not self.volume_unit:
            raise ValidationError({"volume_unit": "Enter the unit of the volume, like vials."})


class Criterion(Record):
    """A node of the criteria tree. Weights of siblings sum to 100; a leaf is marked or calculated."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="criteria", editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", editable=False)
    name = models.CharField(max_length=120)
    guidance = models.TextField(blank=True, help_text="What to look at when marking.")
    weight = models.DecimalField(
        max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("value", max_length=12, choices=ValueKind, default=ValueKind.SCALE)
    direction = models.CharField(max_length=6, choices=Direction, default=Direction.HIGHER)
    unit = models.CharField(max_length=30, blank=True, help_text="EUR per vial, weeks")
    low = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    ceiling = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    anchors = models.JSONField(default=dict, blank=True)  # {"0": "what a 0 looks like", ...}
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "criteria"
        indexes = [models.Index(fields=["selection", "position"], name="criteria_of_selection")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_calculated(self) -> bool:
        return self.kind != ValueKind.SCALE

    def clean(self) -> None:
        """A calculated leaf needs its unit and anchors that its value function can use; others carry none."""
        if not isinstance(self.anchors, dict) or not all(isinstance(words, str) for words in self.anchors.values()):
            raise ValidationError({"anchors": 'Write a text for each mark, like {"0": "nothing to show"}.'})
        if not self.is_calculated:
            self.low = self.high = self.target = self.ceiling = None
            return
        if not self.unit.strip():
            raise ValidationError({"unit": "Enter the unit of the number, like EUR per vial."})
        if self.kind == ValueKind.TARGET:
            self.low = self.high = None
            self.clean_target()
            return
        self.target = self.ceiling = None
        if self.kind == ValueKind.PROPORTIONAL:
            self.low = self.high = None
        elif (self.low is None) != (self.high is None):
            raise ValidationError({"high": "Enter both ends of the line, or neither: then it runs between the bids."})
        elif self.low is not None and self.high is not None and self.low >= self.high:
            raise ValidationError({"high": "The upper end must lie above the lower one."})

    def clean_target(self) -> None:
        """The target earns 100 and the ceiling, the worst that is acceptable, 0."""
        if self.target is None or self.ceiling is None:
            empty = "target" if self.target is None else "ceiling"
            raise ValidationError({empty: "Enter both: the target earns 100 points, the worst acceptable number 0."})
        if (self.ceiling > self.target) is not (self.direction == Direction.LOWER) or self.ceiling == self.target:
            side = "above" if self.direction == Direction.LOWER else "below"
            words = str(self.get_direction_display()).lower()
            raise ValidationError({"ceiling": f"Where {words}, the worst acceptable number lies {side} the target."})


class Candidate(Record):
    """A site that stands for choice."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="candidates", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="candidacies")
    position = models.PositiveSmallIntegerField(default=0)
    is_withdrawn = models.BooleanField(default=False, editable=False)
    note = models.TextField(blank=True)
    why_added = models.TextField(blank=True, editable=False)  # where it came after scoring had opened
    why_withdrawn = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "site"],
                name="one_candidacy",
                violation_error_message="This site stands in the selection already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site.vendor.name}, {self.site.city or self.site.name}"

    def clean(self) -> None:
        if self.site.vendor.sponsor_id != self.selection.sponsor_id:
            raise ValidationError({"site": "Choose a site of one of your CMOs."})


class PanelMember(Record):
    """A person who marks this selection, and when they handed in their marks."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="panel", editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="panels")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["selection", "person"], name="one_seat_on_a_panel")]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("vendors:selection-scores", args=[self.selection.number])


class Mark(Record):
    """One evaluator's mark of one candidate on one leaf; blind to a colleague who has not marked the same cell."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW
    trail_seals = ("value", "is_not_applicable", "comment", "confidence", "evidence_level")

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="marks", editable=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="marks", editable=False)
    evaluator = models.ForeignKey(User, models.PROTECT, related_name="marks", editable=False)
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_not_applicable = models.BooleanField("not applicable", default=False)
    comment = models.TextField("why", blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence, blank=True)
    evidence_level = models.CharField(max_length=8, choices=EvidenceLevel, blank=True)

    objects = MarkQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criterion", "candidate", "evaluator"], name="one_mark"),
            models.CheckConstraint(
                condition=Q(is_not_applicable=False) | Q(value__isnull=True), name="not_applicable_has_no_value"
            ),
        ]
        indexes = [models.Index(fields=["selection", "evaluator"], name="marks_of_evaluator")]

    @property
    def is_given(self) -> bool:
        """A number or "not applicable"; a row without either holds only words, or a mark that was taken away."""
        return self.value is not None or self.is_not_applicable

    def clean(self) -> None:
        low, high = self.selection.scale_low, self.selection.scale_high
        if self.value is not None and not (low <= self.value <= high and self.value == int(self.value)):
            raise ValidationError(
                {"value": f"Enter a whole number from {low} to {high}, or x where it does not apply."}
            )

    def opened_to(self, actor: Any) -> bool:
        """The evaluator reads their own marks; everybody else once scoring is over."""
        return self.evaluator.ref == actor.ref or self.selection.status == Status.SCORED


class Evidence(Record):
    """What stands behind a mark: an address outside, or a record of the portal by its type and number."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW

    class Kind(models.TextChoices):
        LINK = "link", "Link"
        RECORD = "record", "Record of the portal"

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="evidence", editable=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="evidence", editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="evidence", editable=False)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=500, blank=True)
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_number = models.CharField(max_length=24, blank=True, editable=False)
    is_retired = models.BooleanField(default=False, editable=False)

    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """A link opens a page of the web, never a script; a record is named, and has no address of its own."""
        if self.pk is not None:
            return  # what stands is taken away, never changed
        if self.kind == self.Kind.RECORD:
            if not self.about_type or not self.about_number or self.address:
                raise ValidationError("A record of the portal is named by its type and number.")
        elif not self.address.startswith(("https://", "http://")):
            raise ValidationError({"address": "Enter an address that begins with https://, like https://example.org."})

    def get_absolute_url(self) -> str:
        """Where it opens: outside, or through the walls to the record."""
        if not self.about_number:
            return self.address
        return reverse("vendors:evidence-open", args=[self.selection.number, self.number])


class Reading(Record):
    """The number behind a calculated cell (a price, weeks to the first slot), with its unit and source."""

    scope = OF_SELECTION
    read_permission = Permission.SELECTION_VIEW

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="readings", editable=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="readings", editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="readings", editable=False)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    is_not_applicable = models.BooleanField("not applicable", default=False)
    source = models.CharField(max_length=200, blank=True, help_text="Quote and date.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["criterion", "candidate"], name="one_reading")]

    def clean(self) -> None:
        if self.value is not None and self.is_not_applicable:
            raise ValidationError({"value": "Enter a number, or tick not applicable; not both."})
        if self.value is not None and self.value <= 0 and self.criterion.kind == ValueKind.PROPORTIONAL:
            raise ValidationError({"value": "Enter a number above 0: it is valued in proportion to the best."})
        if self.value is not None and not self.source.strip():
            raise ValidationError({"source": "Say where the number comes from, like Quote of 6 Nov 2026."})
