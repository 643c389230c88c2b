"""The arithmetic of the what-if sliders in the browser gives the figures of the server, run in node on random cases."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.selection.cards import card_of, flat_tree, nested_tree, reference_card
from vendors.selection.robustness import flip_weights, sentence, stability_intervals
from vendors.selection.scoring import MissingPolicy, Scorecard, to_model
from vendors.selection.value_functions import Absent

HERE = Path(__file__).resolve().parent
MODULE = HERE.parents[1] / "static" / "js" / "whatif.js"


def case_of(card: Scorecard, weights: dict[str, int]) -> dict[str, Any]:
    """The agreed model, what-if weights, and what the server makes of them."""
    asked = card.with_tree(card.tree.with_top_weights(weights))
    return {
        "model": to_model(card),
        "weights": weights,
        "totals": {name: None if total is None else float(total) for name, total in asked.totals.items()},
        "ranks": asked.ranks,
        "leaders": list(asked.leaders),
        "bands": {
            each.criterion: [float(each.low), float(each.high)] for each in stability_intervals(asked, top_only=True)
        },
        "flips": sorted(float(flip.weight) for node in asked.tree.top for flip in flip_weights(asked, node.id)),
        "sentence": sentence(asked),
    }


def random_cases(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)  # fixed: a case that fails must fail again
    cases = []
    for number in range(count):
        tree = nested_tree() if number % 2 else flat_tree()
        gaps: list[Any] = [None, Absent.NOT_APPLICABLE] if number % 3 == 0 else []
        table = {
            f"v{i}": tuple(chance.choice([*gaps, *(Fraction(half, 2) for half in range(11))]) for _ in tree.leaves)
            for i in range(chance.randint(2, 5))
        }
        card = card_of(tree, table, chance.choice(list(MissingPolicy)))
        weights = {node.id: chance.randint(0, 60) for node in tree.top}
        weights[tree.top[0].id] += 1
        cases.append(case_of(card, weights))
    return cases


def test_the_browser_gives_the_figures_of_the_server(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, and the sliders' arithmetic needs it to run outside a browser")
    agreed = {"CAP": 30, "CPY": 15, "AVL": 15, "REG": 25, "PRC": 15}
    tie = card_of(flat_tree((50, 50), ("x", "y")), {"A": (5, 1), "B": (1, 5), "C": (0, 0)})
    alone = case_of(reference_card(), {**dict.fromkeys(agreed, 0), "CAP": 40})
    twice = card_of(flat_tree((25, 25, 50), ("x", "y", "z")), {"A": (4.5, 0, None), "B": (5, 0, 1.5)})
    cases = [
        case_of(reference_card(), agreed),
        case_of(tie, {"x": 30, "y": 30}),
        case_of(twice, {"x": 25, "y": 25, "z": 50}),
        alone,
        *random_cases(200),
    ]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases))
    done = subprocess.run(
        [node, "--test", str(HERE / "whatif.test.mjs")],
        env={**os.environ, "WHATIF_CASES": str(file), "WHATIF_MODULE": str(MODULE)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
