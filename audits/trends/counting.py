"""Findings counted by the database: by quarter, class, system, repeat, clause, site, CMO and age.

Only what is issued and stands counts. Each function is one statement whose answer has as many rows as there are
classes, quarters or places shown, however many findings there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.db.models.expressions import ExpressionWrapper

from audits.findings import clauses
from audits.findings.models import Finding
from audits.findings.vocabulary import FindingClass
from audits.trends.asked import Asked
from audits.trends.figures import AGES, Cell, share
from audits.trends.sql import clause_counts, place_of
from cmo_portal.records.actors import Actor
from vendors.registry.models import Site, Vendor

SHOWN = 10  # clauses and places; the file has all places


def owned(model: Any, reader: Actor) -> Any:
    """Rows of the reader's own company: less than `visible_to`, and one column, so that an index holds what is counted.

    Whoever belongs to no company owns nothing.
    """
    return model.objects.filter(wall_owner=reader.company_id) if reader.company_id else model.objects.none()


def standing(reader: Actor, asked: Asked) -> Any:
    """The findings of the reader's own audits that were issued in the period and stand."""
    rows = owned(Finding, reader).standing()
    return rows.filter(**asked.dated("issued_date"), **asked.of_place("audit__")).order_by()


def cells(reader: Actor, asked: Asked) -> list[Cell]:
    repeat = ExpressionWrapper(Q(repeat_of__isnull=False), output_field=BooleanField())
    rows = standing(reader, asked).annotate(place=place_of("issued_date", asked.quarters), is_repeat=repeat)
    rows = rows.values_list("place", "classification", "system", "is_repeat").annotate(number=Count("*"))
    return [Cell(place, kind, system, bool(again), number) for place, kind, system, again, number in rows]


@dataclass(frozen=True)
class ByClause:
    words: str
    title: str
    number: int


def by_clause(reader: Actor, asked: Asked) -> list[ByClause]:
    """The clauses that findings name most often; what lies under a clause counts with it."""
    found = []
    for source, clause, number in clause_counts(standing(reader, asked), SHOWN):
        known = clauses.BY_NAME.get((source, clause))
        words = clauses.written({"source": source, "clause": clause})
        found.append(ByClause(words, known.title if known else "", number))
    return found


@dataclass(frozen=True)
class ByPlace:
    """One site or one CMO."""

    number: str
    name: str
    of: str
    total: int
    critical: int
    major: int
    repeats: int

    @property
    def repeat_rate(self) -> float | None:
        return share(self.repeats, self.total)


COUNTS = {
    "total": Count("*"),
    "critical": Count("classification", filter=Q(classification=FindingClass.CRITICAL)),
    "major": Count("classification", filter=Q(classification=FindingClass.MAJOR)),
    "repeats": Count("repeat_of"),
}


def counted_by(reader: Actor, asked: Asked, key: str, most: int | None) -> list[dict[str, Any]]:
    rows = standing(reader, asked).values(key).annotate(**COUNTS).order_by("-total", "-critical", "-major", key)
    return list(rows[:most] if most else rows)


def by_site(reader: Actor, asked: Asked, most: int | None = SHOWN) -> list[ByPlace]:
    found = counted_by(reader, asked, "audit__site", most)
    sites = Site.objects.visible_to(reader).select_related("vendor").in_bulk([row["audit__site"] for row in found])
    return [
        place(sites[row["audit__site"]], sites[row["audit__site"]].vendor.name, row)
        for row in found
        if row["audit__site"] in sites
    ]


def by_cmo(reader: Actor, asked: Asked, most: int | None = SHOWN) -> list[ByPlace]:
    found = counted_by(reader, asked, "audit__site__vendor", most)
    cmos = Vendor.objects.visible_to(reader).in_bulk([row["audit__site__vendor"] for row in found])
    return [place(cmos[row["audit__site__vendor"]], "", row) for row in found if row["audit__site__vendor"] in cmos]


def place(of: Any, beside: str, row: dict[str, Any]) -> ByPlace:
    return ByPlace(of.number, of.name, beside, *(row[name] for name in COUNTS))


def by_age(reader: Actor, asked: Asked) -> dict[tuple[str, str], int]:
    """(age, class) -> findings that are open today, whenever they were issued."""
    rows = owned(Finding, reader).open().filter(issued_date__isnull=False)
    whens = [
        When(issued_date__gte=first, then=Value(age.code)) for age in AGES if (first := age.issued(asked.today)[0])
    ]
    rows = rows.filter(**asked.of_place("audit__")).annotate(age=Case(*whens, default=Value(AGES[-1].code)))
    found = rows.order_by().values_list("age", "classification").annotate(number=Count("*"))
    return {(age, kind): number for age, kind, number in found}
