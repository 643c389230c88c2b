"""Of a new message those are told whom it concerns, at their hour, without what was said, with an address to answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Notices
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import NEVER, DueItem
from cmo_portal.records.record import opened_door
from communications.messages import actions
from communications.messages.vocabulary import Ball
from communications.notices.bounces import note_bounce
from communications.notices.catalogue import NEWS
from communications.notices.delivery import deliver_all
from communications.notices.mail import host
from communications.notices.models import Mail, State
from communications.notices.news import MessageNews, MessageNotice
from communications.notices.reply_addresses import address_for, read
from communications.notices.sweep import sweep
from communications.notices.telling import tell
from communications.notices.unsubscribe import mute
from tests.inbound.conftest import Box
from tests.messages.makers import fresh, in_days, make_thread

pytestmark = pytest.mark.django_db
MORNING = datetime(2031, 5, 5, 4, 30, tzinfo=UTC)  # before anybody's digest


def told(thread: Any, sequence: int) -> set[str]:
    rows = MessageNotice.objects.filter(message__thread=thread.pk, message__sequence=sequence)
    return set(rows.values_list("recipient__name", flat=True))


def at_once(*people: Any) -> None:
    for person in people:
        person.notices = Notices.IMMEDIATE
        with opened_door():
            type(person).objects.filter(pk=person.pk).update(notices=Notices.IMMEDIATE)


def names(cast: Any, *people: str) -> set[str]:
    return {getattr(cast, who).name for who in people}


def test_those_are_told_whom_it_concerns(cast: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Please map the shelves.", ball=Ball.THEM)
    assert MessageNews.objects.filter(told_at=None).count() == 1 and tell(MORNING) == 1
    assert told(thread, 1) == names(cast, "pat"), "who may answer at the CMO; not who only manages its people"
    actions.post(thread, by=cast.pat, body="Which limit?")
    tell(MORNING)
    assert told(thread, 2) == names(cast, "sam")
    actions.post(fresh(thread), by=cast.pat, body="And @Leo Marchetti?")
    tell(MORNING)
    actions.post(thread, by=cast.leo, body="One degree, says @Quinn Abara.")
    tell(MORNING)
    assert told(thread, 3) == names(cast, "sam"), "Pat cannot name somebody who has not spoken"
    assert told(thread, 4) == names(cast, "pat", "quinn")
    assert MessageNotice.objects.get(message__thread=thread.pk, is_mention=True).recipient_id == cast.quinn.pk
    with acting_as(cast.pat):
        actions.post(fresh(thread), by=cast.pat, body="Thanks.")
    tell(MORNING)
    assert told(thread, 5) == names(cast, "sam", "leo"), "who has written on the other side"
    mine = make_thread(cast, "Our own", shared=False)
    actions.post(mine, by=cast.sam, body="Among us.")
    tell(MORNING)
    actions.post(mine, by=cast.leo, body="Yes.")
    tell(MORNING)
    assert (told(mine, 1), told(mine, 2)) == (set(), names(cast, "sam"))
    new = make_thread(cast, by=cast.pat, subject="A new line")
    actions.post(new, by=cast.pat, body="We build line 4.")
    tell(MORNING)
    assert told(new, 1) == names(cast, "sam"), "whoever looks after the CMO"
    assert not MessageNews.objects.filter(told_at=None).exists() and tell(MORNING) == 0, "nobody is told twice"


def test_a_mail_for_each_thread_at_once_or_one_a_day(cast: Any, reply_domain: str, settings: Any) -> None:
    first, second = make_thread(cast), make_thread(cast, "Confidential subject two")
    for thread in (first, second):
        actions.post(thread, by=cast.sam, body="Confidential words.")
    actions.post(first, by=cast.sam, body="More of them.")
    tell(MORNING)
    assert deliver_all(MORNING).mails == 0, "Pat wants one mail a day, at seven"
    seven = MORNING + timedelta(hours=2)
    assert deliver_all(seven).mails == 1 and deliver_all(seven).mails == 0
    (sent,) = mail.outbox
    html = sent.alternatives[0].content
    assert sent.subject == "3 new messages in 2 threads" and sent.to == [cast.pat.email]
    assert sent.reply_to == [], "two threads, two addresses"
    for thread in (first, second):
        address = address_for(cast.pat.ref, thread.number, seven.date())
        assert f"Answer by e-mail: {address}" in sent.body and f"mailto:{address}" in html
        assert thread.number in sent.body
    for text in (sent.subject, sent.body, html):
        assert "onfidential" not in text and "More of them" not in text and "lyophiliser" not in text
    mail.outbox.clear()
    at_once(cast.pat)
    actions.post(first, by=cast.sam, body="Urgent words.")
    actions.post(second, by=cast.sam, body="Urgent words.")
    now = seven + timedelta(minutes=5)
    assert tell(now) == 2 and deliver_all(now).mails == 2
    one = next(sent for sent in mail.outbox if first.number in sent.subject)
    assert one.subject == f"New message from Northgate Biopharma in {first.number}"
    assert one.reply_to == [address_for(cast.pat.ref, first.number, now.date())]
    assert len(one.reply_to[0].partition("@")[0]) <= 64
    key = Mail.objects.filter(news__message__thread=first.pk).latest("pk").key
    assert one.extra_headers["Message-ID"] == f"<messages-{key}@{host()}>"
    assert one.extra_headers["Auto-Submitted"] == "auto-generated"
    assert one.extra_headers["References"] == f"<{first.number}@{host()}>", "mail programs keep a thread together"
    assert one.body.index("Answer above this line") < one.body.index("Dear Pat Huber")
    settings.REPLY_DOMAIN = ""
    mail.outbox.clear()
    actions.post(first, by=cast.sam, body="Again.")
    tell(now), deliver_all(now)
    assert mail.outbox[0].reply_to == [] and "Answer" not in mail.outbox[0].body


def test_a_reminder_of_an_awaited_answer_can_be_answered(cast: Any, reply_domain: str) -> None:
    DueItem.objects.update(next_remind_at=NEVER)
    at_once(cast.pat)
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="By tomorrow, please.", ball=Ball.THEM, answer_due_date=in_days(1))
    now = timezone.now() + timedelta(days=1)
    sweep(now), deliver_all(now)
    reminder = next(sent for sent in mail.outbox if sent.to == [cast.pat.email] and "Answer in" in sent.subject)
    assert reminder.reply_to == [address_for(cast.pat.ref, thread.number, now.date())]
    assert reminder.body.index("Answer above this line") < reminder.body.index("Dear")
    assert "shelf" not in (reminder.subject + reminder.body).lower()


def test_what_was_read_or_is_not_wished_is_not_told(cast: Any, sign_in: Any) -> None:
    at_once(cast.pat, cast.sam)
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Said.")
    tell(MORNING)
    actions.mark_read(fresh(thread), 1, by=cast.pat)
    assert deliver_all(MORNING).dropped == 1 and mail.outbox == []
    actions.post(thread, by=cast.pat, body="Answered.")
    mute(cast.sam, [NEWS], by=cast.sam)
    assert tell(MORNING) == 0, "Sam wants no mail about messages"
    page = sign_in("sam").get(reverse("communications:notice-settings")).content.decode()
    assert "Messages in threads" in page, "and finds it among the wishes"
    actions.post(fresh(thread), by=cast.quinn, body="Said to Pat.")
    tell(MORNING)
    cast.pat.is_active = False
    with acting_as(SETUP), opened_door():
        type(cast.pat).objects.filter(pk=cast.pat.pk).update(is_active=False)
    assert deliver_all(MORNING).mails == 0, "who left is told nothing"


def test_a_mail_that_came_back_is_a_dead_letter(cast: Any, box: Box, sign_in: Any) -> None:
    at_once(cast.pat)
    tell(timezone.now()), deliver_all(timezone.now())
    sent = Mail.objects.get(news__message__thread=box.thread.pk)
    assert sent.state == State.SENT
    came = box.take(box.raw("bounce", sent.key), sender="")
    assert came.status == "refused" and "550 5.1.1 user unknown" in came.reasons[0]
    sent.refresh_from_db()
    assert sent.state == State.DEAD and "Came back: failed: smtp; 550 5.1.1 user unknown" in sent.error
    assert not note_bounce(f"<messages-{sent.key}@elsewhere.example>", "x", is_final=True)
    from communications.notices.desk_actions import dead_of_cmos, send_again_to_cmos

    assert sent in dead_of_cmos(cast.ada), "the administrator of the sponsor sends it again once the address is right"
    assert send_again_to_cmos(cast.ada.company, by=cast.ada, now=timezone.now()) == 1
    mail.outbox.clear()
    assert deliver_all(timezone.now()).mails == 1 and mail.outbox[0].to == [cast.pat.email]


def test_a_reply_address_names_whom_it_names_and_no_forged_one_does(
    cast: Any, reply_domain: str, settings: Any
) -> None:
    today = timezone.now().date()
    ref, number = cast.pat.ref, "THR-2026-7K3QD"
    address = address_for(ref, number, today)
    found = read(address)
    assert found is not None and (found.person, found.thread) == (ref, number)
    assert found.until == today + timedelta(days=settings.REPLY_DAYS) and not found.is_over(found.until)
    assert found.is_over(found.until + timedelta(days=1))
    assert read(address.upper()) == found == read(f"<{address}>"), "mail servers change the case"
    local, _, domain = address.partition("@")
    for place in range(6, len(local)):
        other = "0" if local[place] != "0" else "1"
        assert read(f"{local[:place]}{other}{local[place + 1 :]}@{domain}") is None, place
    assert read(f"{local}@elsewhere.example") is None and read("reply+@" + domain) is None and read("") is None
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of this installation"
    assert read(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read(address) == found
