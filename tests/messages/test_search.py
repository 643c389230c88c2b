"""Words of the log are found on either engine, by page and API, and never past a wall."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from audits.findings.models import Finding
from cmo_portal.records.context import acting_as
from communications.messages import actions, fulltext
from communications.messages.models import InternalNote, Message, Thread
from tests.findings import places
from tests.messages.makers import make_thread
from vendors.selection.models import Selection

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/messages/?search="


def bodies(found: Any) -> list[str]:
    return [row.body for row in found.rows]


def of(cast: Any, who: str, text: str, model: Any = Message, **more: Any) -> Any:
    person = getattr(cast, who)
    with acting_as(person):
        return fulltext.found(model.objects.open_to(person), text, person, **more)


def test_words_are_found_as_people_write_them(cast: Any) -> None:
    thread = make_thread(cast)
    for body in ("Schön: quincunx on QX-3 at −45 °C.", "The quincunxes stand; qx-30 waits.", "“AND” OR * quince’s"):
        actions.post(thread, by=cast.sam, body=body)
    first, second, third = (
        "Schön: quincunx on QX-3 at −45 °C.",
        "The quincunxes stand; qx-30 waits.",
        "“AND” OR * quince’s",
    )
    expected = {
        "quincunx": [second, first],
        "QUINCUNX schon": [first],
        "SCHÖN": [first],
        "qx-3": [first],
        "QX quincu": [second, first],
        "quincunx absentword": [],
        'and quince "': [third],
        "' | quincunx:* & )": [second, first],
        '— * "': [],
        "": [],
    }
    for text, bodies_ in expected.items():
        assert bodies(of(cast, "pat", text)) == bodies_, text
    pieces = fulltext.passage("x " * 300 + "Schön: <b>quincunxes</b> stand", "schon quincunx")
    assert [piece.text for piece in pieces if piece.is_hit] == ["Schön", "quincunxes"]
    assert pieces[0].text == "… " and len("".join(piece.text for piece in pieces)) < 260
    assert [piece.is_hit for piece in fulltext.passage("nothing here", "quince")] == [False]


@pytest.mark.parametrize("most", [2000, 3])
def test_pages_of_hits_are_the_same_for_few_and_for_many(most: int, cast: Any, monkeypatch: Any) -> None:
    """With `MOST` of 3 the same eleven hits are too many to be chosen from, and the walk by time finds them."""
    monkeypatch.setattr(fulltext, "MOST", most)
    monkeypatch.setattr(fulltext, "STEPS", (2, 3, 4, 4, 4))
    thread = make_thread(cast)
    hidden = make_thread(cast, "Ours", shared=False)
    said = []
    for number in range(11):
        said.append(actions.post(thread, by=cast.sam, body=f"Quincunx {number}.").body)
        actions.post(hidden, by=cast.sam, body="Quincunx among us.")
    pages, after, before = [], "", ""
    for _ in range(5):
        page = of(cast, "pat", "quincunx", size=4, after=after)
        pages.append(bodies(page))
        before, after = page.previous or "", page.next or ""
        if not after:
            break
    assert pages == [said[:6:-1], said[6:2:-1], said[2::-1]]
    back = of(cast, "pat", "quincunx", size=4, before=before)
    assert bodies(back) == said[6:2:-1] and back.next and back.previous
    newest = of(cast, "pat", "quincunx", size=4, before=back.previous)
    assert bodies(newest) == said[:6:-1] and not newest.previous
    with acting_as(cast.sam):
        rows = Message.objects.open_to(cast.sam).filter(thread__subject="nowhere")
        assert fulltext.found(rows, "quincunx", cast.sam).is_cut is (most == 3), "a walk that meets nothing ends"


def test_a_search_stops_at_the_walls(cast: Any, sign_in: Any) -> None:
    shared, own = make_thread(cast), make_thread(cast, "Ours", shared=False)
    selection = Selection.objects.filter(sponsor=cast.sam.company).first()
    about = make_thread(cast, "Whom", record=selection)
    draft = make_thread(cast, "Draft", record=Finding.objects.get(number=places.draft()[0]), by=cast.leo)
    for thread in (shared, own, about, draft):
        actions.post(thread, by=cast.leo, body=f"Quincunx of {thread.subject}.")
    actions.add_note(shared, by=cast.sam, body="Quincunx noted by Northgate.")
    actions.add_note(shared, by=cast.pat, body="Quincunx noted by Alpenglow.")
    ours = {f"Quincunx of {thread.subject}." for thread in (shared, own, about, draft)}
    both = {f"Quincunx of {shared.subject}."}
    expected = {
        "leo": ours, "eva": ours - {"Quincunx of Draft."}, "ines": both, "pat": both, "uwe": both,
        "bea": set(), "otto": set(),
    }  # fmt: skip
    for who, wanted in expected.items():
        assert set(bodies(of(cast, who, "quincunx"))) == wanted, who
        client = sign_in(who)
        assert {row["body"] for row in client.get(f"{SEARCH}quincunx").json()["results"]} == wanted, who
        page = client.get("/threads/?q=quincunx").content.decode()
        assert page.count("<mark>Quincunx</mark>") == len(wanted), who
        notes = client.get("/threads/?q=quincunx&place=notes").content.decode()
        assert ("noted by Northgate" in notes) == (who in {"leo", "eva"}), who
        assert ("noted by Alpenglow" in notes) == (who == "pat"), who
        told = page + client.get("/search/?q=quincunx").content.decode()
        assert "noted by" not in told and ("of Draft." in told) == (who == "leo"), who
    assert of(cast, "pat", "noted", InternalNote).rows[0].wall_owner == cast.pat.company_id


@pytest.mark.postgres
def test_the_questions_of_the_owner_give_away_no_key_of_another_company(cast: Any) -> None:
    """They pass row-level security by, so they must ask the session and not the caller who it is."""
    shared, own = make_thread(cast), make_thread(cast, "Quincunx of ours", shared=False)
    for thread in (shared, own):
        actions.post(thread, by=cast.sam, body="Quincunx.")
    note = actions.add_note(shared, by=cast.sam, body="Quincunx.")
    kinds = {"sponsor": cast.sam.company_id, "partner": cast.pat.company_id}
    keys = {
        (table, who): asked_as(cast, who, table, kinds)
        for table in fulltext.WORDS
        for who in ("sam", "pat", "bea", "otto")
    }
    said = {thread.pk: Message.objects.get(thread=thread).pk for thread in (shared, own)}
    assert keys["communications_message", "sam"] == set(said.values())
    assert keys["communications_message", "pat"] == {said[shared.pk]}
    assert keys["communications_thread", "sam"] == {own.pk}
    assert keys["communications_internalnote", "sam"] == {note.pk}
    rest = {
        key: found
        for key, found in keys.items()
        if key[1] in ("bea", "otto") or (key[1] == "pat" and key[0][15:] != "message")
    }
    assert not any(rest.values()), rest
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_proc where proname like 'communications_%%_probe' and prosecdef")
        assert cursor.fetchone() == (3,)


def asked_as(cast: Any, who: str, table: str, kinds: dict[str, int]) -> set[int]:
    """What the functions answer to `who`, who claims to be each of the two companies in turn."""
    found: set[int] = set()
    with acting_as(getattr(cast, who)), connection.cursor() as cursor:
        for kind, company in kinds.items():
            for name, rest in (("probe", ""), ("walk", ", null, null, false")):
                cursor.execute(
                    f"select * from {table}_{name}(array['quincunx'], array[true], %s, %s, 100{rest})",  # noqa: S608
                    [kind, company],
                )
                found |= {row[0] for row in cursor.fetchall()}
    return found


def test_a_thread_is_found_by_its_subject_old_or_new(cast: Any, sign_in: Any) -> None:
    thread = make_thread(cast, "Quincunx of the probes")
    actions.rename(thread, by=cast.sam, subject="Pattern of the probes")
    pat = sign_in("pat")
    for words, count in (("quincunx", 0), ("pattern probe", 1), (thread.number.lower(), 1)):
        found = pat.get("/api/v1/threads/", {"q": words}).json()["results"]
        assert [row["number"] for row in found] == [thread.number] * count, words
    assert Thread.objects.named_like("pattern", cast.bea).filter(pk=thread.pk).count() == 0
