"""The decision arithmetic as an open calculator: a document in, a document out, no database.

`manage.py analyse FILE.json` and `POST /api/v1/analysis/` both call `analyse`, so anybody can recompute a decision.

In:  {"alternatives": [names],
      "criteria": [{"name", "weight", "direction": "higher" | "lower",
                    "value": {"kind": "points" | "linear" | "proportional" | "target" | "piecewise",
                              "low", "high", "target", "ceiling", "points": [[x, value], ...]}}],
      "scores": [[a number, null or "n/a" for each criterion] for each alternative],
      "missing": "worst" | "exclude" | "neutral"}

Weights may be of any size and are normalised to 1. direction defaults to higher, value to points, missing to exclude.
points are 0 to 100 already; linear maps low..high to 0..100 (reversed for lower), clamped; without low and high it runs
between the lowest and highest score; proportional is 100 x/max, or 100 min/x for lower; target is 100 at target, 0 at
ceiling (the worst acceptable), clamped; piecewise goes through its points. null is missing, "n/a" does not apply.
`samples`, `seed`, `weights` and `concentration` (random trials) are checked and change nothing here.

Out: {"version", "values": [[0 to 100, null where left out]], "totals": [0 to 100 or null], "ranks": [1 = best, ties
      share, null without a total], "leader", "flip_weights": [{"criterion", "rival", "weight"}], "stability":
      [{"criterion", "low", "high"}], "first_threat": a flip weight or null, "policies": [{"missing", "ranks"}],
      "sentence"}

In {"pairwise": [[judgements]]}, out {"weights", "lambda_max", "ci", "cr", "consistent", "worst_judgement": [i, j]};
worst_judgement is null where every judgement agrees with the weights.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vendors.selection import robustness, weighting
from vendors.selection.criteria_tree import Criterion, scaled_to_100
from vendors.selection.scoring import VERSION, Candidate, Cell, MissingPolicy, Scorecard
from vendors.selection.value_functions import (
    Absent,
    Direction,
    Linear,
    Number,
    Piecewise,
    Points,
    Proportional,
    Target,
    ValueFunction,
    exact,
)

Document = dict[str, Any]

MOST_ALTERNATIVES = MOST_CRITERIA = 60
LARGEST, SMALLEST = 1e15, 1e-12
KEYS = (
    "alternatives",
    "criteria",
    "scores",
    "missing",
    "samples",
    "seed",
    "weights",
    "concentration",
)
CRITERION_KEYS = ("name", "weight", "direction", "value")
VALUE_KEYS = ("kind", "low", "high", "target", "ceiling", "points")
KINDS = ("points", "linear", "proportional", "target", "piecewise")
CANDIDATE, LEAF = "alternative {}", "criterion {}"


class BadDocument(ValueError):
    """The document cannot be analysed; `errors` lists what to mend, each sentence naming the place."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("\n".join(errors))


def analyse(document: object) -> Document:
    """The whole analysis of a document, as described above. Raises `BadDocument`."""
    if not isinstance(document, dict):
        raise BadDocument(
            [f"The document is {shown(document)}: write an object with alternatives, criteria and scores."]
        )
    if "pairwise" in document:
        return _analyse_pairwise(document)
    return _report(_Reader().scorecard(document))


def _analyse_pairwise(document: Document) -> Document:
    reader = _Reader()
    reader.known_keys(document, ("pairwise",), "The document")
    matrix = document["pairwise"]
    if not isinstance(matrix, list) or not all(isinstance(row, list) for row in matrix):
        raise BadDocument([*reader.errors, "pairwise must be a list of rows, each a list of numbers."])
    for i, row in enumerate(matrix):
        for j, entry in enumerate(row):
            reader.number(entry, f"pairwise[{i}][{j}]", "write a number above 0")
    errors = reader.errors or weighting.matrix_problems(matrix)
    if errors:
        raise BadDocument(errors)
    result = weighting.pairwise_weights(matrix)
    return {
        "weights": result.weights,
        "lambda_max": result.lambda_max,
        "ci": result.ci,
        "cr": result.cr,
        "consistent": result.consistent,
        "worst_judgement": list(result.worst_judgement) if result.worst_judgement else None,
    }


def _report(card: Scorecard) -> Document:
    names = {each.id: each.name for each in card.candidates}
    criteria = {node.id: node.name for node in card.tree.top}

    def flip(found: robustness.Flip) -> Document:
        return {
            "criterion": criteria[found.criterion],
            "rival": names[found.rival],
            "weight": float(found.weight),
        }

    leader, threat = robustness.leader_of(card), robustness.first_threat(card)
    return {
        "version": VERSION,
        "values": [[_number(card.counted(each, leaf)) for leaf in criteria] for each in names],
        "totals": [_number(card.totals[each]) for each in names],
        "ranks": [card.ranks[each] for each in names],
        "leader": names[leader] if leader is not None else None,
        "flip_weights": [flip(found) for found in robustness.flip_weights(card)],
        "stability": [
            {"criterion": criteria[found.criterion], "low": float(found.low), "high": float(found.high)}
            for found in robustness.stability_intervals(card)
        ],
        "first_threat": flip(threat) if threat else None,
        "policies": [
            {"missing": outcome.label, "ranks": [outcome.ranks[each] for each in names]}
            for outcome in robustness.under_each_policy(card)
        ],
        "sentence": robustness.sentence(card),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def shown(entry: object) -> str:
    """An entry as the reader of a sentence knows it from the document, shortened."""
    if isinstance(entry, int) and abs(entry) > LARGEST:
        return "a number of more than 15 digits"
    if isinstance(entry, dict | list):
        return "an object" if isinstance(entry, dict) else "a list"
    text = {None: "null", True: "true", False: "false"}.get(entry) if entry is None or isinstance(entry, bool) else None
    if text is None:
        text = f'"{entry}"' if isinstance(entry, str) else str(entry)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _usable(entry: Number) -> bool:
    """Whether a number can be calculated with: finite, and 0 or of a size that a mark, price or weight can have."""
    if not isinstance(entry, int) and not math.isfinite(entry):
        return False
    # Compared before any conversion: a whole number of 400 digits does not fit a float.
    return entry == 0 or (-LARGEST <= entry <= LARGEST and abs(float(entry)) >= SMALLEST)


class _Reader:
    """Reads a document into a scorecard and collects every error on the way, not only the first."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def scorecard(self, document: Document) -> Scorecard:
        self.known_keys(document, KEYS, "The document")
        alternatives = self.names(document.get("alternatives"), "alternatives", MOST_ALTERNATIVES)
        criteria = self.criteria(document.get("criteria"))
        rows = self.scores(document.get("scores"), len(alternatives), len(criteria))
        policy = self.choice(document.get("missing"), "missing", [each.value for each in MissingPolicy], "exclude")
        self.trials(document)
        if self.errors:
            raise BadDocument(self.errors)
        cells = {
            (CANDIDATE.format(i), LEAF.format(j)): Cell(settled=entry)
            for i, row in enumerate(rows)
            for j, entry in enumerate(row)
        }
        candidates = tuple(Candidate(CANDIDATE.format(i), name) for i, name in enumerate(alternatives))
        card = Scorecard(scaled_to_100(criteria), candidates, cells, MissingPolicy(policy))
        self.unvaluable(card)
        return card

    def unvaluable(self, card: Scorecard) -> None:
        """Scores that are numbers but mean nothing to their value function, such as 120 points or a price of 0."""
        for i, candidate in enumerate(card.candidates):
            for j, leaf in enumerate(card.tree.leaves):
                raw = card.cell(candidate.id, leaf.criterion.id).raw
                try:
                    if not isinstance(raw, Absent):
                        leaf.criterion.value.value(raw)
                except ValueError as error:
                    self.errors.append(f"scores[{i}][{j}] cannot be valued. {error}")
        if self.errors:
            raise BadDocument(self.errors)

    def known_keys(self, entry: Document, known: tuple[str, ...], place: str) -> None:
        for key in entry:
            if key not in known:
                self.errors.append(f"{place} has an unknown key {shown(key)}: the keys are {', '.join(known)}.")

    def number(self, entry: object, place: str, cure: str = "write a number") -> Fraction | None:
        if isinstance(entry, bool) or not isinstance(entry, int | float | Decimal):
            self.errors.append(f"{place} is {shown(entry)}: {cure}.")
        elif not _usable(entry):
            self.errors.append(f"{place} is {shown(entry)}: {cure} between 1e-12 and 1e15 in size, or 0.")
        else:
            return exact(entry)
        return None

    def choice(self, entry: object, place: str, allowed: list[str] | tuple[str, ...], default: str) -> str:
        if entry is None:
            return default
        if entry not in allowed:
            words = ", ".join(f'"{each}"' for each in allowed)
            self.errors.append(f"{place} is {shown(entry)}: write one of {words}.")
            return default
        return str(entry)

    def names(self, entry: object, place: str, most: int) -> list[str]:
        if not isinstance(entry, list) or not 1 <= len(entry) <= most:
            self.errors.append(f"{place} must be a list of 1 to {most} names.")
            return []
        seen: set[str] = set()
        for i, name in enumerate(entry):
            if not isinstance(name, str) or not name.strip():
                self.errors.append(f"{place}[{i}] is {shown(name)}: write a name.")
            elif name in seen:
                self.errors.append(f"{place}[{i}] is {shown(name)} a second time: names must differ.")
            else:
                seen.add(name)
        return [str(name) for name in entry]

    def criteria(self, entry: object) -> list[Criterion]:
        if not isinstance(entry, list) or not 1 <= len(entry) <= MOST_CRITERIA:
            self.errors.append(f"criteria must be a list of 1 to {MOST_CRITERIA} objects with a name and a weight.")
            return []
        found = [self.criterion(each, i) for i, each in enumerate(entry)]
        named = [each.get("name") if isinstance(each, dict) else None for each in entry]
        for i, name in enumerate(named):
            if name is not None and name in named[:i]:
                self.errors.append(f"criteria[{i}].name is {shown(name)} a second time: names must differ.")
        if not self.errors and not any(exact(each.weight) for each in found):
            self.errors.append("Every weight is 0: give at least one criterion a weight above 0.")
        return found

    def criterion(self, entry: object, i: int) -> Criterion:
        place = f"criteria[{i}]"
        if not isinstance(entry, dict):
            self.errors.append(f"{place} is {shown(entry)}: write an object with a name and a weight.")
            return Criterion(LEAF.format(i), "", 0)
        self.known_keys(entry, CRITERION_KEYS, place)
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            self.errors.append(f"{place}.name is {shown(name)}: write a name.")
        weight = self.number(entry.get("weight"), f"{place}.weight", "write a number of 0 or more")
        if weight is not None and weight < 0:
            self.errors.append(f"{place}.weight is {shown(entry['weight'])}: write a number of 0 or more.")
        direction = Direction(self.choice(entry.get("direction"), f"{place}.direction", ["higher", "lower"], "higher"))
        value = self.value_function(entry.get("value"), f"{place}.value", direction)
        return Criterion(LEAF.format(i), str(name), weight or 0, value=value)

    def value_function(self, entry: object, place: str, direction: Direction) -> ValueFunction:
        entry = {"kind": "points"} if entry is None else entry
        if not isinstance(entry, dict):
            self.errors.append(f'{place} is {shown(entry)}: write an object with a "kind".')
            return Points()
        before = len(self.errors)
        self.known_keys(entry, VALUE_KEYS, place)
        kind = self.choice(entry.get("kind"), f"{place}.kind", KINDS, "points")
        anchors = {
            key: self.number(entry[key], f"{place}.{key}")
            for key in ("low", "high", "target", "ceiling")
            if entry.get(key) is not None
        }
        if kind == "piecewise":
            points = self.line(entry.get("points"), f"{place}.points")
        if len(self.errors) > before:
            return Points()
        try:
            return Piecewise(points) if kind == "piecewise" else _function(kind, anchors, direction)
        except ValueError as error:
            self.errors.append(f"{place}: {error}")
            return Points()

    def line(self, entry: object, place: str) -> tuple[tuple[Number, Number], ...]:
        if not isinstance(entry, list) or not all(isinstance(point, list) and len(point) == 2 for point in entry):
            self.errors.append(f"{place} is {shown(entry)}: write a list of pairs [number, value of 0 to 100].")
            return ()
        pairs = [
            [self.number(part, f"{place}[{i}][{j}]") or Fraction(0) for j, part in enumerate(point)]
            for i, point in enumerate(entry)
        ]
        return tuple((x, height) for x, height in pairs)

    def scores(self, entry: object, alternatives: int, criteria: int) -> list[list[Number | Absent]]:
        if not isinstance(entry, list) or (alternatives and len(entry) != alternatives):
            self.errors.append("scores must be a list with one row for each alternative.")
            return []
        rows: list[list[Number | Absent]] = []
        for i, row in enumerate(entry):
            if not isinstance(row, list):
                self.errors.append(f"scores[{i}] is {shown(row)}: write a list with one entry for each criterion.")
            elif criteria and len(row) != criteria:
                self.errors.append(
                    f"scores[{i}] has {len(row)} entries: write one for each of the {criteria} criteria."
                )
            else:
                rows.append([self.score(each, f"scores[{i}][{j}]") for j, each in enumerate(row)])
        return rows

    def score(self, entry: object, place: str) -> Number | Absent:
        if entry is None:
            return Absent.MISSING
        if entry == "n/a":
            return Absent.NOT_APPLICABLE
        return self.number(entry, place, 'write a number or null (or "n/a" where it does not apply)') or Fraction(0)

    def trials(self, document: Document) -> None:
        self.choice(document.get("weights"), "weights", ["around", "free"], "around")
        for key, least in (("samples", 1), ("seed", 0)):
            entry = document.get(key)
            if entry is not None and (isinstance(entry, bool) or not isinstance(entry, int) or entry < least):
                self.errors.append(f"{key} is {shown(entry)}: write a whole number of {least} or more.")
        concentration = document.get("concentration")
        if concentration is not None:
            size = self.number(concentration, "concentration", "write a number above 0")
            if size is not None and size <= 0:
                self.errors.append(f"concentration is {shown(concentration)}: write a number above 0.")


def _function(kind: str, anchors: dict[str, Fraction | None], direction: Direction) -> ValueFunction:
    """The value function of a kind; raises ValueError with a sentence when its anchors do not fit."""
    if kind == "linear":
        return Linear(anchors.get("low"), anchors.get("high"), direction)
    if kind == "proportional":
        return Proportional(direction)
    if kind == "target":
        target, ceiling = anchors.get("target"), anchors.get("ceiling")
        if target is None or ceiling is None:
            raise ValueError("a target needs both target and ceiling.")
        if (ceiling > target) is not (direction is Direction.LOWER):
            side = "above" if direction is Direction.LOWER else "below"
            raise ValueError(f"with direction {direction.value}, ceiling (the worst acceptable) lies {side} target.")
        return Target(target, ceiling)
    if direction is Direction.LOWER:
        raise ValueError("points are values already, where more is better: write direction higher, or use linear.")
    return Points()
