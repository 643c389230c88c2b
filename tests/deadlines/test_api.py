"""Deadlines and feeds over the API: the pages' rows and walls, clocks of both sides, an address told once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from communications.notices.feeds import CalendarFeed
from tests.deadlines.makers import a_moment, alpenglow, certificate, change, in_days, silence

pytestmark = pytest.mark.django_db
DUE, FEEDS = "/api/v1/due-items/", "/api/v1/calendar-feeds/"


@pytest.fixture(autouse=True)
def of_the_test(db: None, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    silence()


def titles(client: Any, query: str = "") -> list[str]:
    return [row["title"].split()[2] for row in client.get(f"{DUE}?{query}").json()["results"]]


def test_a_row_has_both_clocks_and_who_has_the_ball(cast: Any, sign_in: Any) -> None:
    item = change(certificate(cast, "AT-1", in_days(-3)), held_since=a_moment(-5), sponsor_seconds=777)
    (row,) = sign_in("pat").get(DUE).json()["results"]
    assert row["number"] == item.number and row["side"] == "partner" and row["cmo"] == alpenglow().vendor.number
    assert row["sponsor_seconds"] == 777
    assert row["partner_seconds"] == pytest.approx(5 * 86400, abs=60)
    assert (row["is_mine"], row["is_late"], row["due_at"]) == (True, True, None)
    (other,) = sign_in("sam").get(DUE).json()["results"]
    assert (other["is_mine"], other["owner_ref"]) == (False, "") and "owner_ref" not in row
    assert sign_in("pat").get(f"{DUE}{item.number}/").json()["number"] == item.number


def test_people_of_the_other_side_are_not_named(cast: Any, sign_in: Any) -> None:
    change(certificate(cast, "AT-1", in_days(3)), side="sponsor", holder_ref=cast.leo.ref, owner_ref=cast.leo.ref)
    (own,) = sign_in("sam").get(DUE).json()["results"]
    assert own["holder_ref"] == own["owner_ref"] == cast.leo.ref
    assert cast.leo.ref not in sign_in("pat").get(DUE).content.decode()


def test_filters(cast: Any, sign_in: Any) -> None:
    change(certificate(cast, "a", in_days(-1)), is_urgent=True, facet="major")
    change(certificate(cast, "b", in_days(20)), side="sponsor", holder_ref=cast.sam.ref)
    sam, number = sign_in("sam"), alpenglow().vendor.number
    expected = {
        "ball=me": ["b"], "ball=other": ["a"], "side=sponsor": ["b"], "when=late": ["a"], "when=30": ["b"],
        "urgent=true": ["a"], "facet=major": ["a"], f"due_before={in_days(0)}": ["a"], f"due_from={in_days(0)}": ["b"],
        f"cmo={number}": ["a", "b"], "cmo=CMO-NONE": [], "q=works": ["a", "b"], "kind=capa.due": [],
    }  # fmt: skip
    assert {query: titles(sam, query) for query in expected} == expected
    assert sam.get(f"{DUE}?when=soonish").status_code == 400


def test_walls(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", in_days(3))
    assert titles(sign_in("bea")) == titles(sign_in("otto")) == []
    assert sign_in("bea").get(f"{DUE}{item.number}/").status_code == 404
    assert sign_in("ada").get(DUE).status_code == 403


def test_a_feed_is_made_listed_and_revoked(cast: Any, sign_in: Any) -> None:
    pat = sign_in("pat")
    made = pat.post(FEEDS, {"name": "Script"}, content_type="application/json")
    assert made.status_code == 201
    body = made.json()
    path = re.sub(r"^https?://[^/]+", "", body["address"])
    assert body["address_of_side"] == body["address"] + "?show=side"
    assert sign_in("").get(path).status_code == 200
    (row,) = pat.get(FEEDS).json()["results"]
    assert row["name"] == "Script" and "address" not in row
    assert sign_in("uwe").get(FEEDS).json()["results"] == []
    assert sign_in("uwe").post(f"{FEEDS}{row['number']}/revoke/").status_code == 404
    assert pat.post(f"{FEEDS}{row['number']}/revoke/").status_code == 200
    assert sign_in("").get(path).status_code == 404
    assert pat.get(FEEDS).json()["results"] == []
    assert CalendarFeed.objects.get(number=row["number"]).is_revoked
    assert pat.post(FEEDS, {"name": ""}, content_type="application/json").status_code == 400
