"""What lists and API of meetings can be cut down by, the same for both sides."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER
from communications.meetings.models import Meeting
from communications.meetings.querysets import MeetingQuerySet
from communications.meetings.vocabulary import MeetingKind, MeetingStatus
from vendors.registry.filters import SEARCH, PageFilters, offered, put_in_order, sponsors_of
from vendors.registry.models import Vendor

WHEN = [("upcoming", "Upcoming"), ("past", "Past")]


class MeetingFilter(django_filters.FilterSet):
    """when: `upcoming` is planned and not over, `past` is everything else."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    when = django_filters.ChoiceFilter(method="by_when", choices=WHEN, label="When")
    kind = django_filters.ChoiceFilter(choices=MeetingKind, label="Kind")
    status = django_filters.ChoiceFilter(choices=MeetingStatus, label="Stands")
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    sponsor = django_filters.CharFilter(field_name="vendor__sponsor__number", label="Sponsor")

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = ()

    def by_words(self, rows: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        return rows.matching(value)

    def by_when(self, rows: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        now = timezone.now()
        return rows.upcoming(now) if value == "upcoming" else rows.past(now)


class MeetingListFilter(PageFilters, MeetingFilter):
    """The same on the page, where a person chooses among names."""

    cmo = django_filters.ChoiceFilter(field_name="vendor__number", label="CMO")
    sponsor = django_filters.ChoiceFilter(field_name="vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_partner = reader.company_kind == PARTNER
        sponsors = sponsors_of(reader) if is_partner else []
        self.filters["sponsor"].extra["choices"] = sponsors
        self.filters["cmo"].extra["choices"] = [] if is_partner else cmos_with_meetings(reader, self.data.get("cmo"))
        whose = ("sponsor",) if len(sponsors) > 1 else () if is_partner else ("cmo",)
        put_in_order(self, "q", "when", "kind", *whose, "status")


def cmos_with_meetings(reader: User, asked: Any) -> list[tuple[str, str]]:
    """The reader's CMOs with which a meeting was ever planned, by name."""
    mine = Meeting.objects.visible_to(reader).filter(vendor=OuterRef("pk"))
    rows = Vendor.objects.visible_to(reader).filter(Exists(mine)).order_by("sort_name", "number")
    return offered(asked or "", rows)
