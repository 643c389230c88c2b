"""The number of queries of each page stays the same from 3 selections to 300, and from small scorecards to 12 by 5."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cmo_portal.accounts.models import Company
from cmo_portal.records.trail import write_many
from tests.selection.places import address, candidate, scored, scoring
from vendors.selection import actions, marking
from vendors.selection.demo import cells_of
from vendors.selection.hooks import scores_to_finish, selections_in_progress
from vendors.selection.models import Mark, Selection

pytestmark = pytest.mark.django_db
BRIEF = {"modality": "mab", "dosage_form": "vial_lyo", "service": "fill_finish", "supply_stage": "clinical"}


def many(cast: Any, count: int) -> None:
    northgate = Company.objects.get(name="Northgate Biopharma")
    rows = [Selection(sponsor=northgate, owner=cast.sam, title=f"Need {n:03}", **BRIEF) for n in range(count)]
    write_many(rows, by=cast.sam, action="selection.create")


def small(cast: Any, *, close: bool) -> Selection:
    """Two candidates, one evaluator, two marks."""
    northgate = Company.objects.get(name="Northgate Biopharma")
    selection = actions.create_selection(
        northgate, by=cast.sam, owner=cast.sam, preset="balanced", title="Small", **BRIEF
    )
    for position in (0, 1):
        actions.add_candidate(selection, candidate(scoring(), position).site, by=cast.sam)
    actions.seat(selection, cast.tom, by=cast.sam)
    actions.move(selection, "open", by=cast.sam)
    leaves, candidates = cells_of(selection)
    for stands in candidates:
        marking.give_mark(leaves[0], stands, "3", by=cast.tom)
    marking.set_reading(leaves[-1], candidates[0], by=cast.sam, value=Decimal(3), source="Quote")
    if close:
        from vendors.selection.assembling import load

        marking.submit_marks(load(selection, cast.tom), by=cast.tom, with_gaps=True)
        actions.move(selection, "close", by=cast.sam)
    return selection


@pytest.mark.parametrize("name", ["sam", "ines"])
def test_the_list_costs_the_same_at_3_and_at_300(name: str, cast: Any, sign_in: Any, query_count: Any) -> None:
    client = sign_in(name)
    client.get("/selections/")
    query_count("selection", f"list {name}", lambda: client.get("/selections/"))
    many(cast, 300)
    query_count("selection", f"list {name}", lambda: client.get("/selections/"))


def test_the_api_list_costs_the_same_for_2_rows_and_for_100(
    cast: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    """Counted against itself: on SQLite the throttle's cache is a table, and its queries are counted too."""
    client = sign_in("sam")
    client.get("/api/v1/selections/")
    many(cast, 100)
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/selections/?page_size=2")
    with django_assert_max_num_queries(len(few)):
        assert len(client.get("/api/v1/selections/?page_size=100").json()["results"]) == 100


def test_the_home_cards_cost_the_same_at_3_and_at_300(cast: Any, query_count: Any) -> None:
    selections_in_progress(cast.tom)
    for count in (0, 300):
        many(cast, count)
        query_count("selection", "card of selections", lambda: selections_in_progress(cast.tom))
        query_count("selection", "card of scores", lambda: scores_to_finish(cast.tom))


@pytest.mark.parametrize("page", ["selection-scores", "selection-candidates", "selection-criteria", "selection-detail"])
def test_a_page_costs_the_same_for_2_cells_and_for_60(page: str, cast: Any, sign_in: Any, query_count: Any) -> None:
    client = sign_in("tom")
    few, full = small(cast, close=False), scoring_with_most_marks()
    client.get(address(page, few))
    for selection in (few, full):
        query_count("selection", page, lambda: client.get(address(page, selection)))  # noqa: B023 - called at once


def scoring_with_most_marks() -> Selection:
    return Selection.objects.get(title="NGB-214 fill–finish, commercial supply")


def test_the_result_costs_the_same_for_2_marks_and_for_all(cast: Any, sign_in: Any, query_count: Any) -> None:
    client = sign_in("sam")
    full, few = scored(), small(cast, close=True)
    client.get(address("selection-result", few))
    for selection in (few, full):
        query_count("selection", "result", lambda: client.get(address("selection-result", selection)))  # noqa: B023


def test_a_mark_costs_the_same_in_a_small_and_a_full_matrix(cast: Any, sign_in: Any, query_count: Any) -> None:
    client = sign_in("tom")
    few, full = small(cast, close=False), scoring_with_most_marks()
    client.get(address("selection-detail", few))
    for selection in (few, full):
        leaves, candidates = cells_of(selection)
        url = address("mark-give", selection, leaves[0], candidates[0])
        version = Mark.objects.get(criterion=leaves[0], candidate=candidates[0], evaluator=cast.tom).version
        body = {"mark": "2", "version": version}
        query_count("selection", "mark", lambda: client.post(url, body, HTTP_HX_REQUEST="true"))  # noqa: B023


def test_the_history_costs_the_same_however_long(cast: Any, sign_in: Any, query_count: Any) -> None:
    client = sign_in("sam")
    few, full = small(cast, close=False), scoring_with_most_marks()
    client.get(address("selection-history", few))
    for selection in (few, full):
        query_count("selection", "history", lambda: client.get(address("selection-history", selection)))  # noqa: B023
