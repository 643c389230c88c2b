"""The API of updates: drafts in private, the same sentences as the pages, versions that are named, moves with proof."""

from __future__ import annotations

from typing import Any

import pytest

from communications.updates.models import Update
from tests.updates.makers import SECRET, fresh, hours_ago, posted, site_of

pytestmark = pytest.mark.django_db
UPDATES, DRAFTS = "/api/v1/updates/", "/api/v1/update-drafts/"


def send(client: Any, method: str, path: str, **values: Any) -> Any:
    return getattr(client, method)(path, values, content_type="application/json")


def body_of(**more: Any) -> dict[str, Any]:
    site = site_of()
    return {
        "vendor": site.vendor.number, "type": "deviation", "title": SECRET, "site": site.number,
        "classification": "critical", "aware_at": hours_ago(30).isoformat(), "details": {"action": "On hold."},
    } | more  # fmt: skip


def test_a_draft_is_written_and_posted_and_the_other_side_moves(sign_in: Any) -> None:
    pat, sam = sign_in("pat"), sign_in("sam")
    made = send(pat, "post", DRAFTS, **body_of(details={}))
    assert made.status_code == 201, made.json()
    draft = made.json()
    assert draft["lacking"] == {"action": "What was done at once: this is needed before it can be posted."}
    assert send(pat, "post", f"{DRAFTS}{draft['number']}/post/").status_code == 409
    assert sam.get(f"{DRAFTS}{draft['number']}/").status_code == 404
    assert send(pat, "patch", f"{DRAFTS}{draft['number']}/", title="x").status_code == 400  # no version
    kept = send(pat, "patch", f"{DRAFTS}{draft['number']}/", version=draft["version"], details={"action": "Held."})
    assert kept.status_code == 200 and kept.json()["lacking"] == {}, kept.json()
    stale = send(pat, "post", f"{DRAFTS}{draft['number']}/post/", version=draft["version"])
    assert stale.status_code == 409
    done = send(pat, "post", f"{DRAFTS}{draft['number']}/post/", version=kept.json()["version"])
    number = done.json()["posted_as"]

    update = sam.get(f"{UPDATES}{number}/").json()
    assert (update["ball"], update["side"], update["timing"]) == ("sponsor", "partner", "late")
    assert update["details"] == {"action": "Held."} and update["site"] == site_of().number
    moves = {each["name"] for each in sam.get(f"{UPDATES}{number}/transitions/").json()["transitions"]}
    assert {"acknowledge", "ask"} <= moves and "amend" not in moves
    asked = send(sam, "post", f"{UPDATES}{number}/transitions/", name="ask", reason="Which?")
    assert (asked.json()["status"], asked.json()["ball"]) == ("asked", "partner")
    closed = send(sam, "post", f"{UPDATES}{number}/transitions/", name="withdraw", reason="x")
    assert closed.status_code == 409 and "Whoever posted it does this." in closed.content.decode()
    said = pat.get(f"{UPDATES}{number}/replies/").json()["replies"]
    assert [(each["act"], each["text"]) for each in said] == [("ask", "Which?")]


def test_a_new_version_names_the_one_that_was_read(cast: Any, sign_in: Any) -> None:
    update = posted(cast.pat, site_of(), classification="open")
    pat, path = sign_in("pat"), f"{UPDATES}{update.number}/"
    sent = {"classification": "major", "reason": "Classed."}
    assert send(pat, "patch", path, **sent).status_code == 400
    assert send(pat, "patch", path, **sent, version=update.version - 1).status_code == 409
    assert send(pat, "patch", path, classification="major", version=update.version).status_code == 409  # and why?
    other = send(pat, "patch", path, version=update.version, type="oos", reason="x")
    assert other.status_code == 400 and "type" in other.json()["errors"]
    done = send(pat, "patch", path, **sent, version=update.version)
    assert done.status_code == 200 and done.json()["revision"] == 2, done.json()
    rows = sign_in("sam").get(f"{path}revisions/").json()["revisions"]
    assert [row["revision"] for row in rows] == [1, 2] and rows[1]["reason"] == "Classed."


def test_what_lacks_something_keeps_nothing(sign_in: Any) -> None:
    pat = sign_in("pat")
    refused = send(pat, "post", UPDATES, **body_of(details={}))
    assert refused.status_code == 409 and "What was done at once" in refused.content.decode()
    assert not Update.objects.filter(title=SECRET).exists()
    assert all(row["title"] != SECRET for row in pat.get(DRAFTS).json()["results"])
    odd = send(pat, "post", UPDATES, **body_of(details={"action": "x", "weight": "9"}))
    assert odd.status_code == 400 and "weight" in odd.content.decode()
    assert send(pat, "post", UPDATES, **body_of(type="forecast")).status_code == 400
    assert send(pat, "post", UPDATES, **body_of(details={"action": 7})).status_code in (201, 400)


def test_filters_cut_the_list_and_never_the_wall(cast: Any, sign_in: Any) -> None:
    update = posted(cast.pat, site_of(), aware_at=hours_ago(30))
    sam = sign_in("sam")

    def numbers(client: Any, query: str) -> list[str]:
        return [row["number"] for row in client.get(f"{UPDATES}?page_size=100&{query}").json()["results"]]

    for query in ("late=true", "type=deviation", "ball=sponsor", "q=zwiebelfisch", "timing=late",
                  f"site={site_of().number}", f"cmo={update.vendor.number}", "status=posted"):  # fmt: skip
        assert update.number in numbers(sam, query), query
        assert update.number not in numbers(sign_in("otto"), query), query
    for query in ("type=oos", "ball=partner", "q=zwiebelfisch+herring", "timing=early", "status=closed"):
        assert update.number not in numbers(sam, query), query


def test_a_decision_is_proved(cast: Any, sign_in: Any) -> None:
    update = posted(cast.pat, site_of(), "change_proposal")
    quinn, path = sign_in("quinn"), f"{UPDATES}{update.number}/transitions/"
    assert send(quinn, "post", path, name="accept").status_code == 403
    done = send(quinn, "post", path, name="accept", password="Demo-portal-2026", version=update.version)
    assert done.json()["status"] == "accepted" and fresh(update).decided_by_name == cast.quinn.name
    assert send(sign_in("sam"), "post", path, name="accept", password="Demo-portal-2026").status_code == 403
