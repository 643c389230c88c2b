"""Pages and API of links, and a guest's visit, cost the same number of queries for three rows and for many."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cmo_portal.records.attachments import attach
from communications.messages import actions
from communications.messages.vocabulary import Ball
from tests.guests.makers import card, inside, let_in, made, text
from tests.messages.makers import fresh, make_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 20])
def test_reading_costs_the_same(count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    asked, thread = card(), make_thread(cast)
    for place in range(count):
        attach(asked, text(f"{place}.txt"), by=cast.leo)
        actions.post(thread, by=cast.sam, body=f"Line {place}.", ball=Ball.THEM, files=[text(f"{place}.txt")])
    thread = fresh(thread)
    for place in range(count):
        made(cast, asked, email=f"{place}@alpenglow.example")
        made(cast, thread, email=f"{place}@alpenglow.example")
    sam = sign_in("sam")
    sam.get("/links/")
    item = f"/links/for/document-request/{asked.number}/"
    for name, path in (("guest-list", "/links/"), ("guest-item", item), ("api", "/api/v1/guest-links/?page_size=100")):
        query_count("guests", name, partial(sam.get, path))
    for name, record in (("document", asked), ("thread", thread)):
        link = made(cast, record)
        visitor = let_in(link)
        query_count("guests", f"visit of a {name}", partial(visitor.get, inside(link)))
