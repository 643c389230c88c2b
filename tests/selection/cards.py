"""Scorecards for the tests: the reference one of five criteria and three candidates, and random ones."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from vendors.selection.criteria_tree import CriteriaTree, Criterion, scaled_to_100
from vendors.selection.scoring import Candidate, Cell, MissingPolicy, Scorecard
from vendors.selection.value_functions import Absent, Number, Points, Scale

NAMES = ("CAP", "CPY", "AVL", "REG", "PRC")
WEIGHTS = (30, 15, 15, 25, 15)
MARKS = {"A": (4, 3, 2, 5, 3), "B": (5, 4, 3, 3, 2), "C": (3, 4, 5, 4, 5)}

Table = dict[str, tuple[Number | Absent | None, ...]]


def flat_tree(weights: tuple[Number, ...] = WEIGHTS, names: tuple[str, ...] = NAMES) -> CriteriaTree:
    return scaled_to_100(Criterion(name, name, weight) for name, weight in zip(names, weights, strict=True))


def card_of(tree: CriteriaTree, table: Table, policy: MissingPolicy = MissingPolicy.EXCLUDE) -> Scorecard:
    """A scorecard of settled numbers, one row of leaves for each candidate."""
    leaves = [leaf.criterion.id for leaf in tree.leaves]
    cells = {
        (name, leaf): Cell(settled=number)
        for name, row in table.items()
        for leaf, number in zip(leaves, row, strict=True)
    }
    return Scorecard(tree, tuple(Candidate(name, name) for name in table), cells, policy)


def reference_card() -> Scorecard:
    return card_of(flat_tree(), dict(MARKS))


def nested_tree(weights: tuple[int, ...] = (50, 30, 20, 60, 40, 25, 75)) -> CriteriaTree:
    """Three groups; the first and the second have two leaves each."""
    a, b, c, a1, a2, b1, b2 = weights
    return CriteriaTree(
        (
            Criterion("a", "Alpha", a, (Criterion("a1", "Alpha one", a1), Criterion("a2", "Alpha two", a2))),
            Criterion("b", "Beta", b, (Criterion("b1", "Beta one", b1), Criterion("b2", "Beta two", b2))),
            Criterion("c", "Gamma", c, value=Points()),
        )
    )


absences = st.sampled_from([Absent.MISSING, Absent.NOT_APPLICABLE])
marks = st.integers(0, 10).map(lambda half: Fraction(half, 2))


@st.composite
def trees(draw: st.DrawFn) -> CriteriaTree:
    """Flat or nested, with whole weights; at least two siblings have a weight at each level."""
    parts = draw(st.lists(st.integers(1, 9), min_size=2, max_size=5))
    nodes = []
    for i, part in enumerate(parts):
        below = draw(st.sampled_from([0, 0, 2, 3]))
        inner = draw(st.lists(st.integers(1, 9), min_size=below, max_size=below))
        children = tuple(
            Criterion(f"g{i}l{j}", f"Leaf {i}.{j}", Fraction(100 * w, sum(inner)), value=Scale(0, 5))
            for j, w in enumerate(inner)
        )
        nodes.append(Criterion(f"g{i}", f"Group {i}", part, children, Scale(0, 5)))
    return scaled_to_100(nodes)


@st.composite
def cards(draw: st.DrawFn, gaps: bool = True) -> Scorecard:
    """Two to five candidates; with gaps, some cells are missing or not applicable and any policy is in force."""
    tree = draw(trees())
    entry = st.one_of(marks, marks, marks, absences) if gaps else marks
    row = st.lists(entry, min_size=len(tree.leaves), max_size=len(tree.leaves)).map(tuple)
    rows = draw(st.lists(row, min_size=2, max_size=5))
    policy = draw(st.sampled_from(list(MissingPolicy))) if gaps else MissingPolicy.EXCLUDE
    return card_of(tree, {f"v{i}": each for i, each in enumerate(rows)}, policy)
