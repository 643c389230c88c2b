"""The log: what is said stands, in order and for good; the ball follows the writer; a note leaves no mark."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cmo_portal.lib.markdown import rendered
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from communications.messages import actions
from communications.messages.audience import audience_of
from communications.messages.models import InternalNote, Message, Reading, Thread
from communications.messages.vocabulary import Ball, ThreadStatus
from communications.messages.workflows import THREAD
from tests.messages.makers import fresh, in_days, make_thread
from vendors.selection.models import Selection

pytestmark = pytest.mark.django_db


def test_what_is_said_is_numbered_and_the_ball_follows_the_writer(cast: Any) -> None:
    thread = make_thread(cast)
    first = actions.post(thread, by=cast.sam, body="Please map **LY-3**.", ball=Ball.THEM, answer_due_date=in_days(5))
    assert (first.sequence, thread.status, thread.message_count) == (1, ThreadStatus.AWAITING_CMO, 1)
    item = DueItem.objects.get(kind="thread.answer", record_number=thread.number)
    assert (item.is_open, item.side, item.due_date) == (True, "partner", in_days(5))
    second = actions.post(thread, by=cast.pat, body="Agreed, @Sam Okafor.", ball=Ball.THEM, replies_to=first)
    assert (second.sequence, thread.status, thread.answer_due_date) == (2, ThreadStatus.AWAITING_SPONSOR, None)
    item.refresh_from_db()
    assert not item.is_open
    actions.move(thread, "resolve", by=cast.sam)
    third = actions.post(thread, by=cast.pat, body="One correction: 32 probes.", corrects=second)
    stored = fresh(thread)
    assert (third.sequence, stored.status, stored.last_at) == (3, ThreadStatus.OPEN, third.created_at)
    entries = TrailEvent.objects.filter(record_number=thread.number, action="thread.post")
    assert [entry.says["details"]["message"] for entry in entries.order_by("seq")] == [
        first.number, second.number, third.number,
    ]  # fmt: skip
    assert Reading.objects.get(thread=thread, person_ref=cast.pat.ref).sequence == 3
    assert list(Thread.objects.open_to(cast.sam).unread_by(cast.sam).filter(pk=thread.pk)) == [stored]
    actions.mark_read(stored, 99, by=cast.sam)
    assert Reading.objects.get(thread=thread, person_ref=cast.sam.ref).sequence == 3
    assert not Thread.objects.open_to(cast.sam).unread_by(cast.sam).filter(pk=thread.pk).exists()


@pytest.mark.parametrize("model", [Message, InternalNote])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_changes_and_deletes_no_word(model: Any, verb: str, cast: Any) -> None:
    thread = make_thread(cast)
    made = actions.post(thread, by=cast.sam, body="Said.") if model is Message else actions.add_note(
        thread, by=cast.sam, body="Noted."
    )  # fmt: skip
    table = model._meta.db_table
    sql = {"update": "update {} set body = 'x' where id = %s", "delete": "delete from {} where id = %s"}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql[verb].format(table), [made.pk])
    assert model.objects.get(pk=made.pk).body == made.body


def test_a_note_leaves_no_mark_on_the_thread(cast: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Said.")
    before = fresh(thread)
    note = actions.add_note(thread, by=cast.pat, body="They must not know our price.")
    after = fresh(thread)
    for name in ("message_count", "last_at", "version", "trail_length"):
        assert getattr(after, name) == getattr(before, name), name
    assert list(InternalNote.objects.open_to(cast.uwe)) == [], "who may not read notes reads none of their own company"
    assert not InternalNote.objects.open_to(cast.sam).filter(pk=note.pk).exists()
    assert InternalNote.objects.open_to(cast.pat).filter(pk=note.pk).exists()
    assert not TrailEvent.objects.visible_to(cast.sam).filter(record_number=note.number).exists()


@pytest.mark.refuses("messages.both_sides_read_it")
def test_nobody_waits_for_who_reads_nothing(cast: Any) -> None:
    selection = Selection.objects.filter(sponsor=cast.sam.company).first()
    thread = make_thread(cast, record=selection)
    assert not thread.is_shared and thread.vendor is None
    with pytest.raises(WrongState, match="nobody to wait for"):
        THREAD.perform(thread, "await_cmo", by=cast.sam)
    with pytest.raises(WrongState), transaction.atomic():
        actions.post(thread, by=cast.sam, body="What do they say?", ball=Ball.THEM)
    assert fresh(thread).message_count == 0, "nothing is kept of a message whose ball could not move"


def test_what_cannot_be_said(cast: Any) -> None:
    thread, other = make_thread(cast), make_thread(cast, "Another")
    first = actions.post(other, by=cast.sam, body="Elsewhere.")
    mine = actions.post(thread, by=cast.sam, body="Here.")
    for body, more in (
        ("  ", {}),
        ("x" * 20_001, {}),
        ("x", {"replies_to": first}),
        ("x", {"answer_due_date": in_days(1)}),
        ("x", {"ball": Ball.THEM, "answer_due_date": in_days(-1)}),
    ):
        with pytest.raises(ValidationError):
            actions.post(thread, by=cast.sam, body=body, **more)
    with pytest.raises(ValidationError, match="side that wrote"):
        actions.post(thread, by=cast.pat, body="I correct you.", corrects=mine)
    for nobody in (cast.ines, cast.uwe, cast.ada):
        with pytest.raises(PermissionDenied):
            actions.post(thread, by=nobody, body="x")
    with pytest.raises(PermissionDenied):
        actions.add_note(thread, by=cast.ines, body="x")
    assert fresh(thread).message_count == 1


def test_mentions_name_people_one_can_know(cast: Any) -> None:
    thread = make_thread(cast)
    said = actions.post(thread, by=cast.sam, body=f"@{cast.leo.name}, and @{cast.pat.name}: see this. @Nobody Here")
    assert said.mentions == [cast.leo.ref], "of the other side only who has spoken here can be named"
    actions.post(thread, by=cast.pat, body="Hello.")
    said = actions.post(thread, by=cast.sam, body=f"Thank you @{cast.pat.name}.")
    assert said.mentions == [cast.pat.ref]


def test_the_composer_knows_who_will_see_it(cast: Any) -> None:
    shared, own = make_thread(cast), make_thread(cast, "Our own", shared=False)
    seen = audience_of(fresh(shared), cast.sam)
    assert seen.ours.startswith("Northgate") and seen.theirs.startswith("Alpenglow")
    assert audience_of(fresh(shared), cast.pat).people == seen.people > seen.colleagues > 0
    alone = audience_of(fresh(own), cast.sam)
    assert (alone.theirs, alone.people) == ("", alone.colleagues)
    assert not Thread.objects.open_to(cast.pat).filter(pk=own.pk).exists()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=x onerror=y>", "<p>&lt;img src=x onerror=y&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("# Heading", "<p># Heading</p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
    ],
)
def test_markdown_brings_no_markup_of_its_own(text: str, html: str) -> None:
    assert rendered(text).strip() == html


def test_no_picture_is_fetched_from_elsewhere() -> None:
    made = rendered("![x](https://tracker.example/p.gif) [y](https://a.example)")
    assert "<img" not in made
    assert 'href="https://a.example" rel="noopener noreferrer nofollow"' in made
