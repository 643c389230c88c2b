"""How a question of the library is written down."""

from __future__ import annotations

from typing import Any

SOURCES = {"C": "21 CFR", "E": "EU GMP", "Q": "ICH Q7", "H": "ICH"}


def ask(code: str, topic: str, weight: int, question: str, evidence: str, clauses: str) -> dict[str, Any]:
    """One question. weight: 1 to 3, what a "no" would put at risk. clauses: `C 211.22(a); E 1.4; Q 2.2`.

    C is 21 CFR, E the EU GMP guide (a chapter's paragraph, or an annex), Q ICH Q7, H another ICH guideline.
    """
    refs = []
    for clause in clauses.split(";"):
        letter, text = clause.split(maxsplit=1)
        refs.append({"source": SOURCES[letter], "clause": text.strip()})
    return {
        "code": code,
        "topic": topic,
        "risk_weight": weight,
        "question": question,
        "expected_evidence": evidence,
        "refs": refs,
    }
