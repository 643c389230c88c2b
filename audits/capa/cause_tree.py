"""A cause tree as nested causes and as the indented lines a person edits: every change is one step of the keyboard.

tree: {"text": str, "causes": [tree]}, the effect on top. lines: [(depth, text)], the effect at depth 0, in reading
order. A step never loses a line, and a line never stands more than one deeper than the line above it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DEEPEST = 6
MOST_LINES = 60
LONGEST = 400  # characters of a line

Line = tuple[int, str]


def to_lines(tree: dict[str, Any], depth: int = 0) -> list[Line]:
    """The tree in reading order; an empty tree has no line."""
    if not tree:
        return []
    below = [line for cause in tree.get("causes", ()) for line in to_lines(cause, depth + 1)]
    return [(depth, str(tree.get("text", ""))), *below]


def to_tree(lines: list[Line]) -> dict[str, Any]:
    """The tree of `lines`; {} for none. Depths that skip a level are drawn in."""
    lines = settled(lines)
    if not lines:
        return {}
    made: list[dict[str, Any]] = []
    for depth, text in lines:
        cause: dict[str, Any] = {"text": text, "causes": []}
        if depth:
            made[depth - 1]["causes"].append(cause)
        made[depth:] = [cause]
    return made[0]


def settled(lines: list[Line]) -> list[Line]:
    """The first line is the effect; no line stands more than one deeper than the one above it."""
    made: list[Line] = []
    for depth, text in lines:
        deepest = min(made[-1][0] + 1, DEEPEST) if made else 0
        made.append((min(max(depth, 1), deepest) if made else 0, text))
    return made


def problem(tree: Any) -> str | None:
    """What is wrong with a tree that somebody sent, as a sentence; None when it can be kept."""
    if tree == {}:
        return None
    if not well_formed(tree, 0):
        return f"A cause is a text with a list of causes, at most {DEEPEST} levels deep."
    lines = to_lines(tree)
    if len(lines) > MOST_LINES:
        return f"The tree has {len(lines)} lines: {MOST_LINES} at most."
    if any(len(text) > LONGEST for _, text in lines):
        return f"A line of the tree has {LONGEST} characters at most."
    return None


def well_formed(tree: Any, depth: int) -> bool:
    if not isinstance(tree, dict) or set(tree) - {"text", "causes"} or depth > DEEPEST:
        return False
    causes = tree.get("causes", [])
    shaped = isinstance(tree.get("text"), str) and isinstance(causes, list)
    return shaped and all(well_formed(cause, depth + 1) for cause in causes)


def end_of(lines: list[Line], at: int) -> int:
    """Where the branch that begins at `at` ends: the first line that is not below it."""
    depth = lines[at][0]
    return next((i for i in range(at + 1, len(lines)) if lines[i][0] <= depth), len(lines))


def add_cause(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """A new cause of the line `at`, after the causes it has."""
    end = end_of(lines, at)
    return [*lines[:end], (min(lines[at][0] + 1, DEEPEST), ""), *lines[end:]], end


def add_beside(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """A new line beside `at`, after its branch; beside the effect there is none, so it becomes its cause."""
    end = end_of(lines, at)
    return [*lines[:end], (max(lines[at][0], 1), ""), *lines[end:]], end


def remove(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """Takes the line away; what stood below it moves one level up. The effect stays while it has causes."""
    if at == 0 and len(lines) > 1:
        return lines, 0
    end = end_of(lines, at)
    raised = [(depth - 1, text) for depth, text in lines[at + 1 : end]]
    return [*lines[:at], *raised, *lines[end:]], max(at - 1, 0)


def deeper(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """The branch becomes a cause of the line above it on the same level."""
    end = end_of(lines, at)
    deepest = max(depth for depth, _ in lines[at:end])
    if at == 0 or lines[at - 1][0] < lines[at][0] or deepest >= DEEPEST:
        return lines, at
    return [*lines[:at], *((depth + 1, text) for depth, text in lines[at:end]), *lines[end:]], at


def higher(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """The branch stands beside what it was a cause of, after that one's other causes."""
    depth = lines[at][0]
    if depth < 2:
        return lines, at
    end = end_of(lines, at)
    parent = next(i for i in range(at - 1, -1, -1) if lines[i][0] == depth - 1)
    after = end_of(lines, parent)
    branch = [(level - 1, text) for level, text in lines[at:end]]
    return [*lines[:at], *lines[end:after], *branch, *lines[after:]], at + after - end


def up(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """The branch changes places with the one before it on its level."""
    depth = lines[at][0]
    before = next((i for i in range(at - 1, 0, -1) if lines[i][0] <= depth), 0)
    if not before or lines[before][0] != depth:
        return lines, at
    end = end_of(lines, at)
    return [*lines[:before], *lines[at:end], *lines[before:at], *lines[end:]], before


def down(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """The branch changes places with the one after it on its level."""
    after = end_of(lines, at)
    if at == 0 or after >= len(lines) or lines[after][0] != lines[at][0]:
        return lines, at
    moved, _ = up(lines, after)
    return moved, at + end_of(lines, after) - after


STEPS: dict[str, Callable[[list[Line], int], tuple[list[Line], int]]] = {
    "cause": add_cause,
    "beside": add_beside,
    "remove": remove,
    "deeper": deeper,
    "higher": higher,
    "up": up,
    "down": down,
}


def step(lines: list[Line], name: str, at: int) -> tuple[list[Line], int]:
    """Does one step at the line `at`; returns the lines and where the cursor goes. An unknown step changes nothing."""
    lines = settled(lines)
    act = STEPS.get(name)
    if not lines:
        return ([(0, "")], 0) if act else (lines, 0)
    at = min(max(at, 0), len(lines) - 1)
    grows = name in {"cause", "beside"}
    if act is None or (grows and len(lines) >= MOST_LINES):
        return lines, at
    made, place = act(lines, at)
    return settled(made), place
