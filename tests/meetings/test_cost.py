"""Pages and API of meetings cost the same number of queries for three meetings or lines and for forty."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from communications.meetings import actions, agenda, minutes
from tests.meetings.makers import content, fresh, held, in_days, plan, vendor_of
from tests.messages.makers import make_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 40])
def test_reading_costs_the_same(count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    ahead, (past, line) = plan(cast, kind="operational", days=0.5), held(cast, kind="operational")
    for number in range(count):
        plan(cast, title=f"Meeting {number}")
        agenda.add_line(ahead, by=cast.sam, title=f"Line {number}")
        actions.add_person(ahead, by=cast.sam, side="partner", name=f"Person {number}")
        actions.add_note(ahead, by=cast.sam, body=f"Note {number}.")
        actions.add_note(ahead, by=cast.pat, body=f"Note {number}.")
        make_thread(cast, f"Matter {number}")
    rows = [
        {"text": f"Do {number}", "side": "partner", "owner": "", "due": in_days(number + 1).isoformat()}
        for number in range(count)
    ]
    minutes.share(minutes.save_draft(past, by=cast.sam, content=content(line, rows=rows)), by=cast.sam)
    for number in range(3):
        draft = minutes.save_draft(fresh(past), by=cast.sam, content=content(line, rows=[]))
        minutes.share(draft, by=cast.sam, reason=f"New {number}.")
    pages = {
        "meeting-list": "/meetings/",
        "meeting-list by words": "/meetings/?q=meeting&when=upcoming",
        "meeting-detail, planned": ahead.get_absolute_url(),
        "meeting-detail, minutes out": past.get_absolute_url(),
        "meeting-print": f"{past.get_absolute_url()}print/",
        "minutes-detail": f"{past.get_absolute_url()}minutes/1/",
        "api-meetings": "/api/v1/meetings/?page_size=100",
        "api-agenda-lines": "/api/v1/agenda-lines/?page_size=100",
        "api-meeting-actions": "/api/v1/meeting-actions/?page_size=100",
        "api-minutes": f"/api/v1/meetings/{past.number}/minutes/",
    }
    for person in ("sam", "pat"):
        client = sign_in(person)
        client.get(past.get_absolute_url())
        for name, address in pages.items():
            query_count("meetings", f"{name} of {person}", partial(client.get, address))
    sam = sign_in("sam")
    tab = reverse("communications:cmo-meetings", args=[vendor_of(cast).number])
    sam.get(tab)
    query_count("meetings", "cmo-meetings", partial(sam.get, tab))
    query_count("meetings", "minutes-write", partial(sam.get, f"{past.get_absolute_url()}minutes/"))
