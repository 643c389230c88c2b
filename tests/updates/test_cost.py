"""Pages, API and acts cost the same number of queries for three updates and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.trail import write, write_many
from communications.updates import actions
from communications.updates.models import Update, UpdateReply, UpdateRevision
from tests.updates.makers import PROOF, draft_of, fresh, posted, site_of

pytestmark = pytest.mark.django_db
LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle and of proofs


def fill(count: int, cast: Any) -> Update:
    """`count` updates of one site, and on one of them `count` versions and replies."""
    site, now = site_of(), timezone.now()
    facts = {"vendor": site.vendor, "site": site, "type": "batch_status", "side": "partner", "ball": "sponsor",
             "author_ref": cast.pat.ref, "author_name": "P", "posted_at": now, "time_zone": "Europe/Vienna",
             "acknowledge_by": now, "details": {"stage": "planned"}, "product": "X", "batch": "B"}  # fmt: skip
    rows = [Update(title=f"Cost {n:04}", **facts) for n in range(count)]
    write_many(rows, by=cast.pat, action="test")
    first = rows[0]
    said: Any = {"update": first, "author_name": "P"}
    versions = [UpdateRevision(revision=n + 1, content={}, posted_at=now, **said) for n in range(count)]
    write_many(versions, by=cast.pat, action="test")
    replies = [UpdateReply(act="ask", revision=1, said_at=now, text="x", side="sponsor", **said) for _ in range(count)]
    write_many(replies, by=cast.pat, action="test")
    first.revision = count
    write(first, by=cast.pat, action="test")
    return fresh(first)


@pytest.mark.parametrize("count", [3, 300])
def test_reading_costs_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = LOCAL
    update = fill(count, cast)
    draft = draft_of(cast.pat, site_of())
    pages = {
        "update-list": [],
        "update-export": ["csv"],
        "update-detail": [update.number],
        "update-amend": [update.number],
        "update-create": [],
        "draft-detail": [draft.number],
        "cmo-updates": [update.vendor.number],
        "site-updates": [site_of().number],
    }
    addresses = {
        **{name: reverse(f"communications:{name}", args=args) for name, args in pages.items()},
        "api-updates": "/api/v1/updates/?page_size=100",
        "api-updates-revisions": f"/api/v1/updates/{update.number}/revisions/",
        "api-updates-replies": f"/api/v1/updates/{update.number}/replies/",
        "api-update-drafts": "/api/v1/update-drafts/?page_size=100",
    }
    only = {"cmo-updates": "sam", "update-amend": "pat", "draft-detail": "pat", "api-update-drafts": "pat"}
    for person in ("pat", "sam"):
        client = sign_in(person)
        client.get("/")
        for name, address in addresses.items():
            if only.get(name, person) == person:
                query_count("updates", f"{name} of {person}", partial(client.get, address))


@pytest.mark.parametrize("count", [3, 300])
def test_acts_cost_the_same_at_3_and_at_300(count: int, cast: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = LOCAL
    fill(count, cast)
    draft = draft_of(cast.pat, site_of())
    query_count("updates", "save_draft", partial(actions.save_draft, draft, by=cast.pat, title="Cost of acts"))
    update = fresh(query_count("updates", "post", partial(actions.post, draft, by=cast.pat)))
    for name, person in (("ask", cast.sam), ("answer", cast.pat)):
        query_count("updates", name, partial(actions.move, update, name, by=person, reason="x"))
    amend = partial(actions.amend, update, by=cast.pat, reason="x", classification="major")
    query_count("updates", "amend", amend)
    query_count("updates", "acknowledge", partial(actions.move, update, "acknowledge", by=cast.sam))
    query_count("updates", "close", partial(actions.move, update, "close", by=cast.pat, reason="x"))
    change = posted(cast.pat, site_of(), "change_proposal")
    query_count("updates", "accept", partial(actions.move, change, "accept", by=cast.quinn, credentials=PROOF))
