"""What the list of events and its API can be cut down by."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django import forms

from vendors.registry.filters import SEARCH
from vendors.registry.identifiers import clean_fei
from vendors.regulatory.models import Authority, EventType, Outcome, Registration, RegulatoryEvent
from vendors.regulatory.querysets import SourcedQuerySet


def by_fei(rows: SourcedQuerySet, name: str, value: str) -> SourcedQuerySet:
    """The FEI as people write it, zero padding and all; one that is no FEI finds nothing."""
    try:
        return rows.filter(fei=clean_fei(value))
    except ValueError:
        return rows.none()


def calendar(label: str, lookup: str) -> django_filters.DateFilter:
    day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return django_filters.DateFilter(field_name="event_date", lookup_expr=lookup, label=label, widget=day)


class EventFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Firm or inspection", widget=SEARCH)
    fei = django_filters.CharFilter(method=by_fei, label="FEI")
    outcome = django_filters.ChoiceFilter(choices=Outcome, label="Outcome")
    type = django_filters.ChoiceFilter(choices=EventType, label="Kind")
    authority = django_filters.ChoiceFilter(choices=Authority, label="Authority")
    since = calendar("From", "gte")
    until = calendar("To", "lte")
    country = django_filters.CharFilter(lookup_expr="iexact", label="Country")
    mine = django_filters.BooleanFilter(method="at_our_sites", label="My CMOs only", widget=forms.CheckboxInput)

    class Meta:
        model = RegulatoryEvent
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: SourcedQuerySet, name: str, value: str) -> SourcedQuerySet:
        return rows.matching(value)

    def at_our_sites(self, rows: SourcedQuerySet, name: str, value: bool) -> SourcedQuerySet:
        if not value:
            return rows
        return rows.at_sites_of(self.request.user)


class RegistrationFilter(django_filters.FilterSet):
    fei = django_filters.CharFilter(method=by_fei)
    duns = django_filters.CharFilter()
    country = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = []
