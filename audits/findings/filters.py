"""What the list of findings and its API can be cut down by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from audits.conduct.vocabulary import System
from audits.findings import clauses
from audits.findings.models import Finding
from audits.findings.querysets import FindingQuerySet
from audits.findings.vocabulary import FindingClass, FindingStatus
from audits.programme.facts import audited_cmos, audited_sites
from cmo_portal.accounts.models import Company
from cmo_portal.lib import wording
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import SPONSOR, Actor
from vendors.registry.filters import SEARCH, offered, put_in_order

AGES = [("30", "Open for over 30 days"), ("90", "Open for over 90 days"), ("180", "Open for over 180 days")]
CLASSES = [*FindingClass.choices, ("none", "Not classified")]
STATES = [("open", "Open"), ("standing", "Issued and not withdrawn"), *FindingStatus.choices]
SEEN_BY_CMO = [choice for choice in STATES if choice[0] != FindingStatus.DRAFT]
SYSTEMS = [*System.choices, ("none", "Not named")]
REPEATS = [("yes", "Repeats only"), ("no", "No repeats")]


class FindingFilter(django_filters.FilterSet):
    """What API and list ask. clause: a clause as it is written; everything that lies under it answers too."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    status = django_filters.ChoiceFilter(method="by_status", choices=STATES, label="Status")
    classification = django_filters.ChoiceFilter(method="by_class", choices=CLASSES, label="Class")
    system = django_filters.ChoiceFilter(method="by_system", choices=SYSTEMS, label="System")
    clause = django_filters.CharFilter(method="by_clause", label="Clause")
    cmo = django_filters.CharFilter(field_name="audit__site__vendor__number", label="CMO")
    site = django_filters.CharFilter(field_name="audit__site__number", label="Site")
    audit = django_filters.CharFilter(field_name="audit__number", label="Audit")
    age = django_filters.ChoiceFilter(method="by_age", choices=AGES, label="Age")
    repeat = django_filters.ChoiceFilter(method="by_repeat", choices=REPEATS, label="Repeats")
    issued_from = django_filters.DateFilter(field_name="issued_date", lookup_expr="gte", label="Issued from")
    issued_to = django_filters.DateFilter(field_name="issued_date", lookup_expr="lte", label="Issued to")

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def by_words(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        for word in value.split()[:8]:
            mine = Q(search_text__contains=folded(word)) | Q(number__iexact=word) | Q(audit__number__iexact=word)
            rows = rows.filter(mine)
        return rows

    def by_status(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        if value == "standing":
            return rows.standing()
        return rows.open() if value == "open" else rows.filter(status=value)

    def by_system(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        return rows.filter(system="" if value == "none" else value)

    def by_class(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        return rows.filter(classification="" if value == "none" else value)

    def by_clause(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """`21 CFR 211.22` finds 211.22(d) and not 211.225; what is no clause is looked for as text."""
        try:
            written = clauses.parse(value).words
        except ValueError:
            return rows.filter(clause_text__icontains=" ".join(value.split()))
        ends = Q()
        for end in ("|", "(", ".", ","):
            ends |= Q(clause_text__contains=f"|{written}{end}")
        return rows.filter(ends)

    def by_age(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        return rows.open().filter(issued_date__lt=timezone.localdate() - timedelta(days=int(value)))

    def by_repeat(self, rows: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        return rows.filter(repeat_of__isnull=value == "no")


class FindingListFilter(FindingFilter):
    """The same on the page, with the choices that lead somewhere; a CMO asks by its sponsors and its own sites."""

    cmo = django_filters.ChoiceFilter(field_name="audit__site__vendor__number", label="CMO")
    site = django_filters.ChoiceFilter(field_name="audit__site__number", label="Site")
    sponsor = django_filters.ChoiceFilter(field_name="audit__site__vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = self.data or {}
        sites = audited_sites(reader).order_by("name", "pk")
        self.filters["site"].extra["choices"] = offered(data.get("site", ""), sites)
        asked = ["q", "status", "classification", "system", "clause"]
        if reader.company_kind == SPONSOR:
            cmos = audited_cmos(reader).order_by("sort_name")
            self.filters["cmo"].extra["choices"] = offered(data.get("cmo", ""), cmos)
            asked.append("cmo")
        else:
            self.filters["status"].extra["choices"] = SEEN_BY_CMO
            theirs = audited_sites(reader).values("vendor__sponsor")
            sponsors = Company.objects.visible_to(reader).filter(pk__in=theirs).order_by("name")
            self.filters["sponsor"].extra["choices"] = list(sponsors.values_list("number", "name"))
            asked.append("sponsor")
        put_in_order(self, *asked, "site", "age", "repeat", *LINKED)
        # Asked by links of other pages: no field to fill in here, and not lost when somebody filters further.
        for name in LINKED:
            self.filters[name].extra["widget"] = forms.HiddenInput
        self.hidden = {name: day_words(data[name]) for name in LINKED if data.get(name)}


LINKED = ("audit", "issued_from", "issued_to")


def day_words(value: str) -> str:
    """A day of an address as a page writes it; anything else as it is."""
    try:
        return wording.full_day(date.fromisoformat(value))
    except ValueError:
        return value
