"""Values, trees, totals and explanations: the published vectors, and properties that hold for every scorecard."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.selection.cards import MARKS, NAMES, card_of, cards, flat_tree, nested_tree, reference_card
from vendors.selection.criteria_tree import (
    CriteriaTree,
    Criterion,
    CriterionRow,
    UnbalancedWeights,
    build_tree,
    scaled_to_100,
)
from vendors.selection.panel_statistics import kendalls_w, mid_ranks, panel_statistics
from vendors.selection.scoring import (
    VERSION,
    Candidate,
    Cell,
    Explanation,
    Mark,
    MissingPolicy,
    Scorecard,
    to_model,
    what_if_tree,
)
from vendors.selection.value_functions import (
    Absent,
    CostYear,
    Direction,
    Linear,
    Number,
    Piecewise,
    Points,
    Proportional,
    Scale,
    Target,
    ValueFunction,
    exact,
    half_up,
    interpolate,
    normalise,
    total_cost,
)

PRICES = [exact(price) for price in (1.2, 1.5, 1.0)]


def values(function: ValueFunction, numbers: list[Fraction]) -> list[float]:
    fitted = function.fit(numbers)
    return [float(fitted.value(x)) for x in numbers]


# Values


def test_a_float_is_read_as_it_was_typed() -> None:
    assert exact(0.1) + exact(0.2) == exact(0.3) == exact(Decimal("0.3"))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_no_number_is_no_number(number: Number) -> None:
    with pytest.raises(ValueError, match="not a number"):
        exact(number)


@pytest.mark.parametrize(("mark", "low", "high", "value"), [(0, 0, 5, 0), (3, 0, 5, 60), (1, 1, 5, 0), (3, 1, 5, 50)])
def test_a_mark_is_normalised_to_100(mark: int, low: int, high: int, value: int) -> None:
    assert normalise(mark, low, high) == value


def test_a_mark_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 5; 6 does not"):
        normalise(6, 0, 5)
    with pytest.raises(ValueError, match="above its bottom"):
        normalise(1, 5, 5)


def test_price_in_proportion_to_the_lowest() -> None:
    assert values(Proportional(Direction.LOWER), PRICES) == pytest.approx([83.33, 66.67, 100], abs=0.005)


def test_price_on_a_line_between_the_candidates() -> None:
    assert values(Linear(direction=Direction.LOWER), PRICES) == [60, 0, 100]


def test_price_against_a_target_does_not_depend_on_the_others() -> None:
    target = Target(target=1, ceiling=1.5)
    assert values(target, PRICES) == [60, 0, 100]
    assert values(target, PRICES[:1]) == [60]
    assert [float(target.value(exact(x))) for x in (0.5, 2)] == [100, 0]


def test_a_target_below_which_it_is_unacceptable_rewards_more() -> None:
    assert [Target(target=10, ceiling=5).value(exact(x)) for x in (4, 5, 7.5, 10, 11)] == [0, 0, 50, 100, 100]


def test_linear_is_clamped_and_reversed() -> None:
    assert [Linear(0, 4).value(exact(x)) for x in (-1, 1, 9)] == [0, 25, 100]
    assert [Linear(0, 4, Direction.LOWER).value(exact(x)) for x in (-1, 1, 9)] == [100, 75, 0]


def test_proportion_to_the_highest() -> None:
    assert values(Proportional(), [exact(x) for x in (50, 200, 0)]) == [25, 100, 0]
    assert values(Proportional(), [exact(0), exact(0)]) == [0, 0]


@pytest.mark.parametrize("price", [0, -1])
def test_a_price_of_nothing_has_no_proportion(price: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Proportional(Direction.LOWER).value(exact(price))


@pytest.mark.parametrize("function", [Linear(), Linear(direction=Direction.LOWER), Proportional(Direction.LOWER)])
def test_equal_numbers_are_equally_best(function: ValueFunction) -> None:
    assert values(function, [exact(7)] * 3) == [100, 100, 100]


def test_piecewise_line_of_the_reference() -> None:
    line = [(40, 1), (70, 0.6), (100, 0)]
    assert [float(interpolate(x, line)) for x in (0, 40, 55, 70, 85, 120)] == [1, 1, 0.8, 0.6, 0.3, 0]
    function = Piecewise(((40, 100), (70, 60), (100, 0)))
    assert [function.value(exact(x)) for x in (0, 40, 55, 70, 85, 120)] == [100, 100, 80, 60, 30, 0]


@pytest.mark.parametrize("points", [((1, 0),), ((2, 0), (1, 100)), ((1, 0), (1, 5)), ((0, 0), (1, 101))])
def test_a_piecewise_line_must_be_one(points: tuple[tuple[Number, Number], ...]) -> None:
    with pytest.raises(ValueError, match="piecewise"):
        Piecewise(points)


def test_total_cost_of_the_reference() -> None:
    years = [CostYear(4, 120_000), CostYear(6, 110_000, 20_000), CostYear(6, 110_000, 20_000)]
    assert half_up(total_cost(500_000, 300_000, 0.08, years), 2) == "2367240.77"


def test_total_cost_without_discount_is_a_plain_sum() -> None:
    assert total_cost(1, 2, 0, [CostYear(3, 4, 5)]) == 20


@pytest.mark.parametrize(("number", "text"), [("0.05", "0.1"), ("-0.05", "-0.1"), ("72.25", "72.3"), ("-0.01", "0.0")])
def test_halves_round_away_from_zero_at_display(number: str, text: str) -> None:
    assert half_up(Fraction(number)) == text


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(1, 1000))
def test_the_currency_does_not_matter(prices: list[int], rate: int) -> None:
    here, there = [exact(price) for price in prices], [exact(price) * rate for price in prices]
    for function in (Proportional(Direction.LOWER), Linear(direction=Direction.LOWER), Proportional()):
        assert values(function, here) == values(function, there)


# Trees


def test_global_weight_is_the_product_along_the_path() -> None:
    placed = nested_tree().placements
    assert placed["a1"].global_weight == Fraction(30, 100)
    assert placed["b2"].global_weight == Fraction(225, 1000)
    assert sum(leaf.global_weight for leaf in nested_tree().leaves) == 1


def test_a_tree_is_built_from_rows_in_any_order() -> None:
    rows = [
        CriterionRow("a1", "Alpha one", 60, "a"),
        CriterionRow("a", "Alpha", Decimal("50.00")),
        CriterionRow("a2", "Alpha two", 40, "a"),
        CriterionRow("b", "Beta", 50),
    ]
    tree = build_tree(rows)
    assert list(tree.placements) == ["a", "a1", "a2", "b"]
    assert tree.placements["a2"].global_weight == Fraction(1, 5)


@pytest.mark.parametrize(
    "rows",
    [
        [CriterionRow("a", "Alpha", 100), CriterionRow("x", "Lost", 100, "nowhere")],
        [CriterionRow("a", "Alpha", 100), CriterionRow("x", "Ring", 100, "y"), CriterionRow("y", "Ring", 100, "x")],
        [CriterionRow("a", "Alpha", 50), CriterionRow("a", "Alpha again", 50)],
        [],
    ],
)
def test_rows_that_make_no_tree_are_refused(rows: list[CriterionRow]) -> None:
    with pytest.raises(ValueError, match=r"parent|id of its own|at least one"):
        build_tree(rows)


def test_siblings_that_do_not_sum_to_100_are_named_with_the_difference() -> None:
    with pytest.raises(UnbalancedWeights) as caught:
        nested_tree((50, 30, 15, 60, 45, 25, 75))
    top, alpha = caught.value.problems
    assert (top.siblings, top.off_by) == (("Alpha", "Beta", "Gamma"), -5)
    assert (alpha.parent, alpha.total, alpha.off_by) == ("Alpha", 105, 5)
    assert alpha.sentence == "The weights under Alpha (Alpha one, Alpha two) sum to 105, not 100: take 5 off."
    assert top.sentence == "The weights at the top level (Alpha, Beta, Gamma) sum to 95, not 100: add 5."


@pytest.mark.parametrize(("weight", "fits"), [("33.34", True), ("33.35", True), ("33.36", False), ("33.32", False)])
def test_siblings_may_be_a_hundredth_off(weight: str, fits: bool) -> None:
    nodes = tuple(Criterion(i, i, Decimal(w)) for i, w in zip("abc", ("33.33", "33.33", weight), strict=True))
    if not fits:
        with pytest.raises(UnbalancedWeights):
            CriteriaTree(nodes)
    else:
        assert sum(leaf.global_weight for leaf in CriteriaTree(nodes).leaves) == 1


def test_a_negative_weight_is_refused_even_when_the_sum_fits() -> None:
    with pytest.raises(UnbalancedWeights, match="Alpha is below 0"):
        CriteriaTree((Criterion("a", "Alpha", -10), Criterion("b", "Beta", 110)))


# Totals


def test_weighted_sum_of_the_reference() -> None:
    card = reference_card()
    assert card.totals == {"A": 73, "B": 72, "C": 80}
    assert card.ranks == {"A": 2, "B": 3, "C": 1}
    assert [line.candidate.id for line in card.standings()] == ["C", "A", "B"]


def test_ties_share_the_better_rank() -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (1, 2), "B": (2, 1), "C": (0, 0), "D": (5, 5)})
    assert card.ranks == {"A": 2, "B": 2, "C": 4, "D": 1}


@pytest.mark.parametrize(
    ("policy", "total"), [(MissingPolicy.WORST, 50), (MissingPolicy.EXCLUDE, 100), (MissingPolicy.NEUTRAL, 75)]
)
def test_a_missing_mark_counts_as_the_policy_says(policy: MissingPolicy, total: int) -> None:
    assert card_of(flat_tree((1, 1), ("x", "y")), {"A": (5, None)}, policy).totals["A"] == total


@pytest.mark.parametrize("policy", list(MissingPolicy))
def test_zero_counts_and_not_applicable_never_does(policy: MissingPolicy) -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (5, Absent.NOT_APPLICABLE), "B": (5, 0)}, policy)
    assert card.totals == {"A": 100, "B": 50}


def test_completeness_leaves_out_what_does_not_apply() -> None:
    card = card_of(flat_tree((50, 30, 20), ("x", "y", "z")), {"A": (1, None, Absent.NOT_APPLICABLE), "B": (1, 2, 0)})
    assert card.completeness("A") == Fraction(50, 80)
    assert card.completeness("B") == 1
    assert card_of(flat_tree((1,), ("x",)), {"A": (Absent.NOT_APPLICABLE,)}).completeness("A") is None


def test_without_any_score_there_is_no_total_rather_than_zero() -> None:
    card = card_of(flat_tree((1, 1), ("x", "y")), {"A": (None, None), "B": (0, 0)})
    assert card.totals == {"A": None, "B": 0}
    assert card.ranks == {"A": None, "B": 1}
    assert sum(card.contributions("A").values()) == 0


def test_a_knocked_out_candidate_stays_visible_and_unranked_and_sets_no_anchor() -> None:
    tree = scaled_to_100([Criterion("p", "Price", 1, value=Proportional(Direction.LOWER))])
    card = card_of(tree, {"A": (100,), "B": (200,), "cheap": (10,)})
    out = replace(card, candidates=(*card.candidates[:2], Candidate("cheap", "cheap", ranked=False)))
    assert out.totals == {"A": 100, "B": 50, "cheap": 100}
    assert out.ranks == {"A": 1, "B": 2, "cheap": None}
    assert card.totals["A"] == 10


def test_a_value_that_cannot_be_made_names_its_place() -> None:
    with pytest.raises(ValueError, match="CAP, A: A mark must lie between 0 and 5; 7 does not"):
        assert card_of(flat_tree((1,), ("CAP",)), {"A": (7,)}).totals


@given(cards())
def test_totals_lie_between_0_and_100(card: Scorecard) -> None:
    assert all(0 <= total <= 100 for total in card.totals.values() if total is not None)


@given(cards())
def test_contributions_sum_to_the_total(card: Scorecard) -> None:
    for candidate in card.candidates:
        assert sum(card.contributions(candidate.id).values()) == (card.totals[candidate.id] or 0)


@given(cards(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_criteria_changes_nothing(card: Scorecard, shuffle: Random) -> None:
    top, candidates = list(card.tree.top), list(card.candidates)
    shuffle.shuffle(top)
    shuffle.shuffle(candidates)
    other = replace(card, tree=CriteriaTree(tuple(top)), candidates=tuple(candidates))
    assert other.totals == card.totals
    assert other.ranks == card.ranks


@given(cards(), st.integers(1, 1000))
def test_weights_ten_times_as_large_change_nothing(card: Scorecard, factor: int) -> None:
    larger = {node.id: exact(node.weight) * factor for node in card.tree.top}
    assert card.with_tree(card.tree.with_top_weights(larger)).totals == card.totals


@given(cards(gaps=False), st.data())
def test_a_better_mark_never_lowers_the_total(card: Scorecard, data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from([leaf.criterion.id for leaf in card.tree.leaves]))
    raw = card.cell("v0", leaf).raw
    assert isinstance(raw, Fraction)
    better = data.draw(st.integers(0, 10).map(lambda tenths: raw + (5 - raw) * Fraction(tenths, 10)))
    after = replace(card, cells={**card.cells, ("v0", leaf): Cell(settled=better)})
    assert (after.totals["v0"] or 0) >= (card.totals["v0"] or 0)
    assert after.totals["v1"] == card.totals["v1"]


@given(cards(), st.integers(0, 5))
def test_all_marks_equal_give_that_score(card: Scorecard, mark: int) -> None:
    filled = {place: Cell(settled=mark) for place in card.cells}
    equal = replace(card, cells=filled)
    assert set(equal.totals.values()) == {Fraction(20 * mark)}
    assert set(equal.ranks.values()) == {1}


# Why


def test_every_figure_opens_down_to_the_mark() -> None:
    cells = {
        ("A", "a1"): Cell(marks=(Mark("eva", 4, "high", "audit", "Seen on site"), Mark("tom", 3))),
        ("A", "a2"): Cell(settled=2, source="Agreed by the panel"),
        ("A", "b1"): Cell(settled=Absent.NOT_APPLICABLE, reason="No lyophilised product"),
        ("A", "c"): Cell(settled=80),
    }
    card = Scorecard(nested_tree(), (Candidate("A", "Alpenglow"),), cells)
    alpha, beta, gamma = card.explain("A")
    first = alpha.children[0]
    assert (first.raw, first.value, first.weight, first.global_weight) == (
        Fraction(7, 2),
        70,
        Fraction(3, 5),
        Fraction(3, 10),
    )
    assert first.cell is not None
    assert [mark.comment for mark in first.cell.marks] == ["Seen on site", ""]
    assert alpha.value == Fraction(58)
    assert (beta.value, beta.contribution, beta.effective_weight) == (None, 0, 0)
    assert (beta.children[0].raw, beta.children[1].raw) == (Absent.NOT_APPLICABLE, Absent.MISSING)
    assert alpha.effective_weight + gamma.effective_weight == 1
    assert alpha.contribution + gamma.contribution == card.totals["A"] == (50 * 58 + 20 * 80) / Fraction(70)


def all_nodes(nodes: tuple[Explanation, ...]) -> list[Explanation]:
    return [each for node in nodes for each in (node, *all_nodes(node.children))]


@given(cards())
def test_explained_contributions_add_up_at_every_level(card: Scorecard) -> None:
    for candidate in card.candidates:
        top = card.explain(candidate.id)
        assert sum(node.contribution for node in top) == (card.totals[candidate.id] or 0)
        for node in all_nodes(top):
            assert node.contribution == node.effective_weight * (node.value or 0)
            if node.children:
                assert sum(child.contribution for child in node.children) == node.contribution


@pytest.mark.parametrize(
    ("scores", "raw"),
    [
        ((4, 3), Fraction(7, 2)),
        ((4, Absent.NOT_APPLICABLE), 4),
        ((Absent.NOT_APPLICABLE, Absent.NOT_APPLICABLE), Absent.NOT_APPLICABLE),
        ((Absent.NOT_APPLICABLE, Absent.MISSING), Absent.MISSING),
        ((), Absent.MISSING),
    ],
)
def test_the_mean_of_the_marks_counts_until_one_is_settled(
    scores: tuple[Number | Absent, ...], raw: Fraction | Absent
) -> None:
    given_marks = tuple(Mark(str(i), score) for i, score in enumerate(scores))
    assert Cell(marks=given_marks).raw == raw
    assert Cell(settled=0, marks=given_marks).raw == 0


def test_the_model_for_the_sliders_is_json_and_gives_the_totals() -> None:
    card = card_of(flat_tree(), {**MARKS, "D": (5, None, None, None, Absent.NOT_APPLICABLE)})
    model = json.loads(json.dumps(to_model(card, visible={"A", "D"})))
    assert model["version"] == VERSION == "selection-score/1"
    assert [group["weight"] for group in model["groups"]] == [30, 15, 15, 25, 15]
    assert [each["id"] for each in model["candidates"]] == ["A", "D"]
    for name in ("A", "D"):
        weighted = list(zip([30, 15, 15, 25, 15], model["parts"][name], strict=True))
        total = sum(w * points for w, (points, _) in weighted) / sum(w * share for w, (_, share) in weighted)
        assert total == pytest.approx(float(card.totals[name] or 0))


def test_a_query_sets_the_weights_and_the_rest_keep_theirs() -> None:
    tree = what_if_tree(flat_tree(), {"w_PRC": "34", "page": "2"})
    assert [float(placed.share) for placed in tree.leaves] == pytest.approx([w / 119 for w in (30, 15, 15, 25, 34)])


def test_a_whole_number_in_the_query_leaves_an_agreed_third_alone() -> None:
    thirds = flat_tree((33.33, 33.33, 33.34), ("x", "y", "z"))
    untouched = what_if_tree(thirds, {"w_x": "33", "w_y": "33", "w_z": "33"})
    assert [each.share for each in untouched.leaves] == [each.share for each in thirds.leaves]


@pytest.mark.parametrize("text", ["much", "-1", "101", "nan", "inf"])
def test_a_weight_in_the_query_that_is_none_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match=r"weight of PRC is .*write a number from 0 to 100"):
        what_if_tree(flat_tree(), {"w_PRC": text})


def test_not_every_weight_may_be_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        what_if_tree(flat_tree(), {f"w_{name}": "0" for name in NAMES})


# The panel


@pytest.mark.parametrize(
    ("given_marks", "deviation", "spread", "flagged"),
    [
        ([3, 4, 4], 0.57735, 1, False),
        ([2, 4, 3], 1.0, 2, True),
        ([2, 3.9, 2, 3.9], 1.09697, 1.9, True),
        ([3, 4, 5], 1.0, 2, True),
        ([4], None, 0, False),
        ([1, 1, 1, 2.9], 0.95, 1.9, False),
    ],
)
def test_a_cell_on_which_the_panel_differs_is_flagged(
    given_marks: list[float], deviation: float | None, spread: float, flagged: bool
) -> None:
    found = panel_statistics(given_marks)
    assert found is not None
    assert found.deviation == pytest.approx(deviation, abs=1e-5)
    assert float(found.range) == spread
    assert found.flagged is flagged
    assert found.count == len(given_marks)


def test_a_deviation_of_exactly_one_is_not_above_one() -> None:
    found = panel_statistics([3, 4, 5], range_limit=9)
    assert found is not None
    assert (found.deviation, found.flagged) == (1.0, False)


def test_mean_and_median_differ_and_nobody_is_no_statistic() -> None:
    found = panel_statistics([1, 4, 4, 5])
    assert found is not None
    assert (found.mean, found.median) == (Fraction(7, 2), 4)
    assert panel_statistics([]) is None


def test_kendalls_w_of_the_reference() -> None:
    assert float(kendalls_w([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]) or 0) == pytest.approx(0.7778, abs=5e-5)


def test_kendalls_w_with_ties() -> None:
    assert float(kendalls_w([[1, 2.5, 2.5, 4], [1, 2, 3, 4], [2, 1, 3, 4]]) or 0) == pytest.approx(0.8621, abs=5e-5)


def test_kendalls_w_at_its_ends_and_where_there_is_none() -> None:
    assert kendalls_w([[1, 2, 3]] * 4) == 1
    assert kendalls_w([[1, 2], [2, 1]]) == 0
    assert kendalls_w([[2, 2, 2]] * 3) is None
    assert kendalls_w([]) is None
    assert kendalls_w([[1], [1]]) is None
    with pytest.raises(ValueError, match="same items"):
        kendalls_w([[1, 2], [1, 2, 3]])


def test_equal_scores_share_the_mean_rank() -> None:
    assert [float(rank) for rank in mid_ranks([5, 3, 3, 1])] == [1, 2.5, 2.5, 4]


def test_scale_refuses_what_points_and_scale_do_not_hold() -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        Points().value(exact(101))
    with pytest.raises(ValueError, match="between 1 and 5"):
        Scale(1, 5).value(exact(0))
