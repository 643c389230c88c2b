"""Pages and API of the log cost the same number of queries for three threads or messages and for sixty."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from communications.messages import actions
from tests.messages.makers import alpenglow, make_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 40])
def test_reading_costs_the_same(count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    thread = make_thread(cast)
    for number in range(count):
        other = make_thread(cast, f"Matter {number}")
        actions.post(other, by=cast.sam, body=f"Word {number}.")
        said = actions.post(thread, by=cast.pat, body=f"Line {number}.")
        actions.post(thread, by=cast.pat, body=f"Not {number}.", corrects=said)
        actions.add_note(thread, by=cast.sam, body=f"Note {number}.")
        actions.add_note(thread, by=cast.pat, body=f"Note {number}.")
    pages = {
        "thread-list": "/threads/",
        "thread-list by words": "/threads/?q=word&status=unresolved&unread=yes",
        "thread-detail": thread.get_absolute_url(),
        "api-threads": "/api/v1/threads/?page_size=100",
        "api-messages": "/api/v1/messages/?page_size=100",
    }
    for person in ("sam", "pat"):
        client = sign_in(person)
        client.get(thread.get_absolute_url())
        for name, address in pages.items():
            query_count("messages", f"{name} of {person}", partial(client.get, address))
    sam = sign_in("sam")
    since = reverse("communications:thread-since", args=[thread.number])
    etag = {"if-none-match": sam.get(since)["ETag"]}
    same = query_count("messages", "poll", partial(sam.get, since, headers=etag))
    assert same.status_code == 304
    tab = reverse("communications:cmo-threads", args=[alpenglow(cast).number])
    sam.get(tab)
    query_count("messages", "cmo-threads", partial(sam.get, tab))
