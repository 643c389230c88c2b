"""What meetings add to pages of others: deadlines, the tab of a CMO, search, files, words of the history."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib import wording
from cmo_portal.records.panels import Panel, SearchSource, panels, search_sources
from communications.meetings import deadlines
from communications.meetings.models import Meeting
from communications.meetings.views import TAB
from communications.meetings.words import other_name
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN

HITS = 7


def find_meetings(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """Meetings that answer to the words, the latest first."""
    rows = Meeting.objects.visible_to(actor).with_places().matching(words).order_by("-starts_at", "number")
    return [(row.title, f"{other_name(row, actor)} · {day_of(row)}", row.get_absolute_url()) for row in rows[:HITS]]


def day_of(meeting: Meeting) -> str:
    """The reader's day of it."""
    return wording.full_day(timezone.localdate(meeting.starts_at))


ACTS.update(
    {
        "plan": "planned it",
        "hold": "noted that it was held",
        "share_minutes": "shared the minutes",
        "both_acknowledge": "acknowledged the minutes as the second side",
        "want_correction": "asked for a correction of the minutes",
        "correction_over": "acknowledged the minutes after all",
        "minutes_download": "took the minutes as PDF",
    }
)
HIDDEN.add("search_text")
panels.add("vendor", Panel(TAB, "communications:cmo-meetings", P.CMO_VIEW, order=77))
search_sources.add("", SearchSource("Meetings", P.MEETING_VIEW, find_meetings, order=82))
register(Meeting.record_type(), Rule(P.MEETING_VIEW, P.MEETING_EDIT, P.MEETING_EDIT, "communications:meeting-detail"))
deadlines.declare()
