"""An internal note is in no answer to the other company: pages, fragments, API, search, export, feed, files, trail."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communications.messages import actions, agreed
from communications.messages.models import Message, Thread
from tests.messages.makers import alpenglow, in_days, make_thread
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db
SECRET = "Zwiebelfisch"  # a word that stands nowhere else


def addresses(thread: Thread) -> list[str]:
    """Everywhere that something of the log is told; the same for everybody who asks."""
    number, said = thread.number, Message.objects.filter(thread=thread).order_by("-sequence").first()
    site = Site.objects.get(name="Linz Aseptic", vendor=alpenglow_of(thread))
    named = {name: reverse(f"communications:{name}", args=[number]) for name in (
        "thread-detail", "thread-since", "thread-export", "thread-pdf", "thread-people", "action-create",
    )}  # fmt: skip
    words = (
        "",
        "?place=notes",
        f"?q={SECRET}",
        f"?q={SECRET}&place=notes",
        "?q=quincunx&place=notes",
        f"?about={SECRET}",
    )
    return [
        *named.values(),
        f"{named['thread-detail']}?to=1",
        f"{named['thread-detail']}?reply=1",
        f"{named['thread-since']}?after=0",
        *(f"/threads/{word}" for word in words),
        "/threads/unread/",
        "/agreed-actions/",
        reverse("communications:message-detail", args=[said.number]),
        reverse("communications:site-threads", args=[site.number]),
        reverse("communications:cmo-threads", args=[site.vendor.number]),
        reverse("communications:record-threads", args=["vendors.site", site.number]),
        "/",
        "/notices/",
        "/deadlines/",
        f"/search/?q={SECRET}",
        *(f"/api/v1/{path}" for path in (
            "threads/", f"threads/?q={SECRET}", f"threads/{number}/", f"threads/{number}/notes/", "messages/",
            f"messages/?search={SECRET}", "messages/?search=quincunx", f"messages/{said.number}/", "agreed-actions/",
            f"threads/{number}/transitions/", "deadlines/", "notices/",
        )),
    ]  # fmt: skip


def alpenglow_of(thread: Thread) -> Any:
    return thread.vendor


def told(client: Any, address: str) -> str:
    answer = client.get(address, follow=True)
    body = answer.content if not answer.streaming else b"".join(answer.streaming_content)
    return str(body.decode(errors="replace"))


@pytest.mark.parametrize(
    ("writer", "readers"), [("sam", ("pat", "uwe", "bea", "otto")), ("pat", ("sam", "leo", "ines"))]
)
def test_a_note_is_in_no_answer_to_anybody_else(writer: str, readers: tuple[str, ...], cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast, record=Site.objects.get(name="Linz Aseptic", vendor=alpenglow(cast)))
    actions.post(thread, by=cast.sam, body="A quincunx of probes.")
    file = SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode())
    for number in range(3):
        note = actions.add_note(
            thread, by=getattr(cast, writer), body=f"{SECRET} {number}", files=[file] if not number else []
        )
    actions.post(thread, by=cast.pat, body="A quincunx it is.")
    agreed.agree_action(thread, by=cast.sam, text="Send it", side="partner", due_date=in_days(2))
    client = sign_in(writer)
    assert SECRET in told(client, thread.get_absolute_url()), "the test looks for what is there"
    assert SECRET in told(client, f"/threads/?q={SECRET}&place=notes").replace("<mark>", "").replace("</mark>", "")
    for who in readers:
        client = sign_in(who)
        for address in addresses(thread):
            asked_for_it = address.count(SECRET)  # a search field says again what was typed into it
            found = told(client, address)
            assert found.count(f"{SECRET} ") == 0 and f"{SECRET}.txt" not in found and note.number not in found, (
                who,
                address,
            )
            assert asked_for_it or SECRET not in found, (who, address)
