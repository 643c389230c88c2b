"""The result as its page shows it: who leads, by how much, what it is made of and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from vendors.selection import robustness
from vendors.selection.assembling import Board
from vendors.selection.criteria_tree import CriteriaTree
from vendors.selection.models import Candidate, Criterion, Mark, Missing
from vendors.selection.panel_statistics import PanelStatistics
from vendors.selection.scoring import Cell, Explanation, Scorecard, Standing, asked_weight, to_model, what_if_tree
from vendors.selection.value_functions import Absent, half_up

MOST_DISAGREEMENTS, MOST_CHANGES = 5, 3
TRACK = 60  # the right end of a slider, in points of weight, unless a weight lies beyond it
NEAR = Fraction(12, 100)  # a flip nearer than this to the agreed weight is pointed out


@dataclass(frozen=True)
class Line:
    """A candidate in the ranking: `parts` are points by group, `gap` is behind the leader."""

    candidate: Candidate
    name: str
    rank: int | None
    total: str
    gap: str
    parts: list[float]
    words: list[tuple[str, str]]
    completeness: str


@dataclass(frozen=True)
class Band:
    """How far one group's weight may move, in per cent, and in words who overtakes where."""

    criterion: Criterion
    colour: int
    weight: float
    low: float
    high: float
    words: str
    is_near: bool


@dataclass(frozen=True)
class Slider:
    """A group's what-if slider: where it stands, its share now, and where the leader stays first along its track."""

    criterion: Criterion
    colour: int
    value: int
    maximum: int
    share: str
    band_from: str
    band_width: str
    band_text: str


@dataclass(frozen=True)
class Disagreement:
    """A cell in which the panel lies far apart, and what the lead would be with the lowest and highest of its marks."""

    criterion: Criterion
    candidate: Candidate
    marks: list[Mark]
    figures: PanelStatistics
    lead: str


def points(value: Fraction | None) -> str:
    return "–" if value is None else half_up(value)


def lines(board: Board, card: Scorecard) -> list[Line]:
    """The ranking, best first."""
    by_number = {candidate.number: candidate for candidate in board.candidates}
    groups = {node.id: node.name for node in card.tree.top}
    standings = card.standings()
    best = next((line.total for line in standings if line.rank == 1), None)
    return [line_of(each, by_number[each.candidate.id], groups, best) for each in standings]


def line_of(each: Standing, candidate: Candidate, groups: dict[str, str], best: Fraction | None) -> Line:
    is_behind = each.rank is not None and each.rank > 1 and best is not None and each.total is not None
    return Line(
        candidate,
        each.candidate.name,
        each.rank,
        points(each.total),
        f"−{half_up(best - each.total)}" if is_behind and best is not None and each.total is not None else "",
        [float(each.contributions[group]) for group in groups],
        [(name, half_up(each.contributions[group])) for group, name in groups.items()],
        "–" if each.completeness is None else f"{half_up(100 * each.completeness).removesuffix('.0')} %",
    )


def headline(card: Scorecard) -> str:
    """Who leads, and by how much."""
    names = {each.id: each.name for each in card.candidates}
    if not card.leaders:
        return "Nobody can be ranked yet"
    if len(card.leaders) > 1:
        return f"{robustness.listed([names[each] for each in card.leaders])} share the first place"
    rivals = robustness.rivals_of(card)
    if not rivals:
        return f"{names[card.leaders[0]]} is the only candidate that can be ranked"
    second = max(rivals, key=lambda rival: card.totals[rival] or Fraction(0))
    lead = (card.totals[card.leaders[0]] or Fraction(0)) - (card.totals[second] or Fraction(0))
    return f"{names[card.leaders[0]]} ranks first, {half_up(lead)} points ahead of {names[second]}"


def unknown_words(board: Board, card: Scorecard) -> str:
    """The criteria of which nothing is known for any candidate, with their share of the weight; "" without any."""
    names = {leaf.number: leaf.name for leaf in board.leaves}
    empty = [
        placed
        for placed in card.tree.leaves
        if not any(isinstance(card.values[each.id, placed.criterion.id], Fraction) for each in card.candidates)
    ]
    if not empty:
        return ""
    listed = robustness.listed([names[placed.criterion.id] for placed in empty])
    share = percent(sum((placed.global_weight for placed in empty), Fraction(0)))
    return f"No candidate has a value for {listed}: {share} of the weight. The ranking rests on the other criteria."


def bands(board: Board, card: Scorecard) -> list[Band]:
    """For each top-level criterion the weights between which the leader stays first."""
    names = {each.id: each.name for each in card.candidates}
    found = []
    for colour, node in enumerate(tops(board), start=1):
        interval = robustness.stability(card, node.number)
        if interval is None:
            continue
        edges = [
            (flip.weight, f"{names[flip.rival]} {side_of(flip, interval)} {percent(flip.weight)}")
            for flip in robustness.flip_weights(card, node.number)
            if flip.weight in {interval.low, interval.high}
        ]
        found.append(
            Band(
                node,
                (colour - 1) % 5 + 1,
                float(100 * interval.current),
                float(100 * interval.low),
                float(100 * interval.high),
                ", ".join(words for _, words in edges) or "No change",
                any(abs(weight - interval.current) < NEAR for weight, _ in edges),
            )
        )
    return found


def side_of(flip: robustness.Flip, interval: robustness.Stability) -> str:
    """On which side of its weight the rival is ahead; level as it stands, on the side where the leader's band ends."""
    return "above" if flip.weight > flip.current or (flip.weight == flip.current == interval.high) else "below"


def percent(share: Fraction) -> str:
    return f"{robustness.percents(share, share)[0]} %"


def tops(board: Board) -> list[Criterion]:
    return [node for node in board.nodes if node.parent_id is None]


def sliders(board: Board, card: Scorecard, tree: CriteriaTree, query: Mapping[str, str]) -> list[Slider]:
    """One slider a group, as the browser's script draws them too (static/js/whatif.js)."""
    asked = {node.id: float(asked_weight(node, query.get(f"w_{node.id}", ""))) for node in card.tree.top}
    changed = card.with_tree(tree)
    found = []
    for colour, node in enumerate(tops(board), start=1):
        maximum = TRACK if asked[node.number] <= TRACK else 100
        interval = robustness.stability(changed, node.number)
        low, high = (interval.low, interval.high) if interval else (Fraction(0), Fraction(1))
        rest = sum(weight for name, weight in asked.items() if name != node.number)
        start, end = (along(edge, rest, maximum) if rest > 0 else 100 * float(edge) for edge in (low, high))
        lowest, highest = robustness.percents(low, high)
        found.append(
            Slider(
                node,
                (colour - 1) % 5 + 1,
                int(asked[node.number] + 0.5),
                maximum,
                percent(tree.placements[node.number].share),
                f"{start:.2f}",
                f"{end - start:.2f}",
                f"{lowest} % to {highest} %",
            )
        )
    return found


def along(share: Fraction, rest: float, maximum: int) -> float:
    """Where a share lies on a slider's track, 0 to 100, while the other sliders stand still: s = rest t / (1 - t)."""
    if share >= 1:
        return 100.0
    return 100 * max(0.0, min(1.0, float(share / (1 - share)) * rest / maximum))


def disagreements(board: Board, card: Scorecard) -> list[Disagreement]:
    """The cells with the widest range, widest first."""
    by_pk = {node.pk: node for node in board.nodes}
    standing = {candidate.pk: candidate for candidate in board.standing}
    wide = [
        (where, figures)
        for where, figures in board.statistics.items()
        if figures.flagged and where[0] in by_pk and where[1] in standing
    ]
    wide.sort(key=lambda each: (-each[1].range, -(each[1].deviation or 0)))
    return [
        Disagreement(
            by_pk[criterion],
            standing[candidate],
            board.given[criterion, candidate],
            figures,
            lead_between(card, (standing[candidate].number, by_pk[criterion].number), figures),
        )
        for (criterion, candidate), figures in wide[:MOST_DISAGREEMENTS]
    ]


def lead_between(card: Scorecard, where: tuple[str, str], figures: PanelStatistics) -> str:
    """The lead over the best other with the lowest and with the highest mark of the cell alone: `+1.9 to +4.5`."""
    leader = robustness.leader_of(card)
    if leader is None:
        return ""
    leads = []
    for mark in (figures.low, figures.high):
        changed = replace(card, cells={**card.cells, where: Cell(settled=mark)})
        others = [changed.totals[rival] or Fraction(0) for rival in robustness.rivals_of(card)]
        if others:
            leads.append((changed.totals[leader] or Fraction(0)) - max(others))
    words = [f"{'−' if lead < 0 else '+'}{half_up(abs(lead))}" for lead in sorted(leads)]
    return " to ".join(dict.fromkeys(words))


def evaluator_rankings(board: Board) -> list[tuple[str, dict[str, int | None]]]:
    """(name, rank by candidate) of each evaluator's own marks."""
    found = []
    for member in board.panel:
        marks = [mark for mark in board.marks if mark.evaluator_id == member.person_id]
        if any(mark.is_given for mark in marks):
            found.append((member.person.name, board.card(marks).ranks))
    return found


def rank_table(board: Board, columns: list[tuple[str, dict[str, int | None]]]) -> list[tuple[Candidate, list[str]]]:
    """Candidates down, ranks across."""
    return [
        (candidate, [str(ranks[candidate.number] or "–") for _, ranks in columns]) for candidate in board.candidates
    ]


def changes(board: Board, card: Scorecard) -> list[str]:
    """The smallest changes of one value that would draw somebody level, in sentences."""
    names = {each.id: each.name for each in card.candidates}
    leaves = {leaf.number: leaf for leaf in board.leaves}
    found = []
    for change in robustness.score_changes(card)[:MOST_CHANGES]:
        leaf, raw = leaves[change.criterion], card.cell(change.candidate, change.criterion).raw
        if change.mark is not None and isinstance(raw, Fraction):
            now, then, unit = half_up(raw, 2), half_up(change.mark, 2), f" {leaf.unit}" if leaf.is_calculated else ""
        else:
            now, then, unit = half_up(change.value - change.points, 1), half_up(change.value, 1), " points"
        verb = "rose" if change.points > 0 else "fell"
        found.append(
            f"If {leaf.name} of {names[change.candidate]} {verb} from {tidy(now)} to {tidy(then)}{unit}, "
            f"{names[change.rival]} would draw level."
        )
    return found


def tidy(text: str) -> str:
    """3.50 as 3.5, 3.00 as 3."""
    return text.rstrip("0").rstrip(".")


def without_each(outcomes: list[robustness.Outcome], labels: dict[str, str], names: dict[str, str]) -> list[str]:
    """`Without Eva Lindqvist: Osterlund stays first.` for each outcome."""
    found = []
    for outcome in sorted(outcomes, key=lambda each: labels[each.label]):
        leaders = robustness.listed([names[each] for each in outcome.leaders]) if outcome.leaders else "nobody"
        verb = "would be" if outcome.changes_leader else "stays"
        found.append(f"Without {labels[outcome.label]}, {leaders} {verb} first.")
    return found


def policies(board: Board, card: Scorecard) -> list[tuple[str, dict[str, int | None]]]:
    """(the policy in words, ranks) of each; the selection's own first."""
    labels = {str(value): str(label) for value, label in Missing.choices}
    outcomes = sorted(robustness.under_each_policy(card), key=lambda each: each.label != board.selection.missing)
    return [(labels[outcome.label], outcome.ranks) for outcome in outcomes]


def cell_figures(board: Board) -> list[tuple[Criterion, list[str]]]:
    """Mean and range of every cell: "3.4 (2 to 5)"."""
    return [
        (leaf, [figure_words(board.statistics.get((leaf.pk, candidate.pk))) for candidate in board.candidates])
        for leaf in board.marked_leaves
    ]


def figure_words(figures: PanelStatistics | None) -> str:
    if figures is None:
        return "–"
    mean = half_up(figures.mean)
    return mean if not figures.range else f"{mean} ({int(figures.low)} to {int(figures.high)})"


def result_context(board: Board, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page of the result shows. Raises ValueError with a sentence when the what-if weights are none."""
    card = board.panel_card
    tree = what_if_tree(card.tree, query)
    changed = card.with_tree(tree)
    names = {each.id: each.name for each in card.candidates}
    people = {member.person.ref: member.person.name for member in board.panel}
    rankings, by_policy = evaluator_rankings(board), policies(board, card)
    return {
        "board": board,
        "headline": headline(card),
        "sentence": robustness.sentence(card),
        "unknown": unknown_words(board, card),
        "lines": lines(board, card),
        "groups": list(enumerate(tops(board), start=1)),
        "bands": bands(board, card),
        "sliders": sliders(board, card, tree, query),
        "what_if": lines(board, changed),
        "what_if_sentence": robustness.sentence(changed),
        "is_changed": tree != card.with_tree(what_if_tree(card.tree, {})).tree,
        "model": to_model(card),
        "disagreements": disagreements(board, card),
        "policies": [label for label, _ in by_policy],
        "policy_ranks": rank_table(board, by_policy),
        "evaluators": [name for name, _ in rankings],
        "evaluator_ranks": rank_table(board, rankings),
        "figures": cell_figures(board),
        "changes": changes(board, card),
        "without_people": without_each(robustness.leave_one_evaluator_out(card), people, names),
        "without_candidates": without_each(robustness.rank_reversals(card), names, names),
        "missing": Missing(board.selection.missing).label,
    }


@dataclass(frozen=True)
class ExplainedRow:
    """A node of one candidate: all figures as a page writes them, and the marks behind a leaf."""

    criterion: Criterion
    depth: int
    weight: str
    effective: str
    value: str
    contribution: str
    raw: str
    marks: list[Mark]
    source: str


def explained(board: Board, candidate: Candidate) -> list[ExplainedRow]:
    """The tree of one candidate, row by row, down to the marks."""
    nodes = {node.number: node for node in board.nodes}
    found: list[ExplainedRow] = []

    def walk(parts: tuple[Explanation, ...], depth: int) -> None:
        for part in parts:
            node = nodes[part.id]
            found.append(
                ExplainedRow(
                    node,
                    depth,
                    percent(part.weight),
                    percent(part.effective_weight),
                    points(part.value),
                    half_up(part.contribution),
                    raw_words(part.raw),
                    board.given.get((node.pk, candidate.pk), []),
                    part.cell.source if part.cell else "",
                )
            )
            walk(part.children, depth + 1)

    walk(board.panel_card.explain(candidate.number), 0)
    return found


def raw_words(raw: Fraction | Absent | None) -> str:
    if raw is None:
        return ""
    if isinstance(raw, Absent):
        return "not scored" if raw is Absent.MISSING else "not applicable"
    return tidy(half_up(raw, 2))
