"""A tree of criteria whose sibling weights sum to 100, and the global weight of every node in it.

Rule: siblings sum to 100 within 0.01; a leaf's global weight is the product of the shares along its path. Weights
within the tolerance (three times 33.33) are brought to exactly 1, so that global weights sum to 1 and no point is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from vendors.selection.value_functions import FULL, Number, Scale, ValueFunction, exact, plain

TOLERANCE = Fraction(1, 100)
ROOT = ""


@dataclass(frozen=True)
class Criterion:
    """A node: `weight` is among its siblings, in points of 100; a node without children is a leaf and has a `value`."""

    id: str
    name: str
    weight: Number
    children: tuple[Criterion, ...] = ()
    value: ValueFunction = field(default_factory=Scale)


@dataclass(frozen=True)
class CriterionRow:
    """A node as it stands in a table: with the id of its parent, None at the top. See `build_tree`."""

    id: str
    name: str
    weight: Number
    parent: str | None = None
    value: ValueFunction = field(default_factory=Scale)


@dataclass(frozen=True)
class WeightProblem:
    """Siblings whose weights do not add up: who they are, their sum, and by how much it is off 100 (signed)."""

    parent: str
    siblings: tuple[str, ...]
    total: Fraction
    off_by: Fraction
    sentence: str


class UnbalancedWeights(ValueError):
    """The weights cannot be used; `problems` names each group of siblings and how far off it is."""

    def __init__(self, problems: Iterable[WeightProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.sentence for problem in self.problems))


@dataclass(frozen=True)
class Placement:
    """A node in its tree: `share` among its siblings and `global_weight` in the whole, both 0 to 1."""

    criterion: Criterion
    parent: str
    depth: int
    share: Fraction
    global_weight: Fraction

    @property
    def is_leaf(self) -> bool:
        return not self.criterion.children


@dataclass(frozen=True)
class CriteriaTree:
    """The top-level criteria and all below them; raises `UnbalancedWeights` or ValueError when it cannot be used."""

    top: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not self.top:
            raise ValueError("A scorecard needs at least one criterion.")
        identities = [criterion.id for criterion in _walk(self.top)]
        if ROOT in identities or len(set(identities)) < len(identities):
            raise ValueError("Every criterion needs an id of its own.")
        problems = weight_problems(self.top)
        if problems:
            raise UnbalancedWeights(problems)

    @cached_property
    def placements(self) -> dict[str, Placement]:
        """Every node by id, parents before their children."""
        return {placed.criterion.id: placed for placed in _place(self.top, ROOT, 0, Fraction(1))}

    @cached_property
    def leaves(self) -> tuple[Placement, ...]:
        """The criteria that carry marks, in the order of the tree."""
        return tuple(placed for placed in self.placements.values() if placed.is_leaf)

    def children(self, node: str) -> tuple[Criterion, ...]:
        """The criteria right below a node; `ROOT` for the top level."""
        return self.top if node == ROOT else self.placements[node].criterion.children

    def with_top_weights(self, weights: Mapping[str, Number]) -> CriteriaTree:
        """The same tree with other top-level weights (any size, brought to a sum of 100); others keep theirs."""
        return scaled_to_100(tuple(replace(node, weight=exact(weights.get(node.id, node.weight))) for node in self.top))


def scaled_to_100(top: Iterable[Criterion]) -> CriteriaTree:
    """A tree whose top-level weights are brought to a sum of exactly 100, whatever size they were given in."""
    nodes = tuple(top)
    total = sum((exact(node.weight) for node in nodes), Fraction(0))
    if any(exact(node.weight) < 0 for node in nodes) or total <= 0:
        raise ValueError("Weights must be 0 or more, and at least one must be above 0.")
    return CriteriaTree(tuple(replace(node, weight=FULL * exact(node.weight) / total) for node in nodes))


def build_tree(rows: Iterable[CriterionRow]) -> CriteriaTree:
    """The tree of a table of rows, such as database rows, in their order.

    Raises ValueError when a parent is unknown or rows form a ring, `UnbalancedWeights` when siblings do not sum to 100.
    """
    table = list(rows)
    below: dict[str | None, list[CriterionRow]] = {}
    for row in table:
        below.setdefault(row.parent, []).append(row)

    def grow(parent: str | None) -> tuple[Criterion, ...]:
        return tuple(Criterion(row.id, row.name, row.weight, grow(row.id), row.value) for row in below.get(parent, ()))

    if len({row.id for row in table}) < len(table):
        raise ValueError("Every criterion needs an id of its own.")
    top = grow(None)
    placed = {criterion.id for criterion in _walk(top)}
    lost = [row.name for row in table if row.id not in placed]
    if lost:
        raise ValueError(f"These criteria hang under no top-level criterion: {', '.join(lost)}. Give them a parent.")
    return CriteriaTree(top)


def weight_problems(top: tuple[Criterion, ...]) -> list[WeightProblem]:
    """Every group of siblings that does not sum to 100 within 0.01 or holds a negative weight; empty when all do."""
    groups = [("", top)] + [(node.name, node.children) for node in _walk(top) if node.children]
    return [problem for parent, siblings in groups if (problem := weight_problem(parent, siblings))]


def weight_problem(parent: str, siblings: tuple[Criterion, ...]) -> WeightProblem | None:
    """What is wrong with the weights of one group of siblings; None when they sum to 100. `parent`: its name."""
    total = sum((exact(node.weight) for node in siblings), Fraction(0))
    off_by = total - FULL
    negative = [node.name for node in siblings if exact(node.weight) < 0]
    if abs(off_by) <= TOLERANCE and not negative:
        return None
    names = tuple(node.name for node in siblings)
    place = f"under {parent}" if parent else "at the top level"
    if negative:
        sentence = f"The weight of {', '.join(negative)} is below 0: a weight is 0 or more."
    else:
        cure = f"take {plain(off_by)} off" if off_by > 0 else f"add {plain(-off_by)}"
        sentence = f"The weights {place} ({', '.join(names)}) sum to {plain(total)}, not 100: {cure}."
    return WeightProblem(parent, names, total, off_by, sentence)


def _walk(nodes: tuple[Criterion, ...]) -> Iterator[Criterion]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _place(nodes: tuple[Criterion, ...], parent: str, depth: int, above: Fraction) -> Iterator[Placement]:
    total = sum((exact(node.weight) for node in nodes), Fraction(0))
    for node in nodes:
        share = exact(node.weight) / total
        yield Placement(node, parent, depth, share, above * share)
        yield from _place(node.children, node.id, depth + 1, above * share)
