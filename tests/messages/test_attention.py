"""What calls for somebody: the count beside Messages, the card of the first page, being named."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from audits.findings.models import Finding
from cmo_portal.records.context import acting_as
from communications.messages import actions
from communications.messages.models import Mention, Thread
from tests.findings import places
from tests.messages.makers import make_thread

pytestmark = pytest.mark.django_db
UNREAD = "/threads/unread/"


def names(client: Any, thread: Thread) -> list[str]:
    answer = client.get(reverse("communications:thread-people", args=[thread.number]))
    return [row["name"] for row in answer.json()["people"]]


@pytest.mark.parametrize("count", [2, 12])
def test_what_is_unread_is_counted_by_one_query(count: int, cast: Any, sign_in: Any, query_count: Any) -> None:
    sam, pat, bea, ines = (sign_in(who) for who in ("sam", "pat", "bea", "ines"))
    before = {who: client.get(UNREAD).json()["unread"] for who, client in (("sam", sam), ("bea", bea))}
    threads = [make_thread(cast, f"Quincunx {number}") for number in range(count)]
    assert sam.get(UNREAD).json()["unread"] == before["sam"], "a thread in which nothing was said holds nothing unread"
    for thread in threads:
        actions.post(thread, by=cast.pat, body="Said.")
        actions.add_note(thread, by=cast.pat, body="Noted.")
    told = query_count("messages", "unread", partial(sam.get, UNREAD))
    assert told.json() == {
        "unread": before["sam"] + count,
        "words": f"{before['sam'] + count} threads with something unread",
    }
    sam.get(threads[0].get_absolute_url())
    assert sam.get(UNREAD).json()["unread"] == before["sam"] + count - 1
    assert bea.get(UNREAD).json()["unread"] == before["bea"]
    assert ines.get(UNREAD).json()["unread"] == 0, "who leaves no receipts has nothing unread"
    for client in (sam, pat):
        home = client.get("/").content.decode()
        assert f'data-unread="{UNREAD}"' in home and threads[-1].subject in home
    assert "Quincunx" not in bea.get("/").content.decode()


def test_whom_a_message_can_name(cast: Any, sign_in: Any) -> None:
    shared = make_thread(cast)
    draft = make_thread(cast, "Draft", record=Finding.objects.get(number=places.draft()[0]), by=cast.leo)
    leo, pat = sign_in("leo"), sign_in("pat")
    assert cast.eva.name in names(leo, shared) and cast.leo.name not in names(leo, shared)
    assert {cast.pat.name, cast.ada.name} & set(names(leo, shared)) == set(), "nobody who has not spoken or not reads"
    assert cast.sam.name in names(leo, draft) and cast.eva.name not in names(leo, draft), "eva reads no draft finding"
    said = actions.post(draft, by=cast.leo, body=f"@{cast.eva.name} and @{cast.sam.name}")
    assert said.mentions == [cast.sam.ref]
    assert names(pat, shared) == [cast.uwe.name]
    actions.post(shared, by=cast.sam, body="Hello.")
    assert names(pat, shared) == [cast.sam.name, cast.uwe.name]
    assert pat.get(reverse("communications:thread-people", args=[draft.number])).status_code == 404


def test_who_is_named_finds_it(cast: Any, sign_in: Any) -> None:
    thread, other = make_thread(cast, "Where I am named"), make_thread(cast, "Where I am not")
    actions.post(thread, by=cast.pat, body="Hello.")
    said = actions.post(thread, by=cast.sam, body=f"Quincunx, @{cast.pat.name}?")
    for where in (thread, other):
        actions.post(where, by=cast.sam, body="Quincunx for nobody.")
    pat = sign_in("pat")
    found = pat.get("/threads/?said=me").content.decode()
    assert thread.subject in found and other.subject not in found
    hits = pat.get("/threads/?said=me&q=quincunx").content.decode()
    assert hits.count("<mark>Quincunx</mark>") == 1 and said.number in hits
    assert [row["number"] for row in pat.get("/api/v1/threads/?said=me").json()["results"]] == [thread.number]
    assert thread.subject not in sign_in("sam").get("/threads/?said=me").content.decode()
    with acting_as(cast.bea):
        assert not Mention.objects.visible_to(cast.bea).filter(message=said).exists()
