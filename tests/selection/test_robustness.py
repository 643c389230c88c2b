"""Flip weights, intervals and the other threats to a leader: the published vectors, and agreement with brute force."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.selection.cards import card_of, cards, flat_tree, nested_tree, reference_card
from vendors.selection.criteria_tree import ROOT, CriteriaTree, Criterion, scaled_to_100
from vendors.selection.result import side_of
from vendors.selection.robustness import (
    Flip,
    first_threat,
    flip_weights,
    leader_of,
    leave_one_evaluator_out,
    percents,
    rank_reversals,
    score_changes,
    sentence,
    square_root,
    stability,
    stability_intervals,
    under_each_policy,
)
from vendors.selection.scoring import Candidate, Cell, Mark, MissingPolicy, Scorecard
from vendors.selection.value_functions import (
    FULL,
    Absent,
    Direction,
    Linear,
    Points,
    Proportional,
)

GRID = [Fraction(i, 200) for i in range(201)]
NUDGE = Fraction(1, 10**12)


def with_share(card: Scorecard, node: str, t: Fraction) -> Scorecard:
    """The scorecard computed anew with this node's weight at t and its siblings in proportion: brute force."""
    parent = card.tree.placements[node].parent

    def rebuilt(nodes: tuple[Criterion, ...], above: str) -> tuple[Criterion, ...]:
        if above != parent:
            return tuple(replace(each, children=rebuilt(each.children, each.id)) for each in nodes)
        rest = 1 - card.tree.placements[node].share
        return tuple(
            replace(
                each, weight=FULL * (t if each.id == node else card.tree.placements[each.id].share * (1 - t) / rest)
            )
            for each in nodes
        )

    return card.with_tree(CriteriaTree(rebuilt(card.tree.top, ROOT)))


def lead(card: Scorecard, leader: str, rival: str) -> Fraction | None:
    a, b = card.totals[leader], card.totals[rival]
    return None if a is None or b is None else a - b


def shown(flips: list[Flip]) -> list[tuple[str, str, float]]:
    return [(flip.criterion, flip.rival, round(float(flip.weight), 4)) for flip in flips]


# Published vectors


@pytest.mark.parametrize(
    ("criterion", "low", "high"),
    [("CAP", 0, 0.4167), ("CPY", 0, 1), ("AVL", 0.0377, 1), ("REG", 0, 0.4444), ("PRC", 0.0192, 1)],
)
def test_stability_intervals_of_the_reference(criterion: str, low: float, high: float) -> None:
    found = stability(reference_card(), criterion)
    assert found is not None
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=5e-5)


def test_flip_weights_of_the_reference_are_exact() -> None:
    flips = flip_weights(reference_card())
    assert shown(flips) == [
        ("CAP", "A", 0.4815),
        ("CAP", "B", 0.4167),
        ("AVL", "A", 0.0377),
        ("REG", "A", 0.4444),
        ("PRC", "B", 0.0192),
    ]
    assert flips[1].weight == Fraction(5, 12)


def test_first_threat_of_the_reference_in_one_sentence() -> None:
    threat = first_threat(reference_card())
    assert threat is not None
    assert (threat.criterion, threat.rival) == ("AVL", "A")
    assert sentence(reference_card()) == "AVL must fall from 15 % to 3.8 % before A ranks first."


def test_a_weight_that_must_rise_is_said_so() -> None:
    names = ("Quality", "Service", "Price")
    card = card_of(flat_tree((60, 20, 20), names), {"A": (4, 3, 2), "B": (3, 3, 4)})
    assert first_threat(card) == Flip("Price", "B", Fraction(3, 11), Fraction(1, 5), Fraction(3, 11))
    assert sentence(card) == "Price must rise from 20 % to 27.3 % before B ranks first."


# Edges of the rule


def test_a_tie_at_the_very_end_is_no_flip() -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (5, 4), "B": (5, 2)})
    assert flip_weights(card) == []
    assert [(float(each.low), float(each.high)) for each in stability_intervals(card)] == [(0, 1), (0, 1)]
    assert sentence(card) == "A stays first whatever weight any one criterion is given."


def test_a_criterion_with_all_the_weight_has_no_flip() -> None:
    card = card_of(flat_tree((1, 0), ("x", "y")), {"A": (5, 0), "B": (0, 5)})
    assert [flip.criterion for flip in flip_weights(card)] == ["y"]
    found = stability(card, "x")
    assert found is not None
    assert [found.low, found.current, found.high] == [0, 1, 1]


def test_the_same_line_throughout_is_no_flip() -> None:
    assert flip_weights(card_of(flat_tree((1, 1), ("x", "y")), {"A": (3, 3), "B": (3, 3)})) == []


def test_two_leaders_are_a_tie_and_the_interval_ends_where_the_first_falls_behind() -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (5, 1), "B": (1, 5), "C": (0, 0)})
    assert sentence(card) == "A and B share the first place."
    assert [(each.criterion, float(each.low), float(each.high)) for each in stability_intervals(card)] == [
        ("x", 0.5, 1),
        ("y", 0, 0.5),
    ]


def test_left_out_marks_can_make_two_flips_of_one_rival() -> None:
    parts = (("x", 1), ("y", 1), ("z", 2))
    tree = scaled_to_100(Criterion(name, name, weight, value=Points()) for name, weight in parts)
    card = card_of(tree, {"A": (90, 0, None), "B": (100, 0, 30)})
    assert card.totals == {"A": 45, "B": 40}
    assert [flip[2] for flip in shown(flip_weights(card, "x"))] == [0.1610, 0.7765]
    interval = stability(card, "x")
    assert interval is not None
    assert (float(interval.low), float(interval.high)) == pytest.approx((0.1610, 0.7765), abs=5e-5)
    ahead = [(lead(with_share(card, "x", t), "A", "B") or 0) > 0 for t in GRID[1:-1]]
    assert [left for left, right in pairwise(ahead) if left != right] == [False, True]


def test_nobody_ranked_has_no_threats() -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (None, None), "B": (None, None)})
    assert leader_of(card) is None
    assert (flip_weights(card), stability_intervals(card), score_changes(card), first_threat(card)) == (
        [],
        [],
        [],
        None,
    )
    assert sentence(card) == "Nobody can be ranked: no candidate has a score that counts."


def test_a_leader_without_rivals_says_so() -> None:
    assert sentence(card_of(flat_tree((1,), ("x",)), {"A": (3,)})) == "A is the only candidate that can be ranked."


def test_a_knocked_out_candidate_is_no_rival() -> None:
    card = reference_card()
    out = replace(card, candidates=tuple(replace(each, ranked=each.id != "B") for each in card.candidates))
    assert {flip.rival for flip in flip_weights(out)} == {"A"}


def test_a_flip_below_the_top_level_tells_its_global_weight() -> None:
    card = card_of(nested_tree(), {"A": (5, 1, 3, 3, 50), "B": (1, 5, 3, 3, 50)})
    flip = next(flip for flip in flip_weights(card) if flip.criterion == "a1")
    assert (flip.weight, flip.current, flip.implied_global) == (Fraction(1, 2), Fraction(3, 5), Fraction(1, 4))


@pytest.mark.parametrize(
    ("now", "then", "texts"),
    [
        ("0.2", "0.34", ("20", "34")),
        ("0.2", "0.20004", ("20", "20.004")),
        ("1", "0", ("100", "0")),
        ("1/3", "1/3", ("33.3", "33.3")),
    ],
)
def test_percentages_are_as_short_as_keeps_them_apart(now: str, then: str, texts: tuple[str, str]) -> None:
    assert percents(Fraction(now), Fraction(then)) == texts


def test_square_roots() -> None:
    assert square_root(49) == 7
    assert float(square_root(2)) == pytest.approx(2**0.5, abs=1e-15)


# Brute force


@settings(max_examples=40)
@given(cards(), st.data())
def test_a_flip_swaps_the_order_on_both_sides(card: Scorecard, data: st.DataObject) -> None:
    leader, flips = leader_of(card), flip_weights(card)
    assume(flips and leader)
    flip = data.draw(st.sampled_from(flips))
    left, right = (
        lead(with_share(card, flip.criterion, flip.weight + side * NUDGE), leader or "", flip.rival) or 0
        for side in (-1, 1)
    )
    assert left * right < 0


@settings(max_examples=40)
@given(cards(), st.data())
def test_flips_and_intervals_agree_with_a_fine_grid(card: Scorecard, data: st.DataObject) -> None:
    leader = leader_of(card)
    nodes = [name for name, placed in card.tree.placements.items() if placed.share != 1]
    assume(leader and nodes)
    assert leader is not None
    node = data.draw(st.sampled_from(nodes))
    interval = stability(card, node)
    assert interval is not None
    assert interval.low <= interval.current <= interval.high
    weights = [t for t in GRID if t not in (0, 1)]
    recomputed = {t: with_share(card, node, t) for t in weights}
    for t in weights:
        if interval.low <= t <= interval.high:
            assert leader in recomputed[t].leaders
    for end, beyond in ((interval.low, interval.low - NUDGE), (interval.high, interval.high + NUDGE)):
        if 0 < end < 1:
            assert leader not in with_share(card, node, beyond).leaders
    for rival in (each.id for each in card.candidates if card.ranks[each.id] is not None and each.id != leader):
        places = [flip.weight for flip in flip_weights(card, node) if flip.rival == rival]
        for left, right in pairwise(weights):
            before, after = lead(recomputed[left], leader, rival) or 0, lead(recomputed[right], leader, rival) or 0
            if before * after < 0:
                assert any(left < place < right for place in places)
            if before * after > 0:
                assert sum(left < place < right for place in places) in (0, 2)


@settings(max_examples=40)
@given(cards(gaps=False))
def test_with_complete_data_the_flip_is_the_closed_form(card: Scorecard) -> None:
    leader = leader_of(card)
    assert leader is not None
    found = {(flip.criterion, flip.rival): flip.weight for flip in flip_weights(card)}
    for node in card.tree.top:
        w = card.tree.placements[node.id].share
        value = {each.id: card.sums[each.id][node.id].value or 0 for each in card.candidates}
        rest = {each.id: ((card.totals[each.id] or 0) - w * value[each.id]) / (1 - w) for each in card.candidates}
        for rival in (each.id for each in card.candidates if each.id != leader):
            gap = rest[rival] - rest[leader]
            slope = value[leader] - value[rival] + gap
            closed = gap / slope if slope else None
            expected = closed if closed is not None and 0 < closed < 1 else None
            assert found.get((node.id, rival)) == expected


@settings(max_examples=40)
@given(cards(), st.data())
def test_a_score_change_draws_the_rival_level(card: Scorecard, data: st.DataObject) -> None:
    changes = score_changes(card)
    assume(changes)
    change = data.draw(st.sampled_from(changes))
    assert change.mark is not None
    changed = replace(card, cells={**card.cells, (change.candidate, change.criterion): Cell(settled=change.mark)})
    assert lead(changed, leader_of(card) or "", change.rival) == 0
    assert changed.values[change.candidate, change.criterion] == change.value
    assert [abs(each.points) for each in changes] == sorted(abs(each.points) for each in changes)


# Other threats


def test_smallest_score_change_of_the_reference() -> None:
    first = score_changes(reference_card())[0]
    # The lead over A is 7 points; in CAP (weight .30) that is 23.33 points of value, 1.17 of a mark.
    assert (first.candidate, first.criterion, first.rival) == ("C", "CAP", "A")
    assert (first.points, first.value, first.mark) == (Fraction(-70, 3), Fraction(110, 3), Fraction(11, 6))


def test_a_change_beyond_the_scale_is_not_offered() -> None:
    card = card_of(flat_tree((90, 10), ("x", "y")), {"A": (5, 0), "B": (1, 4)})
    assert all(change.criterion == "x" for change in score_changes(card))


def test_a_measurement_beyond_the_end_of_its_line_is_told_in_points_only() -> None:
    tree = scaled_to_100(
        [Criterion("t", "Weeks", 1, value=Linear(0, 10, Direction.LOWER)), Criterion("q", "Quality", 1)]
    )
    changes = score_changes(card_of(tree, {"A": (2, 4), "B": (30, 4)}))
    assert [change.mark for change in changes if (change.candidate, change.criterion) == ("B", "t")] == [None]


def panel_card() -> Scorecard:
    """A leads by eva's marks alone."""
    cells = {
        ("A", "x"): Cell(marks=(Mark("eva", 5), Mark("tom", 2), Mark("priya", 3))),
        ("B", "x"): Cell(marks=(Mark("eva", 1), Mark("tom", 4), Mark("priya", 4))),
    }
    return Scorecard(flat_tree((1,), ("x",)), (Candidate("A", "A"), Candidate("B", "B")), cells)


def test_leaving_one_evaluator_out_shows_on_whom_the_choice_hangs() -> None:
    outcomes = {outcome.label: outcome.leaders for outcome in leave_one_evaluator_out(panel_card())}
    assert panel_card().leaders == ("A",)
    assert outcomes == {"eva": ("B",), "priya": ("A",), "tom": ("A",)}
    assert [each.label for each in leave_one_evaluator_out(panel_card()) if each.changes_leader] == ["eva"]


def test_an_agreed_mark_belongs_to_the_whole_panel() -> None:
    agreed = {place: replace(cell, settled=3 if place[0] == "A" else 2) for place, cell in panel_card().cells.items()}
    assert not any(each.changes_leader for each in leave_one_evaluator_out(replace(panel_card(), cells=agreed)))


def test_ranks_under_all_three_policies() -> None:
    card = card_of(flat_tree((60, 40), ("x", "y")), {"A": (3, 3), "B": (4, None)})
    found = {outcome.label: (outcome.leaders, outcome.changes_leader) for outcome in under_each_policy(card)}
    assert found == {"worst": (("A",), True), "exclude": (("B",), False), "neutral": (("B",), False)}


def test_a_bidder_with_no_chance_can_reverse_the_order_of_the_others() -> None:
    tree = scaled_to_100(
        [Criterion("p", "Price", 50, value=Linear(direction=Direction.LOWER)), Criterion("q", "Quality", 50)]
    )
    card = card_of(tree, {"A": (100, Fraction(2)), "B": (120, 4), "dear": (400, 0)})
    assert card.leaders == ("B",)
    assert [(each.label, each.leaders) for each in rank_reversals(card) if each.changes_leader] == [("dear", ("A",))]


def test_fixed_anchors_know_no_rank_reversal() -> None:
    assert not any(each.changes_leader for each in rank_reversals(reference_card()))


@settings(max_examples=40)
@given(cards())
def test_marks_on_a_scale_know_no_rank_reversal(card: Scorecard) -> None:
    assert not any(each.changes_leader for each in rank_reversals(card))


def test_policy_of_the_card_is_one_of_the_three() -> None:
    card = card_of(
        flat_tree((1, 1), ("x", "y")), {"A": (3, None), "B": (1, Absent.NOT_APPLICABLE)}, MissingPolicy.WORST
    )
    worst = next(each for each in under_each_policy(card) if each.label == "worst")
    assert (worst.ranks, worst.changes_leader) == (card.ranks, False)


def test_candidates_that_are_level_need_no_change_to_draw_level() -> None:
    card = card_of(flat_tree((40, 60), ("K", "L")), {"A": (5, 2), "B": (2, 4)})
    assert card.leaders == ("A", "B")
    assert score_changes(card) == []


def test_a_price_in_proportion_to_the_best_is_no_change_of_one_value_alone() -> None:
    """When the leader's best price rises from 100 to 125 its own value stays 100 and the rival's grows."""
    price = Criterion("P", "Price", 50, value=Proportional(Direction.LOWER))
    tree = CriteriaTree((price, Criterion("L", "L", 50)))
    card = card_of(tree, {"A": (100, 3), "B": (125, 3)})
    assert {change.criterion for change in score_changes(card)} == {"L"}
    assert card_of(tree, {"A": (125, 3), "B": (125, 3)}).leaders == ("A", "B")


@pytest.mark.parametrize(("node", "side"), [("K", "below"), ("L", "above")])
def test_the_words_of_a_tie_name_the_side_on_which_the_first_falls_behind(node: str, side: str) -> None:
    card = card_of(flat_tree((40, 60), ("K", "L")), {"A": (5, 2), "B": (2, 4)})
    interval = stability(card, node)
    assert interval is not None
    assert [side_of(flip, interval) for flip in flip_weights(card, node)] == [side]
