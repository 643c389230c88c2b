"""The demo's meetings: a review with minutes that one side has acknowledged, one to come, and others' own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.context import acting_as
from communications.meetings import actions, agenda, minutes
from communications.meetings.models import AgendaLine, Meeting
from communications.updates.demo import relation
from vendors.registry.models import Vendor

Cast = dict[str, User]


def at(days: int, hour: int = 9) -> datetime:
    """A moment of a working hour, so many days from now."""
    return (timezone.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def seed(cast: Cast) -> None:
    """Writes everything as the people who do it, through the same actions as the pages."""
    vendor = relation(cast["sam"], cast["pat"])
    seed_past(vendor, cast)
    seed_next(vendor, cast)
    seed_others(cast)


def planned(vendor: Vendor, by: User, **values: Any) -> Meeting:
    with acting_as(by):
        return actions.plan_meeting(vendor, by=by, **values)


def seed_past(vendor: Vendor, cast: Cast) -> None:
    """The last review: minutes out in their second version, acknowledged by the sponsor only."""
    sam, pat = cast["sam"], cast["pat"]
    meeting = planned(
        vendor, sam, title="Business review, third quarter", starts_at=at(-8), lasts=90, place="Linz, meeting room 2",
        chair_side="partner", chair_name="Pat Huber",
    )  # fmt: skip
    with acting_as(pat):
        actions.add_person(meeting, by=pat, side="partner", role="Quality", colleague=pat)
        actions.add_person(meeting, by=pat, side="partner", name="Dr M. Lechner", role="Qualified person")
    with acting_as(sam):
        lines = [agenda.add_line(meeting, by=sam, **line) for line in LINES]
        actions.move(meeting, "hold", by=sam, at=at(-8, 10))
        draft = minutes.save_draft(meeting, by=sam, content=said(lines, meeting))
        minutes.share(draft, by=sam)
    with acting_as(pat):
        minutes.ask_correction(meeting, by=pat, revision=1, reason="The ramp is logged every 30 seconds, not minutes.")
    with acting_as(sam):
        content = said(lines, meeting, ramp="30 seconds")
        numbers = list(meeting.actions.order_by("pk").values_list("number", flat=True))
        for row, number in zip(content["actions"], numbers, strict=True):
            row["number"] = number
        draft = minutes.save_draft(meeting, by=sam, content=content)
        minutes.share(draft, by=sam, reason="The ramp is logged every 30 seconds.")
        minutes.acknowledge(meeting, by=sam, revision=2)


LINES: tuple[dict[str, Any], ...] = (
    {"heading": "supply", "title": "Forecast of NGB-204 for next year", "side": "sponsor", "minutes": 15},
    {"heading": "quality", "title": "Shelf mapping on lyophiliser LY-3", "side": "partner", "minutes": 20},
    {"heading": "changes", "title": "Second supplier of 20 mm stoppers", "side": "partner", "minutes": 20},
    {"heading": "relationship", "title": "How we work together", "minutes": 15},
)


def said(lines: list[AgendaLine], meeting: Meeting, ramp: str = "30 minutes") -> dict[str, Any]:
    words = (
        ("Four batches a quarter are firm; the fifth from the third quarter on.", ""),
        (f"Mapping is done with 32 probes. The ramp is logged every {ramp}.", "±1.5 °C holds at −45 °C."),
        ("The stopper is the same; the plant is new.", "The change is decided before the end of the quarter."),
        ("Answers from the sponsor came faster than last quarter.", ""),
    )
    in_days = timezone.localdate() + timedelta(days=12)
    return {
        "summary": "A quiet quarter. The stopper change is the one open matter of weight.",
        "present": list(meeting.people.filter(is_removed=False).values_list("number", flat=True)),
        "lines": {
            line.number: {"text": text, "decision": decision}
            for line, (text, decision) in zip(lines, words, strict=True)
        },
        "actions": [
            {
                "text": "Send the raw data of the shelf mapping", "side": "partner", "owner": "Pat Huber",
                "due": in_days.isoformat(),
            },
            {
                "text": "Decide on the second stopper supplier", "side": "sponsor", "owner": "Quinn Abara",
                "due": (in_days + timedelta(days=9)).isoformat(),
            },
        ],
    }  # fmt: skip


def seed_next(vendor: Vendor, cast: Cast) -> None:
    """The next one, with the agenda built of what is open, and a note of either side beside it."""
    sam, pat = cast["sam"], cast["pat"]
    meeting = planned(
        vendor, sam, kind="steering", title="Joint steering committee", starts_at=at(19, 13), lasts=120,
        link="https://meet.example/northgate-alpenglow", chair_name="Sam Keller", scribe_side="partner",
    )  # fmt: skip
    with acting_as(sam):
        actions.add_person(meeting, by=sam, side="sponsor", role="Quality", colleague=cast["quinn"])
        agenda.build_agenda(meeting, by=sam)
        actions.add_note(meeting, by=sam, body="Ask for a slot in the second quarter before we speak about price.")
    with acting_as(pat):
        actions.add_person(meeting, by=pat, side="partner", colleague=pat)
        actions.add_note(meeting, by=pat, body="Do not offer line A1 before the requalification is done.")


def seed_others(cast: Cast) -> None:
    """One with another sponsor of the same CMO, one with another CMO of the same sponsor, one that was cancelled."""
    planned(
        relation(cast["otto"], cast["pat"]), cast["otto"], kind="operational", title="OTX-11 weekly", starts_at=at(4)
    )
    baltic = relation(cast["sam"], cast["bea"])
    meeting = planned(baltic, cast["bea"], kind="quality_council", title="Quality council", starts_at=at(6))
    with acting_as(cast["bea"]):
        actions.move(meeting, "cancel", by=cast["bea"], reason="Two of us are ill: we propose another day.")
