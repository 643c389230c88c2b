"""Nothing slips in behind a move, nobody's number is overwritten unseen, and no address of a cell breaks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from tests.selection.places import address, candidate, draft, leaf, scored, scoring
from vendors.selection import actions, marking, tree_actions
from vendors.selection.assembling import load
from vendors.selection.models import Criterion, Reading

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def test_a_mark_behind_the_close_is_refused(cast: Any) -> None:
    """The page read the selection while it was open; it was closed before the mark went in."""
    selection = scoring()
    node, stands = leaf(selection), candidate(selection)
    actions.move(scoring(), "close", by=cast.sam)
    with pytest.raises(WrongState, match="must stand at Scoring; it stands at Scored"):
        marking.give_mark(node, stands, "1", by=cast.tom)
    with pytest.raises(WrongState, match="it stands at Scored"):
        marking.submit_marks(load(selection, cast.tom), by=cast.tom, with_gaps=True)


def test_a_mark_behind_the_own_submission_is_refused(cast: Any) -> None:
    selection = scoring()
    node, stands = leaf(selection), candidate(selection)
    board = load(selection, cast.priya)
    marking.submit_marks(board, by=cast.priya, with_gaps=True)
    with pytest.raises(WrongState, match="take them back"):
        marking.give_mark(node, stands, "1", by=cast.priya)


def test_weights_cannot_be_bent_behind_the_opening(cast: Any) -> None:
    selection = draft()
    node = leaf(selection)
    siblings = list(Criterion.objects.filter(selection=selection, parent=None).order_by("position"))
    actions.move(draft(), "open", by=cast.sam)
    with pytest.raises(WrongState, match="stand fixed"):
        tree_actions.weigh(selection, {each: each.weight for each in siblings}, by=cast.sam, parent=None, versions={})
    with pytest.raises(WrongState, match="stand fixed"):
        tree_actions.retire_criterion(node, by=cast.sam)


def test_a_move_on_an_older_selection_moves_nothing(cast: Any) -> None:
    selection = scoring()
    late = scoring()
    actions.revise_selection(selection, by=cast.sam, brief="Twice the volume.")
    with pytest.raises(StaleRecord):
        actions.move(late, "close", by=cast.sam)
    assert late.status == "scoring"


def test_the_second_number_of_an_empty_cell_does_not_overwrite_the_first(cast: Any, sign_in: Any) -> None:
    selection = draft()
    node, stands = leaf(selection, "Price per unit"), candidate(selection)
    assert not Reading.objects.filter(criterion=node, candidate=stands).exists()
    url, client = address("reading-set", selection, node, stands), sign_in("sam")
    client.get(url)  # two people open the form of the empty cell
    assert client.post(url, {"value": "4", "source": "Quote of 6 Nov"}).status_code == 302
    second = client.post(url, {"value": "9", "source": "Quote of 7 Nov"})
    assert second.status_code == 422
    assert "Both versions stand below" in second.content.decode()
    assert Reading.objects.get(criterion=node, candidate=stands).value == 4


@pytest.mark.parametrize("name", ["mark-give", "selection-cell"])
def test_a_group_has_no_cell(name: str, sign_in: Any) -> None:
    selection = scoring()
    url = address(name, selection, leaf(selection, "Capability"), candidate(selection))
    assert sign_in("tom").get(url).status_code == 404


def test_a_calculated_cell_takes_no_reason_of_a_mark(sign_in: Any) -> None:
    selection = scoring()
    url = address("mark-explain", selection, leaf(selection, "Price per unit"), candidate(selection))
    answer = sign_in("tom").post(url, {"comment": "Cheap."}, **SCRIPT)
    assert answer.status_code == 422
    assert "is calculated from a number" in answer.content.decode()


def test_a_draft_with_weights_off_100_shows_its_cells(cast: Any, sign_in: Any) -> None:
    selection = draft()
    node, stands = leaf(selection, "Price per unit"), candidate(selection)
    marking.set_reading(node, stands, by=cast.sam, value=Decimal(4), source="Quote")
    tree_actions.add_criterion(selection, None, by=cast.sam, name="Partnership", weight=Decimal(10))
    client = sign_in("tom")
    page = client.get(address("selection-cell", selection, node, stands))
    assert page.status_code == 200
    assert "Points of 100" not in page.content.decode()
    assert client.get(address("mark-give", selection, leaf(selection), stands)).status_code == 409


def test_a_number_of_nothing_keeps_a_criterion_from_standing_in_proportion(cast: Any) -> None:
    selection = draft()
    node = leaf(selection, "Transfer and validation fees")
    marking.set_reading(node, candidate(selection), by=cast.sam, value=Decimal(0), source="Quote")
    with pytest.raises(ValidationError, match="has a number of 0 or less"):
        tree_actions.revise_criterion(node, by=cast.sam, kind="proportional", direction="lower")


@pytest.mark.parametrize("anchors", [["nothing"], {"0": 1}, "nothing"])
def test_anchors_are_a_text_for_each_mark(anchors: Any, sign_in: Any) -> None:
    url = f"/api/v1/criteria/{leaf(draft()).number}/"
    answer = sign_in("sam").patch(
        url, {"anchors": anchors, "version": leaf(draft()).version}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "Write a text for each mark" in answer.json()["detail"]


def test_a_weight_with_a_comma_is_read_by_the_sliders_too(sign_in: Any) -> None:
    selection = scored()
    group = Criterion.objects.filter(selection=selection, parent=None).order_by("position").first()
    assert group is not None
    answer = sign_in("sam").get(f"{address('selection-result', selection)}?w_{group.number}=33,5")
    assert answer.status_code == 200
