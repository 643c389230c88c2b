"""Pages, feeds and API cost the same number of queries for three deadlines and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from communications.deadlines.feeds import make_feed
from communications.deadlines.home import days_ahead, due_of_home
from communications.deadlines.hooks import find_deadlines
from tests.deadlines.makers import fill, item_of
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 300])
def test_reading_costs_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    vendor, site = fill(count, cast)
    item = item_of(Certificate.objects.get(site=site))
    shared = item_of(Certificate.objects.filter(reference=f"C-{count}").get())
    pages = {
        "deadline-list": reverse("communications:deadline-list"),
        "deadline-list by words": reverse("communications:deadline-list") + "?q=expires&ball=other",
        "deadline-export": reverse("communications:deadline-export", args=["csv"]),
        "deadline-timeline": reverse("communications:deadline-timeline"),
        "deadline-detail": reverse("communications:deadline-detail", args=[shared.number]),
        "api-due-items": "/api/v1/due-items/?page_size=100",
        "home": "/",
    }
    for person in ("sam", "pat"):
        client = sign_in(person)
        client.get("/profile/")
        for name, address in pages.items():
            query_count("deadlines", f"{name} of {person}", partial(client.get, address))
        _, token = make_feed(getattr(cast, person), name="Cost", by=getattr(cast, person))
        feed = reverse("communications:feed", args=[token]) + "?show=side"
        Client().get(feed)
        query_count("deadlines", f"feed of {person}", partial(Client().get, feed))
        query_count("deadlines", f"search of {person}", partial(find_deadlines, getattr(cast, person), "expires"))
        query_count("deadlines", f"card of {person}", partial(due_of_home, getattr(cast, person)))
        query_count("deadlines", f"timeline card of {person}", partial(days_ahead, getattr(cast, person)))
    sam = sign_in("sam")
    tab = reverse("communications:cmo-deadlines", args=[shared.vendor_ref])
    sam.get(tab)
    query_count("deadlines", "cmo-deadlines", partial(sam.get, tab))
    assert vendor.number == item.vendor_ref
