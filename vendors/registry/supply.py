"""What the sponsor makes and where: products, who supplies what, batches, agreements, each scope's qualification."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import Site, Vendor
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

    def clean(self) -> None:
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

    class Meta:
        verbose_name_plural = "supplies"
        constraints = [models.UniqueConstraint(fields=["product", "site", "service"], name="one_supply")]

    def clean(self) -> None:
        if self.site.vendor.sponsor_id != self.product.sponsor_id:
            raise ValidationError({"site": "Choose a site of one of your CMOs."})


class Batch(Record):
    """A batch as a number with a status; what happened to it belongs to the oversight records."""

    scope = Scope(owner="supply__product__sponsor")
    read_permission = Permission.PRODUCT_VIEW

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="batches", editable=False)
    batch_number = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=BatchStatus, default=BatchStatus.PLANNED)
    quantity = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(max_length=20, blank=True)
    made_date = models.DateField("made on", null=True, blank=True)
    status_date = models.DateField("status since", null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["supply", "batch_number"], name="one_batch_of_a_number")]

    def __str__(self) -> str:
        return self.batch_number


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
    ended_date = models.DateField("ended early on", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "kind", "expires_date"], name="agreements_of_vendor")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    def clean(self) -> None:
        if self.effective_date and not self.signed_date:
            raise ValidationError({"signed_date": "An agreement in force has a date on which it was signed."})
        if self.expires_date and self.effective_date and self.expires_date <= self.effective_date:
            raise ValidationError({"expires_date": "An agreement must expire after it came into force."})

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


TAKEN = "This scope has a qualification already: open that one."


class Qualification(Record):
    """One scope for which quality decides whether a site may be used: site x service x dosage form, product optional.

    EU GMP chapter 7, 21 CFR 211.22: the decision is quality's own, apart from the commercial one.
    """

    number_prefix = "QUA"
    scope = Scope(owner="vendor__sponsor")
    read_permission = Permission.CMO_VIEW

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
    expires_date = models.DateField("expires on", null=True, blank=True)

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
        indexes = [models.Index(fields=["vendor", "status"], name="qualifications_of_vendor")]

    def clean(self) -> None:
        if self.site.vendor_id != self.vendor_id:
            raise ValidationError({"site": "Choose a site of this CMO."})
        if self.status == QualificationStatus.CONDITIONAL and not self.expires_date:
            raise ValidationError({"expires_date": "A conditional qualification needs the date on which it ends."})
        if self.status == QualificationStatus.CONDITIONAL and not self.conditions.strip():
            raise ValidationError({"conditions": "Write the conditions under which the site may be used."})
