"""Repeats: same site, same clause, system or words, within the years; the grounds are named, a person decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from audits.findings.repeats import Facts, compare, find, words_of, years_before

NEW = Facts(
    "N", "linz", "data", frozenset({"EU GMP Annex 11"}), words_of("Audit trail of the particle counter not reviewed"),
    date(2026, 6, 1),
)  # fmt: skip
OLD = replace(NEW, number="O", day=date(2023, 6, 1))


def test_the_same_clause_and_system_are_proposed_with_their_grounds() -> None:
    (match,) = find(NEW, [replace(OLD, words=frozenset())], years=5)
    assert match.why == "Same clause, EU GMP Annex 11, same system"


@pytest.mark.parametrize(
    ("changes", "proposed"),
    [
        ({"clauses": frozenset(), "words": frozenset()}, False),  # the system alone says little
        ({"system": "quality", "words": frozenset()}, False),  # so does the clause alone
        ({"system": "quality"}, True),  # clause and words
        ({"clauses": frozenset()}, True),  # system and nearly the same words
        ({"clauses": frozenset(), "words": words_of("Particle counter out of calibration")}, False),
        ({"site": "graz"}, False),
    ],
)
def test_it_takes_two_grounds_at_the_same_site(changes: dict[str, object], proposed: bool) -> None:
    assert bool(find(NEW, [replace(OLD, **changes)], years=5)) is proposed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "proposed"),
    [(date(2021, 6, 1), True), (date(2021, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 6, 2), False)],
)
def test_an_earlier_finding_counts_for_so_many_years_to_the_day(day: date, proposed: bool) -> None:
    assert bool(find(NEW, [replace(OLD, day=day)], years=5)) is proposed


def test_what_was_ruled_out_is_not_proposed_again_and_nothing_repeats_itself() -> None:
    assert find(NEW, [OLD], years=5, ruled_out=["O"]) == []
    assert find(NEW, [replace(OLD, number="N")], years=5) == []


def test_the_strongest_comes_first_then_the_newest() -> None:
    weak = replace(OLD, number="weak", words=frozenset(), day=date(2026, 1, 1))
    older = replace(OLD, number="older", day=date(2022, 1, 1))
    assert [match.number for match in find(NEW, [weak, older, OLD], years=5)] == ["O", "older", "weak"]


def test_words_are_compared_without_endings_and_common_words() -> None:
    assert words_of("Smoke studies were recorded") == words_of("smoke study") == {"smok", "study"}
    assert compare(NEW, replace(OLD, clauses=frozenset(), system="", words=frozenset({"trail"}))).grounds == ()


def test_years_before_a_leap_day() -> None:
    assert years_before(date(2028, 2, 29), 5) == date(2023, 2, 28)
    assert years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)
