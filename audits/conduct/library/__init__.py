"""The library of questions that comes with the product: FDA's six systems (CP 7356.002) and two that cut across them.

Written in our own words against 21 CFR 210, 211 and 11, the EU GMP guide and ICH Q7, Q9(R1) and Q10. Clauses point to
where a matter is treated; the text of the regulation decides. A new edition raises LIBRARY_VERSION; checklists that
were copied keep the version they came from.
"""

from __future__ import annotations

from typing import Any

from audits.conduct.library import (
    data,
    facilities,
    laboratory,
    materials,
    outsourcing,
    packaging,
    production,
    quality,
)
from audits.conduct.vocabulary import System

LIBRARY_VERSION = "1.0"
OF_SYSTEM: dict[str, list[dict[str, Any]]] = {
    System.QUALITY: quality.QUESTIONS,
    System.FACILITIES: facilities.QUESTIONS,
    System.MATERIALS: materials.QUESTIONS,
    System.PRODUCTION: production.QUESTIONS,
    System.PACKAGING: packaging.QUESTIONS,
    System.LABORATORY: laboratory.QUESTIONS,
    System.OUTSOURCING: outsourcing.QUESTIONS,
    System.DATA: data.QUESTIONS,
}
QUESTIONS: list[dict[str, Any]] = [
    {**question, "system": str(system)} for system, questions in OF_SYSTEM.items() for question in questions
]
