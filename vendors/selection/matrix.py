"""The score matrix as its page shows it: criteria down, candidates across, a cell blind until the reader marked it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from cmo_portal.lib import charts, wording
from vendors.selection.assembling import Board
from vendors.selection.marking import NOT_APPLICABLE
from vendors.selection.models import Candidate, Criterion, Mark, Reading, Status
from vendors.selection.panel_statistics import PanelStatistics
from vendors.selection.scoring import Scorecard
from vendors.selection.value_functions import Absent, half_up

INPUT, OWN, PANEL, CALCULATED, CLOSED = "input", "own", "panel", "calculated", "closed"
SPLIT = 2  # scale points between the lowest and the highest mark of a cell


@dataclass(frozen=True)
class CellView:
    """One cell: what stands in it, who may see what, and the words that a picture does not say."""

    criterion: Criterion
    candidate: Candidate
    mode: str
    text: str
    version: int
    strip: SafeString | str = ""
    words: str = ""
    is_split: bool = False
    evidence: int = 0
    points: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        return f"{self.criterion.number}-{self.candidate.number}"

    @property
    def is_empty(self) -> bool:
        return self.text == ""

    @property
    def step(self) -> str:
        """The shade of the ramp: the digit, x, or nothing."""
        return self.text


@dataclass(frozen=True)
class RowView:
    criterion: Criterion
    path: str
    weight: Fraction
    cells: list[CellView]

    @property
    def is_split(self) -> bool:
        return any(cell.is_split for cell in self.cells)

    @property
    def is_missing(self) -> bool:
        return any(cell.mode == INPUT and cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class GroupView:
    criterion: Criterion
    weight: Fraction
    colour: int
    rows: list[RowView]


@dataclass(frozen=True)
class Place:
    """One line of a ranking."""

    candidate: Candidate
    name: str
    rank: int | None
    total: str
    percent: float


def mark_text(mark: Mark | None) -> str:
    """What stands in the cell: a digit, x, or nothing."""
    if mark is None or not mark.is_given:
        return ""
    return NOT_APPLICABLE if mark.value is None else f"{mark.value:.0f}"


def mode_of(board: Board, leaf: Criterion, candidate: Candidate) -> str:
    """Whether the reader marks, has marked, reads the panel's, or sees nothing of this cell."""
    if leaf.is_calculated:
        return CALCULATED
    seat = board.seat
    if candidate.is_withdrawn or board.selection.status not in {Status.SCORING, Status.SCORED}:
        return OWN if mark_text(board.own.get((leaf.pk, candidate.pk))) else CLOSED
    if board.selection.status == Status.SCORED:
        return PANEL
    if seat is None:
        return CLOSED
    return OWN if seat.submitted_at else INPUT


def cell_view(
    board: Board, leaf: Criterion, candidate: Candidate, error: tuple[str, str, int] | None = None
) -> CellView:
    """The view of one cell. `error`: (what was typed, the sentence, the stored version) of a refused mark."""
    where = (leaf.pk, candidate.pk)
    mode, evidence = mode_of(board, leaf, candidate), board.evidence.get(where, 0)
    if mode == CALCULATED:
        return calculated(board, leaf, candidate, evidence)
    mark = board.own.get(where)
    figures = board.statistics.get(where)
    text = mark_text(mark)
    if mode == PANEL:
        text = panel_text(board, where, figures)
    return CellView(
        criterion=leaf,
        candidate=candidate,
        mode=mode,
        text=error[0] if error else text,
        version=error[2] if error else (mark.version if mark else 0),
        strip=strip(board, mark, figures),
        words=words_of(board, mark, figures),
        is_split=figures is not None and figures.range >= SPLIT,
        evidence=evidence,
        error=error[1] if error else "",
    )


def panel_text(board: Board, where: tuple[int, int], figures: PanelStatistics | None) -> str:
    """The panel's mean once scoring is over: what the result is made of."""
    if figures is None:
        return NOT_APPLICABLE if board.given.get(where) else ""
    return half_up(figures.mean) if figures.mean != int(figures.mean) else str(int(figures.mean))


def strip(board: Board, mark: Mark | None, figures: PanelStatistics | None) -> SafeString:
    selection = board.selection
    if figures is None:
        return charts.strip(None)
    mine = float(mark.value) if mark is not None and mark.value is not None else float(figures.median)
    return charts.strip(
        mine,
        float(figures.median),
        float(figures.low),
        float(figures.high),
        split=figures.range >= SPLIT,
        minimum=selection.scale_low,
        maximum=selection.scale_high,
        width=46,
    )


def words_of(board: Board, mark: Mark | None, figures: PanelStatistics | None) -> str:
    """What the strip says, in words."""
    if board.selection.status == Status.SCORING and (mark is None or not mark.is_given):
        return "Panel scores show after you score." if board.seat else "Panel scores show when scoring is closed."
    if figures is None:
        return "Nobody gave a number."
    split = " Panel disagrees." if figures.range >= SPLIT else ""
    median = half_up(figures.median).removesuffix(".0")
    return f"Panel median {median}, range {int(figures.low)} to {int(figures.high)}.{split}"


def calculated(board: Board, leaf: Criterion, candidate: Candidate, evidence: int) -> CellView:
    """The number behind the cell, and the points of 100 it earns."""
    reading = board.readings.get((leaf.pk, candidate.pk))
    text, points = "", ""
    if reading is not None and reading.is_not_applicable:
        text = "not applicable"
    elif reading is not None and reading.value is not None:
        decimals = max(decimals_of(row) for (node, _), row in board.readings.items() if node == leaf.pk)
        text = wording.number(reading.value, decimals)
        value = board.panel_card.values[candidate.number, leaf.number] if board.is_balanced else Absent.MISSING
        points = "" if isinstance(value, Absent) else half_up(value)
    version = reading.version if reading else 0
    return CellView(leaf, candidate, CALCULATED, text, version, evidence=evidence, points=points)


def decimals_of(reading: Reading) -> int:
    """As many decimals as the number needs; a row shows the most that any of its numbers needs."""
    text = f"{reading.value.normalize():f}" if reading.value is not None else ""
    return len(text.partition(".")[2])


def rows_of(board: Board, errors: dict[str, tuple[str, str, int]] | None = None) -> list[GroupView]:
    """The whole matrix, group by group. `errors`: refused marks by key of their cell."""
    names = {node.pk: node for node in board.nodes}
    placements, groups = board.tree.placements, [node for node in board.nodes if node.parent_id is None]
    found: list[GroupView] = []
    for colour, group in enumerate(groups, start=1):
        rows = [
            RowView(
                leaf,
                path_of(leaf, names),
                100 * placements[leaf.number].global_weight,
                [
                    cell_view(board, leaf, candidate, (errors or {}).get(f"{leaf.number}-{candidate.number}"))
                    for candidate in board.candidates
                ],
            )
            for leaf in board.leaves
            if top_of(leaf, names) is group
        ]
        found.append(GroupView(group, 100 * placements[group.number].share, (colour - 1) % 5 + 1, rows))
    return found


def top_of(node: Criterion, names: dict[int, Criterion]) -> Criterion:
    while node.parent_id is not None:
        node = names[node.parent_id]
    return node


def path_of(leaf: Criterion, names: dict[int, Criterion]) -> str:
    """The groups between the top level and the leaf, where the tree is deeper than two levels."""
    node, found = leaf, list[str]()
    while node.parent_id is not None and names[node.parent_id].parent_id is not None:
        node = names[node.parent_id]
        found.insert(0, node.name)
    return " · ".join(found)


def filtered(groups: list[GroupView], show: str) -> list[GroupView]:
    """Only the rows with an empty cell of the reader's ("missing"), or with a split panel ("split")."""
    if show not in {"missing", "split"}:
        return groups
    kept = [
        GroupView(
            group.criterion,
            group.weight,
            group.colour,
            [row for row in group.rows if (row.is_missing if show == "missing" else row.is_split)],
        )
        for group in groups
    ]
    return [group for group in kept if group.rows]


def ranking(board: Board, card: Scorecard) -> list[Place]:
    """The candidates in order of rank, those without a rank at the end."""
    by_number = {candidate.number: candidate for candidate in board.candidates}
    return [
        Place(
            by_number[line.candidate.id],
            line.candidate.name,
            line.rank,
            half_up(line.total) if line.total is not None else "–",
            float(line.total or 0),
        )
        for line in card.standings()
    ]


def card_for(board: Board, source: str) -> Scorecard:
    """The scorecard that totals are read from: one's own while scoring, the panel's afterwards or when asked for."""
    if board.selection.status == Status.SCORED and source != "mine":
        return board.panel_card
    if source == "panel":
        return board.panel_card
    return board.own_card


def news_of(board: Board) -> tuple[list[Candidate], list[Candidate]]:
    """What changed among the candidates since scoring opened: (new ones the reader is yet to score, withdrawn ones)."""
    if board.selection.status != Status.SCORING or board.seat is None:
        return [], []
    fresh = [
        candidate
        for candidate in board.standing
        if candidate.why_added
        and not all(mark_text(board.own.get((leaf.pk, candidate.pk))) for leaf in board.marked_leaves)
    ]
    return fresh, [candidate for candidate in board.candidates if candidate.is_withdrawn]


def scores_context(board: Board, source: str = "", show: str = "", errors: Any = None) -> dict[str, Any]:
    """Everything the page of scores shows."""
    groups = rows_of(board, errors)
    rows = [row for group in groups for row in group.rows]
    places = ranking(board, card_for(board, source))
    totals = {place.candidate.number: place.total for place in places}
    cells = [cell for row in rows for cell in row.cells if cell.criterion in board.marked_leaves]
    own = [cell for cell in cells if not cell.candidate.is_withdrawn]
    is_input = any(cell.mode == INPUT for cell in cells)
    fresh, gone = news_of(board)
    return {
        "fresh": fresh,
        "gone": gone,
        "board": board,
        "groups": filtered(groups, show),
        "candidates": [(candidate, totals.get(candidate.number, "–")) for candidate in board.candidates],
        "ranking": places,
        "source": source or ("panel" if board.selection.status == Status.SCORED else "mine"),
        "show": show,
        "is_open": is_input,
        "counts": {
            "all": len(rows),
            "missing": sum(row.is_missing for row in rows),
            "split": sum(row.is_split for row in rows),
            "given": sum(bool(mark_text(board.own.get((c.criterion.pk, c.candidate.pk)))) for c in own),
            "wanted": len(own),
        },
        "digits": "".join(
            str(digit) for digit in range(board.selection.scale_low, min(board.selection.scale_high, 9) + 1)
        ),
    }
