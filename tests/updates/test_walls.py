"""A draft reaches the other side through no door, and an update nobody but its two companies."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from cmo_portal.records import attachments
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from communications.updates.actions import move, post
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision
from tests.updates.makers import SECRET, deviation, draft, linz, relation

pytestmark = pytest.mark.django_db


def places() -> list[str]:
    return [
        "/",
        reverse("communications:update-list"),
        reverse("communications:update-export", args=["csv"]),
        reverse("communications:deadline-list"),
        reverse("communications:deadline-timeline"),
        reverse("search") + "?q=Quizzical",
        "/api/v1/due-items/?page_size=100",
        "/api/v1/trail/?page_size=100",
    ]


def read(client: Any, path: str) -> str:
    """What the page says; nothing of the trail for whoever has no right to it."""
    response = client.get(path)
    if response.status_code == 403 and "/trail/" in path:
        return ""
    assert response.status_code == 200, path
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode())


def test_a_draft_reaches_the_other_side_through_no_door(cast: Any, sign_in: Any) -> None:
    made = draft(cast.pat)
    kept = attachments.attach(made, SimpleUploadedFile("secret.txt", b"The bowl."), by=cast.pat)
    assert SECRET in read(sign_in("uwe"), reverse("communications:deadline-list") + "?q=Quizzical")
    of_sponsor = [reverse("communications:cmo-updates", args=[relation().number]),
                  reverse("communications:site-updates", args=[linz().number])]  # fmt: skip
    for name in ("sam", "quinn", "ines", "otto", "bea"):
        person, client = getattr(cast, name), sign_in(name)
        assert not UpdateDraft.objects.visible_to(person).filter(pk=made.pk).exists()
        assert not DueItem.objects.visible_to(person).filter(record_number=made.number).exists()
        assert not Attachment.objects.visible_to(person).filter(pk=kept.pk).exists()
        assert not TrailEvent.objects.visible_to(person).filter(record_number__in=[made.number, kept.number]).exists()
        assert client.get(made.get_absolute_url()).status_code == 404
        assert client.get(reverse("vendors:file-download", args=[kept.number])).status_code == 404
        with acting_as(person):  # on PostgreSQL the database itself, where a query forgets its scope
            if connection.vendor == "postgresql":
                assert not UpdateDraft.objects.filter(pk=made.pk).exists()
                assert not DueItem.objects.filter(record_number=made.number).exists()
        for path in [*places(), *(of_sponsor if name in ("sam", "quinn", "ines") else [])]:
            text = read(client, path)
            assert SECRET not in text and made.number not in text, (name, path)


def test_files_of_a_draft_come_along_when_it_is_posted(cast: Any, sign_in: Any) -> None:
    made = draft(cast.pat)
    attachments.attach(made, SimpleUploadedFile("bowl.txt", b"The bowl."), by=cast.pat)
    update = post(made, by=cast.pat)
    page = read(sign_in("sam"), update.get_absolute_url())
    assert "bowl.txt" in page and made.number not in page


def test_an_update_is_read_by_its_two_companies_alone(cast: Any, sign_in: Any) -> None:
    update = deviation(cast.pat)
    move(update, "ask", by=cast.quinn, reason="A question")
    for name in ("otto", "bea"):
        person, client = getattr(cast, name), sign_in(name)
        for model in (Update, UpdateRevision, UpdateReply):
            key = {"pk": update.pk} if model is Update else {"update": update.pk}
            assert not model.objects.visible_to(person).filter(**key).exists()
            if connection.vendor == "postgresql":
                with acting_as(person):
                    assert not model.objects.filter(**key).exists()
        assert client.get(update.get_absolute_url()).status_code == 404
        for path in places():
            text = read(client, path)
            assert SECRET not in text and update.number not in text, (name, path)
    assert "Fill of OTX-11" not in read(sign_in("sam"), reverse("communications:update-list"))
    assert "Label printer" not in read(sign_in("pat"), reverse("communications:update-list"))
