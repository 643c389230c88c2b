"""A profile from the first answer to its withdrawal: kept once, published in versions, read with what is new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import StaleRecord, write
from cmo_portal.records.workflow import WrongState
from communications.profiles import actions, publishing
from communications.profiles.compare import differences
from communications.profiles.models import Answer, ProfileReading, ProfileSection, Publication, PublishedContent
from tests.profiles.makers import SECRET, answer_to, answered, evidence, published, relation, said

pytestmark = pytest.mark.django_db


def test_an_answer_keeps_its_day_its_author_and_that_it_is_still_right(cast: Any) -> None:
    today = timezone.localdate()
    old = today - timedelta(days=500)
    row = answered("BC-07", "By telephone.", cast.pat, as_of_date=old)
    section = ProfileSection.objects.get(profile=row.profile, section="continuity")
    item = DueItem.objects.get(kind="profile.section", record_number=section.number)
    assert item.side == "partner" and item.wall_owner == cast.pat.company_id and not item.wall_shared
    actions.confirm(row, by=cast.uwe)
    kept = Answer.objects.get(pk=row.pk)
    assert (kept.as_of_date, kept.confirmed_date, kept.confirmed_by_name) == (old, today, cast.uwe.name)
    answered("BC-07", "By telephone, within a day.", cast.uwe)
    kept.refresh_from_db()
    assert (kept.as_of_date, kept.confirmed_date, kept.author_name) == (today, None, cast.uwe.name)
    before = section.look_date
    assert actions.confirm_section("continuity", by=cast.pat) == 2, "the demo's two old answers"
    section.refresh_from_db()
    assert before is not None and section.look_date == today + timedelta(days=365)
    with pytest.raises(ValidationError):
        answered("BC-07", "x", cast.pat, as_of_date=today + timedelta(days=1))
    with pytest.raises(ValidationError):
        answered("CO-03", "By nobody", cast.pat)
    with pytest.raises(PermissionDenied):
        answered("BC-07", "x", cast.sam)


def test_two_people_at_one_answer_lose_nothing(cast: Any, sign_in: Any) -> None:
    row = answer_to("QU-02", cast.pat)
    answered("QU-02", {"is": "yes", "detail": "Uwe's."}, cast.uwe, version=row.version)
    with pytest.raises(StaleRecord):
        answered("QU-02", {"is": "no", "detail": "Pat's."}, cast.pat, version=row.version)
    with pytest.raises(StaleRecord):  # both found it unanswered
        answered("QU-02", {"is": "no", "detail": "Pat's."}, cast.pat, version=0)
    client, url = sign_in("pat"), reverse("communications:profile-question", args=["QU-02"])
    typed = {"answer": "1", "value": "no", "detail": "Pat's.", "version": row.version}
    saved = client.post(url, typed, headers={"HX-Request": "true"})
    assert saved.status_code == 409 and b"Uwe&#x27;s." in saved.content and b"Pat&#x27;s." in saved.content
    page = client.post(url, typed)
    assert page.status_code == 422 and b"Uwe&#x27;s." in page.content and b"Pat&#x27;s." in page.content
    fresh = answer_to("QU-02", cast.pat)
    assert f'name="version" value="{fresh.version}"'.encode() in page.content, "the next save is over the newer one"
    assert client.post(url, typed | {"version": fresh.version}).status_code == 302
    assert answer_to("QU-02", cast.pat).words == "No: Pat's."
    stood = typed | {"version": answer_to("QU-02", cast.pat).version, "confirm": "1"}
    assert client.post(url, stood).status_code == 302
    assert answer_to("QU-02", cast.pat).confirmed_by_name == cast.pat.name
    assert client.post(url, stood).status_code == 422, "what was confirmed is what was read"


def test_a_version_is_a_copy_and_a_sponsor_sees_what_is_new(cast: Any, sign_in: Any) -> None:
    client, vendor = sign_in("sam"), relation()
    tab = reverse("communications:cmo-profile", args=[vendor.number])
    publishing.mark_read(Publication.objects.filter(vendor=vendor).order_by("-published_at")[0], by=cast.sam)
    answered("QU-05", "93", cast.pat)
    file = evidence("QU-02", cast.pat)
    fact = published(cast.pat, "quality", "company", note="Better still.")
    answered("QU-05", "12", cast.pat)
    content = said(fact)
    assert (fact.revision, content.is_latest, fact.digest) == (3, True, publishing.digest_of(content.content))
    text = client.get(tab).content.decode()
    assert "Better still." in text and "93 %" in text and "12 %" not in text
    changes = client.get(tab + "?show=changes").content.decode()
    assert "91 %" in changes and "93 %" in changes and "Which lines" in changes and "Testing and release" not in changes
    copy = attachments_of(content, cast.sam).get()
    assert copy.sha256 == file.sha256 and copy.number != file.number
    assert client.get(reverse("vendors:file-download", args=[copy.number])).status_code == 200
    kinds = {each.code: each.kind for each in differences(
        publishing.read_content(publishing.last_look(vendor, cast.sam), cast.sam), content.content)}  # fmt: skip
    assert kinds["QU-05"] == "changed" and kinds["QU-02"] == "changed" and kinds["EQ-01"] == "removed"
    client.post(reverse("communications:publication-mark", args=[fact.number]))
    reading = ProfileReading.objects.get(publication=fact)
    assert (reading.reader_name, reading.digest) == (cast.sam.name, fact.digest)
    assert "Nothing: this is what was read last." in client.get(tab).content.decode()
    for name in ("content", "note"):
        changed = PublishedContent.objects.get(pk=content.pk)
        setattr(changed, name, {"sections": []} if name == "content" else "Other words.")
        with pytest.raises(ValidationError):
            write(changed, by=cast.pat, action="test")


def test_what_is_confidential_asks_for_a_cda(cast: Any, sign_in: Any) -> None:
    with pytest.raises(WrongState, match="No CDA is in force with Otter Therapeutics, and Insurance and finance is"):
        published(cast.pat, "finance", "quality", to="Otter")
    form = {"vendors": relation("Otter").number, "sections": ["finance"], "note": "x"}
    page = sign_in("pat").post(reverse("communications:profile-publish"), form)
    assert page.status_code == 422 and b"No CDA is in force with Otter Therapeutics" in page.content
    answered("IF-05", "30", cast.uwe)
    assert [each["code"] for each in said(published(cast.pat, "finance")).sections] == ["finance"]
    actions.mark_confidential("finance", by=cast.uwe, confidential=False)
    assert published(cast.pat, "finance", to="Otter").revision == 2
    with pytest.raises(WrongState, match="read exactly this already"):
        published(cast.pat, "finance", to="Otter")
    with pytest.raises(PermissionDenied):
        published(cast.uwe, "quality")


def test_nobody_publishes_what_a_colleague_changed_meanwhile(cast: Any) -> None:
    profile = actions.profile_of(cast.pat)
    seen = publishing.seen_now(profile, cast.pat)
    answered("QU-04", "97", cast.uwe)
    with pytest.raises(WrongState, match="A colleague changed an answer"):
        publishing.publish([relation()], ["quality"], by=cast.pat, note="x", seen=seen)
    again = publishing.seen_now(profile, cast.pat)
    assert publishing.publish([relation()], ["quality"], by=cast.pat, note="x", seen=again)


def test_a_withdrawal_ends_reading_at_once_and_leaves_the_fact(cast: Any, sign_in: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    evidence("QU-12", cast.pat, "secret-manual.pdf")
    fact = published(cast.pat)
    sam, content = sign_in("sam"), said(fact)
    file = attachments_of(content, cast.sam).get()
    download = reverse("vendors:file-download", args=[file.number])
    pages = [fact.get_absolute_url(), reverse("communications:cmo-profile", args=[fact.vendor.number]),
             reverse("communications:publication-print", args=[fact.number])]  # fmt: skip
    assert all(SECRET in sam.get(page).content.decode() for page in pages) and sam.get(download).status_code == 200
    publishing.mark_read(fact, by=cast.sam)
    client = sign_in("pat")
    url = reverse("communications:profile-withdraw", args=[fact.vendor.number])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "The relation is under review."}).status_code == 302
    for page in pages:
        text = sam.get(page).content.decode()
        assert SECRET not in text and "secret-manual" not in text, page
        assert "Nothing can be read now" in text or "The relation is under review." in text, page
    assert sam.get(download).status_code == 404
    assert sam.get(f"/api/v1/profiles/{fact.number}/content/").status_code == 404
    assert sam.get(f"/api/v1/profiles/{fact.number}/diff/").status_code == 404
    assert "Zwiebelfisch" not in sam.get("/search/?q=autoclave").content.decode()
    kept = sam.get(f"/api/v1/profiles/{fact.number}/").json()
    assert kept["digest"] == fact.digest and kept["withdrawn_reason"] and kept["is_open"] is False
    assert ProfileReading.objects.visible_to(cast.sam).get(publication=fact).digest == fact.digest
    with pytest.raises(WrongState, match="was withdrawn"):
        publishing.mark_read(published_before(fact), by=cast.sam)
    assert client.get(fact.get_absolute_url()).status_code == 200, "the CMO still reads what it had published"
    again = published(cast.pat)
    tab = sam.get(pages[1]).content.decode()
    assert again.revision == fact.revision + 1 and SECRET in tab and "everything counts as new" in tab
    publishing.withdraw(fact.vendor, by=cast.pat, reason="Again.")
    with pytest.raises(WrongState):
        publishing.withdraw(fact.vendor, by=cast.pat, reason="And again.")


def published_before(fact: Publication) -> Publication:
    """A version of the same relation that nobody marked as read."""
    found = Publication.objects.filter(vendor=fact.vendor, reading__isnull=True).order_by("published_at").first()
    assert found is not None
    return found


def test_a_thread_can_be_about_a_version(cast: Any, sign_in: Any) -> None:
    fact = published(cast.pat)
    start = f"{reverse('communications:thread-create')}?type=communications.publication&about={fact.number}"
    assert start.replace("&", "&amp;") in sign_in("sam").get(fact.get_absolute_url()).content.decode()
    page = sign_in("sam").get(start)
    assert page.status_code == 200 and b"Profile, version" in page.content
    assert sign_in("otto").get(start).status_code == 404


def test_both_first_pages_and_search_know_of_it(cast: Any, sign_in: Any) -> None:
    home = sign_in("pat").get("/").content.decode()
    assert "Our documents and profile" in home and "shared with 2 of your sponsors" in home
    assert "Business continuity" in home and "Our documents" not in sign_in("sam").get("/").content.decode()
    assert "Which lines and main equipment" in sign_in("otto").get("/search/?q=vials").content.decode()
    assert "Our profile" in sign_in("pat").get("/search/?q=lechner").content.decode()
    deadlines = sign_in("uwe").get(reverse("communications:deadline-list")).content.decode()
    assert "Company profile: Business continuity" in deadlines
