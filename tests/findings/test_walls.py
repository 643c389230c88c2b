"""Walls: a draft, an internal note, an unshared file, another CMO's finding are nothing to those outside."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from audits.findings.models import FactualComment, Finding, InternalNote
from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from tests.findings import places
from tests.findings.makers import fresh, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Any) -> Finding:
    return fresh(Finding.objects.get(number=places.draft()[0]))


@pytest.mark.parametrize("who", ["pat", "uwe", "bea", "otto", "eva", "ines"])
def test_a_draft_is_nowhere_for_those_outside_the_team(who: str, draft: Finding, cast: Any, sign_in: Any) -> None:
    file = attach(draft, upload("draft.pdf"), by=cast.leo, shared=True)
    client = sign_in(who)
    for address in (
        draft.get_absolute_url(),
        f"/api/v1/findings/{draft.number}/",
        f"/api/v1/findings/{draft.number}/comments/",
        f"/api/v1/findings/{draft.number}/transitions/",
        reverse("vendors:file-download", args=[file.number]),
    ):
        assert client.get(address).status_code == 404, address
    lists = ("/findings/", f"/findings/?q={draft.number}", "/findings/?status=draft", "/search/?q=chromatography")
    for address in (*lists, "/api/v1/findings/?page_size=100", "/api/v1/due-items/"):
        page = client.get(address).content.decode()
        assert draft.title not in page and f"/findings/{draft.number}/" not in page, address
    assert draft.number not in client.get("/api/v1/findings/?page_size=100").content.decode()


@pytest.mark.parametrize("who", ["eva", "ines"])
def test_colleagues_without_the_right_read_nothing_of_a_running_check(who: str, sign_in: Any) -> None:
    client = sign_in(who)
    for address in (
        reverse("audits:finding-detail", args=places.disputed()),
        reverse("audits:comment-detail", args=places.answer()),
        f"/api/v1/factual-checks/{places.running()[0]}/",
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse("audits:factual-check", args=places.checked())).status_code == 403
    assert "Cartridges" not in client.get("/findings/disagreements/").content.decode()
    assert "The CMO’s view of the facts" in client.get(places_url()).content.decode()


def places_url() -> str:
    return reverse("audits:finding-detail", args=places.issued())


def test_a_competitor_opens_neither_finding_nor_answer_nor_evidence(sign_in: Any, cast: Any) -> None:
    said = FactualComment.objects.select_related("finding__audit__site__vendor").get(number=places.answer()[0])
    file = attach(said, upload("proof.pdf"), by=cast.bea)
    for who in ("pat", "otto"):
        client = sign_in(who)
        assert client.get(reverse("vendors:file-download", args=[file.number])).status_code == 404
        assert client.get(said.get_absolute_url()).status_code == 404
        assert client.get(f"/api/v1/findings/{said.finding.number}/").status_code == 404
    assert sign_in("leo").get(reverse("vendors:file-download", args=[file.number])).status_code == 200


def test_a_partners_session_reads_and_writes_what_is_its_own_and_no_more(cast: Any, sign_in: Any) -> None:
    """On PostgreSQL the same rows are cut by the database itself, whatever the code asks for."""
    (number,) = places.waiting()
    assert (
        sign_in("bea").post(f"/findings/{number}/answer/", {"verdict": "dispute", "text": "Not so."}).status_code == 302
    )
    assert Finding.objects.get(number=number).status == "disputed"
    with acting_as(cast.bea):
        assert not InternalNote.objects.visible_to(cast.bea).exists()
        assert {row.wall_partner for row in Finding.objects.visible_to(cast.bea)} == {cast.bea.company_id}
        assert all(row.is_shared for row in Attachment.objects.visible_to(cast.bea))
        trail = TrailEvent.objects.visible_to(cast.bea).filter(record_type="audits.finding")
        assert {row.actor_company for row in trail} == {cast.bea.company_id}


@pytest.mark.postgres
def test_the_database_itself_hides_notes_and_drafts_from_a_cmo(cast: Any) -> None:
    draft, baltics, own = places.draft()[0], places.disputed()[0], places.issued()[0]
    with acting_as(cast.pat):
        assert not InternalNote.objects.exists()
        assert list(Finding.objects.filter(number__in=[draft, baltics, own]).values_list("number", flat=True)) == [own]


def test_due_items_tell_nothing_of_what_a_draft_says(cast: Any) -> None:
    for item in DueItem.objects.filter(kind__in=["factual_check.due", "dispute.settle"]):
        assert "F-0" not in item.title and "Cartridges" not in item.title


@pytest.mark.parametrize("who", ["eva", "ines"])
def test_colleagues_without_the_right_open_no_evidence_of_a_running_check(who: str, cast: Any, sign_in: Any) -> None:
    said = FactualComment.objects.select_related("finding__audit__site__vendor").get(number=places.answer()[0])
    file = attach(said, upload("proof.pdf"), by=cast.bea)
    client = sign_in(who)
    assert client.get(reverse("vendors:file-download", args=[file.number])).status_code == 404
    assert "disagreement" not in client.get("/api/v1/due-items/?page_size=100").content.decode()
    assert "disagreement" in sign_in("leo").get("/api/v1/due-items/?page_size=100").content.decode()
