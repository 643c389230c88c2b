"""One meeting as a file for calendars, for whoever reads its page."""

from __future__ import annotations

from django.conf import settings

from cmo_portal.accounts.models import User
from cmo_portal.lib.ical import Entry, calendar_bytes
from cmo_portal.records.trail import TrailEvent
from communications.meetings.models import Meeting
from communications.meetings.vocabulary import MeetingStatus
from communications.meetings.words import other_name


def meeting_as_calendar(meeting: Meeting, reader: User) -> bytes:
    """Always the same event: a meeting that moved or was cancelled replaces what a calendar holds of it."""
    page = settings.SITE_URL + meeting.get_absolute_url()
    rows = TrailEvent.objects.visible_to(reader).filter(
        record_type=meeting.record_type(), record_number=meeting.number, seq__lte=meeting.trail_length
    )
    changed = rows.order_by("-seq").values_list("at", flat=True).first()
    about = [f"{meeting.get_kind_display()} with {other_name(meeting, reader)}", meeting.link, page]  # type: ignore[attr-defined]
    entry = Entry(
        uid=f"{meeting.number.lower()}@{settings.SITE_URL.partition('://')[2]}",
        title=meeting.title,
        on=meeting.starts_at.date(),
        at=meeting.starts_at,
        until=meeting.ends_at,
        sequence=meeting.version,
        changed_at=changed or meeting.created_at,
        description="\n".join(part for part in about if part),
        url=meeting.link or page,
        category="Meeting",
        place=meeting.place,
        is_off=meeting.status == MeetingStatus.CANCELLED,
    )
    return calendar_bytes(f"CMO Portal: {meeting.number}", [entry])
