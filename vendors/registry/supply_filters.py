"""What lists and API of products, agreements and qualifications can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from cmo_portal.lib.texts import folded, search_words
from vendors.registry.filters import SEARCH, put_in_order
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply
from vendors.registry.supply_querysets import AgreementQuerySet

STATES = [("in_force", "In force"), ("expiring", "Expiring in 90 days"), ("over", "Expired or ended")]


class ProductFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    retired = django_filters.BooleanFilter(method="by_use", label="Retired", widget=forms.CheckboxInput)

    class Meta:
        model = Product
        fields = ("stage", "dosage_form", "modality")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_in_order(self, "q", "stage", "dosage_form", "modality", "retired")

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        for word in search_words(value):
            rows = rows.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(number__iexact=word))
        return rows

    def by_use(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(is_retired=bool(value))


class SupplyFilter(django_filters.FilterSet):
    product = django_filters.CharFilter(field_name="product__number", label="Product")
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="site__vendor__number", label="CMO")

    class Meta:
        model = Supply
        fields = ("service", "stage", "role")


class BatchFilter(django_filters.FilterSet):
    supply = django_filters.CharFilter(field_name="supply__number", label="Supply")
    product = django_filters.CharFilter(field_name="supply__product__number", label="Product")

    class Meta:
        model = Batch
        fields = ("status",)


class AgreementFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label="Stands")
    cmo = django_filters.CharFilter(method="by_cmo", label="CMO")

    class Meta:
        model = Agreement
        fields = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_in_order(self, "q", "cmo", "kind", "state")

    def by_words(self, rows: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        for word in search_words(value):
            mine = Q(vendor__sort_name__contains=folded(word)) | Q(number__iexact=word)
            rows = rows.filter(mine | Q(title__icontains=word) | Q(reference__icontains=word))
        return rows

    def by_cmo(self, rows: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return rows.filter(Q(vendor__number__iexact=value) | Q(vendor__sort_name__contains=folded(value)))

    def by_state(self, rows: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        today = timezone.localdate()
        asked = {"in_force": rows.in_force, "expiring": rows.expiring, "over": rows.over}
        return asked[value](today)


class QualificationFilter(django_filters.FilterSet):
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    product = django_filters.CharFilter(field_name="product__number", label="Product")

    class Meta:
        model = Qualification
        fields = ("status", "service", "dosage_form")
