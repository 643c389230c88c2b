"""Pages, API and acts cost the same number of queries for 3 more answers and for 27, for one version and for nine."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from communications.profiles import actions, filing, publishing
from communications.profiles.questionnaire import QUESTIONS
from communications.profiles.questionnaire.asking import LIST, TEXT
from tests.profiles.makers import answer_to, answered, evidence, published, relation

pytestmark = pytest.mark.django_db
LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle


def fill(count: int, cast: Any) -> Any:
    """`count` more answers, and a version for every three of them."""
    asked = [row for row in QUESTIONS.values() if row.kind in (TEXT, LIST)][:count]
    for at, row in enumerate(asked):
        answered(row.code, [f"Cost {at}"] if row.kind == LIST else f"Cost {at}", cast.pat)
        if at % 3 == 2:
            fact = published(cast.pat, "company", "quality", "people", "equipment")
            answered("QU-05", str(at), cast.pat)
    evidence("QU-12", cast.pat, "a.pdf", b"%a") if count > 3 else evidence("QU-02", cast.pat, "a.pdf", b"%a")
    return fact


@pytest.mark.parametrize("count", [3, 27])
def test_reading_costs_the_same_at_3_and_at_27(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = LOCAL
    fact = fill(count, cast)
    vendor, profile = fact.vendor.number, f"/api/v1/profiles/{fact.number}/"
    addresses = {
        "pat": {
            "profile-own": reverse("communications:profile-own"),
            "profile-section": reverse("communications:profile-section", args=["quality"]),
            "profile-question": reverse("communications:profile-question", args=["QU-02"]),
            "profile-publish": reverse("communications:profile-publish"),
            "publication-detail": fact.get_absolute_url(),
            "api-profiles": "/api/v1/profiles/?page_size=100",
            "api-profile-answers": "/api/v1/profile-answers/?page_size=100",
        },
        "sam": {
            "cmo-profile": reverse("communications:cmo-profile", args=[vendor]),
            "publication-detail": fact.get_absolute_url(),
            "publication-print": reverse("communications:publication-print", args=[fact.number]),
            "api-profiles": "/api/v1/profiles/?page_size=100",
            "api-profiles-content": f"{profile}content/",
            "api-profiles-diff": f"{profile}diff/",
        },
    }
    for person, pages in addresses.items():
        client = sign_in(person)
        client.get("/")
        for name, address in pages.items():
            query_count("profiles", f"{name} of {person}", partial(client.get, address))


@pytest.mark.parametrize("count", [3, 27])
def test_acts_cost_the_same_at_3_and_at_27(count: int, cast: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = LOCAL
    fill(count, cast)
    save = partial(actions.save_answer, "QU-04", by=cast.pat, value="1001")
    query_count("profiles", "save_answer", save)
    query_count("profiles", "confirm", partial(actions.confirm, answer_to("QU-04", cast.pat), by=cast.pat))
    publish = partial(publishing.publish, [relation()], ["people", "company"], by=cast.pat, note="x")
    (fact,) = query_count("profiles", "publish", publish)
    query_count("profiles", "mark_read", partial(publishing.mark_read, fact, by=cast.sam))
    query_count("profiles", "export", partial(filing.export, ["quality"], by=cast.pat, text="x"))
