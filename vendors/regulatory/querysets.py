"""Questions that pages and API ask of the public record, each one lazy SQL."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.actors import SPONSOR, Actor
from cmo_portal.records.record import RecordQuerySet
from vendors.registry.models import FormerFei, Site, Vendor


class SourcedQuerySet(RecordQuerySet):
    """Facts with the file they came from."""

    def shown_to(self, reader: Actor) -> Self:
        """What `reader` may see, each fact once.

        A sponsor may have sent a file with a fact that the installation has too. Both rows stay, for each belongs to
        its owner and has its own source; shown is the sponsor's own, because it chose that file, and it holds the
        newest snapshot of it that the sponsor sent. Once there are more sources of one owner, the newest would be
        shown; today a key stands once in an owner, so that there is never a tie.
        """
        rows = self.visible_to(reader)
        if reader.company_kind != SPONSOR:
            return rows
        same: dict[str, Any] = {name: OuterRef(name) for name in self.model.key}
        own = self.model.objects.filter(wall_owner=reader.company_id, **same)
        return rows.filter(Q(wall_owner=reader.company_id) | ~Exists(own))

    def at_sites(self, sites: QuerySet[Any]) -> Self:
        """Facts under the present or a former FEI of one of `sites`."""
        return self.filter(fei__in=feis_of(sites))

    def of_site(self, site: Site) -> Self:
        return self.at_sites(Site.objects.filter(pk=site.pk))

    def of_vendor(self, vendor: Vendor) -> Self:
        return self.at_sites(Site.objects.filter(vendor=vendor, is_retired=False))

    def at_sites_of(self, reader: Actor) -> Self:
        """Facts about sites that the reader works with."""
        return self.at_sites(Site.objects.visible_to(reader).filter(is_retired=False))

    def matching(self, words: str) -> Self:
        """The firm's name holds all the words, accents and case aside; a number finds its inspection or FEI."""
        for word in search_words(folded(words)):
            self = self.filter(Q(search_name__contains=word) | Q(external_id=word) | Q(fei=word))
        return self


def feis_of(sites: QuerySet[Any]) -> QuerySet[Any]:
    """Present and former FEIs of `sites`, as one subquery that the index on `fei` can answer."""
    former = FormerFei.objects.filter(site__in=sites.values("pk"))
    return sites.exclude(fei="").order_by().values("fei").union(former.order_by().values("fei"))
