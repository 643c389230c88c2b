"""What was not published to somebody reaches them through no door, and nothing tells of other sponsors."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from cmo_portal.records.attachments import Attachment, attachments_of
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from communications.profiles import publishing
from communications.profiles.models import (
    Answer,
    Profile,
    ProfileReading,
    ProfileSection,
    Publication,
    PublishedContent,
)
from tests.profiles.makers import SECRET, answer_to, answered, body, evidence, published, relation, said

pytestmark = pytest.mark.django_db
OWN = (Profile, Answer, ProfileSection)
OTHERS = ("sam", "quinn", "leo", "ines", "ada", "otto", "bea", "")


def doors(sponsor: str) -> list[str]:
    """Addresses whose answers could tell of the profile."""
    vendor = relation(sponsor)
    facts = Publication.objects.filter(vendor=vendor)
    return [
        "/",
        "/search/?q=autoclave",
        "/search/?q=profile",
        reverse("communications:cmo-profile", args=[vendor.number]),
        reverse("communications:cmo-profile", args=[vendor.number]) + "?show=changes",
        reverse("vendors:cmo-detail", args=[vendor.number]),
        reverse("vendors:cmo-documents", args=[vendor.number]),
        reverse("communications:deadline-list"),
        reverse("communications:notice-list"),
        "/api/v1/profiles/?page_size=100",
        "/api/v1/profile-answers/",
        "/api/v1/due-items/?page_size=100",
        "/api/v1/trail/?page_size=100",
        *[f"/api/v1/profiles/{fact.number}/{part}" for fact in facts for part in ("", "content/", "diff/")],
        *[fact.get_absolute_url() for fact in facts],
        *[reverse("communications:publication-print", args=[fact.number]) for fact in facts],
    ]


def test_an_answer_that_is_not_published_reaches_nobody(cast: Any, sign_in: Any) -> None:
    row = answered("QU-12", SECRET, cast.pat)
    file = evidence("QU-12", cast.pat, "secret-manual.pdf")
    published(cast.pat, "company", "equipment", to="Otter")
    for name in OTHERS:
        client = sign_in(name)
        if name:
            person = getattr(cast, name)
            assert not any(model.objects.visible_to(person).exists() for model in OWN), name
            assert not Attachment.objects.visible_to(person).filter(pk=file.pk).exists()
            assert not DueItem.objects.visible_to(person).filter(kind="profile.section").exists()
            seen = TrailEvent.objects.visible_to(person)
            assert not seen.filter(record_number__in=[row.number, file.number]).exists()
        for path in (f"/api/v1/profile-answers/{row.number}/", reverse("vendors:file-download", args=[file.number])):
            assert client.get(path).status_code in (404, 403, 401, 302), (name, path)
        for path in doors("Otter" if name == "otto" else "Northgate"):
            text = body(client, path)
            for word in (SECRET, "Zwiebelfisch", "secret-manual", row.number):
                assert word not in text, (name, path, word)
    assert SECRET in body(sign_in("uwe"), "/api/v1/profile-answers/?page_size=100")


def test_a_sponsor_reads_its_own_version_and_learns_of_no_other(cast: Any, sign_in: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    evidence("QU-12", cast.pat, "secret-manual.pdf")
    fact = published(cast.pat, "quality")
    of_otter = published(cast.pat, "company", "people", to="Otter", note="Otter's note.")
    assert of_otter.revision == 2, "counted in its own relation: Northgate's three say nothing here"
    publishing.withdraw(relation("Northgate"), by=cast.pat, reason="Northgate's reason.")
    again = published(cast.pat, "quality")
    copy = attachments_of(said(again), cast.pat).get()
    otto = sign_in("otto")
    for number in (fact.number, again.number):
        pages = [
            reverse("communications:publication-detail", args=[number]),
            reverse("communications:publication-print", args=[number]),
            *[f"/api/v1/profiles/{number}/{part}" for part in ("", "content/", "diff/")],
        ]
        assert {otto.get(page).status_code for page in pages} == {404}
    assert otto.get(reverse("vendors:file-download", args=[copy.number])).status_code == 404
    words = (SECRET, "Zwiebelfisch", "Northgate", "secret-manual", fact.number, fact.digest, again.number)
    for path in doors("Otter"):
        text = body(otto, path)
        assert not [word for word in words if word in text], path
    listed = otto.get("/api/v1/profiles/?page_size=100").json()["results"]
    assert [row["revision"] for row in listed] == [2, 1]
    sam = sign_in("sam")
    for path in doors("Northgate"):
        text = body(sam, path)
        assert "Otter" not in text and of_otter.number not in text and of_otter.digest not in text, path
    for name in ("bea", "otto"):
        assert not PublishedContent.objects.visible_to(getattr(cast, name)).filter(publication=again).exists()
        assert not Publication.objects.visible_to(getattr(cast, name)).filter(pk=again.pk).exists()


def test_a_cmo_has_no_door_to_another_ones_profile(cast: Any, sign_in: Any) -> None:
    answered("CO-01", "Baltic Fill-Finish UAB", cast.bea)
    row = answer_to("CO-01", cast.pat)
    bea = sign_in("bea")
    page = bea.get(reverse("communications:profile-section", args=["company"])).content.decode()
    assert "Baltic Fill-Finish UAB" in page and "Alpenglow" not in page
    assert bea.get(reverse("communications:answer-detail", args=[row.number])).status_code == 404
    withdraw = reverse("communications:profile-withdraw", args=[relation().number])
    assert bea.post(withdraw, {"reason": "x"}).status_code == 404
    form = {"vendors": relation().number, "sections": ["company"], "note": "x"}
    assert bea.post(reverse("communications:profile-publish"), form).status_code == 422
    sent = {"vendors": [relation().number], "sections": ["company"], "note": "x"}
    assert bea.post("/api/v1/profiles/", sent, content_type="application/json").status_code == 400


def test_the_api_answers_publishes_and_withdraws(cast: Any, sign_in: Any) -> None:
    pat, sam = sign_in("pat"), sign_in("sam")
    json: Any = {"content_type": "application/json"}
    given = {"question": "QU-13", "value": {"is": "yes", "detail": "Every year."}}
    made = pat.post("/api/v1/profile-answers/", given, **json)
    assert made.status_code == 201 and made.json()["section"] == "quality"
    assert pat.post("/api/v1/profile-answers/", given, **json).status_code == 409
    wrong = pat.post("/api/v1/profile-answers/", given | {"question": "QU-08", "value": "many"}, **json)
    assert wrong.status_code == 400 and "number" in wrong.content.decode()
    marked = pat.post("/api/v1/profile-answers/sections/", {"section": "quality", "is_confidential": True}, **json)
    assert marked.status_code == 200
    sent = {"vendors": [relation().number], "sections": ["quality"], "note": "By machine."}
    facts = pat.post("/api/v1/profiles/", sent, **json).json()
    number = facts[0]["number"]
    assert sam.get(f"/api/v1/profiles/{number}/content/").json()["note"] == "By machine."
    diff = sam.get(f"/api/v1/profiles/{number}/diff/").json()
    assert diff["since"] and {"QU-13"} <= {row["code"] for row in diff["differences"]}
    assert sam.post(f"/api/v1/profiles/{number}/mark/", {}, **json).status_code == 200
    assert sam.get(f"/api/v1/profiles/{number}/diff/").json()["differences"] == []
    to_otter = pat.post("/api/v1/profiles/", sent | {"vendors": [relation("Otter").number]}, **json)
    assert to_otter.status_code == 409 and "No CDA" in to_otter.content.decode()
    assert pat.post(f"/api/v1/profiles/{number}/withdraw/", {"reason": "Over."}, **json).status_code == 200
    assert sam.get(f"/api/v1/profiles/{number}/content/").status_code == 404


@pytest.mark.postgres
def test_the_database_hides_it_from_a_query_that_forgets_its_scope(cast: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    evidence("QU-12", cast.pat, "secret-manual.pdf")
    fact = published(cast.pat, "quality")
    content = said(fact)
    file = attachments_of(content, cast.pat).get()
    publishing.mark_read(fact, by=cast.sam)

    def seen(name: str) -> list[int]:
        with acting_as(getattr(cast, name)), connection.cursor() as cursor:
            counts = []
            for table, column, value in (
                ("communications_answer", "question", "QU-12"),
                ("communications_publishedcontent", "number", content.number),
                ("communications_publication", "number", fact.number),
                ("communications_profilereading", "digest", fact.digest),
                ("records_attachment", "number", file.number),
            ):
                cursor.execute(f"select count(*) from {table} where {column} = %s", [value])  # noqa: S608 - own names
                counts.append(cursor.fetchone()[0])
            return counts

    assert [seen(name) for name in ("pat", "sam", "otto", "bea")] == [
        [1, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0] * 5, [0] * 5,
    ]  # fmt: skip
    with acting_as(cast.pat):
        publishing.withdraw(fact.vendor, by=cast.pat, reason="Over.")
    assert seen("sam") == [0, 0, 1, 1, 0] and seen("pat") == [1, 1, 1, 1, 1]
    with acting_as(cast.sam):
        assert ProfileReading._base_manager.filter(digest=fact.digest).exists()
