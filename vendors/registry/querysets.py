"""Questions that pages and API ask of vendors, each one lazy SQL."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Case, CharField, Count, Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.record import RecordQuerySet
from vendors.registry.vocabulary import WORST_FIRST

NO_STANDING = len(WORST_FIRST)


class VendorQuerySet(RecordQuerySet):
    """Vendors with what their lists show.

    `in` with one value where `=` would do: Django writes `NOT is_retired` for the latter, for which SQLite knows no
    index, and would sort all CMOs to show the first 25.
    """

    def live(self) -> Self:
        return self.filter(is_retired__in=[False])

    def retired(self) -> Self:
        return self.filter(is_retired__in=[True])

    def register_of(self, company_id: int | None) -> Self:
        """A sponsor's own: the same rows as behind its wall, said so that one index gives them in order."""
        return self.filter(wall_owner=company_id)

    def matching(self, words: str) -> Self:
        """Name, site name, city, FEI, DUNS or number holds all the words, accents and case aside."""
        from vendors.registry.models import Site

        for word in search_words(folded(words)):
            sites = Site.objects.filter(vendor=OuterRef("pk"), is_retired=False, search_text__contains=word)
            self = self.filter(Q(sort_name__contains=word) | Q(number__iexact=word) | Exists(sites))
        return self

    def with_standing(self) -> Self:
        """Adds what stands of the active qualifications, for the sponsor's eyes alone.

        `worst`: the worst status or None; `standing`: its place among WORST_FIRST, NO_STANDING without one, to sort by;
        `scopes`: how many are active; `worst_scopes`: how many of them have the worst status.
        """
        from vendors.registry.supply import Qualification

        places = [When(status=status, then=Value(place)) for place, status in enumerate(WORST_FIRST)]
        badness = Case(*places, default=Value(NO_STANDING), output_field=IntegerField())
        active = Qualification.objects.filter(vendor=OuterRef("pk")).exclude(status="retired").order_by()
        by_badness = active.annotate(badness=badness).order_by("badness")
        return self.annotate(
            worst=Subquery(by_badness.values("status")[:1], output_field=CharField()),
            standing=Coalesce(Subquery(by_badness.values("badness")[:1]), NO_STANDING),
            scopes=count_of(active, "vendor"),
            worst_scopes=count_of(active.filter(status=OuterRef("worst")), "vendor"),
        )

    def with_site_count(self) -> Self:
        from vendors.registry.models import Site

        sites = Site.objects.filter(vendor=OuterRef("pk"), is_retired=False)
        return self.annotate(site_count=count_of(sites, "vendor"))

    def with_next_expiry(self) -> Self:
        """Adds `next_expiry`: the first date on which a certificate ends, or ended without a newer one."""
        from vendors.registry.models import Certificate

        ending = Certificate.objects.current().filter(site__vendor=OuterRef("pk"), expires_date__isnull=False)
        return self.annotate(next_expiry=Subquery(ending.order_by("expires_date").values("expires_date")[:1]))


class SiteQuerySet(RecordQuerySet):
    """Sites with what their lists show."""

    def live(self) -> Self:
        return self.filter(is_retired=False, vendor__is_retired=False)

    def matching(self, words: str) -> Self:
        """Site name, address, FEI, DUNS, number, or the CMO's name holds all the words, accents and case aside."""
        for word in search_words(folded(words)):
            self = self.filter(
                Q(search_text__contains=word) | Q(number__iexact=word) | Q(vendor__sort_name__contains=word)
            )
        return self

    def with_counts(self, today: date) -> Self:
        """Adds `capability_count`, `offer_count` (standing offers) and `next_expiry` of a certificate."""
        from vendors.registry.models import Capability, CapacityOffer, Certificate

        mine = {"site": OuterRef("pk")}
        ending = Certificate.objects.current().filter(**mine, expires_date__isnull=False)
        return self.annotate(
            capability_count=count_of(Capability.objects.filter(**mine, is_retired=False), "site"),
            offer_count=count_of(CapacityOffer.objects.filter(CapacityOffer.standing_on(today), **mine), "site"),
            next_expiry=Subquery(ending.order_by("expires_date").values("expires_date")[:1]),
        )


class CertificateQuerySet(RecordQuerySet):
    """Certificates and licences."""

    def current(self) -> Self:
        """In use, of a site in use, and not followed by a newer one of its kind for the same, from the same
        authority."""
        newer = self.model.objects.filter(
            site=OuterRef("site"),
            kind=OuterRef("kind"),
            authority__iexact=OuterRef("authority"),
            covers__iexact=OuterRef("covers"),  # ISO 9001 does not follow ISO 13485, and both are of one kind
            is_retired=False,
            expires_date__gt=OuterRef("expires_date"),
        )
        return self.filter(is_retired=False, site__is_retired=False, site__vendor__is_retired=False).exclude(
            Exists(newer)
        )


def count_of(rows: Any, group: str) -> Any:
    """How many `rows` there are for the outer row they name by `group`; never NULL."""
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
