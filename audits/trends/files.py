"""The trends as a file: one figure a line, so that a spreadsheet can turn them as it likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from audits.conduct.vocabulary import System
from audits.findings.vocabulary import FindingClass
from audits.trends.figures import AGES, Tally
from audits.trends.picture import StepFigures, Trends

HEADER = ("Part", "Of", "Number or code", "From", "To", "Measure", "Value", "Unit")
Line = tuple[object, ...]


def long_rows(trends: Trends) -> Iterator[Line]:
    asked = trends.asked
    days = (asked.period.first, asked.period.last)
    yield from tally_lines("All findings", "", "", days, trends.findings.all)
    for quarter, tally in zip(asked.quarters, trends.findings.quarters, strict=True):
        yield from tally_lines("Quarter", quarter.label, "", (quarter.first, quarter.last), tally)
    names = dict(System.choices)
    for code, tally in sorted(trends.findings.systems.items()):
        yield from tally_lines("System", str(names.get(code, "No system named")), code, days, tally)
    for clause in trends.clauses:
        yield ("Clause", clause.words, clause.title, *days, "Findings", clause.number, "findings")
    for part, places in (("CMO", trends.cmos), ("Site", trends.sites)):
        for place in places:
            yield from place_lines(part, place, days)
    for age in AGES:
        for kind in FindingClass:
            number = trends.ages.get((age.code, kind.value), 0)
            if number:
                first, last = age.issued(asked.today)
                yield ("Open today", age.label, age.code, first, last, kind.label, number, "findings")
    for step in trends.times.steps:
        yield from step_lines(step, days)
    yield from capa_lines(trends, days)


def tally_lines(part: str, of: str, code: str, days: Iterable[Any], tally: Tally) -> Iterator[Line]:
    head = (part, of, code, *days)
    yield (*head, "Findings", tally.total, "findings")
    for kind in FindingClass:
        yield (*head, kind.label, tally.classes[kind.value], "findings")
    yield (*head, "Repeats", tally.repeats, "findings")
    yield (*head, "Repeat rate", rounded(tally.repeat_rate), "%")


def place_lines(part: str, place: Any, days: Iterable[Any]) -> Iterator[Line]:
    head = (part, place.name, place.number, *days)
    yield (*head, "Findings", place.total, "findings")
    yield (*head, FindingClass.CRITICAL.label, place.critical, "findings")
    yield (*head, FindingClass.MAJOR.label, place.major, "findings")
    yield (*head, "Repeats", place.repeats, "findings")
    yield (*head, "Repeat rate", rounded(place.repeat_rate), "%")


def step_lines(row: StepFigures, days: Iterable[Any]) -> Iterator[Line]:
    head, unit = ("Step", row.step.label, row.step.code, *days), f"{row.step.noun}s"
    yield (*head, "Done", row.whole.done, unit)
    yield (*head, "Median", row.whole.median, "days")
    if row.step.limit:
        yield (*head, f"In time: {row.limit}", rounded(row.whole.in_time), "%")
        yield (*head, "Late", row.whole.late, unit)
        yield (*head, "Open and late today", row.waiting, unit)


def capa_lines(trends: Trends, days: Iterable[Any]) -> Iterator[Line]:
    capas, head = trends.times.capas, ("CAPA", "", "", *days)
    yield (*head, "Accepted at the first round", rounded(capas.first_rate), "%")
    yield (*head, "Judged effective", rounded(capas.effective_rate), "%")
    yield (*head, "Mean days with the CMO, of those closed", rounded(capas.cmo_days), "days")
    yield (*head, "Mean days with the sponsor, of those closed", rounded(capas.sponsor_days), "days")


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
