"""Questions that pages and API ask of vendors, each one lazy SQL."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Case, CharField, Count, Exists, IntegerField, OuterRef, Q, Subquery, Value, When

from cmo_portal.lib.texts import folded
from cmo_portal.records.record import RecordQuerySet
from vendors.registry.vocabulary import WORST_FIRST


class VendorQuerySet(RecordQuerySet):
    """Vendors with what their lists show."""

    def live(self) -> Self:
        return self.filter(is_retired=False)

    def matching(self, words: str) -> Self:
        """Name, site name, city, FEI, DUNS or number holds all the words, accents and case aside."""
        from vendors.registry.models import Site

        for word in folded(words).split():
            sites = Site.objects.filter(vendor=OuterRef("pk"), is_retired=False, search_text__contains=word)
            self = self.filter(Q(sort_name__contains=word) | Q(number__iexact=word) | Exists(sites))
        return self

    def with_standing(self) -> Self:
        """Adds `worst` (status of the worst active qualification or None) and `scopes` (how many are active)."""
        from vendors.registry.supply import Qualification

        badness = Case(
            *[When(status=status, then=Value(place)) for place, status in enumerate(WORST_FIRST)],
            default=Value(len(WORST_FIRST)),
            output_field=IntegerField(),
        )
        active = Qualification.objects.filter(vendor=OuterRef("pk")).exclude(status="retired")
        counted = active.order_by().values("vendor").annotate(n=Count("pk")).values("n")
        return self.annotate(
            worst=Subquery(active.order_by(badness).values("status")[:1], output_field=CharField()),
            scopes=Subquery(counted, output_field=IntegerField()),
        )

    def with_site_count(self) -> Self:
        from vendors.registry.models import Site

        sites = Site.objects.filter(vendor=OuterRef("pk"), is_retired=False)
        counted: Any = sites.order_by().values("vendor").annotate(n=Count("pk")).values("n")
        return self.annotate(site_count=Subquery(counted, output_field=IntegerField()))
