"""The library of questions is whole: every system, every question with clauses, no code twice."""

from __future__ import annotations

from collections import Counter

import pytest

from audits.conduct.library import OF_SYSTEM, QUESTIONS
from audits.conduct.vocabulary import System

pytestmark = pytest.mark.embedded
SOURCES = {"21 CFR", "EU GMP", "ICH Q7", "ICH"}


def test_there_are_150_questions_over_every_system() -> None:
    assert len(QUESTIONS) >= 150
    assert set(OF_SYSTEM) == set(System)
    assert min(len(questions) for questions in OF_SYSTEM.values()) >= 12


def test_no_code_and_no_question_stands_twice() -> None:
    for name in ("code", "question"):
        twice = [value for value, times in Counter(question[name] for question in QUESTIONS).items() if times > 1]
        assert twice == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["code"])
def test_a_question_is_asked_with_evidence_weight_and_clauses(question: dict) -> None:
    assert question["question"].endswith("?")
    assert question["expected_evidence"].endswith(".")
    assert question["risk_weight"] in (1, 2, 3)
    assert question["refs"] and {ref["source"] for ref in question["refs"]} <= SOURCES
    assert all(ref["clause"].strip() for ref in question["refs"])


@pytest.mark.parametrize("system", [s for s in System if s not in (System.OUTSOURCING, System.DATA)])
def test_each_of_the_six_systems_maps_to_all_three_sources(system: str) -> None:
    met = {ref["source"] for question in OF_SYSTEM[system] for ref in question["refs"]}
    assert met >= {"21 CFR", "EU GMP", "ICH Q7"}
