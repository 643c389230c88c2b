"""What minutes say, as it is kept: checked when a draft is written, frozen with its surroundings when it is shared."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER, SPONSOR
from communications.meetings.models import AgendaLine, Meeting, MeetingAction, MeetingPerson
from communications.meetings.vocabulary import Heading

LONGEST, MOST_ACTIONS = 10_000, 60
FIELDS = ("number", "text", "side", "owner", "due")
EMPTY: dict[str, Any] = {"summary": "", "present": [], "lines": {}, "actions": []}


def text_of(value: Any) -> str:
    words = str(value or "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise ValidationError(f"A text of minutes has {LONGEST:,} characters at most.")
    return words


def checked(content: Any, meeting: Meeting, by: User) -> dict[str, Any]:
    """The content as it is kept. ValidationError where it names what is not of this meeting, or an action is half."""
    if not isinstance(content, dict) or not isinstance(content.get("lines", {}), dict):
        raise ValidationError("Send the minutes as a map with summary, present, lines and actions.")
    numbers = set(
        AgendaLine.objects.visible_to(by).filter(meeting=meeting, is_removed=False).values_list("number", flat=True)
    )
    people = MeetingPerson.objects.visible_to(by).filter(meeting=meeting, is_removed=False)
    known = set(people.values_list("number", flat=True))
    lines = {}
    for number, said in content.get("lines", {}).items():
        if number not in numbers or not isinstance(said, dict):
            raise ValidationError("A text belongs to a line of this meeting's agenda.")
        text, decision = text_of(said.get("text")), text_of(said.get("decision"))
        if text or decision:
            lines[number] = {"text": text, "decision": decision}
    present = list_of(content, "present")
    if not set(map(str, present)) <= known:
        raise ValidationError("Only people of this meeting can have been there.")
    actions = [action_of(row, place) for place, row in enumerate(list_of(content, "actions"), 1)]
    if len(actions) > MOST_ACTIONS:
        raise ValidationError(f"Minutes hold {MOST_ACTIONS} actions at most.")
    standing = MeetingAction.objects.visible_to(by).filter(meeting=meeting).values_list("number", flat=True)
    named = [row["number"] for row in actions if row["number"]]
    if len(named) != len(set(named)) or not set(named) <= set(standing):
        raise ValidationError("An action with a number is one of this meeting, and stands once.")
    return {
        "summary": text_of(content.get("summary")),
        "present": [str(number) for number in present],
        "lines": lines,
        "actions": actions,
    }


def list_of(content: dict[str, Any], name: str) -> list[Any]:
    rows = content.get(name) or []
    if not isinstance(rows, list):
        raise ValidationError(f"Send {name} as a list.")
    return rows


def action_of(row: Any, place: int) -> dict[str, str]:
    """One action as text by name; what is due on a day is a day."""
    if not isinstance(row, dict):
        raise ValidationError("Send each action as a map.")
    given = {name: " ".join(str(row.get(name) or "").split()) for name in FIELDS}
    faults = []
    if not given["text"] or len(given["text"]) > 300:
        faults.append("say what is to be done, in 300 characters at most")
    if given["side"] not in (SPONSOR, PARTNER):
        faults.append("say which side does it")
    if day_of(given["due"]) is None:
        faults.append("say by which day")
    if len(given["owner"]) > 120:
        faults.append("a name has 120 characters at most")
    if faults:
        raise ValidationError(f"Action {place}: {', '.join(faults)}.")
    return given


def day_of(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def frozen(
    meeting: Meeting, content: dict[str, Any], lines: list[AgendaLine], actions: list[MeetingAction]
) -> dict[str, Any]:
    """A version: the draft's words with the meeting, the people, the agenda and the actions as they stand now."""
    people = list(MeetingPerson.objects.filter(meeting=meeting, is_removed=False).order_by("side", "pk"))
    present = set(content["present"])
    return {
        "title": meeting.title,
        "kind": meeting.kind,
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(timespec="minutes"),
        "lasts": meeting.lasts,
        "place": meeting.place,
        "chair_side": meeting.chair_side,
        "chair_name": meeting.chair_name,
        "summary": content["summary"],
        "people": [
            {"name": row.name, "role": row.role, "side": row.side, "present": row.number in present} for row in people
        ],
        "lines": [frozen_line(line, content["lines"].get(line.number, {})) for line in lines],
        "actions": [
            {
                "number": row.number,
                "text": row.text,
                "side": row.side,
                "owner": row.holder_name,
                "due": row.due_date.isoformat(),
            }
            for row in actions
        ],
    }


def frozen_line(line: AgendaLine, said: dict[str, str]) -> dict[str, str]:
    return {
        "number": line.number,
        "heading": line.heading,
        "heading_words": str(Heading(line.heading).label),
        "title": line.title,
        "side": line.side,
        "text": said.get("text", ""),
        "decision": said.get("decision", ""),
        "about_type": line.about_type,
        "about_number": line.about_number,
    }
