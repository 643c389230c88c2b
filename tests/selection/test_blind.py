"""Blind first: no page, API, search, trail or error tells a colleague's mark before one marked the same cell."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cmo_portal.records.trail import TrailEvent
from tests.selection.places import address, candidate, clear, leaf, scored, scoring
from vendors.selection import actions, marking
from vendors.selection.assembling import load
from vendors.selection.models import Mark, PanelMember, Selection

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar was mentioned by the plant manager"


@pytest.fixture
def hidden(cast: Any) -> tuple[Any, Any, Any]:
    """A cell in which Priya wrote something that Tom, without a mark of his own there, must not learn."""
    selection = scoring()
    node, stands = leaf(selection), candidate(selection)
    clear(cast.tom, node, stands)
    for name in ("eva", "quinn", "sam"):
        if name == "eva":
            marking.take_back_marks(selection, by=cast.eva)
        clear(getattr(cast, name), node, stands)
    marking.give_mark(node, stands, "0", by=cast.priya, comment=SECRET)
    return selection, node, stands


def test_a_colleagues_mark_opens_with_ones_own(hidden: Any, cast: Any) -> None:
    selection, node, stands = hidden
    where = (node.pk, stands.pk)
    assert where not in load(selection, cast.tom).given
    marking.give_mark(node, stands, "3", by=cast.tom)
    assert [mark.value for mark in load(selection, cast.tom).given[where]] == [0, 3]
    clear(cast.tom, node, stands)
    assert where not in load(selection, cast.tom).given, "clearing one's mark closes the cell again"


def test_no_page_tells_it(hidden: Any, sign_in: Any) -> None:
    selection, node, stands = hidden
    for name in ("tom", "leo", "quinn"):
        client = sign_in(name)
        cell = client.get(address("selection-cell", selection, node, stands)).content.decode()
        assert SECRET not in cell
        assert "Priya Raman" not in cell
        assert "Panel scores show" in cell
        for page in ("selection-scores", "selection-result", "selection-history", "selection-detail"):
            answer = client.get(address(page, selection))
            assert SECRET not in answer.content.decode(), page


def test_the_matrix_shows_no_strip_of_a_cell_not_marked(hidden: Any, sign_in: Any) -> None:
    selection, node, stands = hidden
    text = sign_in("tom").get(f"{address('selection-scores', selection)}?rank=panel").content.decode()
    part = text[text.index(f'data-part="cell-{node.number}-{stands.number}"') :][:400]
    assert "st-hid" in part
    assert "Panel scores show after you score." in part


def test_the_panels_ranking_of_a_reader_counts_only_cells_they_marked(hidden: Any, cast: Any) -> None:
    selection, node, stands = hidden
    before = load(selection, cast.tom).panel_card.totals[stands.number]
    marking.give_mark(node, stands, "5", by=cast.priya, comment=SECRET)
    assert load(selection, cast.tom).panel_card.totals[stands.number] == before


def test_the_api_tells_it_no_sooner_than_the_pages(hidden: Any, sign_in: Any, cast: Any) -> None:
    selection, node, stands = hidden
    client = sign_in("tom")
    mark = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.priya)
    assert client.get(f"/api/v1/scores/{mark.number}/").status_code == 404
    assert client.get(f"/api/v1/selections/{selection.number}/result/").status_code == 409
    seen, url = [], f"/api/v1/scores/?selection={selection.number}&page_size=100"
    while url:
        answer = client.get(url).json()
        seen += [row["number"] for row in answer["results"]]
        url = answer["next"]
    assert seen
    assert mark.number not in seen
    marking.give_mark(node, stands, "3", by=cast.tom)
    assert client.get(f"/api/v1/scores/{mark.number}/").json()["comment"] == SECRET


def test_a_runner_who_has_not_marked_sees_no_more_than_others(hidden: Any, sign_in: Any) -> None:
    selection, node, stands = hidden
    assert SECRET not in sign_in("sam").get(address("selection-cell", selection, node, stands)).content.decode()


def test_the_trail_keeps_marks_sealed_until_scoring_is_over(hidden: Any, sign_in: Any, cast: Any) -> None:
    selection, node, stands = hidden
    mark = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.priya)
    event = TrailEvent.objects.filter(record_number=mark.number).latest("seq")
    assert SECRET not in event.body
    sam = sign_in("sam")
    url = f"/api/v1/trail/?record={mark.number}"
    assert mark.number in sam.get(url).content.decode()
    assert SECRET not in json.dumps(sam.get(url).json())
    assert SECRET not in sam.get("/trail/").content.decode()
    history = address("selection-history", selection)
    assert SECRET not in sam.get(history).content.decode()
    marking.submit_marks(load(selection, cast.priya), by=cast.priya, with_gaps=True)
    actions.move(selection, "close", by=cast.sam)
    assert SECRET in sam.get(history).content.decode()


def test_the_trail_does_not_tell_which_kind_of_mark_was_given(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    node, stands = leaf(selection), candidate(selection)
    told = []
    for text in ("3", "4", "x", "2"):
        mark = marking.give_mark(node, stands, text, by=cast.priya)
        event = TrailEvent.objects.filter(record_number=mark.number).latest("seq")
        told.append((event.action, list(event.says["changes"]), event.changes(opened=False)))
    assert all(each == told[0] for each in told), "a number and not applicable look the same"


def test_opened_entries_name_only_what_changed(cast: Any) -> None:
    selection = scoring()
    mark = marking.give_mark(leaf(selection), candidate(selection), "3", by=cast.priya)
    mark = marking.give_mark(leaf(selection), candidate(selection), "4", by=cast.priya)
    event = TrailEvent.objects.filter(record_number=mark.number).latest("seq")
    assert event.changes(opened=True) == [("value", "3.00", "4.00")]


def test_history_opens_ones_own_marks_to_oneself(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    marking.give_mark(leaf(selection), candidate(selection), "0", by=cast.quinn, comment=SECRET)
    assert SECRET in sign_in("quinn").get(address("selection-history", selection)).content.decode()
    assert SECRET not in sign_in("sam").get(address("selection-history", selection)).content.decode()


def test_reopening_closes_the_cells_again(cast: Any) -> None:
    selection = scored()
    node, stands = leaf(selection), candidate(selection)
    where = (node.pk, stands.pk)
    assert where in load(selection, cast.tom).given
    actions.move(selection, "reopen", by=cast.sam, reason="A quote was wrong.")
    assert where not in load(selection, cast.tom).given


def test_who_was_taken_off_the_panel_reads_no_more_marks(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    node, stands = leaf(selection), candidate(selection)
    marking.give_mark(node, stands, "3", by=cast.tom)
    actions.unseat(PanelMember.objects.get(selection=selection, person=cast.tom), by=cast.sam, reason="On leave.")
    marking.give_mark(node, stands, "0", by=cast.priya, comment=SECRET)
    client = sign_in("tom")
    assert SECRET not in client.get(address("selection-cell", selection, node, stands)).content.decode()
    rows = client.get(f"/api/v1/scores/?selection={selection.number}&page_size=100").json()["results"]
    assert {row["evaluator"] for row in rows} == {cast.tom.name}, "their own stay readable"


def test_an_inspector_sees_a_selection_once_it_is_scored(sign_in: Any) -> None:
    client = sign_in("ines")
    listed = client.get("/selections/").content.decode()
    assert scored().title in listed
    assert scoring().title not in listed
    assert client.get(address("selection-scores", scoring())).status_code == 404
    assert client.get(address("selection-result", scored())).status_code == 200
    assert client.get("/api/v1/scores/", {"selection": scoring().number}).json()["results"] == []


@pytest.mark.parametrize("name", ["pat", "bea", "otto"])
def test_outsiders_learn_nothing(name: str, sign_in: Any) -> None:
    selection = scoring()
    codes = set(re.findall(r"NGB-\d+", " ".join(Selection.objects.values_list("title", flat=True))))
    assert len(codes) > 1
    client = sign_in(name)
    assert client.get(address("selection-detail", selection)).status_code == 404
    assert client.get(f"/api/v1/selections/{selection.number}/").status_code == 404
    for url in ("/", "/search/?q=NGB", "/search/?q=selection"):
        text = client.get(url).content.decode()
        assert selection.title not in text
        assert not [code for code in codes if code in text], "a CMO knows products of what it is told, no selection"
