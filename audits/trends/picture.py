"""Everything the trends tell, put together once for the page, the file and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q

from audits.capa.models import CapaLink, EffectivenessCheck
from audits.capa.vocabulary import CapaLinkStatus, CheckVerdict
from audits.programme.limits import limits_of
from audits.programme.vocabulary import Side
from audits.trends import counting
from audits.trends.asked import Asked
from audits.trends.figures import Cycle, Findings, added_up, cycle_of, cycles_of, share, together
from audits.trends.steps import STEPS, Limits, Step, mine, owing, timed
from cmo_portal.accounts.models import User


@dataclass(frozen=True)
class StepFigures:
    """One step with its limit in words, over the period and by quarter, and how many are late and open today."""

    step: Step
    limit: str
    whole: Cycle
    quarters: Sequence[Cycle]
    waiting: int


@dataclass(frozen=True)
class Capas:
    """What else a period tells of its CAPAs.

    cmo_days, sponsor_days: means of the calendar days that each side held the ball, of those closed in the period.
    """

    accepted: int
    at_first: int
    judged: int
    effective: int
    cmo_days: float | None
    sponsor_days: float | None

    @property
    def first_rate(self) -> float | None:
        return share(self.at_first, self.accepted)

    @property
    def effective_rate(self) -> float | None:
        return share(self.effective, self.judged)


@dataclass(frozen=True)
class Times:
    steps: Sequence[StepFigures]
    capas: Capas

    def of_side(self, side: str) -> Cycle:
        """Every step of one side together."""
        return together(row.whole for row in self.steps if row.step.side == side)

    @property
    def sponsor(self) -> Cycle:
        return self.of_side(Side.SPONSOR)

    @property
    def cmo(self) -> Cycle:
        return self.of_side(Side.PARTNER)

    def waiting_of(self, side: str) -> int:
        return sum(row.waiting for row in self.steps if row.step.side == side)

    @property
    def is_empty(self) -> bool:
        return not any(row.whole.done or row.waiting for row in self.steps)


@dataclass(frozen=True)
class Trends:
    asked: Asked
    findings: Findings
    clauses: Sequence[counting.ByClause]
    sites: Sequence[counting.ByPlace]
    cmos: Sequence[counting.ByPlace]
    ages: dict[tuple[str, str], int]
    times: Times

    @property
    def is_empty(self) -> bool:
        return not self.findings.all.total and not self.ages and self.times.is_empty


def trends_of(reader: User, asked: Asked, most: int | None = counting.SHOWN) -> Trends:
    """All of it. most: how many sites and CMOs; None for all."""
    return Trends(
        asked,
        added_up(counting.cells(reader, asked), len(asked.quarters)),
        counting.by_clause(reader, asked),
        counting.by_site(reader, asked, most),
        counting.by_cmo(reader, asked, most),
        counting.by_age(reader, asked),
        times_of(reader, asked),
    )


def brief_of(reader: User, asked: Asked) -> Trends:
    """What a section on another page tells: the quarters and both sides' times."""
    found = added_up(counting.cells(reader, asked), len(asked.quarters))
    return Trends(asked, found, (), (), (), {}, times_of(reader, asked))


def times_of(reader: User, asked: Asked) -> Times:
    limits = limits_of(reader.company)
    late = late_today(reader, asked, limits)
    figures = []
    for step in STEPS.values():
        rows = timed(step, reader, asked, limits)
        quarters = cycles_of(rows, len(asked.quarters))
        figures.append(StepFigures(step, step.limit_words(limits), cycle_of(rows), quarters, late.get(step.code, 0)))
    return Times(figures, capas_of(reader, asked))


def late_today(reader: User, asked: Asked, limits: Limits) -> dict[str, int]:
    """step -> how many are not done and past their limit today; one statement a model."""
    models: dict[Any, list[Step]] = {}
    for step in STEPS.values():
        if step.waiting:
            models.setdefault((step.waiting_model, step.waiting_to_audit), []).append(step)
    found: dict[str, int] = {}
    for (model, path), steps in models.items():
        counts = {
            step.code: Count("pk", filter=step.waiting(limits, asked)) for step in steps if step.waiting is not None
        }
        found |= owing(model, path, reader, asked).aggregate(**counts)
    return found


def capas_of(reader: User, asked: Asked) -> Capas:
    links = mine(CapaLink, reader).filter(**asked.of_place("finding__audit__"))
    checks = mine(EffectivenessCheck, reader).filter(**asked.of_place("link__finding__audit__"))
    found: dict[str, Any] = links.filter(**asked.dated("accepted_date")).aggregate(
        accepted=Count("*"), at_first=Count("rounds", filter=Q(rounds=1))
    )
    closed = links.filter(**asked.dated("closed_date")).exclude(status=CapaLinkStatus.WITHDRAWN)
    found |= closed.aggregate(cmo_days=Avg("partner_days"), sponsor_days=Avg("sponsor_days"))
    found |= checks.filter(**asked.dated("judged_date")).aggregate(
        judged=Count("*"), effective=Count("verdict", filter=Q(verdict=CheckVerdict.EFFECTIVE))
    )
    return Capas(**found)
