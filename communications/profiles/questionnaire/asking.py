"""How a question of the standard questionnaire is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TEXT, NUMBER, YES_NO, CHOICE, DATE, LIST, FILE = "text", "number", "yes_no", "choice", "date", "list", "file"
KINDS = {
    TEXT: "Text", NUMBER: "Number", YES_NO: "Yes or no, with detail", CHOICE: "One of several", DATE: "Date",
    LIST: "List, one entry a line", FILE: "Document",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One question. help is for whoever answers; clause names where the matter is treated, and may be empty.

    choices: what a choice can be; unit: of a number. The code stays for good: answers are found by it.
    """

    code: str
    text: str
    kind: str
    help: str
    clause: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    about: str
    questions: tuple[Question, ...]


def section(code: str, title: str, about: str, *questions: Question) -> Section:
    return Section(code, title, about, questions)


def ask(code: str, kind: str, text: str, help: str, clause: str = "", *, unit: str = "") -> Question:  # noqa: A002
    return Question(code, text, kind, help, clause, unit=unit)


def choose(code: str, text: str, choices: Sequence[str], help: str, clause: str = "") -> Question:  # noqa: A002
    return Question(code, text, CHOICE, help, clause, tuple(choices))
