"""The API of meetings does what the pages do, with the same walls and sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.meetings.makers import content, held, vendor_of

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_from_a_plan_to_minutes_that_stand(cast: Any, sign_in: Any) -> None:
    sam, pat = sign_in("sam"), sign_in("pat")
    begins = (timezone.now() - timedelta(hours=3)).isoformat()
    made = sam.post(
        "/api/v1/meetings/",
        {"vendor": vendor_of(cast).number, "kind": "steering", "title": "Steering", "starts_at": begins, "lasts": 60},
        JSON,
    )
    assert made.status_code == 201, made.content
    meeting = made.json()
    here = f"/api/v1/meetings/{meeting['number']}/"
    changed = pat.patch(here, {"version": meeting["version"], "place": "Linz"}, JSON)
    assert changed.status_code == 200 and changed.json()["place"] == "Linz"
    assert pat.post(f"{here}agenda/build/").json()["added"] > 5
    line = sam.post(f"{here}agenda/add/", {"title": "Energy", "heading": "risks"}, JSON).json()
    assert pat.get(f"{here}agenda/").json()[-1]["heading"] == "actions"
    address = f"/api/v1/agenda-lines/{line['number']}/"
    assert pat.patch(address, {"version": 1, "title": "Energy costs"}, JSON).status_code == 200
    assert sam.patch(address, {"version": 1, "title": "Electricity"}, JSON).status_code == 409
    assert pat.post(f"{here}people/add/", {"side": "partner", "name": "Dr M. Lechner"}, JSON).status_code == 201
    assert len(sam.get(f"{here}people/").json()) == 2
    pat.post(f"{here}notes/", {"body": "Ours."}, JSON)
    assert sam.get(f"{here}notes/").json() == [] and len(pat.get(f"{here}notes/").json()) == 1
    assert sam.post(f"{here}minutes/share/", {"version": 1}, JSON).status_code == 409
    offered = [row["name"] for row in sam.get(f"{here}transitions/").json()["transitions"]]
    assert offered == ["hold", "cancel"]
    assert sam.post(f"{here}transitions/", {"name": "hold"}, JSON).json()["status"] == "held"
    assert pat.patch(address, {"version": 2, "title": "Late"}, JSON).status_code == 409
    said = {"lines": {line["number"]: {"text": "Said.", "decision": ""}}, "actions": []}
    draft = sam.post(f"{here}minutes/draft/", {"content": said}, JSON).json()
    assert pat.get(f"{here}minutes/draft/").json() == {} and draft["content"]["summary"] == ""
    assert pat.post(f"{here}minutes/draft/", {"content": said}, JSON).status_code == 409
    assert sam.post(f"{here}minutes/draft/", {"content": said}, JSON).status_code == 409, "it names no version"
    shared = sam.post(f"{here}minutes/share/", {"version": draft["version"]}, JSON)
    assert shared.status_code == 201 and shared.json()["revision"] == 1
    assert pat.post(f"{here}minutes/correct/", {"revision": 1, "reason": "No."}, JSON).json()["wants_correction"]
    assert pat.post(f"{here}minutes/acknowledge/", {"revision": 2}, JSON).status_code == 409
    for client in (pat, sam):
        last = client.post(f"{here}minutes/acknowledge/", {"revision": 1}, JSON)
    assert last.json()["status"] == "acknowledged"
    told = pat.get(f"{here}minutes/").json()
    assert {row["status"] for row in told["answers"]} == {"acknowledged"} and len(told["versions"]) == 1


def test_actions_over_the_api(cast: Any, sign_in: Any) -> None:
    from communications.meetings import minutes

    meeting, line = held(cast)
    minutes.share(minutes.save_draft(meeting, by=cast.sam, content=content(line)), by=cast.sam)
    sam, pat = sign_in("sam"), sign_in("pat")
    rows = pat.get(f"/api/v1/meeting-actions/?meeting={meeting.number}&open=true").json()["results"]
    (row,) = rows
    assert row["meeting"] == meeting.number and row["side"] == "partner"
    assert sam.post(f"/api/v1/meeting-actions/{row['number']}/finish/").status_code == 409
    done = pat.post(f"/api/v1/meeting-actions/{row['number']}/finish/").json()
    assert done["done_by_name"] == cast.pat.name
    assert sam.post(f"/api/v1/meeting-actions/{row['number']}/drop/", {"reason": "x"}, JSON).status_code == 409
    assert pat.get(f"/api/v1/meeting-actions/?meeting={meeting.number}&open=true").json()["results"] == []
