"""What the sponsor makes and where: products, who supplies what, batches, agreements, each scope's qualification."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled
from vendors.registry.models import Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.registry.supply_querysets import AgreementQuerySet, QualificationQuerySet
from vendors.registry.vocabulary import (
    AgreementKind,
    BatchStatus,
    DosageForm,
    Modality,
    QualificationStatus,
    Service,
    SupplyRole,
    SupplyStage,
)


class Product(Record):
    """A product or programme of the sponsor. No CMO reads it here."""

    number_prefix = "PRD"
    scope = Scope(owner="sponsor")
    read_permission = Permission.PRODUCT_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="products", editable=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    modality = models.CharField(max_length=20, choices=Modality)
    dosage_form = models.CharField(max_length=20, choices=DosageForm)
    markets = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=12, choices=SupplyStage, default=SupplyStage.CLINICAL)
    annual_volume = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    volume_unit = models.CharField(max_length=20, blank=True, help_text="vials, kg")
    is_medically_necessary = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "product"
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "code"],
                name="one_product_of_a_code",
                violation_error_message="A product with this code exists already.",
            )
        ]
        indexes = [models.Index(fields=["wall_owner", "code", "number"], name="products_of_owner")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:product-detail", args=[self.number])

    def clean(self) -> None:
        self.code, self.name = " ".join(self.code.split()), " ".join(self.name.split())
        self.markets = [" ".join(str(market).split()) for market in self.markets]
        if self.annual_volume is not None and not self.volume_unit:
            raise ValidationError({"volume_unit": "Enter the unit of the volume, like vials."})


class Supply(Record):
    """Which site does which service for a product, in which stage; sourcing is counted from these rows."""

    scope = Scope(owner="product__sponsor")
    read_permission = Permission.PRODUCT_VIEW

    product = models.ForeignKey(Product, models.PROTECT, related_name="supplies", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="supplies")
    service = models.CharField(max_length=20, choices=Service)
    stage = models.CharField(max_length=12, choices=SupplyStage)
    role = models.CharField(max_length=10, choices=SupplyRole, default=SupplyRole.PRIMARY)
    since_date = models.DateField("since", null=True, blank=True)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "supplies"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "site", "service"],
                condition=Q(is_retired=False),
                name="one_supply",
                violation_error_message="This site already does this service for the product: revise that row.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} at {self.site.name}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:supply-detail", args=[self.number])

    def clean(self) -> None:
        if self.site_id and self.site.vendor.sponsor_id != self.product.sponsor_id:
            raise ValidationError({"site": "Choose a site of one of your CMOs."})


class Batch(Record):
    """A batch as a number with a status; what happened to it belongs to the oversight records."""

    scope = Scope(owner="supply__product__sponsor")
    read_permission = Permission.PRODUCT_VIEW

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="batches", editable=False)
    batch_number = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=BatchStatus, default=BatchStatus.PLANNED, editable=False)
    quantity = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(max_length=20, blank=True)
    made_date = models.DateField("made on", null=True, blank=True)
    status_date = models.DateField("status since", null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["supply", "batch_number"],
                name="one_batch_of_a_number",
                violation_error_message="This supply has a batch of this number: open it, or write another number.",
            )
        ]

    def __str__(self) -> str:
        return self.batch_number

    def get_absolute_url(self) -> str:
        return self.supply.get_absolute_url()

    def clean(self) -> None:
        self.batch_number = " ".join(self.batch_number.split())
        if self.quantity is not None and not self.unit:
            raise ValidationError({"unit": "Enter the unit of the quantity, like vials."})


class Agreement(Record):
    """A contract between sponsor and CMO. Quality agreements are records of their own (oversight)."""

    number_prefix = "AGR"
    scope = Scope(owner="vendor__sponsor")
    read_permission = Permission.AGREEMENT_VIEW

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="agreements", editable=False)
    kind = models.CharField(max_length=8, choices=AgreementKind)
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=80, blank=True)
    parties = models.CharField(max_length=300, help_text="Legal names, as in the contract.")
    signed_date = models.DateField("signed on", null=True, blank=True)
    effective_date = models.DateField("in force from", null=True, blank=True)
    expires_date = models.DateField("expires on", null=True, blank=True)
    ended_date = models.DateField("ended early on", null=True, blank=True, editable=False)
    ended_reason = models.CharField("why it ended early", max_length=500, blank=True, editable=False)

    objects: ClassVar[Any] = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_date__isnull=True) | ~Q(ended_reason=""), name="early_end_has_its_reason"
            )
        ]
        indexes = [models.Index(fields=["vendor", "kind", "expires_date"], name="agreements_of_vendor")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:agreement-detail", args=[self.number])

    def clean(self) -> None:
        if self.effective_date and not self.signed_date:
            raise ValidationError({"signed_date": "An agreement in force has a date on which it was signed."})
        if self.expires_date and self.effective_date and self.expires_date <= self.effective_date:
            raise ValidationError({"expires_date": "An agreement must expire after it came into force."})

    def state(self, today: date) -> str:
        """`draft` (no date in force), `future`, `in_force`, `expired` or `ended`, as on `today`."""
        if self.ended_date and self.ended_date <= today:
            return "ended"
        if not self.effective_date:
            return "draft"
        if self.effective_date > today:
            return "future"
        return "expired" if self.expires_date and self.expires_date < today else "in_force"

    def turns_after(self, day: date) -> date | None:
        """The next day after `day` on which it comes into force or ceases to be."""
        last = self.expires_date + timedelta(days=1) if self.expires_date and self.expires_date < date.max else None
        return min((turn for turn in (self.effective_date, last, self.ended_date) if turn and turn > day), default=None)

    @staticmethod
    def in_force_on(day: date) -> Q:
        """The predicate of an agreement in force on `day`."""
        return (
            Q(effective_date__lte=day)
            & (Q(expires_date__isnull=True) | Q(expires_date__gte=day))
            & (Q(ended_date__isnull=True) | Q(ended_date__gt=day))
        )


def cda_in_force(vendor: Vendor, day: date) -> bool:
    """Whether a two-way CDA stands on `day`: before it, nothing confidential goes to the CMO."""
    return Agreement.objects.filter(Agreement.in_force_on(day), vendor=vendor, kind=AgreementKind.CDA).exists()


PILLS: dict[str, str] = {
    QualificationStatus.PENDING: "info",
    QualificationStatus.APPROVED: "ok",
    QualificationStatus.CONDITIONAL: "warn",
    QualificationStatus.SUSPENDED: "bad",
    QualificationStatus.DISQUALIFIED: "bad",
    QualificationStatus.EXPIRED: "warn",
    QualificationStatus.RETIRED: "",
}
TAKEN = "This scope has a qualification already: open that one."


class Qualification(Record):
    """One scope for which quality decides whether a site may be used: site x service x dosage form, product optional.

    EU GMP chapter 7, 21 CFR 211.22: the decision is quality's own, apart from the commercial one.
    """

    number_prefix = "QUA"
    scope = Scope(owner="vendor__sponsor")
    read_permission = Permission.CMO_VIEW
    objects: ClassVar[Any] = QualificationQuerySet.as_manager()

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="qualifications", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="qualifications")
    service = models.CharField(max_length=20, choices=Service)
    dosage_form = models.CharField(max_length=20, choices=DosageForm, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="qualifications")
    status = models.CharField(
        max_length=12, choices=QualificationStatus, default=QualificationStatus.PENDING, editable=False
    )
    conditions = models.TextField(blank=True)
    rationale = models.TextField(blank=True)
    inventory_plan = models.TextField("what happens to stock", blank=True)
    alternate_plan = models.TextField("where supply comes from instead", blank=True)
    expires_date = models.DateField("expires on", null=True, blank=True)
    status_date = models.DateField("status since", null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "service", "dosage_form", "product"],
                condition=~Q(status="retired") & Q(product__isnull=False),
                name="one_qualification_of_a_product",
                violation_error_message=TAKEN,
            ),
            models.UniqueConstraint(
                fields=["site", "service", "dosage_form"],
                condition=~Q(status="retired") & Q(product__isnull=True),
                name="one_qualification_of_a_scope",
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(
                condition=~Q(status="conditional") | Q(expires_date__isnull=False), name="conditional_expires"
            ),
        ]
        indexes = [
            models.Index(fields=["vendor", "status"], name="qualifications_of_vendor"),
            models.Index(fields=["status", "expires_date"], name="qualifications_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_words} at {self.site.name}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:qualification-detail", args=[self.number])

    def allows_use(self, day: date) -> bool:
        """Whether the site may be used for this scope on `day`."""
        in_time = self.expires_date is None or self.expires_date >= day
        return self.status in (QualificationStatus.APPROVED, QualificationStatus.CONDITIONAL) and in_time

    @property
    def pill(self) -> str:
        """The kind of its status pill."""
        return PILLS[self.status]

    @property
    def scope_words(self) -> str:
        """`Fill-finish, vial, liquid, for NB-101`: what the site may be used for."""
        words = [str(self.get_service_display()), str(self.get_dosage_form_display()).lower()]
        words += [f"for {self.product.code}"] if self.product else []
        return ", ".join(word for word in words if word)

    def clean(self) -> None:
        if self.site_id and self.site.vendor_id != self.vendor_id:
            raise ValidationError({"site": "Choose a site of this CMO."})
        if self.status == QualificationStatus.CONDITIONAL and not self.expires_date:
            raise ValidationError({"expires_date": "A conditional qualification needs the date on which it ends."})
        if self.status == QualificationStatus.CONDITIONAL and not self.conditions.strip():
            raise ValidationError({"conditions": "Write the conditions under which the site may be used."})


class DistinctPair(Record):
    """Two CMOs of a sponsor that somebody looked at and found to be two: they are not proposed again."""

    scope = Scope(owner="first__sponsor")
    read_permission = Permission.CMO_VIEW

    first = models.ForeignKey(Vendor, models.PROTECT, related_name="+", editable=False)
    second = models.ForeignKey(Vendor, models.PROTECT, related_name="+", editable=False)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="one_distinct_pair",
                violation_error_message="These two are known to be different already.",
            )
        ]

    def clean(self) -> None:
        if self.first.sponsor_id != self.second.sponsor_id or self.first_id >= self.second_id:
            raise ValidationError("A pair is two CMOs of one sponsor, the older one first.")


class ImportLine(Walled):
    """One row of a file on its way in: what it would do, shown before anything is written, and whether it was done.

    values: the cleaned values by field. changes: [[field, old, new]]. cells: as they stood in the file, kept for a
    refused row only, which is handed back to be mended.
    """

    scope = Scope()  # `wall_owner` is the run's

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        REFUSED = "refused", "Refused"

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    title = models.CharField(max_length=200)
    target_number = models.CharField(max_length=24, blank=True)
    target_version = models.PositiveIntegerField(default=0)
    parent_number = models.CharField(max_length=24, blank=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    column = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=600, blank=True)
    cells = models.JSONField(default=list)
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="one_line_of_a_row")]
        indexes = [models.Index(fields=["run", "outcome", "row"], name="lines_of_run")]
