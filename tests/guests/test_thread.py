"""The answer that a thread awaits from the CMO, given by a link: one message, and the ball goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.signing import BadCredentials, Credentials, prove
from cmo_portal.records.workflow import Transition, WrongState
from communications.guests import entering, kinds
from communications.guests.thread_answers import LAST, THREADS
from communications.messages import actions
from communications.messages.models import Message, Reading, Thread
from communications.messages.vocabulary import Ball
from tests.guests.makers import acts, browser, inside, let_in, made, receipt, text
from tests.messages.makers import fresh, make_thread

pytestmark = pytest.mark.django_db


def asked(cast: Any, said: int = 1) -> Thread:
    """A thread that awaits the CMO, with a note of either side beside it."""
    thread = make_thread(cast, "Shelf mapping")
    for place in range(said - 1):
        actions.post(thread, by=cast.pat, body=f"Word {place}.")
    due = timezone.localdate() + timedelta(days=4)
    actions.post(
        thread, by=cast.sam, body="Which **limit**?", ball=Ball.THEM, answer_due_date=due, files=[text("q.txt")]
    )
    actions.add_note(thread, by=cast.sam, body="We take whatever they say.")
    actions.add_note(thread, by=cast.pat, body="Nobody knows.")
    return fresh(thread)


def test_a_colleague_without_an_account_answers_for_the_cmo(cast: Any, sign_in: Any) -> None:
    thread = asked(cast, said=LAST + 3)
    assert DueItem.objects.get(record_number=thread.number).is_open
    assert "Ask by link" in sign_in("pat").get(thread.get_absolute_url()).content.decode()
    page = sign_in("pat").post(f"/links/for/thread/{thread.number}/", {"email": "m@x.example", "name": "Miriam Holzer"})
    assert page.status_code == 302
    (link,) = kinds_links(thread)
    visitor = let_in(link)
    actions.post(fresh(thread), by=cast.sam, body="Between us two, later.")
    shown = visitor.get(inside(link)).content.decode()
    assert "<strong>limit</strong>" in shown and "q.txt" in shown and "Word 11." in shown
    for hidden in ("Word 0.", "whatever they say", "Nobody knows", "Sam Keller", "Between us two"):
        assert hidden not in shown
    assert "<nav" not in shown and "Alpenglow Pharma Services" in shown
    assert visitor.post(inside(link), {"words": " "}).status_code == 422
    sent = visitor.post(inside(link), {"words": "±1.0 °C, @Sam Keller.", "attached": text("proof.txt")})
    assert sent["Location"] == receipt(link) and "proof.txt" in visitor.get(receipt(link)).content.decode()

    thread = fresh(thread)
    message = Message.objects.get(thread=thread, sequence=thread.message_count)
    assert (message.author_name, message.author_side) == ("Miriam Holzer (by link)", "partner")
    assert message.author_company == thread.vendor.name and message.mentions == []
    assert thread.status == "awaiting_sponsor" and not DueItem.objects.get(record_number=thread.number).is_open
    assert [each.name for each in attachments_of(message, cast.sam)] == ["proof.txt"]
    who = "Miriam Holzer <m@x.example> by link of Pat Huber"
    assert [act for act, name in acts(thread) if name == who] == [
        *("guest_link.enter_link", "thread.post", "thread.await_sponsor")
    ]
    assert acts(message) == [("message.post", who)]
    assert not Reading.objects.filter(thread=thread, person_ref__startswith="guest").exists()
    assert "±1.0 °C" in sign_in("sam").get(thread.get_absolute_url()).content.decode()


def kinds_links(thread: Thread) -> list[Any]:
    from communications.guests.models import GuestLink

    return list(GuestLink.objects.about(thread.record_type(), thread.number))


def test_only_a_thread_that_awaits_the_cmo_is_answered(cast: Any) -> None:
    thread = asked(cast)
    link = made(cast, thread)
    visitor = let_in(link)
    actions.post(thread, by=cast.pat, body="Found it.", ball=Ball.THEM)
    assert "awaits no answer" in visitor.get(inside(link)).content.decode()
    told = visitor.post(inside(link), {"words": "Mine."})
    assert told.status_code == 422 and "Nothing of this was filed" in told.content.decode()
    assert fresh(thread).message_count == 2
    for record in (fresh(thread), make_thread(cast, "Our own", shared=False)):
        with pytest.raises(WrongState):
            made(cast, record, email="b@x.example")


def test_nobody_signs_or_decides_by_a_link(cast: Any) -> None:
    link = made(cast, asked(cast))
    guest = entering.guest_at(link)
    with pytest.raises(BadCredentials, match="only a person"):
        prove(guest, Credentials("Demo-portal-2026"))  # type: ignore[arg-type]
    signed = Transition("close", sources=("open",), target="closed", permission="x.y", signature="Approval")
    later = {"model": type(cast.sam), "slug": "later", "moves": (signed,)}
    with pytest.raises(ValueError, match="signature"):
        kinds.add(kinds.Answerable(**(vars(THREADS) | later)))
    assert browser().get(inside(link)).status_code == 410
