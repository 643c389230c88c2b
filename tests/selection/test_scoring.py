"""Trees, totals and explanations: the published vectors, and properties that hold for every scorecard."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.selection.cards import (
    MARKS,
    NAMES,
    card_of,
    cards,
    flat_tree,
    nested_tree,
    reference_card,
)
from vendors.selection.criteria_tree import (
    CriteriaTree,
    Criterion,
    CriterionRow,
    UnbalancedWeights,
    build_tree,
    scaled_to_100,
)
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
    Direction,
    Number,
    Proportional,
    exact,
)

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
    assert top.siblings == ("Alpha", "Beta", "Gamma")
    assert alpha.parent == "Alpha"
    assert [top.off_by, alpha.total, alpha.off_by] == [-5, 105, 5]
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
    assert [first.raw, first.value] == [Fraction(7, 2), 70]
    assert [first.weight, first.global_weight] == [Fraction(3, 5), Fraction(3, 10)]
    assert first.cell is not None
    assert [mark.comment for mark in first.cell.marks] == ["Seen on site", ""]
    assert alpha.value == Fraction(58)
    assert [beta.value, beta.contribution, beta.effective_weight] == [None, 0, 0]
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
