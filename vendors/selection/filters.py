"""What lists and API of selections can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters

from vendors.registry.filters import SEARCH, put_in_order
from vendors.selection.models import Selection, Stage, Status
from vendors.selection.querysets import SelectionQuerySet


class SelectionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    status = django_filters.ChoiceFilter(choices=Status, label="Status")
    stage = django_filters.ChoiceFilter(choices=Stage, label="Stage")
    product = django_filters.CharFilter(field_name="product__code", lookup_expr="iexact", label="Product code")

    class Meta:
        model = Selection
        fields = ("status", "stage")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_in_order(self, "q", "status", "stage", "product")

    def by_words(self, rows: SelectionQuerySet, name: str, value: str) -> SelectionQuerySet:
        return rows.matching(value)


class OfSelection(django_filters.FilterSet):
    """Rows of one selection: `?selection=SEL-2026-7K3QD`."""

    selection = django_filters.CharFilter(field_name="selection__number", label="Selection")
