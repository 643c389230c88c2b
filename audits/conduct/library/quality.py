"""Quality system."""

from typing import Any

QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "QUA-001",
        "system": "quality",
        "topic": "Quality unit",
        "question": "Does an independent quality unit approve or reject every batch, component and procedure?",
        "expected_evidence": "Organisation chart, job descriptions, release records of the last ten batches.",
        "refs": [{"source": "21 CFR 211", "clause": "211.22(a)"}, {"source": "EU GMP", "clause": "1.4"}],
        "risk_weight": 3,
    },
    {
        "code": "QUA-002",
        "system": "quality",
        "topic": "Deviations",
        "question": "Is every deviation investigated to a cause, and are other batches looked at?",
        "expected_evidence": "Deviation log of 12 months; five investigations read in full.",
        "refs": [{"source": "21 CFR 211", "clause": "211.192"}, {"source": "ICH Q7", "clause": "2.16"}],
        "risk_weight": 3,
    },
]
