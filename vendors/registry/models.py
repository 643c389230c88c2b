"""Whom a sponsor works with: a vendor is one sponsor's relation to one CMO, and everything here is a row of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry import identifiers
from vendors.registry.company_names import core_of
from vendors.registry.countries import clean_country, country_name
from vendors.registry.querysets import CertificateQuerySet, SiteQuerySet, VendorQuerySet
from vendors.registry.vocabulary import CertificateKind, Confidence, ContactRole, DosageForm, Modality, Scale, Service

OF_VENDOR = Scope(owner="vendor__sponsor", partner="vendor__company", shared=True)
OF_SITE = Scope(owner="site__vendor__sponsor", partner="site__vendor__company", shared=True)


class Identified(Record):
    """A record with identifiers, which come in many spellings: each is brought into one before anything is checked.

    cleaners: field -> function; its ValueError becomes the field's error. An empty value stays empty.
    """

    cleaners: ClassVar[dict[str, Callable[[str], str]]] = {}

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        errors: dict[str, Any] = {}
        for name, clean in self.cleaners.items():
            value = getattr(self, name)
            try:
                setattr(self, name, clean(value) if value else "")
            except ValueError as error:
                errors[name] = [ValidationError(str(error))]
        try:
            super().clean_fields(exclude={*(exclude or ()), *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


class Vendor(Identified):
    """A sponsor's relation to a CMO. `company` is empty until the CMO has joined; then it reads what is shared."""

    number_prefix = "CMO"
    cleaners = {"oms_organisation": identifiers.clean_oms_organisation}
    scope = Scope(owner="sponsor", partner="company", shared=True)
    read_permission = Permission.SITE_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="vendors", editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="relations", editable=False
    )
    name = models.CharField(max_length=200)
    country = models.CharField("country of the seat", max_length=2, blank=True, help_text="Two letters, like CH.")
    website = models.URLField(blank=True)
    oms_organisation = models.CharField("OMS organisation", max_length=13, blank=True, help_text="Like ORG-100008368.")
    manager = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="managed_vendors")
    is_retired = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False)
    sort_name = models.CharField(max_length=200, editable=False)
    name_core = models.CharField(max_length=200, editable=False)  # what is left of the name to find duplicates by

    objects = VendorQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "CMO"
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "sort_name"],
                condition=Q(is_retired=False),
                name="one_vendor_of_a_name",
                violation_error_message="You already have a CMO of this name: open it, or give this one another name.",
            )
        ]
        indexes = [
            models.Index(fields=["wall_owner", "is_retired", "sort_name", "number"], name="vendors_of_owner"),
            models.Index(fields=["wall_partner", "sort_name"], name="vendors_of_partner"),
            models.Index(fields=["wall_owner", "name_core"], name="vendors_by_core"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("vendors:cmo-detail", self.number)

    def clean(self) -> None:
        self.name = " ".join(self.name.split())
        self.sort_name = folded(self.name)
        self.name_core = core_of(self.name)
        self.country = clean_country(self.country)


class Site(Identified):
    """One address at which the CMO works, as this sponsor knows it; its FEI joins it to the public record.

    Source: FEI and DUNS as FDA writes them, OMS location as EMA does (domain: identifiers).
    """

    number_prefix = "SITE"
    cleaners = {
        "fei": identifiers.clean_fei,
        "duns": identifiers.clean_duns,
        "oms_location": identifiers.clean_oms_location,
    }
    scope = OF_VENDOR
    read_permission = Permission.SITE_VIEW

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="sites", editable=False)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, like CH.")
    fei = models.CharField("FEI", max_length=10, blank=True, help_text="Seven or ten digits.")
    duns = models.CharField("DUNS", max_length=9, blank=True, help_text="Nine digits.")
    oms_location = models.CharField("OMS location", max_length=13, blank=True, help_text="Like LOC-100003164.")
    is_retired = models.BooleanField(default=False, editable=False)
    search_text = models.CharField(max_length=900, editable=False)

    objects = SiteQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "fei"],
                condition=Q(is_retired=False) & ~Q(fei=""),
                name="one_site_of_a_fei",
                violation_error_message="This CMO already has a site with this FEI.",
            )
        ]
        indexes = [
            models.Index(fields=["wall_owner", "fei"], name="sites_by_fei"),
            models.Index(fields=["wall_partner", "fei"], name="partner_sites_by_fei"),
            models.Index(fields=["vendor", "name"], name="sites_of_vendor"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("vendors:site-detail", self.number)

    @property
    def place(self) -> str:
        """`Linz, Austria`, or what is known of it."""
        return ", ".join(part for part in (self.city, country_name(self.country)) if part)

    def clean(self) -> None:
        self.name = " ".join(self.name.split())
        self.country = clean_country(self.country)
        words = [self.name, self.address, self.city, self.country, self.fei, self.duns, self.oms_location]
        self.search_text = folded(" ".join(words))[:900]


class FormerFei(Identified):
    """A FEI that was merged into the site's present one; the history under it belongs to the site."""

    cleaners = {"fei": identifiers.clean_fei}
    scope = OF_SITE
    read_permission = Permission.SITE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="former_feis", editable=False)
    fei = models.CharField("FEI", max_length=10)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "fei"], name="one_former_fei")]
        indexes = [models.Index(fields=["wall_partner", "fei"], name="partner_former_feis")]

    def clean(self) -> None:
        if self.fei == self.site.fei:
            raise ValidationError({"fei": "This is the site's present FEI: enter the one that was merged into it."})


class Contact(Record):
    """A person at the CMO whom the sponsor calls: the contacts matrix of a quality agreement."""

    scope = OF_VENDOR
    read_permission = Permission.SITE_VIEW

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="contacts", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=ContactRole)
    title = models.CharField("job title", max_length=120, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField("first to call", default=False)
    is_retired = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.site is not None and self.site.vendor_id != self.vendor_id:
            raise ValidationError({"site": "Choose a site of this CMO."})
        if not self.email and not self.phone:
            raise ValidationError("Enter an e-mail address or a telephone number.")


class ContainmentBand(Record):
    """One row of the site's own containment table: no single standard exists, so each site keeps its own.

    Limits in ug/m3 as an 8-hour time-weighted average; `oel_from` belongs to the band, `oel_to` does not.
    """

    scope = OF_SITE
    read_permission = Permission.SITE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="bands", editable=False)
    name = models.CharField(max_length=20, help_text="As the site calls it, like OEB4.")
    oel_from = models.DecimalField(
        "OEL from, ug/m3", max_digits=10, decimal_places=3, validators=[MinValueValidator(0)]
    )
    oel_to = models.DecimalField(
        "OEL to, ug/m3", max_digits=10, decimal_places=3, null=True, blank=True, help_text="Empty: no upper limit."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_band_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.oel_to is not None and self.oel_to <= self.oel_from:
            raise ValidationError({"oel_to": "The upper limit must be above the lower one."})


class Capability(Record):
    """What a site can do: one cell of the capability matrix."""

    scope = OF_SITE
    read_permission = Permission.SITE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="capabilities", editable=False)
    service = models.CharField(max_length=20, choices=Service)
    modality = models.CharField(max_length=20, choices=Modality, blank=True)
    dosage_form = models.CharField(max_length=20, choices=DosageForm, blank=True)
    scale = models.CharField(max_length=12, choices=Scale)
    band = models.ForeignKey(
        ContainmentBand, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="containment band"
    )
    batch_min = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    batch_max = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    batch_unit = models.CharField(max_length=12, blank=True, help_text="kg, L, vials")
    markets = models.JSONField(default=list, blank=True)
    equipment = models.CharField("equipment and line", max_length=300, blank=True)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "capabilities"
        indexes = [models.Index(fields=["site", "service"], name="capabilities_of_site")]

    def __str__(self) -> str:
        what = self.get_dosage_form_display() or self.get_modality_display()
        return f"{self.get_service_display()}, {what}" if what else str(self.get_service_display())

    def clean(self) -> None:
        if self.batch_min is not None and self.batch_max is not None and self.batch_max < self.batch_min:
            raise ValidationError({"batch_max": "The largest batch must not be below the smallest."})
        if (self.batch_min is not None or self.batch_max is not None) and not self.batch_unit:
            raise ValidationError({"batch_unit": "Enter the unit of the batch size, like kg or vials."})
        if self.band is not None and self.band.site_id != self.site_id:
            raise ValidationError({"band": "Choose a band of this site's own table."})


class CapacityOffer(Record):
    """A dated promise of capacity, signed off by technical operations, not by sales; it ends on its own date."""

    number_prefix = "CAP"
    scope = OF_SITE
    read_permission = Permission.SITE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="capacity_offers", editable=False)
    line = models.CharField(max_length=120)
    service = models.CharField(max_length=20, choices=Service)
    dosage_form = models.CharField(max_length=20, choices=DosageForm, blank=True)
    window_start = models.DateField("window from")
    window_end = models.DateField("window to")
    quantity = models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    unit = models.CharField(max_length=20, help_text="batches, kg, vials")
    confidence = models.CharField(max_length=8, choices=Confidence)
    signed_off_by = models.CharField("signed off by (technical operations)", max_length=120, blank=True)
    signed_off_date = models.DateField("signed off on", null=True, blank=True)
    expires_date = models.DateField("offer ends on")
    is_withdrawn = models.BooleanField(default=False, editable=False)

    class Meta:
        indexes = [models.Index(fields=["site", "window_start"], name="offers_of_site")]

    def __str__(self) -> str:
        return f"{self.line}, {self.get_service_display()}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:offer-detail", args=[self.number])

    def clean(self) -> None:
        if self.window_start and self.window_end and self.window_end < self.window_start:
            raise ValidationError({"window_end": "The window must end after it begins."})
        if bool(self.signed_off_by) != bool(self.signed_off_date):
            raise ValidationError({"signed_off_date": "A sign-off needs both the name and the date."})

    def stands(self, today: date) -> bool:
        """Whether the promise can still be called."""
        return self.state(today) == "standing"

    def state(self, today: date) -> str:
        """`withdrawn`, `ended`, `unsigned` or `standing`; only a standing offer is a promise."""
        if self.is_withdrawn:
            return "withdrawn"
        if self.expires_date < today:
            return "ended"
        return "standing" if self.signed_off_by else "unsigned"

    @staticmethod
    def standing_on(day: date) -> Q:
        """The predicate of `stands`."""
        return Q(is_withdrawn=False, expires_date__gte=day) & ~Q(signed_off_by="")


class Certificate(Record):
    """A certificate or licence of a site. A GMP certificate counts from the end of its inspection."""

    number_prefix = "CERT"
    scope = OF_SITE
    read_permission = Permission.SITE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="certificates", editable=False)
    kind = models.CharField(max_length=8, choices=CertificateKind)
    authority = models.CharField("issued by", max_length=120)
    reference = models.CharField(max_length=80)
    covers = models.CharField("what it covers", max_length=300, blank=True)
    inspection_end_date = models.DateField("inspection ended on", null=True, blank=True)
    issue_date = models.DateField("issued on")
    expires_date = models.DateField("expires on", null=True, blank=True)
    is_retired = models.BooleanField(default=False, editable=False)

    objects = CertificateQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["site", "expires_date"], name="certificates_of_site")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:certificate-detail", args=[self.number])

    def clean(self) -> None:
        if self.expires_date and self.issue_date and self.expires_date <= self.issue_date:
            raise ValidationError({"expires_date": "A certificate must expire after it was issued."})
        if self.inspection_end_date and self.issue_date and self.issue_date < self.inspection_end_date:
            raise ValidationError({"issue_date": "A certificate is issued after its inspection ended."})
