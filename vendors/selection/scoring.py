"""The score of a selection: a weighted sum over a tree of criteria, exact, and open down to the single mark.

`S = sum over leaves of w x v`, w the global weight (sum 1), v the value of 0 to 100 (SMART, Edwards 1977; Edwards and
Barron 1994). A page builds a `Scorecard` from its rows and asks it:

    tree = build_tree(CriterionRow(c.id, c.name, c.weight, c.parent_id, Scale(0, 5)) for c in criteria)
    cells = {(vendor_id, leaf_id): Cell(marks=(Mark("eva", 4), Mark("tom", 3)), source="Proposal, page 12")}
    card = Scorecard(tree, (Candidate("v1", "Alpenglow"), ...), cells, MissingPolicy.EXCLUDE)
    card.standings()       # totals, ranks, contributions of the top-level criteria, completeness
    card.explain("v1")     # every figure of one candidate down to its marks
    to_model(card)         # what the what-if sliders in static/js/whatif.js need

Ids are strings. Numbers may be int, float, Decimal or Fraction; results are Fractions of 0 to 100 (`float()` for show).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from vendors.selection.criteria_tree import ROOT, CriteriaTree, Criterion, Placement
from vendors.selection.value_functions import FULL, NOTHING, Absent, Number, clamp, exact

VERSION = "selection-score/1"
MIDDLE = Fraction(50)


class MissingPolicy(Enum):
    """What a missing mark counts as: 0, nothing (the candidate's other weights grow to 1), or 50.

    "Not applicable" is left out under every policy.
    """

    WORST = "worst"
    EXCLUDE = "exclude"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Mark:
    """What one evaluator gave: a number on the criterion's scale, or why there is none."""

    evaluator: str
    score: Number | Absent
    confidence: str = ""
    evidence: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands behind one leaf of one candidate.

    `settled` is a measured number or the mark the panel agreed on, and wins over `marks`; without it the mean of the
    marks counts. `source` says in words where it comes from, `reason` why it does not apply.
    """

    settled: Number | Absent | None = None
    marks: tuple[Mark, ...] = ()
    source: str = ""
    reason: str = ""

    @property
    def raw(self) -> Fraction | Absent:
        """The number that is valued, or which of the two absences it is."""
        if self.settled is not None:
            return self.settled if isinstance(self.settled, Absent) else exact(self.settled)
        scores = [mark.score for mark in self.marks]
        numbers = [exact(score) for score in scores if not isinstance(score, Absent)]
        if numbers:
            return sum(numbers, NOTHING) / len(numbers)
        if scores and all(score is Absent.NOT_APPLICABLE for score in scores):
            return Absent.NOT_APPLICABLE
        return Absent.MISSING


@dataclass(frozen=True)
class Candidate:
    """A candidate; one that was knocked out stays visible, unranked, and sets no anchor for the others' values."""

    id: str
    name: str
    ranked: bool = True


@dataclass(frozen=True)
class Sums:
    """For one node and candidate, weights below the node summing to 1: points = sum w v, share = sum w counted."""

    points: Fraction
    share: Fraction

    @property
    def value(self) -> Fraction | None:
        """0 to 100; None when nothing below can be scored."""
        return self.points / self.share if self.share else None


class Lines(NamedTuple):
    """A candidate's sums as the share t of one node moves and its siblings keep their proportions.

    Total = `(points_start + t points_slope) / (share_start + t share_slope)`, all four multiplied to whole numbers.
    """

    points_start: int
    points_slope: int
    share_start: int
    share_slope: int


@dataclass(frozen=True)
class Standing:
    """One line of the ranking; `total` and `rank` are None when nothing can be scored, `rank` also when knocked out.

    `contributions` (points by top-level criterion) sum to `total`. `completeness` is the known leaves' weight as a
    share (0 to 1) of the weight of those that apply; None when none applies.
    """

    candidate: Candidate
    total: Fraction | None
    rank: int | None
    contributions: dict[str, Fraction]
    completeness: Fraction | None


@dataclass(frozen=True)
class Explanation:
    """Why a node of a candidate has its figures, down to the marks.

    `weight` is among siblings and `global_weight` in the tree (0 to 1); `effective_weight` is what it weighs in this
    candidate's total after missing and not-applicable leaves were left out; `contribution = effective_weight x value`,
    and the contributions of children sum to their parent's. `raw` and `cell` are given for leaves only.
    """

    id: str
    name: str
    weight: Fraction
    global_weight: Fraction
    effective_weight: Fraction
    value: Fraction | None
    contribution: Fraction
    raw: Fraction | Absent | None
    cell: Cell | None
    children: tuple[Explanation, ...]


@dataclass(frozen=True)
class Scorecard:
    """Criteria, candidates and what stands in the cells, keyed (candidate id, leaf id); an absent cell is missing."""

    tree: CriteriaTree
    candidates: tuple[Candidate, ...]
    cells: Mapping[tuple[str, str], Cell]
    policy: MissingPolicy = MissingPolicy.EXCLUDE

    def cell(self, candidate: str, leaf: str) -> Cell:
        """The cell, empty when nothing was entered."""
        return self.cells.get((candidate, leaf), Cell())

    @cached_property
    def values(self) -> dict[tuple[str, str], Fraction | Absent]:
        """Value of 0 to 100 of every cell, or its absence. Raises ValueError naming criterion and candidate."""
        found: dict[tuple[str, str], Fraction | Absent] = {}
        for leaf in self.tree.leaves:
            raws = {candidate.id: self.cell(candidate.id, leaf.criterion.id).raw for candidate in self.candidates}
            ranked = [raws[candidate.id] for candidate in self.candidates if candidate.ranked]
            function = leaf.criterion.value.fit([raw for raw in ranked if isinstance(raw, Fraction)])
            for candidate in self.candidates:
                raw = raws[candidate.id]
                try:
                    value = raw if isinstance(raw, Absent) else clamp(function.value(raw))
                except ValueError as error:
                    raise ValueError(f"{leaf.criterion.name}, {candidate.name}: {error}") from error
                found[candidate.id, leaf.criterion.id] = value
        return found

    def counted(self, candidate: str, leaf: str) -> Fraction | None:
        """The value that enters the sum under the missing-data policy; None when the leaf is left out."""
        value = self.values[candidate, leaf]
        if value is Absent.MISSING:
            return {MissingPolicy.WORST: NOTHING, MissingPolicy.NEUTRAL: MIDDLE}.get(self.policy)
        return None if isinstance(value, Absent) else value

    @cached_property
    def sums(self) -> dict[str, dict[str, Sums]]:
        """By candidate and node (`ROOT` is the whole): the sums from which every total and flip is made."""
        return {candidate.id: self._sums_of(candidate.id) for candidate in self.candidates}

    def _sums_of(self, candidate: str) -> dict[str, Sums]:
        found: dict[str, Sums] = {}
        for placed in reversed(self.tree.placements.values()):
            node = placed.criterion
            found[node.id] = (
                self._added(found, node.children) if node.children else _leaf_sums(self.counted(candidate, node.id))
            )
        found[ROOT] = self._added(found, self.tree.top)
        return found

    def _added(self, found: Mapping[str, Sums], nodes: Sequence[Criterion]) -> Sums:
        shares = [(self.tree.placements[node.id].share, found[node.id]) for node in nodes]
        return Sums(
            sum((share * sums.points for share, sums in shares), NOTHING),
            sum((share * sums.share for share, sums in shares), NOTHING),
        )

    @cached_property
    def lines(self) -> dict[tuple[str, str], Lines]:
        """By candidate and node; absent for a node that holds all the weight of its siblings: they have no ratio."""
        return {
            (candidate.id, node): self._lines_of(self.sums[candidate.id], placed)
            for candidate in self.candidates
            for node, placed in self.tree.placements.items()
            if placed.share != 1
        }

    def _lines_of(self, sums: Mapping[str, Sums], placed: Placement) -> Lines:
        above = self.tree.placements[placed.parent].global_weight if placed.parent != ROOT else Fraction(1)
        whole, family, own = sums[ROOT], sums[placed.parent], sums[placed.criterion.id]
        found: list[Fraction] = []
        for all_of_it, of_family, of_own in (
            (whole.points, family.points, own.points),
            (whole.share, family.share, own.share),
        ):
            others = (of_family - placed.share * of_own) / (1 - placed.share)
            found += [all_of_it + above * (others - of_family), above * (of_own - others)]
        common = math.lcm(*(number.denominator for number in found))
        return Lines(*(int(number * common) for number in found))

    @cached_property
    def totals(self) -> dict[str, Fraction | None]:
        """Total of 0 to 100 by candidate id; None when nothing can be scored."""
        return {candidate.id: self.sums[candidate.id][ROOT].value for candidate in self.candidates}

    @cached_property
    def ranks(self) -> dict[str, int | None]:
        """Rank by candidate id: 1 is best, ties share the better rank; None when knocked out or without a total."""
        totals = {
            candidate.id: total
            for candidate in self.candidates
            if candidate.ranked and (total := self.totals[candidate.id]) is not None
        }
        return {candidate.id: rank_of(candidate.id, totals) for candidate in self.candidates}

    @cached_property
    def leaders(self) -> tuple[str, ...]:
        """The ids that share rank 1, in the order of the candidates; empty when nobody can be ranked."""
        return tuple(candidate.id for candidate in self.candidates if self.ranks[candidate.id] == 1)

    def standings(self) -> list[Standing]:
        """The ranking, best first; those without a rank at the end."""
        lines = [
            Standing(
                candidate,
                self.totals[candidate.id],
                self.ranks[candidate.id],
                self.contributions(candidate.id),
                self.completeness(candidate.id),
            )
            for candidate in self.candidates
        ]
        return sorted(lines, key=lambda line: line.rank if line.rank is not None else len(lines) + 1)

    def contributions(self, candidate: str) -> dict[str, Fraction]:
        """Points by top-level criterion; they sum to the total, also after missing leaves were left out."""
        whole = self.sums[candidate][ROOT].share
        return {
            node.id: self.tree.placements[node.id].share * self.sums[candidate][node.id].points / whole
            if whole
            else NOTHING
            for node in self.tree.top
        }

    def completeness(self, candidate: str) -> Fraction | None:
        """Weight of the known leaves / weight of the leaves that apply, 0 to 1; None when none applies."""
        known = applies = NOTHING
        for leaf in self.tree.leaves:
            value = self.values[candidate, leaf.criterion.id]
            applies += leaf.global_weight if value is not Absent.NOT_APPLICABLE else NOTHING
            known += leaf.global_weight if isinstance(value, Fraction) else NOTHING
        return known / applies if applies else None

    def explain(self, candidate: str) -> tuple[Explanation, ...]:
        """The tree of one candidate with weight, value and contribution of each node and the marks behind each leaf."""
        return tuple(self._explain(candidate, node) for node in self.tree.top)

    def _explain(self, candidate: str, node: Criterion) -> Explanation:
        placed, sums = self.tree.placements[node.id], self.sums[candidate][node.id]
        whole = self.sums[candidate][ROOT].share
        cell = self.cell(candidate, node.id) if placed.is_leaf else None
        return Explanation(
            id=node.id,
            name=node.name,
            weight=placed.share,
            global_weight=placed.global_weight,
            effective_weight=placed.global_weight * sums.share / whole if whole else NOTHING,
            value=sums.value,
            contribution=placed.global_weight * sums.points / whole if whole else NOTHING,
            raw=cell.raw if cell else None,
            cell=cell,
            children=tuple(self._explain(candidate, child) for child in node.children),
        )

    def with_policy(self, policy: MissingPolicy) -> Scorecard:
        """The same scorecard under another missing-data policy."""
        return replace(self, policy=policy)

    def with_tree(self, tree: CriteriaTree) -> Scorecard:
        """The same marks under other weights; see `CriteriaTree.with_top_weights`."""
        return replace(self, tree=tree)

    def without_candidate(self, candidate: str) -> Scorecard:
        """The same scorecard as if this candidate had never been compared."""
        return replace(self, candidates=tuple(each for each in self.candidates if each.id != candidate))

    def without_evaluator(self, evaluator: str) -> Scorecard:
        """The same scorecard without one person's marks. Settled numbers stay: they belong to the whole panel."""
        kept = {
            place: replace(cell, marks=tuple(mark for mark in cell.marks if mark.evaluator != evaluator))
            for place, cell in self.cells.items()
        }
        return replace(self, cells=kept)


def rank_of(candidate: str, totals: Mapping[str, Fraction]) -> int | None:
    """1 + the number of strictly better totals; None when the candidate has none."""
    if candidate not in totals:
        return None
    return 1 + sum(total > totals[candidate] for total in totals.values())


def _leaf_sums(value: Fraction | None) -> Sums:
    return Sums(NOTHING, NOTHING) if value is None else Sums(value, Fraction(1))


def what_if_tree(tree: CriteriaTree, query: Mapping[str, str], prefix: str = "w_") -> CriteriaTree:
    """The tree under the weights of a page's query, such as `?w_PRC=34`; what the sliders do without JavaScript.

    A weight that is absent, or that is the agreed one rounded to a whole number (a slider cannot say 33.33), stays.
    Raises ValueError with a sentence when a weight is not a number of 0 or more, or when all are 0.
    """
    return tree.with_top_weights({node.id: asked_weight(node, query.get(prefix + node.id, "")) for node in tree.top})


def asked_weight(node: Criterion, text: str) -> Fraction:
    """What a query asks of one weight; see `what_if_tree`."""
    agreed = exact(node.weight)
    if not text.strip():
        return agreed
    try:
        asked = exact(float(text.replace(",", ".")))
    except ValueError:
        raise ValueError(f"The weight of {node.name} is {text!r}: write a number from 0 to 100.") from None
    if not 0 <= asked <= FULL:
        raise ValueError(f"The weight of {node.name} is {text}: write a number from 0 to 100.")
    return agreed if asked == int(agreed + Fraction(1, 2)) else asked


def to_model(card: Scorecard, visible: Collection[str] | None = None) -> dict[str, Any]:
    """The scorecard as compact JSON for live what-if sliders; the browser needs no tree, marks or value functions.

    {"version": "selection-score/1", "policy": "exclude",
     "groups":     [{"id", "name", "weight": agreed points of 100}],                  top-level criteria, in order
     "candidates": [{"id", "name", "ranked": true | false}],
     "parts":      {candidate id: [[points, share] for each group, in order]}}

    With group weights w of any size: `total = sum w points / sum w share`; share is below 1 only where missing or
    not-applicable leaves are left out, and a candidate whose shares are all 0 has no total. As one weight becomes the
    share t of all and the others keep their proportions, both sums are straight lines in t: see `robustness`.
    `visible` limits the candidates to those ids; anchors of the value functions still come from all.
    """
    shown = [each for each in card.candidates if visible is None or each.id in visible]
    return {
        "version": VERSION,
        "policy": card.policy.value,
        "groups": [{"id": node.id, "name": node.name, "weight": float(node.weight)} for node in card.tree.top],
        "candidates": [{"id": each.id, "name": each.name, "ranked": each.ranked} for each in shown],
        "parts": {each.id: [_part(card, each, node) for node in card.tree.top] for each in shown},
    }


def _part(card: Scorecard, candidate: Candidate, node: Criterion) -> list[float]:
    sums = card.sums[candidate.id][node.id]
    return [float(sums.points), float(sums.share)]
