"""The result of a selection as a document: the figures of its page, for whoever computes on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vendors.selection import robustness
from vendors.selection.assembling import Board
from vendors.selection.scoring import VERSION, Scorecard


def number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def document_of(board: Board) -> dict[str, Any]:
    """{"version", "missing", "sentence", "ranking": [{"candidate", "name", "rank", "total", "completeness",
    "contributions": {criterion: points}}], "flip_weights", "stability", "policies", "without_evaluator"}.

    Weights are shares of 0 to 1 among siblings, totals and points of 0 to 100; criteria and candidates by number.
    """
    card = board.panel_card
    return {
        "version": VERSION,
        "selection": board.selection.number,
        "missing": card.policy.value,
        "sentence": robustness.sentence(card),
        "ranking": ranking(card),
        "flip_weights": [
            {"criterion": flip.criterion, "rival": flip.rival, "weight": float(flip.weight)}
            for node in card.tree.top
            for flip in robustness.flip_weights(card, node.id)
        ],
        "stability": [
            {"criterion": each.criterion, "low": float(each.low), "high": float(each.high)}
            for each in robustness.stability_intervals(card, top_only=True)
        ],
        "policies": [{"missing": each.label, "ranks": each.ranks} for each in robustness.under_each_policy(card)],
        "without_evaluator": [
            {"evaluator": name_of(board, each.label), "ranks": each.ranks, "changes_leader": each.changes_leader}
            for each in robustness.leave_one_evaluator_out(card)
        ],
    }


def ranking(card: Scorecard) -> list[dict[str, Any]]:
    return [
        {
            "candidate": line.candidate.id,
            "name": line.candidate.name,
            "rank": line.rank,
            "total": number(line.total),
            "completeness": number(line.completeness),
            "contributions": {criterion: float(points) for criterion, points in line.contributions.items()},
        }
        for line in card.standings()
    ]


def name_of(board: Board, ref: str) -> str:
    return next((member.person.name for member in board.panel if member.person.ref == ref), ref)
