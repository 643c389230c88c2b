"""From rows of the database to the arithmetic's own types: criteria, value functions, candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vendors.selection import criteria_tree, scoring, value_functions
from vendors.selection.models import Candidate, Criterion, Selection, ValueKind


def value_function(node: Criterion, selection: Selection) -> value_functions.ValueFunction:
    """How this leaf becomes 0 to 100. Raises ValueError on anchors that `Criterion.clean` would have refused."""
    direction = value_functions.Direction(node.direction)
    if node.kind == ValueKind.LINEAR:
        return value_functions.Linear(node.low, node.high, direction)
    if node.kind == ValueKind.PROPORTIONAL:
        return value_functions.Proportional(direction)
    if node.kind == ValueKind.TARGET:
        if node.target is None or node.ceiling is None:
            raise ValueError(f"{node.name} needs both target and ceiling.")
        return value_functions.Target(node.target, node.ceiling)
    return value_functions.Scale(selection.scale_low, selection.scale_high)


def in_order(nodes: Iterable[Criterion]) -> list[Criterion]:
    """Every live node, parents before their children, siblings by position."""
    below: dict[int | None, list[Criterion]] = {}
    for node in sorted(nodes, key=lambda each: (each.position, each.pk)):
        if not node.is_retired:
            below.setdefault(node.parent_id, []).append(node)

    def walk(parent: int | None) -> Iterator[Criterion]:
        for node in below.get(parent, ()):
            yield node
            yield from walk(node.pk)

    return list(walk(None))


def leaves_of(nodes: Iterable[Criterion]) -> list[Criterion]:
    """The nodes of an ordered list that have no child in it."""
    rows = list(nodes)
    parents = {node.parent_id for node in rows}
    return [node for node in rows if node.pk not in parents]


def grown(nodes: Iterable[Criterion], selection: Selection) -> tuple[criteria_tree.Criterion, ...]:
    """The top-level criteria with all below them, whether or not their weights add up."""
    below: dict[int | None, list[Criterion]] = {}
    for node in in_order(nodes):
        below.setdefault(node.parent_id, []).append(node)

    def grow(parent: int | None) -> tuple[criteria_tree.Criterion, ...]:
        return tuple(
            criteria_tree.Criterion(node.number, node.name, node.weight, grow(node.pk), value_function(node, selection))
            for node in below.get(parent, ())
        )

    return grow(None)


def contenders(candidates: Iterable[Candidate]) -> tuple[scoring.Candidate, ...]:
    """The candidates under names that tell them apart: the CMO's, with the site where a CMO stands twice."""
    rows = list(candidates)
    names = [candidate.site.vendor.name for candidate in rows]
    return tuple(
        scoring.Candidate(
            candidate.number, name if names.count(name) == 1 else str(candidate), ranked=not candidate.is_withdrawn
        )
        for candidate, name in zip(rows, names, strict=True)
    )
