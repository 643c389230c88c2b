"""A draft is seen by nobody of the other side, and an update by nobody but the two companies: proved at every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from communications.updates.actions import move, start_draft
from communications.updates.models import Update, UpdateDraft
from tests.updates.makers import SECRET, draft_of, pdf, posted, site_of

pytestmark = pytest.mark.django_db


def doors(site: Any) -> list[str]:
    """Addresses whose answers could tell of an update or its draft."""
    return [
        "/",
        "/search/?q=Zwiebelfisch",
        "/search/?q=ZW-77",
        reverse("communications:update-list") + "?q=zwiebelfisch",
        reverse("communications:update-export", args=["csv"]),
        reverse("communications:update-create"),
        reverse("communications:deadline-list"),
        "/api/v1/updates/?page_size=100",
        "/api/v1/update-drafts/?page_size=100",
        "/api/v1/due-items/?page_size=100",
        "/api/v1/trail/?page_size=100",
        reverse("communications:site-updates", args=[site.number]),
    ]


def body(client: Any, path: str) -> str:
    response = client.get(path)
    found = b"".join(response.streaming_content) if response.streaming else response.content
    return str(found.decode(errors="replace"))


def test_a_draft_reaches_the_other_side_through_no_door(cast: Any, sign_in: Any) -> None:
    site = site_of()
    draft = draft_of(cast.pat, site)
    kept = attach(draft, pdf("secret-photo.pdf"), by=cast.pat)
    for name in ("sam", "quinn", "leo", "ines", "ada", "otto", "bea"):
        person, client = getattr(cast, name), sign_in(name)
        assert not UpdateDraft.objects.visible_to(person).filter(pk=draft.pk).exists()
        assert not Attachment.objects.visible_to(person).filter(pk=kept.pk).exists()
        assert not DueItem.objects.visible_to(person).filter(record_number=draft.number).exists()
        assert not TrailEvent.objects.visible_to(person).filter(record_number__in=[draft.number, kept.number]).exists()
        for path in (
            draft.get_absolute_url(),
            reverse("vendors:file-download", args=[kept.number]),
            f"/api/v1/update-drafts/{draft.number}/",
        ):
            assert client.get(path).status_code in ((403, 404) if name == "ada" else (404,)), (name, path)
        for path in doors(site):
            text = body(client, path)
            for word in ("ZW-77", draft.number, "secret-photo", SECRET):
                asked = word in path or (word == SECRET and "q=" in path)  # a page says what was looked for
                assert asked or word not in text, (name, path, word)
    mine = sign_in("pat")
    assert mine.get(draft.get_absolute_url()).status_code == 200
    assert draft.number in body(mine, "/api/v1/due-items/?page_size=100")


def test_a_sponsors_draft_is_as_unseen_by_the_cmo(cast: Any, sign_in: Any) -> None:
    site = site_of()
    draft = start_draft(site.vendor, "forecast", by=cast.sam, title=SECRET, product="NGB-204")
    for name in ("pat", "uwe", "bea", "otto"):
        client = sign_in(name)
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert all(draft.number not in body(client, path) for path in doors(site))
    assert sign_in("quinn").get(draft.get_absolute_url()).status_code == 200


def test_a_posted_update_stays_between_the_two(cast: Any, sign_in: Any) -> None:
    site = site_of()
    update = posted(cast.pat, site)
    move(update, "ask", by=cast.sam, reason="Is Zwiebelfisch a fish?")
    for name in ("otto", "bea"):
        client = sign_in(name)
        for path in (
            update.get_absolute_url(),
            reverse("communications:update-amend", args=[update.number]),
            reverse("communications:update-move", args=[update.number, "answer"]),
            f"/api/v1/updates/{update.number}/",
            f"/api/v1/updates/{update.number}/revisions/",
            f"/api/v1/updates/{update.number}/replies/",
        ):
            assert client.get(path).status_code == 404, (name, path)
        for path in doors(site):
            text = body(client, path)
            assert update.number not in text and "ZW-77" not in text.replace("q=ZW-77", "").replace('"ZW-77"', "")
    assert update.number in body(sign_in("sam"), "/api/v1/updates/?page_size=100")


@pytest.mark.postgres
def test_the_database_hides_it_from_a_query_that_forgets_its_scope(cast: Any) -> None:
    draft = draft_of(cast.pat, site_of())
    update = posted(cast.pat, site_of())
    tables = {
        "communications_updatedraft": ("number", draft.number, ("pat", "uwe")),
        "communications_update": ("number", update.number, ("pat", "uwe", "sam", "quinn", "ada")),
        "communications_updaterevision": ("update_id", update.pk, ("pat", "uwe", "sam", "quinn", "ada")),
    }
    for name in ("pat", "uwe", "sam", "quinn", "ada", "otto", "bea"):
        with acting_as(getattr(cast, name)), connection.cursor() as cursor:
            for table, (column, value, readers) in tables.items():
                cursor.execute(f"select count(*) from {table} where {column} = %s", [value])  # noqa: S608 - own names
                assert cursor.fetchone() == (int(name in readers),), (name, table)
    with acting_as(cast.otto):
        assert not Update._base_manager.filter(pk=update.pk).exists()
