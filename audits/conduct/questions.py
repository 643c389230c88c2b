"""The library of questions as the pages ask it: by system, by words, by clause. Read once, never changed by anybody.

A library question is a value, not a record: what a sponsor makes of it is copied into a template or onto an audit,
where it carries the version it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from audits.conduct import library
from audits.conduct.models import clause_words

VERSION: str = library.LIBRARY_VERSION


@dataclass(frozen=True)
class Question:
    """One question. refs: `[{"source": "21 CFR", "clause": "211.22(a)"}]`; risk_weight: 1 to 3."""

    code: str
    system: str
    topic: str
    question: str
    expected_evidence: str
    refs: tuple[dict[str, str], ...]
    risk_weight: int

    @property
    def clauses(self) -> str:
        return clause_words(self.refs)

    @property
    def copied(self) -> dict[str, Any]:
        """The values that a template or an audit takes over."""
        return asdict(self) | {"refs": [dict(ref) for ref in self.refs]}


@cache
def all_questions() -> tuple[Question, ...]:
    """Every question, in the order of the systems and of the library."""
    return tuple(Question(**{**row, "refs": tuple(row["refs"])}) for row in library.QUESTIONS)


@cache
def sources() -> tuple[str, ...]:
    """The texts that questions refer to, as the filter offers them."""
    return tuple(sorted({ref["source"] for question in all_questions() for ref in question.refs}))


def find(*, system: str = "", words: str = "", source: str = "", clause: str = "") -> list[Question]:
    """Questions of `system` that hold every word, and refer to `source` and to a clause that begins with `clause`."""
    wanted = words.casefold().split()
    return [
        question
        for question in all_questions()
        if (not system or question.system == system)
        and (not (source or clause) or any(fits(ref, source, clause) for ref in question.refs))
        and holds(question, wanted)
    ]


def fits(ref: dict[str, str], source: str, clause: str) -> bool:
    return (not source or ref["source"] == source) and ref["clause"].casefold().startswith(clause.strip().casefold())


def holds(question: Question, words: Iterable[str]) -> bool:
    text = f"{question.code} {question.topic} {question.question} {question.expected_evidence}".casefold()
    return all(word in text for word in words)


def chosen(codes: Iterable[str]) -> list[Question]:
    """The questions of `codes` in the library's order; unknown codes fall out."""
    wanted = set(codes)
    return [question for question in all_questions() if question.code in wanted]
