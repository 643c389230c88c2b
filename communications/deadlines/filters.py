"""What the list and the API of deadlines can be cut down by, the same for both sides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from audits.findings.vocabulary import FindingClass
from cmo_portal.accounts.models import User
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DueItem, DueItemQuerySet, kinds, words_of
from communications.deadlines.ball import COLLEAGUE, ME, OTHER, SIDE, due_within, late, waiting_for
from vendors.registry.filters import SEARCH, PageFilters, put_in_order, sponsors_of
from vendors.registry.models import Vendor

LATE, TODAY = "late", "today"
DAY = timedelta(days=1)
WHEN = [(LATE, "Late"), (TODAY, "Today"), ("7", "Next 7 days"), ("30", "Next 30 days"), ("90", "Next 90 days")]


def matching(rows: DueItemQuerySet, words: str, reader: Any) -> DueItemQuerySet:
    """Every word stands in the title or in the CMO's name, or is the record's number."""
    for word in words.split()[:8]:
        cmos = Vendor.objects.visible_to(reader).filter(sort_name__contains=folded(word)).values("number")
        rows = rows.filter(Q(title__icontains=word) | Q(record_number__iexact=word) | Q(vendor_ref__in=cmos))
    return rows


def due_when(rows: DueItemQuerySet, when: str) -> DueItemQuerySet:
    """`late`, `today`, or the number of days from today within which it is due."""
    now, today = timezone.now(), timezone.localdate()
    if when == LATE:
        return rows.filter(late(now), due_date__lte=today + DAY)  # an instant's day is told in UTC
    days = 0 if when == TODAY else int(when)
    told = {"due_date__gte": today - DAY, "due_date__lte": today + timedelta(days=days + 1)}  # as the index has it
    return rows.filter(due_within(now, 0, days), **told)


class DueFilters(django_filters.FilterSet):
    """`ball`: me, colleague, side or other, as the asker sees it; `when`: late, today, or within days from today."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    ball = django_filters.ChoiceFilter(
        method="by_ball",
        choices=[(ME, "Me"), (COLLEAGUE, "A colleague"), (SIDE, "Your side"), (OTHER, "The other side")],
        label="Waits for",
    )
    when = django_filters.ChoiceFilter(method="by_when", choices=WHEN, label="Due")

    class Meta:
        model = DueItem
        fields: tuple[str, ...] = ()

    @property
    def asker(self) -> Any:
        return self.request.user

    def by_words(self, rows: DueItemQuerySet, name: str, value: str) -> DueItemQuerySet:
        return matching(rows, value, self.asker)

    def by_ball(self, rows: DueItemQuerySet, name: str, value: str) -> DueItemQuerySet:
        return rows.filter(waiting_for(self.asker, value))

    def by_when(self, rows: DueItemQuerySet, name: str, value: str) -> DueItemQuerySet:
        return due_when(rows, value)


class DueApiFilter(DueFilters):
    """The same over the API, with days of one's own; `cmo` is its number, `class` a class of finding."""

    record = django_filters.CharFilter(field_name="record_number", lookup_expr="iexact")
    cmo = django_filters.CharFilter(field_name="vendor_ref")
    facet = django_filters.CharFilter()
    due_before = django_filters.DateFilter(field_name="due_date", lookup_expr="lt")
    due_from = django_filters.DateFilter(field_name="due_date", lookup_expr="gte")
    urgent = django_filters.BooleanFilter(field_name="is_urgent")

    class Meta:
        model = DueItem
        fields = ("kind", "record_number", "side")


class DueListFilter(PageFilters, DueFilters):
    """The same on the page: kinds, CMOs (for a CMO its sponsors) and classes by name."""

    kind = django_filters.ChoiceFilter(label="What")
    cmo = django_filters.ChoiceFilter(field_name="vendor_ref", label="CMO")
    sponsor = django_filters.ChoiceFilter(method="by_sponsor", label="Sponsor")
    facet = django_filters.ChoiceFilter(choices=FindingClass, label="Class")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, is_partner = reader, reader.company_kind == PARTNER
        sponsors = sponsors_of(reader) if is_partner else []
        self.filters["kind"].extra["choices"] = sorted(
            ((code, words_of(code)) for code in kinds), key=lambda choice: choice[1]
        )
        self.filters["cmo"].extra["choices"] = [] if is_partner else cmos_of(reader)
        self.filters["sponsor"].extra["choices"] = sponsors
        whose = ("sponsor",) if len(sponsors) > 1 else () if is_partner else ("cmo",)
        put_in_order(self, "q", "ball", "when", "kind", *whose, "facet")

    @property
    def asker(self) -> Any:
        return self.reader

    def by_sponsor(self, rows: DueItemQuerySet, name: str, value: str) -> DueItemQuerySet:
        theirs = Vendor.objects.visible_to(self.reader).filter(sponsor__number=value)
        return rows.filter(vendor_ref__in=theirs.values("number"))


def cmos_of(reader: User) -> list[tuple[str, str]]:
    """The reader's CMOs in use, by name."""
    rows = Vendor.objects.visible_to(reader).live().order_by("sort_name", "number")
    return list(rows.values_list("number", "name"))
