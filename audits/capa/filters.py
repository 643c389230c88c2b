"""What lists and API of CAPAs can be cut down by, the same for both sides."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audits.capa.models import Capa, CapaLink
from audits.capa.querysets import CapaLinkQuerySet
from audits.capa.vocabulary import Ball, CapaLinkStatus, ResponseStatus
from audits.findings.vocabulary import NEEDS_RESPONSE, FindingClass
from cmo_portal.accounts.models import User
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import PARTNER
from vendors.registry.filters import SEARCH, put_in_order, sponsors_of
from vendors.registry.models import Vendor

CLASSES = [choice for choice in FindingClass.choices if choice[0] in NEEDS_RESPONSE]


class CapaFilter(django_filters.FilterSet):
    """`ball` is whose move it is, `late` a ball held longer than agreed, `overdue` an agreed date that has passed."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    ball = django_filters.ChoiceFilter(method="by_ball", choices=Ball, label="Waits for")
    status = django_filters.ChoiceFilter(choices=CapaLinkStatus, label="CAPA")
    response = django_filters.ChoiceFilter(field_name="response_status", choices=ResponseStatus, label="Response")
    classification = django_filters.ChoiceFilter(field_name="finding__classification", choices=CLASSES, label="Class")
    late = django_filters.BooleanFilter(method="by_late", label="Late", widget=forms.CheckboxInput)
    overdue = django_filters.BooleanFilter(method="by_overdue", label="Past the agreed date")
    finding = django_filters.CharFilter(field_name="finding__number", label="Finding")
    audit = django_filters.CharFilter(field_name="finding__audit__number", label="Audit")
    site = django_filters.CharFilter(field_name="finding__audit__site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="finding__audit__site__vendor__number", label="CMO")
    sponsor = django_filters.CharFilter(field_name="finding__audit__site__vendor__sponsor__number", label="Sponsor")

    class Meta:
        model = CapaLink
        fields: tuple[str, ...] = ()

    def by_words(self, rows: CapaLinkQuerySet, name: str, value: str) -> CapaLinkQuerySet:
        return matching(rows, value)

    def by_ball(self, rows: CapaLinkQuerySet, name: str, value: str) -> CapaLinkQuerySet:
        return rows.held_by(value, timezone.localdate())

    def by_late(self, rows: CapaLinkQuerySet, name: str, value: bool) -> CapaLinkQuerySet:
        return rows.late(timezone.localdate()) if value else rows

    def by_overdue(self, rows: CapaLinkQuerySet, name: str, value: bool) -> CapaLinkQuerySet:
        return rows.overdue(timezone.localdate()) if value else rows


def matching(rows: CapaLinkQuerySet, words: str) -> CapaLinkQuerySet:
    """Every word stands in the finding, the site, the CMO or a number."""
    for word in words.split():
        rows = rows.filter(
            Q(finding__title__icontains=word)
            | Q(number__iexact=word)
            | Q(finding__number__iexact=word)
            | Q(finding__label__iexact=word)
            | Q(finding__audit__site__name__icontains=word)
            | Q(finding__audit__site__vendor__sort_name__contains=folded(word))
        )
    return rows


WAITS = [("me", "Us"), ("other", "The other side")]


class CapaListFilter(CapaFilter):
    """The same on the page: a person asks what waits for them, and chooses among names."""

    ball = django_filters.ChoiceFilter(method="by_ball", choices=WAITS, label="Waits for")
    cmo = django_filters.ChoiceFilter(field_name="finding__audit__site__vendor__number", label="CMO")
    sponsor = django_filters.ChoiceFilter(field_name="finding__audit__site__vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        is_partner = reader.company_kind == PARTNER
        sponsors = sponsors_of(reader) if is_partner else []
        self.filters["sponsor"].extra["choices"] = sponsors
        self.filters["cmo"].extra["choices"] = [] if is_partner else cmos_with_capas(reader)
        whose = ("sponsor",) if len(sponsors) > 1 else () if is_partner else ("cmo",)
        put_in_order(self, "q", "ball", "response", "status", "classification", *whose, "late")

    def by_ball(self, rows: CapaLinkQuerySet, name: str, value: str) -> CapaLinkQuerySet:
        mine = Ball.PARTNER if self.reader.company_kind == PARTNER else Ball.SPONSOR
        theirs = Ball.SPONSOR if mine == Ball.PARTNER else Ball.PARTNER
        return rows.held_by(mine if value == "me" else theirs, timezone.localdate())


def cmos_with_capas(reader: User) -> list[tuple[str, str]]:
    """The reader's CMOs that have ever had a CAPA, by name."""
    mine = CapaLink.objects.visible_to(reader).filter(finding__audit__site__vendor=OuterRef("pk"))
    rows = Vendor.objects.visible_to(reader).filter(Exists(mine)).order_by("sort_name", "number")
    return list(rows.values_list("number", "name"))


class OwnCapaFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    withdrawn = django_filters.ChoiceFilter(
        field_name="is_withdrawn", choices=[("True", "Withdrawn ones")], label="Show", empty_label="Those in use"
    )

    class Meta:
        model = Capa
        fields: tuple[str, ...] = ()

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        for word in value.split():
            rows = rows.filter(Q(title__icontains=word) | Q(own_reference__icontains=word) | Q(number__iexact=word))
        return rows
