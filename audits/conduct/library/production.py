"""Production system."""

from typing import Any

QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "PRO-001",
        "system": "production",
        "topic": "Batch records",
        "question": "Are steps recorded when they are done, by the person who did them, and checked where it counts?",
        "expected_evidence": "Two executed batch records followed on the floor.",
        "refs": [{"source": "21 CFR 211", "clause": "211.188"}, {"source": "EU GMP", "clause": "4.20"}],
        "risk_weight": 3,
    },
    {
        "code": "PRO-002",
        "system": "production",
        "topic": "Hold times",
        "question": "Are hold times set from data and kept?",
        "expected_evidence": "Hold-time studies; times in three batch records.",
        "refs": [{"source": "21 CFR 211", "clause": "211.111"}, {"source": "ICH Q7", "clause": "8.2"}],
        "risk_weight": 2,
    },
]
