"""Minutes as PDF: the version with who said what of which, and in words that none of it is a signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cmo_portal.accounts.models import User
from cmo_portal.lib import wording
from cmo_portal.lib.pdf import render_pdf
from communications.meetings.content import day_of
from communications.meetings.models import Meeting, MinutesVersion
from communications.meetings.words import Told, answers_in_words, company_names, other_name, told

NO_SIGNATURE = (
    "To acknowledge minutes is to say, for one's company, that one has taken note of them. "
    "It is no electronic signature and approves no quality record."
)


def minutes_pdf(meeting: Meeting, version: MinutesVersion, reader: User, at: datetime) -> bytes:
    """The document of one version, as it stands `at`."""
    return render_pdf("plain.typ", minutes_of(meeting, version, reader, at), at=at)


def minutes_of(meeting: Meeting, version: MinutesVersion, reader: User, at: datetime) -> dict[str, Any]:
    """What the document says, as `plain.typ` takes it."""
    said = told(version, meeting, reader)
    newest = version.revision == meeting.revision
    stands = "" if newest else f"; version {meeting.revision} is the one that stands"
    return {
        "title": "Minutes",
        "subtitle": said.content["title"],
        "number": f"{meeting.number}, version {version.revision}",
        "author": reader.company_name,
        "foot": f"{reader.company_name} and {other_name(meeting, reader)} · Confidential",
        "facts": [
            ["Meeting", said.kind],
            ["Began", wording.utc_stamp(said.starts_at) if said.starts_at else ""],
            ["Place", said.content["place"]],
            ["Chair", said.chair],
            ["There", "; ".join(said.present)],
            ["Not there", "; ".join(said.absent)],
            ["Version", f"{version.revision}, shared by {version.author_name} on {stamp(version.shared_at)}{stands}"],
            ["Printed", f"{wording.utc_stamp(at)}, by {reader.name}"],
        ],
        "parts": [
            *([{"heading": "In short", "text": said.content["summary"]}] if said.content["summary"] else []),
            *[lines_of(each) for each in said.parts],
            actions_of(said),
            *answers_of(meeting, reader),
        ],
    }


def stamp(at: datetime | None) -> str:
    return wording.utc_stamp(at) if at else ""


def lines_of(part: dict[str, Any]) -> dict[str, Any]:
    """One heading: each of its lines with what was said and what was decided."""
    rows = []
    for line in part["lines"]:
        about = f" ({line['about_number']})" if line["about_number"] else ""
        rows.append((f"{line['title']}{about}", line["text"], line["decision"]))
    return {"heading": part["label"], "text": "", "head": ("Line", "What was said", "Decision"), "rows": rows}


def actions_of(said: Told) -> dict[str, Any]:
    rows = [
        (row["number"], row["text"], ", ".join(filter(None, (row["owner"], row["company"]))), day_words(row["due"]))
        for row in said.actions
    ]
    if not rows:
        return {"heading": "Actions", "text": "No action was agreed."}
    return {"heading": "Actions", "text": "", "head": ("Number", "What is done", "By whom", "By"), "rows": rows}


def day_words(text: str) -> str:
    day = day_of(text)
    return wording.full_day(day) if day else ""


def answers_of(meeting: Meeting, reader: User) -> list[dict[str, Any]]:
    names = company_names(meeting, reader)
    versions = [
        (str(row.revision), row.author_name, names[row.author_side], stamp(row.shared_at), row.reason)
        for row in meeting.versions.order_by("revision")
    ]
    answers = [
        (str(row.revision), row.company, row.get_status_display(), row.by_name, stamp(row.answered_at), row.wanted)
        for row in reversed(answers_in_words(meeting, reader))
    ]
    return [
        {"heading": "Versions", "head": ("Version", "Shared by", "Of", "When", "What is new"), "rows": versions},
        {
            "heading": "Acknowledgements",
            "text": NO_SIGNATURE,
            "head": ("Version", "Side", "Says", "By", "When", "To be corrected"),
            "rows": answers,
        },
    ]
