"""What lists and API of the audit programme can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef

from audits.programme.facts import audited_cmos
from audits.programme.models import Audit, Auditor, AuditPlan, Slot
from audits.programme.querysets import BEFORE_VISIT, OVER, AuditQuerySet
from audits.programme.steering import AuditInterval, AuditTrigger
from audits.programme.vocabulary import AuditStatus, AuditType
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SPONSOR
from vendors.registry.filters import SEARCH, offered, put_in_order

STATES = [("coming", "To come"), ("under_way", "Under way"), ("over", "Closed or cancelled")]


class AuditFilter(django_filters.FilterSet):
    """What API and list ask of audits."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label="State")
    status = django_filters.ChoiceFilter(choices=AuditStatus.choices, label="Status")
    type = django_filters.ChoiceFilter(choices=AuditType.choices, label="Type")
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="site__vendor__number", label="CMO")
    lead = django_filters.CharFilter(field_name="lead_ref", label="Lead auditor")
    plan = django_filters.CharFilter(field_name="plan__number", label="Plan")
    year = django_filters.NumberFilter(field_name="sort_date__year", label="Year")

    class Meta:
        model = Audit
        fields: tuple[str, ...] = ()

    def by_words(self, rows: AuditQuerySet, name: str, value: str) -> AuditQuerySet:
        return rows.matching(value)

    def by_state(self, rows: AuditQuerySet, name: str, value: str) -> AuditQuerySet:
        if value == "coming":
            return rows.filter(status__in=BEFORE_VISIT)
        return rows.filter(status__in=OVER) if value == "over" else rows.exclude(status__in=(*BEFORE_VISIT, *OVER))


class AuditListFilter(AuditFilter):
    """The same on the page, with the choices that lead somewhere; a CMO asks by its sponsors."""

    cmo = django_filters.ChoiceFilter(field_name="site__vendor__number", label="CMO")
    lead = django_filters.ChoiceFilter(field_name="lead_ref", label="Lead auditor")
    sponsor = django_filters.ChoiceFilter(field_name="site__vendor__sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Audit.objects.open_to(reader).order_by()
        if reader.company_kind == SPONSOR:
            data = self.data or {}
            cmos = audited_cmos(reader).order_by("sort_name")
            self.filters["cmo"].extra["choices"] = offered(data.get("cmo", ""), cmos)
            leads = User.objects.visible_to(reader).filter(Exists(mine.filter(lead=OuterRef("pk")))).order_by("name")
            self.filters["lead"].extra["choices"] = list(leads.values_list("number", "name"))
            put_in_order(self, "q", "state", "type", "cmo", "lead")
        else:
            sponsors = Company.objects.visible_to(reader).filter(pk__in=mine.values("site__vendor__sponsor"))
            self.filters["sponsor"].extra["choices"] = list(sponsors.order_by("name").values_list("number", "name"))
            put_in_order(self, "q", "state", "type", "sponsor")


class IntervalFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__number", label="Site")
    cmo = django_filters.CharFilter(field_name="site__vendor__number", label="CMO")
    due_before = django_filters.DateFilter(field_name="next_due_date", lookup_expr="lt")

    class Meta:
        model = AuditInterval
        fields = ("status", "months", "compliance")


class TriggerFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__number", label="Site")

    class Meta:
        model = AuditTrigger
        fields = ("status", "kind")


class AuditorFilter(django_filters.FilterSet):
    class Meta:
        model = Auditor
        fields = ("status", "level")


class PlanFilter(django_filters.FilterSet):
    class Meta:
        model = AuditPlan
        fields = ("status", "year")


class SlotFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number", label="Audit")

    class Meta:
        model = Slot
        fields = ("status", "offered_by")
