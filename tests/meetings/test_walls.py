"""Nobody but the two companies learns of a meeting; a draft and a note stay with the company that wrote them."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from communications.meetings import actions, minutes
from communications.meetings.models import (
    AgendaLine,
    Meeting,
    MeetingAction,
    MeetingPerson,
    MinutesAnswer,
    MinutesDraft,
    MinutesVersion,
    PreparationNote,
)
from tests.meetings.makers import SECRET, content, held, shared, vendor_of

pytestmark = pytest.mark.django_db
OUTSIDERS = ("bea", "otto")
HIDDEN = "Quittenbrot in the drawer"


def body(client: Any, path: str) -> str:
    response = client.get(path)
    found = b"".join(response.streaming_content) if response.streaming else response.content
    return str(found.decode(errors="replace"))


def doors(cast: Any) -> list[str]:
    """Addresses whose answers could tell of a meeting."""
    return [
        "/",
        "/search/?q=Zwetschgen",
        "/search/?q=Quittenbrot",
        "/meetings/",
        "/meetings/?q=zwetschgen",
        "/meetings/export.csv",
        "/meetings/new/",
        "/deadlines/",
        reverse("communications:cmo-meetings", args=[vendor_of(cast).number]),
        *(f"/api/v1/{name}/?page_size=100" for name in ("meetings", "agenda-lines", "meeting-actions", "due-items")),
        "/api/v1/trail/?page_size=100",
    ]


def test_outsiders_learn_nothing_of_a_meeting(cast: Any, sign_in: Any) -> None:
    meeting = shared(cast)
    actions.add_note(meeting, by=cast.sam, body=HIDDEN)
    inside = [
        meeting.get_absolute_url(),
        f"{meeting.get_absolute_url()}print/",
        f"{meeting.get_absolute_url()}meeting.ics",
        f"{meeting.get_absolute_url()}minutes/1/",
        f"{meeting.get_absolute_url()}minutes/1.pdf",
        f"/api/v1/meetings/{meeting.number}/minutes/",
    ]
    for name in OUTSIDERS:
        client = sign_in(name)
        assert {client.get(path).status_code for path in inside} == {404}
        for path in doors(cast):
            text = body(client, path)
            assert meeting.number not in text and ("q=" in path or SECRET not in text), (name, path)
        assert not DueItem.objects.visible_to(getattr(cast, name)).filter(title__contains=SECRET).exists()
    for name in ("sam", "pat"):
        assert {sign_in(name).get(path).status_code for path in inside} == {200}, name
        assert meeting.number in body(sign_in(name), "/search/?q=Zwetschgen")


def test_a_draft_and_a_note_reach_the_other_side_through_no_door(cast: Any, sign_in: Any) -> None:
    meeting, line = held(cast)
    draft = minutes.save_draft(meeting, by=cast.sam, content=content(line, text=HIDDEN, summary=HIDDEN))
    kept = actions.add_note(meeting, by=cast.sam, body=HIDDEN)
    pat, mine = sign_in("pat"), sign_in("quinn")
    for path in (
        *doors(cast),
        meeting.get_absolute_url(),
        f"{meeting.get_absolute_url()}print/",
        f"/api/v1/meetings/{meeting.number}/",
        f"/api/v1/meetings/{meeting.number}/minutes/",
        f"/api/v1/meetings/{meeting.number}/minutes/draft/",
        f"/api/v1/meetings/{meeting.number}/notes/",
    ):
        text = body(pat, path)
        assert not any(word in text for word in (draft.number, kept.number)), path
        assert "q=" in path or HIDDEN not in text, path
    assert pat.get(draft.get_absolute_url()).status_code == 302
    assert HIDDEN in body(mine, meeting.get_absolute_url()) and HIDDEN in body(mine, draft.get_absolute_url())
    assert HIDDEN not in body(sign_in("ines"), meeting.get_absolute_url()), "an inspector reads no notes"
    theirs = actions.add_note(meeting, by=cast.pat, body="Mirabellengeist")
    assert "Mirabellengeist" not in body(mine, meeting.get_absolute_url()) + body(
        mine, f"/api/v1/meetings/{meeting.number}/notes/"
    )
    events = TrailEvent.objects.visible_to(cast.sam).filter(record_number=theirs.number)
    assert not events.exists()


@pytest.mark.postgres
def test_the_wall_stands_where_a_query_forgets_it(cast: Any) -> None:
    meeting = shared(cast)
    line = meeting.agenda.get()
    minutes.save_draft(meeting, by=cast.sam, content=content(line))
    notes = {who: actions.add_note(meeting, by=getattr(cast, who), body=HIDDEN).pk for who in ("sam", "pat")}
    for who in ("sam", "pat", *OUTSIDERS):
        with acting_as(getattr(cast, who)):
            found = set(PreparationNote._base_manager.filter(meeting=meeting.pk).values_list("pk", flat=True))
            assert found == ({notes[who]} if who in notes else set())
            assert MinutesDraft._base_manager.filter(meeting=meeting.pk).exists() == (who == "sam")
            for model in (MeetingPerson, AgendaLine, MinutesVersion, MinutesAnswer, MeetingAction):
                assert model._base_manager.filter(meeting=meeting.pk).exists() == (who in notes), (who, model)
            assert Meeting._base_manager.filter(pk=meeting.pk).exists() == (who in notes)
