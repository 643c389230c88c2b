"""Meetings for tests, planned and held by the people who would do it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from communications.meetings import actions, agenda, minutes
from communications.meetings.models import AgendaLine, Meeting
from communications.updates.demo import relation
from vendors.registry.models import Vendor

SECRET = "Zwetschgenröster on the steering table"  # words that stand nowhere else


def vendor_of(cast: Any) -> Vendor:
    """The CMO Alpenglow as Northgate knows it; it has joined."""
    return relation(cast.sam, cast.pat)


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def plan(cast: Any, *, by: Any = None, vendor: Vendor | None = None, days: float = 3, **more: Any) -> Meeting:
    values = {"title": SECRET, "starts_at": timezone.now() + timedelta(days=days)} | more
    return actions.plan_meeting(vendor or vendor_of(cast), by=by or cast.sam, **values)


def held(cast: Any, *, scribe: str = "sponsor", **more: Any) -> tuple[Meeting, AgendaLine]:
    """A meeting of yesterday with one line, of which the minutes are due."""
    meeting = plan(cast, days=-1, scribe_side=scribe, **more)
    actions.add_person(meeting, by=cast.pat, side="partner", colleague=cast.pat)
    line = agenda.add_line(meeting, by=cast.sam, title="Stopper change", heading="changes")
    actions.move(meeting, "hold", by=cast.sam)
    return meeting, line


def content(line: AgendaLine, *, text: str = "Spoken of.", rows: Any = None, **more: Any) -> dict[str, Any]:
    action = {"text": "Send the raw data", "side": "partner", "owner": "Pat Huber", "due": in_days(9).isoformat()}
    return {
        "summary": "In short.",
        "present": [],
        "lines": {line.number: {"text": text, "decision": "It goes on."}},
        "actions": [action] if rows is None else rows,
    } | more


def shared(cast: Any, **more: Any) -> Meeting:
    """Minutes of the sponsor in their first version, waiting for both sides."""
    meeting, line = held(cast, **more)
    draft = minutes.save_draft(meeting, by=cast.sam, content=content(line))
    minutes.share(draft, by=cast.sam)
    return fresh(meeting)


def fresh(meeting: Meeting) -> Meeting:
    found: Meeting = Meeting.objects.with_places().get(pk=meeting.pk)
    return found
