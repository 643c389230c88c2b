"""Whose move it is, and a cause tree that keys can edit: pure rules, table by table."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audits.capa import ball, cause_tree, criteria, planned
from audits.capa.ball import Standing


@pytest.mark.parametrize(
    ("now", "side"),
    [
        (Standing("due", "proposed"), "partner"),
        (Standing("returned", "proposed"), "partner"),
        (Standing("returned", "date_agreed"), "partner"),
        (Standing("submitted", "proposed"), "sponsor"),
        (Standing("submitted", "date_agreed"), "sponsor"),
        (Standing("accepted", "proposed"), "partner"),
        (Standing("accepted", "proposed", proposed_by="partner"), "sponsor"),
        (Standing("accepted", "proposed", proposed_by="sponsor"), "partner"),
        (Standing("accepted", "not_effective"), "partner"),
        (Standing("accepted", "not_effective", proposed_by="partner"), "sponsor"),
        (Standing("accepted", "date_agreed"), "partner"),
        (Standing("accepted", "implementing", extension_by="partner"), "sponsor"),
        (Standing("accepted", "implementing", extension_by="sponsor"), "partner"),
        (Standing("accepted", "implemented"), "sponsor"),
        (Standing("accepted", "effectiveness_due"), "sponsor"),
        (Standing("accepted", "effective"), "sponsor"),
        (Standing("accepted", "closed"), ""),
        (Standing("due", "withdrawn"), ""),
    ],
)
def test_the_ball_lies_with(now: Standing, side: str) -> None:
    assert ball.holder(now) == side


def test_a_day_that_has_not_come_costs_nothing() -> None:
    day = date(2026, 11, 20)
    assert ball.days_used(3, date(2026, 11, 15), day) == 8
    assert ball.days_used(3, date(2026, 12, 15), day) == 3
    assert ball.days_used(3, None, day) == 3


TREE: dict[str, Any] = {
    "text": "Jam not recorded",
    "causes": [
        {"text": "No row in the form", "causes": [{"text": "Form copied from line A1", "causes": []}]},
        {"text": "Operator alone", "causes": []},
    ],
}
LINES = [(0, "Jam not recorded"), (1, "No row in the form"), (2, "Form copied from line A1"), (1, "Operator alone")]


def test_a_tree_and_its_lines_say_the_same() -> None:
    assert cause_tree.to_lines(TREE) == LINES
    assert cause_tree.to_tree(LINES) == TREE
    assert cause_tree.to_tree([]) == {} and cause_tree.to_lines({}) == []


@pytest.mark.parametrize(
    ("name", "at", "lines", "cursor"),
    [
        ("cause", 1, [(0, 0), (1, 1), (2, 2), (2, None), (1, 3)], 3),
        ("beside", 1, [(0, 0), (1, 1), (2, 2), (1, None), (1, 3)], 3),
        ("beside", 0, [(0, 0), (1, 1), (2, 2), (1, 3), (1, None)], 4),
        ("deeper", 3, [(0, 0), (1, 1), (2, 2), (2, 3)], 3),
        ("deeper", 1, [(0, 0), (1, 1), (2, 2), (1, 3)], 1),
        ("higher", 2, [(0, 0), (1, 1), (1, 2), (1, 3)], 2),
        ("higher", 1, [(0, 0), (1, 1), (2, 2), (1, 3)], 1),
        ("up", 3, [(0, 0), (1, 3), (1, 1), (2, 2)], 1),
        ("up", 1, [(0, 0), (1, 1), (2, 2), (1, 3)], 1),
        ("down", 1, [(0, 0), (1, 3), (1, 1), (2, 2)], 2),
        ("down", 3, [(0, 0), (1, 1), (2, 2), (1, 3)], 3),
        ("remove", 1, [(0, 0), (1, 2), (1, 3)], 0),
        ("remove", 0, [(0, 0), (1, 1), (2, 2), (1, 3)], 0),
        ("nothing", 2, [(0, 0), (1, 1), (2, 2), (1, 3)], 2),
        ("deeper", 99, [(0, 0), (1, 1), (2, 2), (2, 3)], 3),
    ],
)
def test_a_step_moves_lines_and_the_cursor(
    name: str, at: int, lines: list[tuple[int, int | None]], cursor: int
) -> None:
    wanted = [(depth, "" if place is None else LINES[place][1]) for depth, place in lines]
    assert cause_tree.step(LINES, name, at) == (wanted, cursor)


def test_no_step_loses_a_text() -> None:
    for name in cause_tree.STEPS:
        for at in range(len(LINES)):
            made, _ = cause_tree.step(LINES, name, at)
            gone = {text for _, text in LINES} - {text for _, text in made}
            assert gone <= ({LINES[at][1]} if name == "remove" else set()), name
            assert cause_tree.settled(made) == made


def test_depth_and_length_have_their_limits() -> None:
    deep = [(0, "top")]
    for _ in range(10):
        deep, _ = cause_tree.step(deep, "cause", len(deep) - 1)
    assert max(depth for depth, _ in deep) == cause_tree.DEEPEST
    long = [(0, "top")]
    for _ in range(80):
        long, _ = cause_tree.step(long, "cause", 0)
    assert len(long) == cause_tree.MOST_LINES


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ([], "A cause is a text"),
        ({"text": 3}, "A cause is a text"),
        ({"text": "x", "causes": [{"other": 1}]}, "A cause is a text"),
        ({"text": "x" * 401, "causes": []}, "400 characters"),
        ({"text": "x", "causes": [{"text": str(n), "causes": []} for n in range(60)]}, "60 at most"),
    ],
)
def test_a_tree_that_is_none_is_refused(tree: Any, sentence: str) -> None:
    assert sentence in (cause_tree.problem(tree) or "")
    assert cause_tree.problem(TREE) is None and cause_tree.problem({}) is None


def test_actions_say_what_they_lack() -> None:
    day = date(2026, 11, 20)
    assert planned.missing([], day) == ["Name at least one action, with its owner and its day."]
    row = planned.tidy({"text": "Train", "kind": "nonsense"})
    assert row["kind"] == "corrective"
    assert planned.missing([row], day) == ["Action 1 lacks who and by when."]
    whole = row | {"owner": "A. B.", "due": "2027-01-15"}
    assert planned.missing([whole], day) == []
    assert "longer than 90 days" in planned.missing([whole | {"due": "2027-06-15"}], day)[0]
    assert planned.missing([whole | {"due": "2027-06-15", "interim": "Double check"}], day) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("x", "Actions are a list"),
        ([{"text": "x", "extra": 1}], "does not exist: extra"),
        ([{"due": "next week"}], "write the day like"),
        ([{"text": "x"}] * 31, "30 at most"),
    ],
)
def test_actions_of_a_wrong_shape_are_refused(rows: Any, sentence: str) -> None:
    assert sentence in (planned.problem(rows) or "")


def test_an_other_finding_is_asked_less_than_a_major_one() -> None:
    assert len(criteria.asked_of("other")) < len(criteria.asked_of("major")) == len(criteria.CRITERIA)
