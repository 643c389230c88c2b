"""What the pages of a selection say in words: its history, its list, and what is missing before and in a result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.selection.places import address, candidate, draft, leaf, scored, scoring
from vendors.selection import actions, marking, tree_actions
from vendors.selection.models import Candidate, Criterion, Reading, Selection

pytestmark = pytest.mark.django_db
PRICES = ("Price per unit", "Transfer and validation fees")


def page_of(sign_in: Any, name: str, selection: Selection, *more: Any) -> str:
    answer = sign_in("sam").get(address(name, selection, *more))
    assert answer.status_code == 200
    return str(answer.content.decode())


def without_prices(selection: Selection, by: Any) -> None:
    for name in PRICES:
        node = leaf(selection, name)
        for reading in Reading.objects.filter(criterion=node).select_related("candidate__site__vendor"):
            stands = reading.candidate
            stands.selection = selection
            marking.set_reading(node, stands, by=by, value=None, is_not_applicable=False, source="")


def test_the_history_names_the_act_and_what_it_is_about(cast: Any, sign_in: Any) -> None:
    selection, node, stands = scoring(), leaf(scoring()), candidate(scoring())
    marking.give_mark(node, stands, "3", by=cast.sam, comment="Three lines seen.")
    page = page_of(sign_in, "selection-history", selection)
    assert f"scored a cell: {stands}, {node.name}" in page
    assert "<b>Three lines seen.</b>" in page
    assert "mark.give" not in page and "is_not_applicable" not in page
    assert page.count(cast.sam.number) == 1 and stands.number not in page  # the one is whose page it is, for the device


def test_the_history_says_which_weight_changed(cast: Any, sign_in: Any) -> None:
    selection = draft()
    top = list(Criterion.objects.filter(selection=selection, parent=None).order_by("position"))
    weights = {node: Decimal(weight) for node, weight in zip(top, (40, 15, 15, 20, 10), strict=True)}
    tree_actions.weigh(selection, weights, by=cast.sam, parent=None, versions={})
    page = page_of(sign_in, "selection-history", selection)
    assert f"changed a weight: {top[0].name}" in page and "<b>40</b>" in page


def test_a_sealed_mark_says_that_it_is_sealed(cast: Any, sign_in: Any) -> None:
    marking.give_mark(leaf(scoring()), candidate(scoring()), "0", by=cast.quinn, comment="Nothing was shown.")
    page = page_of(sign_in, "selection-history", scoring())
    assert "sealed until scoring is over" in page and "Nothing was shown." not in page


def test_closing_says_which_numbers_are_missing(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    address_of_close = f"{address('selection-detail', selection)}moves/close/"
    assert "No number yet" not in sign_in("sam").get(address_of_close).content.decode()
    without_prices(selection, cast.sam)
    count = Candidate.objects.filter(selection=selection, is_withdrawn=False).count()
    page = sign_in("sam").get(address_of_close).content.decode()
    for name in PRICES:
        assert f"{name} for {count} of {count} candidates" in page


def test_a_result_says_which_criteria_it_does_not_rest_on(cast: Any, sign_in: Any) -> None:
    selection = scored()
    assert "No candidate has a value" not in page_of(sign_in, "selection-result", selection)
    actions.move(selection, "reopen", by=cast.sam, reason="Quotes came back")
    without_prices(selection, cast.sam)
    actions.move(selection, "close", by=cast.sam)
    page = page_of(sign_in, "selection-result", selection)
    assert f"No candidate has a value for {PRICES[0]} and {PRICES[1]}: 10 % of the weight." in page


def test_rank_and_points_of_a_candidate_stand_apart(sign_in: Any) -> None:
    selection = scored()
    page = page_of(sign_in, "result-candidate", selection, candidate(selection))
    assert '<div class="facts"><span>Rank' in page  # a paragraph would run them together: "Rank 173.9"


def test_a_first_number_is_not_saved_empty(cast: Any, sign_in: Any) -> None:
    selection = draft()
    node, stands = leaf(selection, PRICES[0]), candidate(selection)
    assert not Reading.objects.filter(criterion=node, candidate=stands).exists()
    url = address("reading-set", selection, node, stands)
    answer = sign_in("sam").post(url, {"value": "", "source": ""})
    assert answer.status_code == 422 and "Enter the number" in answer.content.decode()
    assert sign_in("sam").post(url, {"value": "abc"}).content.decode().count("as a number, like 12.5") == 2
    assert sign_in("sam").post(url, {"is_not_applicable": "on"}).status_code == 302


def test_a_filter_that_finds_nothing_says_so_and_leads_back(sign_in: Any) -> None:
    page = sign_in("sam").get("/selections/?q=nosuchword").content.decode()
    assert "No selection answers to this" in page and "Clear filters" in page
    assert "(optional)" not in page and "---------" not in page
