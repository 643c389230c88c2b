"""The pages of the log: two buttons that cannot be mistaken, what each side reads, and what a stranger learns."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from cmo_portal.records.attachments import Attachment
from cmo_portal.records.trail import TrailEvent
from communications.messages import actions
from communications.messages.models import InternalNote, Message, Reading, Thread
from communications.messages.vocabulary import Ball, ThreadStatus
from tests.findings import places
from tests.messages.makers import alpenglow, fresh, in_days, make_thread
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db


def test_the_composer_sends_where_its_button_says(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    sam, address = sign_in("sam"), thread.get_absolute_url()
    page = sam.get(address).content.decode()
    assert "Share with Alpenglow" in page and "will see this" in page
    assert page.index('value="note"') < page.index('value="share"'), "what Enter presses keeps it in the company"
    refused = sam.post(address, {"body": "Which button?"})
    assert refused.status_code == 422 and "Choose who reads it" in refused.content.decode()
    assert not Message.objects.filter(thread=thread).exists()
    file = SimpleUploadedFile("price.txt", b"Their price is 12 percent too high.")
    noted = sam.post(address, {"body": "Their *price* is too high.", "send": "note", "ball": "them", "file": file})
    note = InternalNote.objects.get(thread=thread)
    assert noted.url == f"{address}#n-{note.number}"
    answer_by = in_days(3).isoformat()
    said = sam.post(
        address,
        {"body": "Map **LY-3**.", "send": "share", "ball": "them", "answer_due_date": answer_by, "is_decision": "on"},
    )
    assert said.url == f"{address}#m1"
    assert fresh(thread).status == ThreadStatus.AWAITING_CMO
    ours = sam.get(address).content.decode()
    assert "Their <em>price</em> is too high." in ours and "price.txt" in ours and "Decision" in ours
    theirs = sign_in("pat").get(address).content.decode()
    assert "<strong>LY-3</strong>" in theirs and "Waits for you" in theirs
    for secret in ("price", note.number):
        assert secret not in theirs, "an internal note is nowhere in a partner's page"
    kept = Attachment.objects.get(about_number=note.number)
    assert sign_in("pat").get(reverse("vendors:file-download", args=[kept.number])).status_code == 404
    download = sign_in("quinn").get(reverse("vendors:file-download", args=[kept.number]))
    assert b"".join(download.streaming_content) == b"Their price is 12 percent too high."


def test_reply_correct_acknowledge_and_resolve(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Please map LY-3.", ball=Ball.THEM)
    pat, address = sign_in("pat"), thread.get_absolute_url()
    assert ">New<" in pat.get(address).content.decode()
    assert ">New<" not in pat.get(address).content.decode(), "what was shown is read"
    page = pat.get(f"{address}?reply=1").content.decode()
    assert "Replies to #1" in page and 'name="reply" value="1"' in page
    pat.post(address, {"body": "We will.", "send": "share", "reply": "1", "ball": "them"})
    pat.post(address, {"body": "By Friday, I mean.", "send": "share", "correct": "2"})
    second, third = Message.objects.filter(thread=thread, sequence__gt=1).order_by("sequence")
    assert (second.replies_to.sequence, third.corrects) == (1, second)
    assert "Corrected by" in pat.get(address).content.decode()
    refused = pat.post(address, {"body": "No.", "send": "share", "correct": "1"})
    assert refused.status_code == 422 and "side that wrote" in refused.content.decode()
    sam = sign_in("sam")
    sam.post(reverse("communications:message-acknowledge", args=[third.number]))
    assert Reading.objects.get(thread=thread, person_ref=cast.sam.ref).acknowledged == 3
    assert "acknowledged #3" in pat.get(address).content.decode()
    sam.post(reverse("communications:thread-move", args=[thread.number, "resolve"]))
    assert fresh(thread).is_resolved
    assert sam.get(reverse("communications:message-detail", args=[third.number])).url == f"{address}#m3"


def test_a_thread_starts_with_its_first_message_or_not_at_all(cast: Any, sign_in: Any) -> None:
    sam, address = sign_in("sam"), reverse("communications:thread-create")
    cmo = alpenglow(cast)
    empty = sam.post(address, {"cmo": cmo.number, "subject": "A date", "readers": "shared"})
    assert empty.status_code == 422 and not Thread.objects.filter(subject="A date").exists()
    early = {"ball": "them", "answer_due_date": in_days(-3).isoformat()}
    refused = sam.post(address, {"cmo": cmo.number, "subject": "A date", "body": "?", "readers": "shared", **early})
    assert refused.status_code == 422 and not Thread.objects.filter(subject="A date").exists()
    sam.post(address, {"cmo": cmo.number, "subject": "A date", "body": "Which?", "readers": "own"})
    assert not Thread.objects.get(subject="A date").is_shared
    pat = sign_in("pat")
    assert "Who reads it" not in pat.get(address).content.decode(), "a CMO keeps nothing from its sponsor in a thread"
    site = Site.objects.get(name="Linz Aseptic", vendor=cmo)
    pat.post(f"{address}?type=vendors.site&about={site.number}", {"subject": "A new line", "body": "Line 4."})
    made = Thread.objects.get(subject="A new line")
    assert made.is_shared and made.about_number == site.number
    assert (
        "A new line" in sign_in("leo").get(reverse("communications:site-threads", args=[site.number])).content.decode()
    )
    assert "A new line" in sam.get(reverse("communications:cmo-threads", args=[cmo.number])).content.decode()
    assert pat.get(f"{address}?type=audits.finding&about={places.draft()[0]}").status_code == 404


def test_a_stranger_learns_nothing(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast, "Shelf mapping of LY-3")
    said = actions.post(thread, by=cast.sam, body="Unmistakable words about quince.")
    note = actions.add_note(thread, by=cast.sam, body="Quince again.")
    addresses = (
        thread.get_absolute_url(),
        reverse("communications:message-detail", args=[said.number]),
        reverse("communications:note-detail", args=[note.number]),
    )
    assert thread.number in sign_in("pat").get("/search/?q=shelf+mapping").content.decode()
    for who in ("bea", "otto"):
        client = sign_in(who)
        assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
        for address in ("/threads/", "/threads/?q=quince", f"/threads/?q={thread.number}", "/search/?q=shelf+mapping"):
            found = client.get(address).content.decode()
            assert "Shelf mapping of LY-3" not in found and f"/threads/{thread.number}/" not in found, address
        assert client.post(addresses[0], {"body": "x", "send": "share"}).status_code == 404
    assert sign_in("pat").get(addresses[2]).status_code == 404
    assert sign_in("ines").get(addresses[0]).status_code == 200
    assert sign_in("ines").get(addresses[2]).status_code == 403
    assert sign_in("ines").post(addresses[0], {"body": "x", "send": "share"}).status_code == 403


def test_a_long_thread_shows_its_newest_and_leads_back(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    for number in range(1, 54):
        actions.post(thread, by=cast.sam, body=f"Line {number}.")
    pat, address = sign_in("pat"), thread.get_absolute_url()
    newest = pat.get(address).content.decode()
    assert 'id="m53"' in newest and 'id="m3"' not in newest and "?to=3" in newest
    earlier = pat.get(f"{address}?to=3").content.decode()
    assert 'id="m1"' in earlier and 'id="m4"' not in earlier and "Newest messages" in earlier
    second = Message.objects.get(thread=thread, sequence=2)
    found = pat.get(reverse("communications:message-detail", args=[second.number])).url
    assert 'id="m2"' in pat.get(found).content.decode()


def test_an_open_page_asks_for_what_is_new(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="First.")
    pat, address = sign_in("pat"), reverse("communications:thread-since", args=[thread.number])
    for kind, status in (("", 200), ("audits.finding", 404), ("vendors.site", 404), ("nonsense", 404)):
        assert pat.get(f"{address}?about={kind}&after=0").status_code == status, "a wrong kind opens nothing"
    came = pat.get(f"{address}?after=0")
    assert 'id="m1"' in came.content.decode() and came["X-Last"] == "1"
    actions.add_note(thread, by=cast.sam, body="Ours.")
    same = pat.get(f"{address}?after=1", headers={"if-none-match": came["ETag"]})
    assert (same.status_code, same.content) == (304, b""), "a note of the other side moves nothing"
    actions.post(thread, by=cast.sam, body="Second.")
    came = pat.get(f"{address}?after=1", headers={"if-none-match": came["ETag"]})
    found = came.content.decode()
    assert came.status_code == 200 and 'id="m2"' in found and 'id="m1"' not in found and "Ours." not in found
    assert Reading.objects.filter(thread=thread, person_ref=cast.pat.ref).count() == 0, "a poll marks nothing as read"
    actions.move(thread, "resolve", by=cast.sam)
    assert pat.get(f"{address}?after=2", headers={"if-none-match": came["ETag"]}).status_code == 200


def test_a_thread_leaves_as_a_file_that_proves_itself(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast)
    file = SimpleUploadedFile("layout.txt", b"32 probes")
    actions.post(thread, by=cast.pat, body="Schön: ±1.0 °C.", files=[file])
    actions.add_note(thread, by=cast.sam, body="Ours.")
    answer = sign_in("sam").get(reverse("communications:thread-export", args=[thread.number]))
    told = json.loads(answer.content)
    said = told["messages"][0]
    text = json.dumps(said["said"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert said["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    entry = TrailEvent.objects.get(record_number=thread.number, action="thread.post")
    assert entry.says["details"]["sha256"] == said["trail_sha256"], "the thread's own chain holds the same digest"
    assert said["said"]["files"][0]["sha256"] == hashlib.sha256(b"32 probes").hexdigest()
    assert "Ours." not in answer.content.decode() and "thread_id" not in answer.content.decode()
    assert [e.record_number for e in TrailEvent.objects.filter(action="thread.export")] == [cast.sam.number]
    assert not TrailEvent.objects.filter(record_number=thread.number, action="thread.export").exists()
    paper = sign_in("pat").get(reverse("communications:thread-pdf", args=[thread.number]))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    for words in ("Schön: ±1.0 °C.", said["sha256"], said["trail_sha256"], told["sha256"], "layout.txt"):
        assert words in text, words
    assert "Ours." not in text and "Northgate" in text
    assert TrailEvent.objects.filter(record_number=cast.pat.number, action="thread.export").exists()
