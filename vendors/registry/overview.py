"""What each site can do, as a table: rows are sites, columns are services, a cell says how it is qualified."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min

from vendors.registry.models import Capability, Certificate, Site
from vendors.registry.supply import Qualification
from vendors.registry.vocabulary import WORST_FIRST, DosageForm, Modality, QualificationStatus, Service


def complete(vendors: list[Any]) -> None:
    """Sets on the rows of one page what `with_standing`, `with_site_count` and `with_next_expiry` would add.

    Three small queries for the rows shown, whatever their number: as subqueries of the page's own query they cost more
    to put into words than everything else on the page.
    """
    statuses: dict[int, dict[str, int]] = {vendor.pk: {} for vendor in vendors}
    active = Qualification.objects.active().filter(vendor__in=vendors).order_by()
    for pk, status, count in active.values_list("vendor", "status").annotate(n=Count("pk")):
        statuses[pk][status] = count
    sites = Site.objects.filter(vendor__in=vendors, is_retired=False).order_by()
    site_counts = dict(sites.values_list("vendor").annotate(n=Count("pk")))
    ending = Certificate.objects.current().filter(site__vendor__in=vendors, expires_date__isnull=False).order_by()
    expiries = dict(ending.values_list("site__vendor").annotate(first=Min("expires_date")))
    for vendor in vendors:
        held = statuses[vendor.pk]
        vendor.worst = min(held, key=WORST_FIRST.index, default=None)
        vendor.scopes, vendor.worst_scopes = sum(held.values()), held.get(vendor.worst, 0)
        vendor.site_count, vendor.next_expiry = site_counts.get(vendor.pk, 0), expiries.get(vendor.pk)


Column = tuple[str, str, str]  # service, dosage form, modality where no dosage form is named
OFFERED, NOT_OFFERED = "offered", ""
COLUMNS = 12  # more than these do not fit a page; the sites' own pages name them all


@dataclass(frozen=True)
class Cell:
    """`status` is a qualification's, `offered` without one, or empty; `words` says it."""

    status: str
    words: str


@dataclass(frozen=True)
class Heading:
    service: str
    detail: str


@dataclass
class Line:
    site: Site
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Matrix:
    headings: list[Heading]
    lines: list[Line]
    left_out: int


def matrix(sites: list[Site]) -> Matrix:
    """The table of `sites` in two queries. Qualifications are the sponsor's: call it on a sponsor's page only."""
    offered: dict[int, set[Column]] = {site.pk: set() for site in sites}
    for capability in Capability.objects.filter(site__in=sites, is_retired=False):
        offered[capability.site_id].add(column_of(capability))
    standing: dict[int, list[Qualification]] = {site.pk: [] for site in sites}
    for row in Qualification.objects.filter(site__in=sites).exclude(status=QualificationStatus.RETIRED):
        standing[row.site_id].append(row)
    columns = sorted(set().union(*offered.values(), *(scopes(rows) for rows in standing.values())), key=place)
    shown = columns[:COLUMNS]
    lines = [Line(site, [cell(column, offered[site.pk], standing[site.pk]) for column in shown]) for site in sites]
    return Matrix([heading(column) for column in shown], lines, len(columns) - len(shown))


def column_of(capability: Capability) -> Column:
    return (capability.service, capability.dosage_form, "" if capability.dosage_form else capability.modality)


def scopes(rows: list[Qualification]) -> set[Column]:
    """Columns of qualifications that name a dosage form; one for a whole service speaks for its columns."""
    return {(row.service, row.dosage_form, "") for row in rows if row.dosage_form}


def place(column: Column) -> tuple[int, str, str]:
    return (Service.values.index(column[0]), column[1], column[2])


def heading(column: Column) -> Heading:
    service, form, modality = column
    detail = DosageForm(form).label if form else Modality(modality).label if modality else ""
    return Heading(Service(service).label, str(detail))


def cell(column: Column, offered: set[Column], rows: list[Qualification]) -> Cell:
    """The worst active qualification of the scope; what is offered without one says so."""
    service, form, _modality = column
    found = [row.status for row in rows if row.service == service and row.dosage_form in {form, ""}]
    if found and (column in offered or any(row.dosage_form for row in rows if row.service == service)):
        worst = min(found, key=WORST_FIRST.index)
        return Cell(worst, str(QualificationStatus(worst).label))
    return Cell(OFFERED, "Offered, not qualified") if column in offered else Cell(NOT_OFFERED, "Not offered")
