"""The standard questionnaire that comes with the product: what sponsors ask every CMO, to be answered once.

Written in our own words. Clauses point to where a matter is treated; the text of the regulation decides. A question's
code is never given to another question; a new edition raises VERSION, and what was published keeps its own wording.
"""

from __future__ import annotations

from communications.profiles.questionnaire.asking import Question, Section
from communications.profiles.questionnaire.company import COMPANY, FINANCE, REFERENCES, SITES
from communications.profiles.questionnaire.quality import DATA, PEOPLE, QUALITY
from communications.profiles.questionnaire.work import CONTINUITY, EQUIPMENT, SAFETY, SUPPLY

VERSION = "1.0"
SECTIONS: tuple[Section, ...] = (
    COMPANY, SITES, QUALITY, PEOPLE, EQUIPMENT, DATA, SUPPLY, SAFETY, CONTINUITY, FINANCE, REFERENCES,
)  # fmt: skip
SECTION_OF: dict[str, Section] = {section.code: section for section in SECTIONS}
QUESTIONS: dict[str, Question] = {question.code: question for section in SECTIONS for question in section.questions}
HOME_OF: dict[str, Section] = {question.code: section for section in SECTIONS for question in section.questions}
