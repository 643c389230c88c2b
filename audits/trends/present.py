"""The trends as a page shows them: rows of figures, each of which leads to the list of what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from audits.conduct.vocabulary import System
from audits.findings.vocabulary import NEEDS_RESPONSE, FindingClass
from audits.programme.vocabulary import Side
from audits.trends.asked import Asked
from audits.trends.figures import AGES, Cycle, Tally, share
from audits.trends.picture import StepFigures, Times, Trends
from cmo_portal.lib import charts, wording

SIDES = {Side.SPONSOR: "You", Side.PARTNER: "CMO", "": "Both"}
CLASSES = list(FindingClass)


@dataclass(frozen=True)
class Figure:
    """A number that leads to what it counts; nothing leads nowhere."""

    number: int
    url: str

    def __html__(self) -> str:
        words = wording.number(self.number)
        return format_html('<a href="{}">{}</a>', self.url, words) if self.number else words

    def __str__(self) -> str:
        return self.__html__()

    def __bool__(self) -> bool:
        return bool(self.number)


@dataclass(frozen=True)
class Row:
    """A line of a table of findings: its name, findings by class, all, repeats. heat: the class of its share."""

    name: str
    beside: str
    url: str
    classes: Sequence[Figure]
    total: Figure
    repeats: Figure
    rate: float | None
    part: float
    bar: SafeString


def row_of(name: str, tally: Tally, asked: Asked, most: int, beside: str = "", **more: str) -> Row:
    classes = [Figure(tally.classes[kind], asked.findings(**more, classification=kind.value)) for kind in CLASSES]
    url = asked.findings(**more)
    part = share(tally.total, most) or 0
    repeats = Figure(tally.repeats, asked.findings(**more, repeat="yes"))
    return Row(
        name, beside, url, classes, Figure(tally.total, url), repeats, tally.repeat_rate, part, charts.hbar(part)
    )


def by_quarter(trends: Trends) -> list[Row]:
    most = max((tally.total for tally in trends.findings.quarters), default=0)
    rows = []
    for quarter, tally in zip(trends.asked.quarters, trends.findings.quarters, strict=True):
        beside = "" if quarter.is_whole else wording.span(quarter.first, quarter.last)
        rows.append(row_of(quarter.label, tally, trends.asked.within(quarter), most, beside))
    return rows


def by_system(trends: Trends) -> list[Row]:
    """The systems with findings, the most first."""
    found = sorted(trends.findings.systems.items(), key=lambda item: (-item[1].total, item[0]))
    most = found[0][1].total if found else 0
    names = dict(System.choices)
    named = [row_of(str(names[code]), tally, trends.asked, most, system=code) for code, tally in found if code in names]
    loose = [row_of("No system named", tally, trends.asked, most, system="none") for code, tally in found if not code]
    return named + loose


def in_all(trends: Trends) -> Row:
    return row_of("All", trends.findings.all, trends.asked, trends.findings.all.total)


def by_clause(trends: Trends) -> list[dict[str, Any]]:
    most = max((row.number for row in trends.clauses), default=0)
    return [
        {
            "row": row,
            "figure": Figure(row.number, trends.asked.findings(clause=row.words)),
            "bar": charts.hbar(share(row.number, most) or 0),
        }
        for row in trends.clauses
    ]


def by_place(trends: Trends, rows: Sequence[Any], name: str) -> list[dict[str, Any]]:
    """Sites or CMOs; `name` is the filter that asks for one of them."""
    asked, most = trends.asked, max((row.total for row in rows), default=0)
    return [
        {
            "row": row,
            "url": asked.findings(**{name: row.number}),
            "total": Figure(row.total, asked.findings(**{name: row.number})),
            "critical": Figure(row.critical, asked.findings(**{name: row.number}, classification="critical")),
            "major": Figure(row.major, asked.findings(**{name: row.number}, classification="major")),
            "repeats": Figure(row.repeats, asked.findings(**{name: row.number}, repeat="yes")),
            "bar": charts.hbar(share(row.total, most) or 0),
        }
        for row in rows
    ]


def by_age(trends: Trends) -> list[dict[str, Any]]:
    rows = []
    for age in AGES:
        first, last = age.issued(trends.asked.today)
        url = trends.asked.open_findings(first, last)
        classes = [
            Figure(trends.ages.get((age.code, kind.value), 0), f"{url}&classification={kind.value}")
            for kind in NEEDS_RESPONSE
        ]
        total = Figure(sum(each.number for each in classes), url)
        rows.append({"name": age.label, "classes": classes, "total": total})
    return rows


@dataclass(frozen=True)
class StepRow:
    """A line of the table of cycle times."""

    figures: StepFigures
    side: str
    done: Figure
    late: Figure
    waiting: Figure
    in_time: float | None
    bar: SafeString
    spark: SafeString
    quarters: Sequence[tuple[str, Figure, Cycle]]


def step_rows(times: Times, asked: Asked) -> list[StepRow]:
    return [step_row(row, asked) for row in times.steps]


def step_row(row: StepFigures, asked: Asked) -> StepRow:
    code, has_limit = row.step.code, bool(row.step.limit)
    rates = [cycle.in_time for cycle in row.quarters if cycle.in_time is not None]
    label = f"{row.step.label}: in time by quarter, " + ", ".join(wording.percent(rate) for rate in rates)
    return StepRow(
        row,
        SIDES[row.step.side],
        Figure(row.whole.done, asked.step(code)),
        Figure(row.whole.late, asked.step(code, "late")),
        Figure(row.waiting, asked.step(code, "waiting")),
        row.whole.in_time if has_limit else None,
        charts.hbar(row.whole.in_time or 0, "alt" if row.step.side == Side.PARTNER else ""),
        charts.sparkline(rates, label) if has_limit and len(rates) > 1 else SafeString(""),
        [
            (quarter.label, Figure(cycle.done, asked.within(quarter).step(code)), cycle)
            for quarter, cycle in zip(asked.quarters, row.quarters, strict=True)
        ],
    )


def columns(trends: Trends) -> SafeString:
    """The findings of each quarter, class upon class; the same numbers stand in the table below it."""
    stacks = [[tally.classes[kind] for kind in CLASSES] for tally in trends.findings.quarters]
    labels = [quarter.label for quarter in trends.asked.quarters]
    return charts.columns(stacks, [kind.value for kind in CLASSES], labels, "Findings by quarter and class")


def sentence(trends: Trends) -> str:
    """What the period says, in one or two sentences."""
    every, times = trends.findings.all, trends.times
    if not every.total:
        said = "No finding was issued in this period."
    else:
        worst = (
            f"{wording.number(every.classes['critical'])} critical and {wording.number(every.classes['major'])} major"
        )
        said = f"{wording.counted(every.total, 'finding')} issued, {worst}"
        said += f"; {wording.percent(every.repeat_rate or 0)} are repeats." if every.repeats else "; none is a repeat."
    return f"{said} {kept(times)}".strip()


def kept(times: Times) -> str:
    """Both sides by the same measure."""
    ours, theirs = times.sponsor.in_time, times.cmo.in_time
    if ours is None and theirs is None:
        return ""
    if ours is None or theirs is None:
        side, rate = ("You", ours) if theirs is None else ("The CMOs", theirs)
        return f"{side} kept {wording.percent(rate or 0)} of the limits."
    return f"You kept {wording.percent(ours)} of your limits, the CMOs {wording.percent(theirs)} of theirs."


def sides(times: Times) -> list[dict[str, Any]]:
    """The two sides, one under the other on the same scale."""
    return [
        {
            "name": name,
            "cycle": cycle,
            "waiting": times.waiting_of(side),
            "bar": charts.hbar(cycle.in_time or 0, "alt" if side == Side.PARTNER else "", 12),
        }
        for name, side, cycle in (("You", Side.SPONSOR, times.sponsor), ("CMO", Side.PARTNER, times.cmo))
    ]


def page_of(trends: Trends) -> dict[str, Any]:
    """Context of the whole page."""
    return {
        "trends": trends,
        "asked": trends.asked,
        "sentence": sentence(trends),
        "columns": columns(trends),
        "classes": [(kind.value, kind.label) for kind in CLASSES],
        "answered": [kind.label for kind in NEEDS_RESPONSE],
        "quarters": by_quarter(trends),
        "in_all": in_all(trends),
        "systems": by_system(trends),
        "clauses": by_clause(trends),
        "sites": by_place(trends, trends.sites, "site"),
        "cmos": by_place(trends, trends.cmos, "cmo"),
        "ages": by_age(trends),
        "steps": step_rows(trends.times, trends.asked),
        "sides": sides(trends.times),
        "capas": trends.times.capas,
        "first_url": trends.asked.step("review", "first"),
        "effective_url": trends.asked.step("check", "effective"),
        "closed_url": trends.asked.step("capa"),
    }
