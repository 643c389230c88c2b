"""What each sponsor reads of a CMO's profile, for the CMO itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from cmo_portal.records.actors import Actor
from communications.profiles.models import ProfileReading, Publication, PublishedContent
from communications.profiles.publishing import relations
from vendors.registry.models import Vendor

MOST = 20  # versions of one relation that its line tells


@dataclass
class Share:
    """One sponsor, the versions it got and what it read. said: what it reads now, None for nothing."""

    vendor: Vendor
    publications: list[Publication] = field(default_factory=list)
    said: PublishedContent | None = None
    reading: ProfileReading | None = None

    @property
    def latest(self) -> Publication | None:
        return self.publications[0] if self.publications else None

    @property
    def titles(self) -> list[str]:
        return [section["title"] for section in self.said.sections] if self.said else []

    @property
    def is_read(self) -> bool:
        return bool(self.reading and self.latest and self.reading.publication_id == self.latest.pk)


def shares_of(by: Actor) -> list[Share]:
    """A line for each sponsor of the CMO; four queries."""
    found = {vendor.pk: Share(vendor) for vendor in relations(by)}
    rows = Publication.objects.visible_to(by).filter(vendor__in=found, is_shared=True)
    for fact in rows.order_by("-published_at", "-pk"):
        if len(found[fact.vendor_id].publications) < MOST:
            found[fact.vendor_id].publications.append(fact)
    contents = PublishedContent.objects.visible_to(by).filter(is_open=True, is_latest=True)
    for said in contents.filter(publication__vendor__in=found).select_related("publication"):
        found[said.publication.vendor_id].said = said
    readings = ProfileReading.objects.visible_to(by).filter(publication__vendor__in=found)
    for reading in readings.select_related("publication").order_by("read_at", "pk"):
        found[reading.publication.vendor_id].reading = reading
    return list(found.values())
