"""The audits and CAPAs behind a figure of the cycle times, one line each: from which day to which, against which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from audits.capa.models import CapaLink, EffectivenessCheck, Response
from audits.capa.vocabulary import CheckVerdict
from audits.trends.asked import Asked
from audits.trends.steps import Limits, Step, done, waiting
from cmo_portal.accounts.models import User

SHOWS = {"": "All", "late": "Late", "kept": "In time", "waiting": "Open and late today"}
FURTHER = {"review": ("first", "Accepted at the first round"), "check": ("effective", "Judged effective")}
FURTHER_ONLY = {"first": Q(rounds=1), "effective": Q(verdict=CheckVerdict.EFFECTIVE)}
PLACES = {
    Response: "link__finding__audit__site__vendor",
    EffectivenessCheck: "link__finding__audit__site__vendor",
    CapaLink: "finding__audit__site__vendor",
}


def shows_of(step: Step) -> dict[str, str]:
    """What can be shown of a step: code -> words."""
    if not step.limit:
        return {"": SHOWS[""]}
    further = FURTHER.get(step.code)
    return SHOWS | ({further[0]: further[1]} if further else {})


def rows_of(step: Step, show: str, reader: User, asked: Asked, limits: Limits) -> Any:
    """The rows of `show`, with what a line names."""
    if show == "waiting":
        rows = waiting(step, reader, asked, limits)
        return rows.select_related(PLACES.get(step.waiting_model, "site__vendor"))
    rows = done(step, reader, asked, limits).select_related(PLACES.get(step.model, "site__vendor"))
    if show == "late":
        return rows.filter(is_late=True)
    if show == "kept":
        return rows.exclude(is_late=True)
    return rows.filter(FURTHER_ONLY[show]) if show in FURTHER_ONLY else rows


def sorts_of(step: Step, show: str) -> dict[str, tuple[str, ...]]:
    if show == "waiting":
        return {"oldest": (step.waiting_since, "number")}
    return {"newest": (f"-{step.end}", "number"), "longest": ("-took", "number")}


@dataclass(frozen=True)
class Line:
    """One audit or CAPA. due: the day that decided, where the row keeps one."""

    number: str
    title: str
    url: str
    site: str
    cmo: str
    first: date | None
    last: date | None
    days: int | None
    due: date | None
    is_late: bool


def line_of(row: Any, step: Step, show: str) -> Line:
    shown: Any = row.link if isinstance(row, (Response, EffectivenessCheck)) else row
    finding = getattr(shown, "finding", None)
    site = finding.audit.site if finding else shown.site
    is_open = show == "waiting"
    return Line(
        shown.number,
        f"{finding.label} {finding.title}" if finding else str(shown),
        shown.get_absolute_url(),
        site.name,
        site.vendor.name,
        at(row, step.waiting_since) if is_open else at(row, step.start),
        None if is_open else at(row, step.end),
        None if is_open else row.took,
        None if is_open or not step.against else at(row, step.against),
        is_open or bool(row.is_late),
    )


def at(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
