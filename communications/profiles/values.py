"""What an answer can be, by the kind of its question, and how a person reads it. No database, no framework.

Kept as JSON: text, a number and a choice as text, a date as 2027-01-31, a list as texts, yes or no as
{"is": "yes", "detail": "..."}; a document as the text that names it, beside which its files stand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cmo_portal.lib.wording import full_day
from communications.profiles.questionnaire.asking import CHOICE, DATE, KINDS, LIST, NUMBER, YES_NO, Question

LONGEST, LONGEST_LINE, MOST_LINES = 6000, 500, 200
YES, NO = "yes", "no"


def tidy(kind: str, value: Any) -> Any:
    """The value as it is kept: no blanks around it, no empty lines; nothing said is ""."""
    if kind == YES_NO and isinstance(value, dict):
        said = str(value.get("is") or "")
        return {"is": said, "detail": plain(str(value.get("detail") or ""))} if said else ""
    if kind == LIST and isinstance(value, list):
        return [line for each in value if (line := " ".join(plain(str(each)).split()))] or ""
    return plain(value) if isinstance(value, str) else value


def plain(text: str) -> str:
    """Without what no database keeps (NUL, half characters), and with one kind of line break."""
    kept = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return kept.replace("\r\n", "\n").strip()


def is_given(value: Any) -> bool:
    return value not in (None, "", [], {})


def problem(kind: str, value: Any, choices: tuple[str, ...] = ()) -> str:
    """Why a tidy value cannot stand, in one sentence; empty where it can."""
    if not is_given(value):
        return ""
    if kind not in KINDS:
        return "This kind of question is not known here."
    if kind == YES_NO:
        return yes_no_problem(value)
    if kind == LIST:
        fits = isinstance(value, list) and all(isinstance(line, str) and len(line) <= LONGEST_LINE for line in value)
        if not fits or len(value) > MOST_LINES:
            return f"Send a list of at most {MOST_LINES} lines of {LONGEST_LINE} characters."
        return ""
    if not isinstance(value, str):
        return "Send it as text."
    if len(value) > LONGEST:
        return f"Keep it to {LONGEST:,} characters: add a longer text as a file."
    return text_problem(kind, value, choices)


def yes_no_problem(value: Any) -> str:
    if not isinstance(value, dict) or set(value) - {"is", "detail"} or value.get("is") not in (YES, NO):
        return "Say yes or no."
    detail = value.get("detail", "")
    if not isinstance(detail, str) or len(detail) > LONGEST:
        return f"Keep the detail to {LONGEST:,} characters."
    return ""


def text_problem(kind: str, value: str, choices: tuple[str, ...]) -> str:
    if kind == CHOICE and choices and value not in choices:
        return "Choose one of the list."
    if kind == DATE:
        try:
            date.fromisoformat(value)
        except ValueError:
            return "Write the day as 2027-01-31."
    if kind == NUMBER:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return "Write a number like 12.5."
        if not number.is_finite() or abs(number) >= Decimal("1e15"):
            return "Write a number like 12.5."
    return ""


def check(question: Question, value: Any) -> str:
    return problem(question.kind, value, question.choices)


def in_words(kind: str, value: Any, unit: str = "") -> str:
    """A kept value as a person reads it; a list keeps its lines."""
    if not is_given(value):
        return ""
    if kind == YES_NO and isinstance(value, dict):
        said = "Yes" if value.get("is") == YES else "No"
        return f"{said}: {value['detail']}" if value.get("detail") else said
    if isinstance(value, list):
        return "\n".join(str(line) for line in value)
    if kind == DATE:
        return day_in_words(str(value))
    return f"{value} {unit}".strip() if kind == NUMBER else str(value)


def day_in_words(value: str) -> str:
    """`2027-01-31` as `31 Jan 2027`; what is no day stays as it is."""
    try:
        return full_day(date.fromisoformat(value))
    except ValueError:
        return value
