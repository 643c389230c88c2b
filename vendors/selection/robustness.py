"""How firmly the leader leads: the exact weights, marks, people and policies that would change who is first.

One-way sensitivity: the weight of one node among its siblings becomes t, its siblings keep their proportions. Both sums
of a candidate, points N(t) and share D(t), are then straight lines in t, and its total is N / D. Leader a and rival b
change places where `N_a D_b - N_b D_a` changes sign. With complete data D is 1 and this is the closed form

    t* = (R_b - R_a) / ((v_ak - v_bk) + (R_b - R_a)),   R the total of the other siblings, brought to a sum of 1;

with marks left out (policy EXCLUDE, or not applicable) it is a quadratic and there can be two such weights. Touching
without changing sign, t* = 0 and t* = 1 are ties and no flips; a node that holds all the weight of its siblings has no
flip, because the others have no proportions. Stability intervals for weighted sums: Mareschal 1988.

Nothing here draws random numbers. Weights are shares of 0 to 1, values points of 0 to 100, all exact fractions (a root
of a quadratic to 30 digits). "The leader" is the first of those that share rank 1, in the order of the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from vendors.selection.criteria_tree import ROOT, CriteriaTree, Placement
from vendors.selection.scoring import MissingPolicy, Scorecard
from vendors.selection.value_functions import FULL, NOTHING, Absent, ValueFunction, half_up

ONE = Fraction(1)
DIGITS = 10**30


@dataclass(frozen=True)
class Flip:
    """The rival overtakes the leader when the node's weight passes `weight` (now `current`), both among its siblings.

    `implied_global` is what `weight` means in the whole tree; `distance` = |weight - current|.
    """

    criterion: str
    rival: str
    weight: Fraction
    current: Fraction
    implied_global: Fraction

    @property
    def distance(self) -> Fraction:
        return abs(self.weight - self.current)


@dataclass(frozen=True)
class Stability:
    """The node's weight among its siblings may lie anywhere in low..high and the leader stays first (shared or not)."""

    criterion: str
    low: Fraction
    current: Fraction
    high: Fraction


@dataclass(frozen=True)
class ScoreChange:
    """A change of one value that draws the rival level with the leader; a hair more and it is ahead.

    `points` is signed and `value` the resulting 0 to 100. `mark` is the resulting mark or measurement in its own unit
    where the value function is a straight line with anchors that do not depend on the candidates, else None.
    """

    candidate: str
    criterion: str
    rival: str
    points: Fraction
    value: Fraction
    mark: Fraction | None


@dataclass(frozen=True)
class Outcome:
    """The ranking when one thing is different: `label` says what; `changes_leader`: others share rank 1 than now."""

    label: str
    ranks: dict[str, int | None]
    leaders: tuple[str, ...]
    changes_leader: bool


@dataclass(frozen=True)
class Polynomial:
    """c0 + c1 t + c2 t^2, the lead of one candidate over another as a weight moves (its sign is what matters)."""

    c0: int
    c1: int
    c2: int

    def at(self, t: Fraction) -> Fraction:
        return self.c0 + t * (self.c1 + t * self.c2)

    def crossings(self) -> list[Fraction]:
        """Where the sign changes strictly between 0 and 1, rising."""
        if self.c2 == 0:
            roots = [Fraction(-self.c0, self.c1)] if self.c1 else []
        else:
            square = self.c1**2 - 4 * self.c2 * self.c0
            root = square_root(square) if square > 0 else NOTHING
            roots = sorted((-self.c1 + sign * root) / (2 * self.c2) for sign in (-1, 1)) if square > 0 else []
        return [t for t in roots if 0 < t < 1]

    def falls_right_of(self, t: Fraction) -> bool:
        """Whether it is negative just right of a zero at t."""
        slope = self.c1 + 2 * t * self.c2
        return slope < 0 or (slope == 0 and self.c2 < 0)

    def falls_left_of(self, t: Fraction) -> bool:
        """Whether it is negative just left of a zero at t."""
        slope = self.c1 + 2 * t * self.c2
        return slope > 0 or (slope == 0 and self.c2 < 0)


def square_root(number: int) -> Fraction:
    """Exact for a square number, else right to 30 decimals."""
    root = isqrt(number)
    return Fraction(root) if root**2 == number else Fraction(isqrt(number * DIGITS**2), DIGITS)


def lead_as_weight_moves(card: Scorecard, leader: str, rival: str, node: str) -> Polynomial | None:
    """Sign of the leader's lead over the rival as `node` takes the share t among its siblings; None if it holds all."""
    if (leader, node) not in card.lines:
        return None
    (n0, n1, d0, d1), (m0, m1, e0, e1) = card.lines[leader, node], card.lines[rival, node]
    return Polynomial(n0 * e0 - m0 * d0, n0 * e1 + n1 * e0 - m0 * d1 - m1 * d0, n1 * e1 - m1 * d1)


def leader_of(card: Scorecard) -> str | None:
    """The first candidate with rank 1; None when nobody can be ranked."""
    return card.leaders[0] if card.leaders else None


def rivals_of(card: Scorecard) -> list[str]:
    """Every other ranked candidate, in order."""
    leader = leader_of(card)
    return [each.id for each in card.candidates if card.ranks[each.id] is not None and each.id != leader]


def flip_weights(card: Scorecard, node: str | None = None) -> list[Flip]:
    """Every weight at which a rival overtakes the leader: of one node, or of every node of the tree in its order."""
    leader = leader_of(card)
    nodes = card.tree.placements if node is None else {node: card.tree.placements[node]}
    if leader is None:
        return []
    return [
        Flip(name, rival, t, placed.share, t * _above(card.tree, placed))
        for name, placed in nodes.items()
        for rival in rivals_of(card)
        if (lead := lead_as_weight_moves(card, leader, rival, name)) is not None
        for t in lead.crossings()
    ]


def _above(tree: CriteriaTree, placed: Placement) -> Fraction:
    return tree.placements[placed.parent].global_weight if placed.parent != ROOT else ONE


def stability(card: Scorecard, node: str) -> Stability | None:
    """The largest interval of the node's weight around the current one in which the leader stays first.

    0..1 where nothing overtakes, also for a node that holds all the weight of its siblings; None without a leader.
    """
    leader = leader_of(card)
    if leader is None:
        return None
    current = card.tree.placements[node].share
    low, high = NOTHING, ONE
    for rival in rivals_of(card):
        lead = lead_as_weight_moves(card, leader, rival, node)
        if lead is None:
            continue
        crossings = lead.crossings()
        low = max([low, *(t for t in crossings if t < current)])
        high = min([high, *(t for t in crossings if t > current)])
        if lead.at(current) == 0:
            low = current if lead.falls_left_of(current) else low
            high = current if lead.falls_right_of(current) else high
    return Stability(node, low, current, high)


def stability_intervals(card: Scorecard, top_only: bool = False) -> list[Stability]:
    """The interval of every node, or of the top level only, in the order of the tree."""
    nodes = [name for name, placed in card.tree.placements.items() if placed.depth == 0 or not top_only]
    return [interval for node in nodes if (interval := stability(card, node)) is not None]


def first_threat(card: Scorecard) -> Flip | None:
    """The flip nearest to a current top-level weight: what to look at first. None when no weight changes the leader."""
    top = [flip for node in card.tree.top for flip in flip_weights(card, node.id)]
    return min(top, key=lambda flip: flip.distance, default=None)


def score_changes(card: Scorecard) -> list[ScoreChange]:
    """For every scored cell the smallest change that draws a rival level, smallest first; impossible ones left out.

    A leader's cell falls (its nearest rival overtakes), a rival's cell rises. Closed form: lead / effective weight.
    Empty where the first place is shared: they are level as it stands, and no change is the smallest. Cells whose value
    depends on who is compared are left out as well: changing one changes the others.
    """
    leader = leader_of(card)
    rivals = rivals_of(card)
    if leader is None or not rivals or len(card.leaders) > 1:
        return []
    nearest = max(rivals, key=lambda rival: card.totals[rival] or NOTHING)
    pairs = [(leader, nearest, -1), *((rival, rival, 1) for rival in rivals)]
    changes = [
        change
        for leaf in card.tree.leaves
        for candidate, rival, sign in pairs
        if (change := _score_change(card, leaf, candidate, rival, sign)) is not None
    ]
    return sorted(changes, key=lambda change: abs(change.points))


def _score_change(card: Scorecard, leaf: Placement, candidate: str, rival: str, sign: int) -> ScoreChange | None:
    node = leaf.criterion
    value = card.values[candidate, node.id]
    if isinstance(value, Absent) or leaf.global_weight == 0 or depends_on_others(node.value):
        return None
    lead = (card.totals[card.leaders[0]] or NOTHING) - (card.totals[rival] or NOTHING)
    points = sign * lead * card.sums[candidate][ROOT].share / leaf.global_weight
    if not 0 <= value + points <= FULL:
        return None
    return ScoreChange(candidate, node.id, rival, points, value + points, _mark(card, candidate, leaf, points))


def depends_on_others(function: ValueFunction) -> bool:
    """Whether its anchors are taken from the candidates."""
    return function.fit([ONE, ONE + 1]) != function


def _mark(card: Scorecard, candidate: str, leaf: Placement, points: Fraction) -> Fraction | None:
    slope = leaf.criterion.value.points_per_unit
    raw = card.cell(candidate, leaf.criterion.id).raw
    if slope is None or isinstance(raw, Absent):
        return None
    mark = raw + points / slope
    # Beyond a clamped end the line is level: a mark out there must first come back to the end of the line.
    level = leaf.criterion.value.value(raw)
    return mark if leaf.criterion.value.value(mark) == level + points else None


def evaluators(card: Scorecard) -> list[str]:
    """Everybody who gave a mark, in order of name."""
    return sorted({mark.evaluator for cell in card.cells.values() for mark in cell.marks})


def leave_one_evaluator_out(card: Scorecard) -> list[Outcome]:
    """The ranking without each evaluator's marks in turn; `label` is the evaluator."""
    return [_outcome(card, card.without_evaluator(person), person) for person in evaluators(card)]


def under_each_policy(card: Scorecard) -> list[Outcome]:
    """The ranking under each of the three missing-data policies; `label` is the policy's value."""
    return [_outcome(card, card.with_policy(policy), policy.value) for policy in MissingPolicy]


def rank_reversals(card: Scorecard) -> list[Outcome]:
    """The ranking without each candidate that does not lead, in turn; `label` is the candidate left out.

    Only values that depend on who is compared can make the leader change here.
    """
    followers = [each.id for each in card.candidates if each.ranked and each.id not in card.leaders]
    return [_outcome(card, card.without_candidate(each), each) for each in followers]


def _outcome(before: Scorecard, after: Scorecard, label: str) -> Outcome:
    return Outcome(label, after.ranks, after.leaders, set(after.leaders) != set(before.leaders))


def sentence(card: Scorecard) -> str:
    """The robustness in one plain sentence: "Price must rise from 20 % to 34 % before B ranks first." """
    names = {each.id: each.name for each in card.candidates}
    if not card.leaders:
        return "Nobody can be ranked: no candidate has a score that counts."
    leader = names[card.leaders[0]]
    if len(card.leaders) > 1:
        return f"{listed([names[each] for each in card.leaders])} share the first place."
    if not rivals_of(card):
        return f"{leader} is the only candidate that can be ranked."
    threat = first_threat(card)
    if threat is None:
        return f"{leader} stays first whatever weight any one criterion is given."
    verb = "rise" if threat.weight > threat.current else "fall"
    now, then = percents(threat.current, threat.weight)
    criterion = card.tree.placements[threat.criterion].criterion.name
    return f"{criterion} must {verb} from {now} % to {then} % before {names[threat.rival]} ranks first."


def percents(now: Fraction, then: Fraction) -> tuple[str, str]:
    """Two shares as percentages with one decimal, or as many (up to 4) as keep them apart; whole ones without."""
    for decimals in range(1, 5):
        shown = [half_up(100 * share, decimals) for share in (now, then)]
        if shown[0] != shown[1] or now == then:
            break
    short = [text.rstrip("0").rstrip(".") for text in shown]
    return short[0], short[1]


def listed(names: list[str]) -> str:
    """A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
