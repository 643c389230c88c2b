"""Lists and cards of updates cost the same number of queries for three and for many."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from communications.updates.hooks import find_updates, recent
from tests.updates.makers import deviation, linz, relation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 40])
def test_reading_costs_the_same_at_3_and_at_40(count: int, cast: Any, sign_in: Any, query_count: Any) -> None:
    made = [deviation(cast.pat, title=f"Event {place}") for place in range(count)]
    pages = {
        "update-list": reverse("communications:update-list"),
        "update-list by words": reverse("communications:update-list") + "?q=event&ball=me",
        "update-export": reverse("communications:update-export", args=["csv"]),
        "update-detail": made[0].get_absolute_url(),
        "site-updates": reverse("communications:site-updates", args=[linz().number]),
    }
    for name in ("sam", "pat"):
        client = sign_in(name)
        client.get("/profile/")
        for page, address in pages.items():
            query_count("updates", f"{page} of {name}", partial(client.get, address))
        query_count("updates", f"card of {name}", partial(recent, getattr(cast, name)))
        query_count("updates", f"search of {name}", partial(find_updates, getattr(cast, name), "event"))
    sam = sign_in("sam")
    sam.get("/profile/")
    tab = reverse("communications:cmo-updates", args=[relation().number])
    query_count("updates", "cmo-updates", partial(sam.get, tab))
