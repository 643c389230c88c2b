"""What lists and API of the registry can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef

from vendors.registry.models import Capability, Vendor
from vendors.registry.querysets import VendorQuerySet
from vendors.registry.vocabulary import DosageForm, Modality, QualificationStatus, Service


class VendorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search")
    status = django_filters.ChoiceFilter(method="by_status", choices=QualificationStatus, label="Qualification")
    service = django_filters.ChoiceFilter(method="by_capability", choices=Service)
    dosage_form = django_filters.ChoiceFilter(method="by_capability", choices=DosageForm)
    modality = django_filters.ChoiceFilter(method="by_capability", choices=Modality)

    class Meta:
        model = Vendor
        fields = ("country",)

    def by_words(self, rows: VendorQuerySet, name: str, value: str) -> VendorQuerySet:
        return rows.matching(value)

    def by_status(self, rows: VendorQuerySet, name: str, value: str) -> VendorQuerySet:
        return rows.with_standing().filter(worst=value)

    def by_capability(self, rows: VendorQuerySet, name: str, value: str) -> VendorQuerySet:
        offers: dict[str, Any] = {name: value, "is_retired": False, "site__is_retired": False}
        return rows.filter(Exists(Capability.objects.filter(site__vendor=OuterRef("pk"), **offers)))
