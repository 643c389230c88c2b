"""The result page says what the pure modules say, and costs the same whatever its size."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import pytest

from tests.selection.places import address, candidate, leaf, scored, scoring
from vendors.selection import actions, robustness
from vendors.selection.analysis import analyse
from vendors.selection.assembling import load
from vendors.selection.models import Criterion, Mark, Reading, Selection
from vendors.selection.result import bands, disagreements, explained
from vendors.selection.value_functions import half_up

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_totals_of_the_arithmetic(cast: Any, sign_in: Any) -> None:
    selection = scored()
    card = load(selection, cast.sam).panel_card
    page = sign_in("sam").get(address("selection-result", selection)).content.decode()
    assert robustness.sentence(card) in page
    for total in card.totals.values():
        assert total is not None
        assert half_up(total) in page


def test_the_totals_are_those_of_the_open_calculator(cast: Any) -> None:
    """The same marks, written by hand into the document of `analyse`, give the same totals and ranks."""
    selection = scored()
    board = load(selection, cast.sam)
    leaves = board.tree.leaves
    rows = []
    for each in board.candidates:
        row: list[Any] = []
        for placed in leaves:
            value = board.panel_card.values[each.number, placed.criterion.id]
            row.append(float(value) if isinstance(value, Fraction) else None)
        rows.append(row)
    document = {
        "alternatives": [str(each) for each in board.candidates],
        "criteria": [{"name": p.criterion.id, "weight": float(p.global_weight)} for p in leaves],
        "scores": rows,
    }
    answer = analyse(document)
    totals = [board.panel_card.totals[each.number] for each in board.candidates]
    assert answer["totals"] == pytest.approx([float(total or 0) for total in totals])
    assert answer["ranks"] == [board.panel_card.ranks[each.number] for each in board.candidates]


def test_a_cell_is_the_mean_of_its_marks(cast: Any) -> None:
    selection = scored()
    node, stands = leaf(selection), candidate(selection)
    given = Mark.objects.filter(criterion=node, candidate=stands).values_list("value", flat=True)
    mean = sum(Fraction(value) for value in given if value is not None) / len(given)
    assert load(selection, cast.sam).panel_card.values[stands.number, node.number] == 20 * mean


def test_an_explanation_adds_up_to_the_total(cast: Any, sign_in: Any) -> None:
    selection = scored()
    board, stands = load(selection, cast.sam), candidate(selection)
    rows = explained(board, next(each for each in board.candidates if each.pk == stands.pk))
    tops = [row for row in rows if row.depth == 0]
    assert sum(float(row.contribution) for row in tops) == pytest.approx(
        float(board.panel_card.totals[stands.number] or 0), abs=0.3
    )
    page = sign_in("eva").get(address("result-candidate", selection, stands)).content.decode()
    assert "Eva Lindqvist" in page


def test_bands_are_the_stability_intervals(cast: Any) -> None:
    board = load(scored(), cast.sam)
    for band in bands(board, board.panel_card):
        interval = robustness.stability(board.panel_card, band.criterion.number)
        assert interval is not None
        assert (band.low, band.high) == (float(100 * interval.low), float(100 * interval.high))


def test_what_if_weights_in_the_address_change_the_ranking_and_not_the_record(cast: Any, sign_in: Any) -> None:
    selection = scored()
    flip = robustness.first_threat(load(selection, cast.sam).panel_card)
    assert flip is not None, "the demo's result is worth reading: one weight can change the winner"
    share = flip.weight + Fraction(5, 100) * (1 if flip.weight > flip.current else -1)
    rest = sum(
        float(node.weight)
        for node in Criterion.objects.filter(selection=selection, parent=None).exclude(number=flip.criterion)
    )
    url = f"{address('selection-result', selection)}?w_{flip.criterion}={float(share / (1 - share)) * rest}"
    page = sign_in("sam").get(url).content.decode()
    first = re.search(r'data-rank="(\w+)"><span class="pos num" data-position>1<', page)
    assert first is not None
    assert first.group(1) == flip.rival
    assert "Your what-if. The agreed weights stay as they are." in page


@pytest.mark.parametrize("weight", ["abc", "-1", "101", "nan"])
def test_a_weight_that_is_no_weight_is_said(weight: str, sign_in: Any) -> None:
    selection = scored()
    top = Criterion.objects.filter(selection=selection, parent=None).first()
    assert top is not None
    answer = sign_in("sam").get(f"{address('selection-result', selection)}?w_{top.number}={weight}", follow=True)
    assert answer.status_code == 200
    assert "write a number from 0 to 100" in answer.content.decode()


def test_the_model_of_the_sliders_stands_in_the_page(sign_in: Any) -> None:
    page = sign_in("sam").get(address("selection-result", scored())).content.decode()
    text = re.search(r'<script id="whatif-model" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    assert len(json.loads(text.group(1))["groups"]) == 5


def test_disagreements_come_widest_first(cast: Any) -> None:
    selection = scoring()
    from vendors.selection.marking import submit_marks

    submit_marks(load(selection, cast.quinn), by=cast.quinn, with_gaps=True)
    actions.move(selection, "close", by=cast.sam)
    board = load(selection, cast.sam)
    found = disagreements(board, board.panel_card)
    ranges = [each.figures.range for each in found]
    assert ranges == sorted(ranges, reverse=True)
    assert ranges[0] >= 3


def test_before_scoring_is_closed_there_is_no_result(sign_in: Any) -> None:
    page = sign_in("sam").get(address("selection-result", scoring())).content.decode()
    assert "No result yet" in page
    assert "whatif-model" not in page


def test_the_api_gives_the_result_and_the_calculator(cast: Any, sign_in: Any) -> None:
    selection = scored()
    client = sign_in("sam")
    answer = client.get(f"/api/v1/selections/{selection.number}/result/").json()
    card = load(selection, cast.sam).panel_card
    assert answer["sentence"] == robustness.sentence(card)
    assert [row["rank"] for row in answer["ranking"]] == [1, 2, 3, 4]
    document = {"alternatives": ["A", "B"], "criteria": [{"name": "P", "weight": 1}], "scores": [[50], [60]]}
    before = Selection.objects.count()
    made = client.post("/api/v1/analysis/", document, content_type="application/json")
    assert (made.status_code, made.json()["leader"]) == (200, "B")
    assert Selection.objects.count() == before
    refused = client.post("/api/v1/analysis/", {"alternatives": []}, content_type="application/json")
    assert refused.status_code == 400
    assert "alternatives must be a list" in refused.json()["errors"]["document"][0]


def test_a_line_between_the_bids_is_told_to_depend_on_them(cast: Any) -> None:
    """The fees run from the lowest to the highest bid: without the highest one the others' values move."""
    selection = scored()
    board = load(selection, cast.sam)
    fees = leaf(selection, "Transfer and validation fees")
    dearest = Reading.objects.filter(criterion=fees).order_by("-value").first()
    assert dearest is not None
    without = board.panel_card.without_candidate(dearest.candidate.number)
    same = [
        without.values[each.number, fees.number] == board.panel_card.values[each.number, fees.number]
        for each in board.candidates
        if each.pk != dearest.candidate_id
    ]
    assert not all(same)
