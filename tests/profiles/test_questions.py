"""The questionnaire holds together, and what an answer can be, how fresh it is and what differs follow by rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from communications.profiles import freshness
from communications.profiles.compare import differences
from communications.profiles.questionnaire import QUESTIONS, SECTIONS
from communications.profiles.questionnaire.asking import CHOICE, DATE, KINDS, LIST, NUMBER, TEXT, YES_NO
from communications.profiles.values import in_words, problem, tidy


def test_the_standard_questionnaire_is_whole() -> None:
    assert len(QUESTIONS) >= 80 and len(SECTIONS) == 11
    assert len(QUESTIONS) == sum(len(section.questions) for section in SECTIONS), "a code stands twice"
    assert {row.kind for row in QUESTIONS.values()} == set(KINDS)
    for code, row in QUESTIONS.items():
        assert len(code) <= 20 and row.text and row.help.endswith("."), code
        assert bool(row.choices) == (row.kind == CHOICE) and (not row.unit or row.kind == NUMBER), code


@pytest.mark.parametrize(
    ("kind", "given", "kept", "fault"),
    [
        (TEXT, "  a\r\nb\0 ", "a\nb", ""),
        (TEXT, ["a"], ["a"], "text"),
        (TEXT, "x" * 6001, None, "6,000"),
        (NUMBER, "12.5", "12.5", ""),
        (NUMBER, "many", None, "number"),
        (NUMBER, "NaN", None, "number"),
        (DATE, "2027-02-29", None, "day"),
        (CHOICE, "Blue", None, "list"),
        (YES_NO, {"is": "yes", "detail": " so "}, {"is": "yes", "detail": "so"}, ""),
        (YES_NO, {"is": "", "detail": "so"}, "", ""),
        (YES_NO, {"is": "maybe"}, None, "yes or no"),
        (LIST, [" a  b ", "", "c"], ["a b", "c"], ""),
        (LIST, "a", "a", "list"),
        ("colour", "red", "red", "not known"),
    ],
)
def test_an_answer_is_tidied_and_refused_by_its_kind(kind: str, given: Any, kept: Any, fault: str) -> None:
    value = tidy(kind, given)
    assert kept is None or value == kept
    said = problem(kind, value, ("Red",) if kind == CHOICE else ())
    assert (fault in said) if fault else said == ""


def test_answers_read_as_words() -> None:
    assert in_words(YES_NO, {"is": "no", "detail": "None."}) == "No: None."
    assert in_words(NUMBER, "91", "%") == "91 %" and in_words(DATE, "2027-01-31") == "31 Jan 2027"
    assert in_words(LIST, ["a", "b"]) == "a\nb" and in_words(TEXT, "") == ""


def test_an_answer_is_fresh_for_a_year_and_old_after_two() -> None:
    given, today = date(2025, 1, 1), date(2026, 1, 1)
    assert freshness.state(given, None, date(2025, 12, 31)) == freshness.FRESH
    assert freshness.state(given, None, today) == freshness.LOOK
    assert freshness.state(given, date(2025, 6, 1), today) == freshness.FRESH
    assert freshness.state(given, None, date(2027, 1, 1)) == freshness.OLD
    assert freshness.look_by([(given, None), (date(2025, 3, 1), None)]) == today
    assert freshness.look_by([]) is None


def row(code: str, value: Any, as_of: str = "2026-01-01", confirmed: str = "", **more: Any) -> dict[str, Any]:
    return {"code": code, "question": f"Q {code}", "type": TEXT, "value": value, "as_of": as_of,
            "confirmed": confirmed, "evidence": [], **more}  # fmt: skip


def content(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"code": "s", "title": "S", "answers": list(rows)}]}


def test_what_differs_is_told_answer_by_answer() -> None:
    file = [{"name": "a.pdf", "sha256": "f" * 64}]
    before = content(row("A", "1"), row("B", "1"), row("C", "1"), row("D", "1"), row("F", "1"))
    after = content(
        row("A", "1"), row("B", "2"), row("C", "1", confirmed="2026-05-01"), row("E", "1"), row("F", "1", evidence=file)
    )
    found = [(each.code, each.kind, each.old, each.new) for each in differences(before, after)]
    assert found == [
        ("B", "changed", "1", "2"), ("C", "confirmed", "1 Jan 2026", "1 May 2026"), ("E", "added", "", "1"),
        ("F", "changed", "1", "1"), ("D", "removed", "1", ""),
    ]  # fmt: skip
    assert differences(before, after)[3].new_files == ("a.pdf, ffffffffffff",)
    assert [each.kind for each in differences(None, after)] == ["added"] * 5 and differences(after, after) == []
