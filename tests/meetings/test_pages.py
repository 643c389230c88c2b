"""Pages of meetings: from the plan to minutes that stand, with the buttons that people press."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from communications.meetings import actions, minutes
from communications.meetings.models import AgendaLine, Meeting, MeetingAction, MeetingPerson, MinutesDraft
from tests.meetings.makers import SECRET, content, fresh, held, in_days, plan, shared, vendor_of

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    found = b"".join(response.streaming_content) if response.streaming else response.content
    return str(found.decode(errors="replace"))


def at(days: float) -> str:
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def draft_of(lines: dict[str, str], **more: Any) -> dict[str, Any]:
    """The form of minutes with one action."""
    return {
        "summary": "In short.",
        "actions-TOTAL_FORMS": "2",
        "actions-INITIAL_FORMS": "2",
        "actions-0-text": "Send the raw data",
        "actions-0-side": "partner",
        "actions-0-due": in_days(5).isoformat(),
        **lines,
        **more,
    }


def test_the_whole_way_by_pages(cast: Any, sign_in: Any) -> None:
    sam, pat = sign_in("sam"), sign_in("pat")
    assert "Alpenglow" in text_of(sam.get("/meetings/new/"))
    new = f"/meetings/new/?cmo={vendor_of(cast).number}"
    form = {"kind": "quality_council", "title": SECRET, "starts_at": at(2), "lasts": "45", "chair_side": "sponsor",
            "scribe_side": "partner", "link": "https://meet.example/x"}  # fmt: skip
    assert sam.post(new, form | {"lasts": "5"}).status_code == 422
    assert sam.post(new, form).status_code == 302
    meeting = Meeting.objects.get(title=SECRET)
    page = meeting.get_absolute_url()
    assert abs((meeting.ends_at - meeting.starts_at).total_seconds() - 45 * 60) < 1
    assert sam.post(f"{page}people/", {"side": "partner", "name": ""}).status_code == 422
    sam.post(f"{page}people/", {"side": "partner", "name": "Dr M. Lechner", "role": "QP"})
    pat.post(f"{page}people/", {"colleague": cast.pat.number, "role": "Quality"})
    names = set(MeetingPerson.objects.filter(meeting=meeting).values_list("name", "person_ref"))
    assert names == {("Dr M. Lechner", ""), (cast.pat.name, cast.pat.ref), (cast.sam.name, cast.sam.ref)}
    pat.post(f"{page}agenda/build/")
    sam.post(f"{page}agenda/add/", {"heading": "risks", "title": "Energy", "side": "", "details": "Prices."})
    shown = text_of(sam.get(page))
    assert "Energy" in shown and "Build from open items" in shown and "/capas/CAPA-" in shown
    ours = AgendaLine.objects.get(meeting=meeting, title="Energy")
    edit = f"/agenda-lines/{ours.number}/edit/"
    opened = {"heading": "risks", "title": "Energy costs", "side": "", "version": str(ours.version)}
    assert pat.post(edit, opened).status_code == 302
    stale = sam.post(edit, opened | {"title": "Electricity"})
    assert stale.status_code == 422 and "Energy costs" in text_of(stale) and "Electricity" in text_of(stale)
    assert pat.get(f"{page}moves/hold/").status_code == 200 and "not begun" in text_of(pat.get(f"{page}moves/hold/"))
    actions.revise_meeting(fresh(meeting), by=cast.sam, starts_at=timezone.now() - timedelta(hours=2))
    assert pat.post(f"{page}moves/hold/", {}).status_code == 302
    write, field = f"{page}minutes/", f"text-{ours.number}"
    assert sam.get(write).status_code == 302, "the other side writes"
    bad = pat.post(write, draft_of({field: "Said."}) | {"actions-0-due": ""})
    assert bad.status_code == 422 and "Say by which day" in text_of(bad) and "Said." in text_of(bad)
    assert pat.post(write, draft_of({field: "Said."})).status_code == 302
    assert "Said." in text_of(pat.get(write)) and "Said." not in text_of(sam.get(page))
    draft = MinutesDraft.objects.get(meeting=meeting)
    sent = pat.post(write, draft_of({field: "Said twice."}, version=str(draft.version), share="1"))
    assert sent.status_code == 302 and fresh(meeting).revision == 1
    assert "Said twice." in text_of(sam.get(page)) and "no electronic signature" in text_of(sam.get(page))
    assert sam.post(f"{page}minutes/acknowledge/", {"revision": "7"}).status_code == 302
    assert "is the one that stands" in text_of(sam.get(page))
    sam.post(f"{page}minutes/acknowledge/", {"revision": "1"})
    pat.post(f"{page}minutes/acknowledge/", {"revision": "1"})
    assert fresh(meeting).status == "acknowledged"
    promise = MeetingAction.objects.get(meeting=meeting)
    assert sam.post(f"/meeting-actions/{promise.number}/drop/", {"reason": ""}).status_code == 422
    pat.post(f"/meeting-actions/{promise.number}/finish/")
    assert MeetingAction.objects.get(pk=promise.pk).done_by_name == cast.pat.name


def test_a_correction_by_pages_keeps_both_versions(cast: Any, sign_in: Any) -> None:
    meeting = shared(cast)
    page, line = meeting.get_absolute_url(), meeting.agenda.get()
    sam, pat = sign_in("sam"), sign_in("pat")
    assert "version 1" in text_of(pat.get(f"{page}minutes/correct/"))
    pat.post(f"{page}minutes/correct/", {"revision": "1", "reason": "Line 3, not line 2."})
    assert "Line 3, not line 2." in text_of(sam.get(page))
    opened = text_of(sam.get(f"{page}minutes/"))
    assert "Spoken of." in opened and meeting.actions.get().number in opened, "it begins with what stands"
    again = {f"text-{line.number}": "Line 3.", "share": "1"}
    without = sam.post(f"{page}minutes/", draft_of(again), follow=True)
    assert "what is new" in text_of(without) and fresh(meeting).revision == 1
    version = MinutesDraft.objects.get(meeting=meeting, status="draft").version
    sam.post(f"{page}minutes/", draft_of(again, reason="The line.", version=str(version)))
    assert fresh(meeting).revision == 2
    first, second = (text_of(pat.get(f"{page}minutes/{number}/")) for number in (1, 2))
    assert "Spoken of." in first and "newer version" in first and "Line 3." in second
    late = pat.post(f"{page}minutes/correct/", {"revision": "1", "reason": "Still wrong."})
    assert late.status_code == 422 and "Version 2" in text_of(late) and "Still wrong." in text_of(late)
    for number in (1, 2):
        made = pat.get(f"{page}minutes/{number}.pdf")
        assert made.status_code == 200 and made.content.startswith(b"%PDF")
    assert pat.get(f"{page}minutes/3/").status_code == 404


def test_two_who_write_minutes_are_shown_both_texts(cast: Any, sign_in: Any) -> None:
    meeting, line = held(cast)
    first = minutes.save_draft(meeting, by=cast.quinn, content=content(line, text="Quinn's."))
    sam, write = sign_in("sam"), f"{meeting.get_absolute_url()}minutes/"
    answer = sam.post(write, draft_of({f"text-{line.number}": "Sam's."}))
    said = text_of(answer)
    assert answer.status_code == 422 and "Quinn&#x27;s." in said and "Sam&#x27;s." in said
    assert re.search(rf'name="version" value="{first.version}"', said), "the next save is over what was shown"


def test_list_export_print_and_calendar(cast: Any, sign_in: Any) -> None:
    meeting, gone = plan(cast, days=5, place="Room 4"), plan(cast, title="Gone", days=6)
    actions.move(gone, "cancel", by=cast.pat, reason="Ill.")
    page = meeting.get_absolute_url()
    for name in ("sam", "pat"):
        client = sign_in(name)
        assert "Nothing" not in text_of(client.get("/meetings/?q=zwetschgen"))
        assert meeting.number in text_of(client.get("/meetings/?when=upcoming&kind=business_review"))
        past = text_of(client.get("/meetings/?when=past"))
        assert meeting.number not in past and gone.number in past
        assert "No meeting answers to this" in text_of(client.get("/meetings/?q=nowhere"))
        assert meeting.number in text_of(client.get("/meetings/export.csv?status=planned"))
        assert text_of(client.get("/meetings/export.xlsx")).startswith("PK")
        file = text_of(client.get(f"{page}meeting.ics"))
        assert "DTEND" in file and "LOCATION:Room 4" in file and "TRANSP:OPAQUE" in file
        assert "STATUS:CANCELLED" in text_of(client.get(f"{gone.get_absolute_url()}meeting.ics"))
        assert "Room 4" in text_of(client.get(f"{page}print/"))
    assert "Ill." in text_of(sign_in("sam").get(gone.get_absolute_url()))


def test_the_feed_names_a_meeting_without_a_word_that_people_wrote(cast: Any, sign_in: Any) -> None:
    from communications.deadlines.feeds import make_feed

    meeting = plan(cast, days=5)
    _feed, token = make_feed(cast.pat, name="Mine", by=cast.pat)
    calendar = text_of(sign_in("").get(f"/feeds/{token}.ics"))
    assert f"Business review (QBR) {meeting.number}" in calendar.replace("\r\n ", "") and "Zwetschgen" not in calendar
