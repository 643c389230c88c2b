"""The library is read by system, words and clause, and every question of it is one that a checklist can hold."""

from __future__ import annotations

from typing import Any

import pytest

from audits.conduct import questions
from audits.conduct.models import clause_words
from audits.conduct.vocabulary import System
from tests.conduct.makers import url


def test_every_question_is_whole() -> None:
    found = questions.all_questions()
    assert found
    assert len({question.code for question in found}) == len(found), "a code stands once"
    for question in found:
        assert question.system in System.values
        assert question.question.endswith("?"), question.code
        assert question.risk_weight in {1, 2, 3}
        assert len(question.code) <= 20
        assert len(question.topic) <= 120
        assert question.refs, f"{question.code} names no clause"
        assert all(set(ref) == {"source", "clause"} for ref in question.refs)


def test_it_is_searched_by_words_in_any_case_and_by_the_beginning_of_a_clause() -> None:
    some = questions.all_questions()[0]
    by_words = questions.find(words=" ".join(some.question.upper().rstrip("?").split()[:4]))
    assert some in by_words
    ref = some.refs[0]
    by_clause = questions.find(source=ref["source"], clause=ref["clause"][:4])
    assert some in by_clause
    assert all(
        any(each["source"] == ref["source"] and each["clause"].startswith(ref["clause"][:4]) for each in question.refs)
        for question in by_clause
    )
    assert questions.find(words="zzz-nothing") == []
    assert {question.system for question in questions.find(system=some.system)} == {some.system}


def test_a_clause_names_its_regulation_once() -> None:
    assert clause_words([{"source": "21 CFR 211", "clause": "211.22(a)"}]) == "21 CFR 211.22(a)"
    assert clause_words([{"source": "ICH Q7", "clause": "2.16"}, {"source": "EU GMP", "clause": "1.4"}]) == (
        "ICH Q7 2.16; EU GMP 1.4"
    )


@pytest.mark.django_db
def test_the_page_offers_copying_only_to_who_may_edit(sign_in: Any) -> None:
    code = questions.all_questions()[0].code
    assert f'value="{code}"' in sign_in("leo").get(url("library")).content.decode()
    assert f'value="{code}"' not in sign_in("ines").get(url("library")).content.decode()
    refused = sign_in("ines").post(url("library"), {"code": [code]})
    assert refused.status_code == 403
