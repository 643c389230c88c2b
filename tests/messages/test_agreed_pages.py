"""What was agreed, on pages and over the API: both sides see it, the side that does it finishes it, either drops it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from communications.messages import actions, agreed
from communications.messages.models import AgreedAction
from tests.messages.makers import in_days, make_thread

pytestmark = pytest.mark.django_db
LIST, API = "/agreed-actions/", "/api/v1/agreed-actions/"


def test_an_action_is_agreed_done_and_dropped_on_the_pages(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.pat, body="I send\nthe quincunx.")
    sam, pat, bea, ines = (sign_in(who) for who in ("sam", "pat", "bea", "ines"))
    address = reverse("communications:action-create", args=[thread.number])
    page = sam.get(f"{address}?message=1").content.decode()
    assert 'value="I send the quincunx."' in page and f"{cast.pat.name}, Alpenglow" in page
    sent = {"text": "Send the quincunx", "side": "partner", "person": cast.pat.name, "due_date": in_days(3).isoformat()}
    for wrong, words in (
        ({"side": "sponsor"}, "is not of the side that does it"),
        ({"due_date": in_days(-1).isoformat()}, "done today or later"),
        ({"person": cast.ada.name}, "Choose one of the answers that"),
    ):
        refused = sam.post(address, sent | wrong)
        assert refused.status_code == 422 and words in refused.content.decode(), words
    made = sam.post(f"{address}?message=1", sent)
    action = AgreedAction.objects.get(text="Send the quincunx")
    assert made.url == action.get_absolute_url() == f"{LIST}{action.number}/"
    assert action.message.sequence == 1 and "Send the quincunx" in sam.get(thread.get_absolute_url()).content.decode()
    for client, words in ((sam, "Alpenglow"), (pat, "It is done"), (ines, "says when it is done")):
        assert words in client.get(made.url).content.decode()
    assert "It is done" not in sam.get(made.url).content.decode()
    for client, asked, count in ((pat, "", 1), (pat, "?side=me", 1), (sam, "?side=us", 0), (sam, "?side=them", 1),
                                 (sam, "?state=done", 0), (bea, "", 0), (sam, "?state=late", 0)):  # fmt: skip
        assert client.get(f"{LIST}{asked}").content.decode().count("Send the quincunx") == count, asked
    for client, status in ((bea, 404), (ines, 403), (pat, 302)):
        assert client.post(f"{made.url}finish/", {"version": "1"}).status_code == status
    assert "Done" in sam.get(f"{LIST}?state=done").content.decode()
    other = agreed.agree_action(thread, by=cast.sam, text="Read it", side="sponsor", due_date=in_days(1))
    drop = reverse("communications:action-drop", args=[other.number])
    assert pat.post(drop, {"reason": " ", "version": "1"}).status_code == 422
    assert pat.post(drop, {"reason": "Not needed.", "version": "1"}).status_code == 302
    assert f"{cast.pat.name}: Not needed." in sam.get(other.get_absolute_url()).content.decode()
    assert sam.post(drop, {"reason": "Again.", "version": "2"}).status_code == 422


def test_actions_over_the_api(cast: Any, sign_in: Any) -> None:
    shared, own = make_thread(cast), make_thread(cast, "Ours", shared=False)
    sam, pat, bea = sign_in("sam"), sign_in("pat"), sign_in("bea")

    def send(client: Any, address: str, **values: Any) -> Any:
        return client.post(address, values, content_type="application/json")

    base = {"thread": shared.number, "text": "Quincunx", "side": "partner", "due_date": in_days(2).isoformat()}
    made = send(sam, API, **base)
    assert made.status_code == 201, made.json()
    number = made.json()["number"]
    ours = send(sam, API, **base | {"thread": own.number, "side": "sponsor", "person": cast.sam.name}).json()["number"]
    assert send(sam, API, **base | {"thread": own.number}).status_code == 400
    assert send(bea, API, **base).status_code == 400, "no such thread for a competitor"
    for client, expected in ((sam, {number, ours}), (pat, {number}), (bea, set())):
        rows = client.get(f"{API}?state=open").json()["results"]
        assert {row["number"] for row in rows if row["text"] == "Quincunx"} == expected
    assert send(sam, f"{API}{number}/finish/").status_code == 409, "the other side does it"
    assert send(pat, f"{API}{number}/finish/", version=99).status_code == 409
    assert send(pat, f"{API}{number}/finish/", version=1).json()["done_by_name"] == cast.pat.name
    assert send(pat, f"{API}{ours}/drop/", reason="x").status_code == 404
    assert send(sam, f"{API}{ours}/drop/").status_code == 400
    assert send(sam, f"{API}{ours}/drop/", reason="Not needed.").json()["dropped_reason"] == "Not needed."


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_costs_the_same(count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for number in range(count):
        thread = make_thread(cast, f"Matter {number}")
        agreed.agree_action(thread, by=cast.sam, text=f"Step {number}", side="sponsor", due_date=in_days(1))
    sam = sign_in("sam")
    sam.get(LIST)
    query_count("messages", "action-list", partial(sam.get, LIST))
    query_count("messages", "api-agreed-actions", partial(sam.get, API))
