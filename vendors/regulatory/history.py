"""What the public record says about a site over the years, and in which files it was looked for.

An absent record is never a clean one: where nothing was found, the sentence names the source, the day and the years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.safestring import SafeString

from cmo_portal.lib import charts
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from vendors.registry.models import FormerFei, Site
from vendors.registry.runs import ImportRun
from vendors.regulatory.files import INSPECTIONS, REGISTRATIONS, Classification, worst_class
from vendors.regulatory.models import EventType, Registration, RegulatoryEvent

YEARS_SHOWN = 6  # at least, so that a site without inspections shows for how long
OLD = timedelta(days=1461)  # 48 months, after which an inspection says little about today


@dataclass(frozen=True)
class Visit:
    """One inspection, its project areas drawn together: the worst class of its GMP areas counts, others are named."""

    on: date
    authority: str
    external_id: str
    outcome: str  # NAI, VAI, OAI; empty where no area of it is about GMP
    areas: Sequence[RegulatoryEvent]

    @property
    def is_gmp(self) -> bool:
        return bool(self.outcome)

    @property
    def words(self) -> str:
        return f"{self.authority} {self.outcome or 'not GMP'}"

    @property
    def latest(self) -> RegulatoryEvent:
        """The row whose page opens: one of the class that counts."""
        return next((area for area in self.areas if area.is_gmp and area.outcome == self.outcome), self.areas[0])


def visits_of(events: Iterable[RegulatoryEvent]) -> list[Visit]:
    """Inspections, newest first. One Inspection ID may stand in several rows, one for each project area."""
    by_id: dict[tuple[str, str], list[RegulatoryEvent]] = defaultdict(list)
    for event in events:
        if event.type == EventType.INSPECTION:
            by_id[event.authority, event.external_id].append(event)
    visits = []
    for (authority, external_id), areas in by_id.items():
        worst = worst_class(Classification(area.outcome) for area in areas if area.is_gmp and area.outcome)
        visits.append(
            Visit(
                on=max(area.event_date for area in areas),
                authority=authority,
                external_id=external_id,
                outcome=str(worst or ""),
                areas=sorted(areas, key=lambda area: (not area.is_gmp, area.area)),
            )
        )
    return sorted(visits, key=lambda visit: (visit.on, visit.external_id), reverse=True)


def open_spans(visits: Iterable[Visit]) -> list[tuple[date, date | None]]:
    """(from, to) for which an OAI stands: until the next GMP inspection with NAI or VAI; None where there is none yet.

    A second OAI in between goes on with the first. FDA publishes no close-out of a class, so this is the only sign.
    """
    spans: list[tuple[date, date | None]] = []
    begun: date | None = None
    for visit in sorted((one for one in visits if one.is_gmp), key=lambda one: (one.on, one.outcome)):
        if visit.outcome == Classification.OAI:
            begun = begun or visit.on
        elif begun is not None and visit.on > begun:
            spans.append((begun, visit.on))
            begun = None
    return spans if begun is None else [*spans, (begun, None)]


@dataclass(frozen=True)
class SiteHistory:
    """One lane: the site, its inspections, its registrations, and what to say where there is none."""

    site: Site
    visits: list[Visit]
    registrations: list[Registration]

    @property
    def oai_since(self) -> date | None:
        """The day of the OAI that still stands."""
        return next((begun for begun, ended in open_spans(self.visits) if ended is None), None)

    @property
    def last_gmp(self) -> date | None:
        return next((visit.on for visit in self.visits if visit.is_gmp), None)

    def is_old(self, today: date) -> bool:
        """Whether the last known GMP inspection is more than 48 months ago."""
        return self.last_gmp is not None and today - self.last_gmp > OLD

    def lane(self) -> charts.Lane:
        marks = [charts.Inspection(visit.on, visit.outcome, visit.words) for visit in self.visits]
        return charts.Lane(self.site.name, marks, open_spans(self.visits))


def histories(sites: QuerySet[Any], reader: Actor) -> list[SiteHistory]:
    """One for each of `sites` in their order, in four queries however many there are."""
    found = list(sites)
    owners: dict[str, list[Site]] = defaultdict(list)
    for site in found:
        owners[site.fei].append(site)
    by_key = {site.pk: site for site in found}
    for former in FormerFei.objects.filter(site__in=sites.order_by().values("pk")):
        owners[former.fei].append(by_key[former.site_id])
    owners.pop("", None)
    events = gathered(RegulatoryEvent.objects.shown_to(reader).at_sites(sites), owners)
    registrations = gathered(Registration.objects.shown_to(reader).at_sites(sites).order_by("fei", "duns"), owners)
    return [SiteHistory(site, visits_of(events[site.pk]), registrations[site.pk]) for site in found]


def gathered(rows: Iterable[Any], owners: dict[str, list[Site]]) -> dict[int, list[Any]]:
    """The rows by the key of the site they belong to."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        for site in owners.get(row.fei, ()):
            found[site.pk].append(row)
    return found


def timeline(lanes: Sequence[SiteHistory], today: date, key: str) -> SafeString:
    """The picture of `lanes`; empty where there is nothing to draw. The same events stand in a table beside it."""
    days = [visit.on for lane in lanes for visit in lane.visits]
    if not days:
        return SafeString("")
    start = date(min(min(days).year, today.year - YEARS_SHOWN), 1, 1)
    title = f"Inspections of {len(lanes)} sites" if len(lanes) > 1 else f"Inspections of {lanes[0].site.name}"
    return charts.timeline([lane.lane() for lane in lanes], start, date(today.year, 12, 31), today, title, key)


@dataclass(frozen=True)
class Coverage:
    """In which files somebody may look: how recent, and of which fiscal years."""

    title: str
    as_of: date | None = None
    first_year: int | None = None
    last_year: int | None = None

    @property
    def years(self) -> str:
        if self.first_year is None:
            return ""
        if self.first_year == self.last_year:
            return f"fiscal year {self.first_year}"
        return f"fiscal years {self.first_year} to {self.last_year}"

    @property
    def sentence(self) -> str:
        """For a place where no record was found; never more than the files can say."""
        if self.as_of is None:
            return f"No {self.title} file has been imported yet, so nothing is known."
        covering = f", covering {self.years}" if self.years else ""
        return f"No record found in {self.title}s as of {full_day(self.as_of)}{covering}."

    @property
    def note(self) -> str:
        """For a place where records stand."""
        if self.as_of is None:
            return ""
        covering = f", {self.years}" if self.years else ""
        return f"{self.title}s as of {full_day(self.as_of)}{covering}"


def coverage(reader: Actor, kind: str = INSPECTIONS.code) -> Coverage:
    """What the finished imports of `kind` that the reader may see cover together."""
    title = {INSPECTIONS.code: "FDA inspection", REGISTRATIONS.code: "FDA registration"}[kind]
    runs = ImportRun.objects.visible_to(reader).filter(kind=kind, status=ImportRun.Status.DONE)
    facts = runs.aggregate(as_of=Max("as_of"), first_year=Min("first_year"), last_year=Max("last_year"))
    return Coverage(title, **facts)
