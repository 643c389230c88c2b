"""What lists and API of updates can be cut down by, the same for both sides."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER
from communications.updates.catalogue import CHOICES
from communications.updates.models import Update
from communications.updates.querysets import UpdateQuerySet
from communications.updates.vocabulary import Timing, UpdateStatus
from vendors.registry.filters import SEARCH, PageFilters, offered, put_in_order, sponsors_of
from vendors.registry.models import Vendor

BALLS = [("sponsor", "Sponsor"), ("partner", "CMO")]
WAITS = [("me", "Us"), ("other", "The other side")]


class UpdateFilter(django_filters.FilterSet):
    """`ball` is whose move it is, `timing` how it came, `late` what came after its limit."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    type = django_filters.ChoiceFilter(choices=CHOICES, label="Kind")
    status = django_filters.ChoiceFilter(choices=UpdateStatus, label="Stands")
    ball = django_filters.ChoiceFilter(method="by_ball", choices=BALLS, label="Waits for")
    timing = django_filters.ChoiceFilter(choices=Timing, label="Came")
    late = django_filters.BooleanFilter(method="by_late", label="Late", widget=forms.CheckboxInput)
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    sponsor = django_filters.CharFilter(field_name="vendor__sponsor__number", label="Sponsor")

    class Meta:
        model = Update
        fields: tuple[str, ...] = ()

    def by_words(self, rows: UpdateQuerySet, name: str, value: str) -> UpdateQuerySet:
        return rows.matching(value)

    def by_ball(self, rows: UpdateQuerySet, name: str, value: str) -> UpdateQuerySet:
        return rows.held_by(value)

    def by_late(self, rows: UpdateQuerySet, name: str, value: bool) -> UpdateQuerySet:
        return rows.late() if value else rows


class UpdateListFilter(PageFilters, UpdateFilter):
    """The same on the page: a person asks what waits for them, and chooses among names."""

    ball = django_filters.ChoiceFilter(method="by_ball", choices=WAITS, label="Waits for")
    cmo = django_filters.ChoiceFilter(field_name="vendor__number", label="CMO")
    sponsor = django_filters.ChoiceFilter(field_name="vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        is_partner = reader.company_kind == PARTNER
        sponsors = sponsors_of(reader) if is_partner else []
        self.filters["sponsor"].extra["choices"] = sponsors
        self.filters["cmo"].extra["choices"] = [] if is_partner else cmos_with_updates(reader, self.data.get("cmo", ""))
        whose = ("sponsor",) if len(sponsors) > 1 else () if is_partner else ("cmo",)
        put_in_order(self, "q", "type", *whose, "status", "ball", "timing")

    def by_ball(self, rows: UpdateQuerySet, name: str, value: str) -> UpdateQuerySet:
        mine = self.reader.company_kind
        theirs = "sponsor" if mine == PARTNER else PARTNER
        return rows.held_by(mine if value == "me" else theirs)


def cmos_with_updates(reader: User, asked: str) -> list[tuple[str, str]]:
    """The reader's CMOs that ever had an update, by name."""
    mine = Update.objects.visible_to(reader).filter(vendor=OuterRef("pk"))
    rows = Vendor.objects.visible_to(reader).filter(Exists(mine)).order_by("sort_name", "number")
    return offered(asked, rows)
