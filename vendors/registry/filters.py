"""What lists and API of the registry can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SPONSOR
from vendors.registry.countries import country_name
from vendors.registry.models import Capability, CapacityOffer, Certificate, Contact, Site, Vendor
from vendors.registry.querysets import SiteQuerySet, VendorQuerySet
from vendors.registry.vocabulary import DosageForm, Modality, QualificationStatus, Service

STATUSES = [choice for choice in QualificationStatus.choices if choice[0] != "retired"]
OFFERED = 300  # choices of one question; words find what stands behind them
SEARCH = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})


def countries_of(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """The countries that occur in `rows`, by name."""
    codes = rows.exclude(country="").order_by().values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes), key=lambda choice: choice[1])


class PageFilters(django_filters.FilterSet):
    """Filters of a page: an answer that is none (an old address, a choice that is gone) finds nothing.

    Passed over, it would show every row and export every row under a filter that was never applied.
    """

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows if self.form.is_valid() else rows.none()


def offered(asked: str, rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """(number, name) of the first of `rows` to choose from, and of the one asked for wherever it stands among them."""
    found = list(rows.values_list("number", "name")[:OFFERED])
    if asked and asked not in dict(found):
        found += rows.filter(number=asked).values_list("number", "name")
    return found


def put_in_order(filters: django_filters.FilterSet, *names: str) -> None:
    """The order in which a page asks, each question saying that it need not be answered."""
    filters.filters = {name: filters.filters[name] for name in names if name in filters.filters}
    for row in filters.filters.values():
        if isinstance(row, django_filters.ChoiceFilter):
            row.extra["empty_label"] = "Any"


class CapabilityFilters(django_filters.FilterSet):
    """What can be done where: each of the three narrows to sites that offer it."""

    service = django_filters.ChoiceFilter(method="by_capability", choices=Service, label="Service")
    dosage_form = django_filters.ChoiceFilter(method="by_capability", choices=DosageForm, label="Dosage form")
    modality = django_filters.ChoiceFilter(method="by_capability", choices=Modality, label="Modality")

    path_to_site = ""

    def by_capability(self, rows: Any, name: str, value: str) -> Any:
        """One capability must have all that is asked, so the three are read together, once."""
        asked = {key: self.form.cleaned_data.get(key) for key in ("service", "dosage_form", "modality")}
        if name != next(key for key, text in asked.items() if text):
            return rows
        offered: dict[str, Any] = {key: text for key, text in asked.items() if text}
        offered |= {self.path_to_site: OuterRef("pk"), "is_retired": False, "site__is_retired": False}
        return rows.filter(Exists(Capability.objects.filter(**offered)))


class PartnerVendorFilter(CapabilityFilters):
    """What a CMO may ask of its own relations."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    country = django_filters.CharFilter(lookup_expr="iexact")
    path_to_site = "site__vendor"

    class Meta:
        model = Vendor
        fields: tuple[str, ...] = ()

    def by_words(self, rows: VendorQuerySet, name: str, value: str) -> VendorQuerySet:
        return rows.matching(value)


class VendorFilter(PartnerVendorFilter):
    """What a sponsor may ask of its CMOs; the qualification is the sponsor's own."""

    status = django_filters.ChoiceFilter(method="by_status", choices=STATUSES, label="Qualification")
    manager = django_filters.CharFilter(field_name="manager__number", label="Looked after by")
    retired = django_filters.BooleanFilter(field_name="is_retired", label="Retired")

    def by_status(self, rows: VendorQuerySet, name: str, value: str) -> VendorQuerySet:
        return rows.with_standing().filter(worst=value)


class VendorListFilter(PageFilters, VendorFilter):
    """The same on the page, with the choices that lead somewhere."""

    country = django_filters.ChoiceFilter(label="Country")
    manager = django_filters.ChoiceFilter(field_name="manager__number", label="Looked after by")
    retired = django_filters.BooleanFilter(method="by_use", label="Retired", widget=forms.CheckboxInput)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = countries_of(self.queryset)
        managed = Vendor.objects.filter(manager=OuterRef("pk"))  # people look after CMOs of their own company only
        people = User.objects.visible_to(reader).filter(Exists(managed)).order_by("name")
        self.filters["manager"].extra["choices"] = list(people.values_list("number", "name"))
        put_in_order(self, "q", "status", "service", "dosage_form", "modality", "country", "manager", "retired")

    def by_use(self, rows: VendorQuerySet, name: str, value: bool) -> VendorQuerySet:
        return rows.retired() if value else rows.live()


class SiteFilter(CapabilityFilters):
    """Sites of both audiences."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    country = django_filters.CharFilter(lookup_expr="iexact")
    fei = django_filters.CharFilter(lookup_expr="exact", label="FEI")
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    retired = django_filters.BooleanFilter(field_name="is_retired", label="Retired")
    path_to_site = "site"

    class Meta:
        model = Site
        fields: tuple[str, ...] = ()

    def by_words(self, rows: SiteQuerySet, name: str, value: str) -> SiteQuerySet:
        return rows.matching(value)


class SiteListFilter(PageFilters, SiteFilter):
    """The same on the page; a CMO with several sponsors can look at one of them."""

    country = django_filters.ChoiceFilter(label="Country")
    sponsor = django_filters.ChoiceFilter(field_name="vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = countries_of(Site.objects.visible_to(reader))
        sponsors = [] if reader.company_kind == SPONSOR else sponsors_of(reader)
        self.filters["sponsor"].extra["choices"] = sponsors
        asked = ("q", "sponsor") if len(sponsors) > 1 else ("q",)
        put_in_order(self, *asked, "service", "dosage_form", "modality", "country")


def sponsors_of(reader: User) -> list[tuple[str, str]]:
    """The sponsors with whom the reader's CMO works."""
    mine = Vendor.objects.visible_to(reader).filter(sponsor=OuterRef("pk"))
    rows = Company.objects.visible_to(reader).filter(Exists(mine)).order_by("name")
    return list(rows.values_list("number", "name"))


class OfSiteFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="site__vendor__number", label="CMO")


class CapabilityFilter(OfSiteFilter):
    retired = django_filters.BooleanFilter(field_name="is_retired", label="Retired")

    class Meta:
        model = Capability
        fields = ("service", "modality", "dosage_form", "scale")


class OfferFilter(OfSiteFilter):
    window_from = django_filters.DateFilter(field_name="window_end", lookup_expr="gte")
    window_to = django_filters.DateFilter(field_name="window_start", lookup_expr="lte")

    class Meta:
        model = CapacityOffer
        fields = ("service", "dosage_form", "confidence", "is_withdrawn")


class CertificateFilter(OfSiteFilter):
    retired = django_filters.BooleanFilter(field_name="is_retired", label="Retired")
    expires_before = django_filters.DateFilter(field_name="expires_date", lookup_expr="lt")

    class Meta:
        model = Certificate
        fields = ("kind",)


class ContactFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    retired = django_filters.BooleanFilter(field_name="is_retired", label="Retired")

    class Meta:
        model = Contact
        fields = ("role", "is_primary")
