"""The open calculator: its document in and out, its sentences for a bad document, and the command that runs it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.selection.analysis import BadDocument, analyse

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"kind": "linear", "low": 0, "high": 5}
REFERENCE: dict[str, Any] = {
    "alternatives": ["A", "B", "C"],
    "criteria": [
        {"name": name, "weight": weight, "direction": "higher", "value": MARKS}
        for name, weight in (("CAP", 30), ("CPY", 15), ("AVL", 15), ("REG", 25), ("PRC", 15))
    ],
    "scores": [[4, 3, 2, 5, 3], [5, 4, 3, 3, 2], [3, 4, 5, 4, 5]],
    "missing": "exclude",
}


def reference(**changes: object) -> dict[str, Any]:
    return {**copy.deepcopy(REFERENCE), **changes}


def one_criterion(scores: list[object], **criterion: object) -> dict[str, Any]:
    return {
        "alternatives": [f"V{i}" for i in range(len(scores))],
        "criteria": [{"name": "x", "weight": 1, **criterion}],
        "scores": [[score] for score in scores],
    }


def errors_of(document: object) -> list[str]:
    with pytest.raises(BadDocument) as caught:
        analyse(document)
    return caught.value.errors


def test_the_reference_decision() -> None:
    found = analyse(reference())
    assert found["totals"] == [73, 72, 80]
    assert found["ranks"] == [2, 3, 1]
    assert found["leader"] == "C"
    assert found["values"][0] == [80, 60, 40, 100, 60]
    assert found["sentence"] == "AVL must fall from 15 % to 3.8 % before A ranks first."
    assert [(each["criterion"], each["rival"], round(each["weight"], 4)) for each in found["flip_weights"]] == [
        ("CAP", "A", 0.4815),
        ("CAP", "B", 0.4167),
        ("AVL", "A", 0.0377),
        ("REG", "A", 0.4444),
        ("PRC", "B", 0.0192),
    ]
    assert [(each["criterion"], round(each["low"], 4), round(each["high"], 4)) for each in found["stability"]] == [
        ("CAP", 0, 0.4167),
        ("CPY", 0, 1),
        ("AVL", 0.0377, 1),
        ("REG", 0, 0.4444),
        ("PRC", 0.0192, 1),
    ]
    json.dumps(found, allow_nan=False)


def test_weights_of_any_size_are_normalised() -> None:
    small = reference()
    for criterion in small["criteria"]:
        criterion["weight"] /= 100
    assert analyse(small) == analyse(reference())


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        ({"kind": "proportional"}, "lower", [83.33, 66.67, 100]),
        ({"kind": "proportional"}, "higher", [80, 100, 66.67]),
        ({"kind": "linear"}, "lower", [60, 0, 100]),
        ({"kind": "linear", "low": 1, "high": 2}, "lower", [80, 50, 100]),
        ({"kind": "linear", "low": 1.2, "high": 1.4}, "higher", [0, 100, 0]),
        ({"kind": "target", "target": 1.0, "ceiling": 1.5}, "lower", [60, 0, 100]),
        ({"kind": "target", "target": 1.5, "ceiling": 1.0}, "higher", [40, 100, 0]),
        ({"kind": "piecewise", "points": [[1, 100], [1.2, 60], [2, 0]]}, "lower", [60, 37.5, 100]),
        ({"kind": "points", "low": None}, "higher", [1.2, 1.5, 1.0]),
    ],
)
def test_every_kind_of_value(value: dict[str, object], direction: str, expected: list[float]) -> None:
    found = analyse(one_criterion([1.2, 1.5, 1.0], value=value, direction=direction))
    assert [row[0] for row in found["values"]] == pytest.approx(expected, abs=0.005)
    assert found["totals"] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("missing", "value", "total"), [("worst", 0, 40), ("exclude", None, 80), ("neutral", 50, 65), (None, None, 80)]
)
def test_a_null_counts_as_the_document_says(missing: str | None, value: float | None, total: float) -> None:
    document = {
        "alternatives": ["A"],
        "criteria": [{"name": "x", "weight": 1}, {"name": "y", "weight": 1}],
        "scores": [[80, None]],
        **({"missing": missing} if missing else {}),
    }
    found = analyse(document)
    assert found["values"] == [[80, value]]
    assert found["totals"] == [total]


def test_not_applicable_is_left_out_even_where_missing_is_the_worst() -> None:
    document = one_criterion([80, "n/a", None])
    found = analyse({**document, "missing": "worst"})
    assert (found["values"], found["totals"], found["ranks"]) == ([[80], [None], [0]], [80, None, 0], [1, None, 2])


def test_the_ranks_under_all_three_policies_are_told() -> None:
    document = {
        "alternatives": ["A", "B"],
        "criteria": [{"name": "x", "weight": 60}, {"name": "y", "weight": 40}],
        "scores": [[60, 60], [80, None]],
    }
    assert analyse(document)["policies"] == [
        {"missing": "worst", "ranks": [1, 2]},
        {"missing": "exclude", "ranks": [2, 1]},
        {"missing": "neutral", "ranks": [2, 1]},
    ]


def test_nothing_scored_has_no_leader() -> None:
    found = analyse(one_criterion([None, None]))
    assert (found["leader"], found["totals"], found["ranks"], found["flip_weights"]) == (
        None,
        [None] * 2,
        [None] * 2,
        [],
    )


def test_tied_alternatives_share_the_rank() -> None:
    found = analyse(one_criterion([50, 70, 70]))
    assert (found["ranks"], found["leader"]) == ([3, 1, 1], "V1")
    assert found["sentence"] == "V1 and V2 share the first place."


def test_pairwise_judgements_give_weights() -> None:
    found = analyse({"pairwise": [[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]]})
    assert list(found) == ["weights", "lambda_max", "ci", "cr", "consistent", "worst_judgement"]
    assert found["weights"] == pytest.approx([0.6483, 0.2297, 0.1220], abs=5e-5)
    assert found["cr"] == pytest.approx(0.0032, abs=5e-5)
    assert found["consistent"] is True


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scores": [[4, 3, 2, 5, 3], [5, 4, 3, 3, 2], [3, "x", 5, 4, 5]]},
            'scores[2][1] is "x": write a number or null',
        ),
        (
            {"scores": [[4, 3, 2, 5, 3], [5, True, 3, 3, 2], [3, 4, 5, 4, 5]]},
            "scores[1][1] is true: write a number or null",
        ),
        ({"scores": [[4, 3, 2, 5, 3], [5, float("nan"), 3, 3, 2], [1] * 5]}, "scores[1][1] is nan: write a number"),
        ({"scores": [[4, 3, 2, 5, 10**400], [1] * 5, [1] * 5]}, "scores[0][4] is a number of more than 15 digits"),
        (
            {"scores": [[4, 3, 2, 5], [1] * 5, [1] * 5]},
            "scores[0] has 4 entries: write one for each of the 5 criteria.",
        ),
        ({"scores": [[1] * 5]}, "scores must be a list with one row for each alternative."),
        ({"scores": [[1] * 5, 7, [1] * 5]}, "scores[1] is 7: write a list with one entry for each criterion."),
        ({"alternatives": []}, "alternatives must be a list of 1 to 60 names."),
        ({"alternatives": ["A", "", "C"]}, 'alternatives[1] is "": write a name.'),
        ({"alternatives": ["A", "B", "A"]}, 'alternatives[2] is "A" a second time: names must differ.'),
        ({"missing": "ignore"}, 'missing is "ignore": write one of "worst", "exclude", "neutral".'),
        ({"mising": "worst"}, 'The document has an unknown key "mising"'),
        ({"criteria": None}, "criteria must be a list of 1 to 60 objects with a name and a weight."),
        ({"criteria": ["CAP"]}, 'criteria[0] is "CAP": write an object with a name and a weight.'),
        ({"samples": 0}, "samples is 0: write a whole number of 1 or more."),
        ({"seed": "one"}, 'seed is "one": write a whole number of 0 or more.'),
        ({"weights": "wild"}, 'weights is "wild": write one of "around", "free".'),
        ({"concentration": -1}, "concentration is -1: write a number above 0."),
    ],
)
def test_a_bad_document_is_told_where_and_what_to_write(change: dict[str, object], sentence: str) -> None:
    assert any(error.startswith(sentence) for error in errors_of(reference(**change)))


@pytest.mark.parametrize(
    ("criterion", "sentence"),
    [
        ({"name": 7}, "criteria[0].name is 7: write a name."),
        ({"weight": -1}, "criteria[0].weight is -1: write a number of 0 or more."),
        ({"weight": None}, "criteria[0].weight is null: write a number of 0 or more."),
        ({"weight": 0}, "Every weight is 0: give at least one criterion a weight above 0."),
        ({"direction": "down"}, 'criteria[0].direction is "down": write one of "higher", "lower".'),
        ({"wieght": 1}, 'criteria[0] has an unknown key "wieght"'),
        ({"value": "points"}, 'criteria[0].value is "points": write an object with a "kind".'),
        ({"value": {"kind": "cubic"}}, 'criteria[0].value.kind is "cubic": write one of "points", "linear"'),
        ({"value": {"kind": "linear", "low": "a", "high": 1}}, 'criteria[0].value.low is "a": write a number.'),
        ({"value": {"kind": "linear", "low": 5, "high": 5}}, "criteria[0].value: high must lie above low."),
        ({"value": {"kind": "linear", "low": 5}}, "criteria[0].value: Give both low and high, or neither."),
        ({"value": {"kind": "target", "target": 5}}, "criteria[0].value: a target needs both target and ceiling."),
        ({"value": {"kind": "target", "target": 1, "ceiling": 5}}, "criteria[0].value: with direction higher, ceiling"),
        ({"value": {"kind": "piecewise"}}, "criteria[0].value.points is null: write a list of pairs"),
        ({"value": {"kind": "piecewise", "points": [[1, 2]]}}, "criteria[0].value: A piecewise line needs"),
        ({"direction": "lower"}, "criteria[0].value: points are values already"),
    ],
)
def test_a_bad_criterion_is_told_where_and_what_to_write(criterion: dict[str, object], sentence: str) -> None:
    assert any(error.startswith(sentence) for error in errors_of(one_criterion([1, 2], **criterion)))


def test_a_score_that_its_criterion_cannot_value_is_told() -> None:
    assert errors_of(one_criterion([120])) == [
        "scores[0][0] cannot be valued. Points must lie between 0 and 100; 120 does not."
    ]
    free = one_criterion([5, 0], value={"kind": "proportional"}, direction="lower")
    assert errors_of(free) == [
        "scores[1][0] cannot be valued. A number valued in proportion must be above 0; 0 is not."
    ]


def test_every_error_is_told_at_once() -> None:
    found = errors_of(reference(missing="ignore", scores=[["x"] * 5, [1] * 5, [None, "y", 1, 1, 1]]))
    assert len(found) == 7


@pytest.mark.parametrize("document", [None, [], "A", 7])
def test_what_is_no_object_is_refused(document: object) -> None:
    assert errors_of(document)[0].startswith("The document is ")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"pairwise": 3}, "pairwise must be a list of rows, each a list of numbers."),
        ({"pairwise": [[1, "a"], [1, 1]]}, 'pairwise[0][1] is "a": write a number above 0.'),
        ({"pairwise": [[1, 2], [2, 1]]}, "pairwise[1][0] is 2: write 1 divided by pairwise[0][1], which is 2."),
        ({"pairwise": [[1]], "scores": []}, 'The document has an unknown key "scores": the keys are pairwise.'),
    ],
)
def test_bad_judgements_are_told(document: object, sentence: str) -> None:
    assert errors_of(document) == [sentence]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([*REFERENCE, "pairwise", "samples", "concentration"]), json_values)
def test_no_document_whatever_breaks_the_calculator(key: str, entry: object) -> None:
    try:
        found = analyse(reference(**{key: entry}) if key != "pairwise" else {key: entry})
    except BadDocument as error:
        assert error.errors
    else:
        json.dumps(found, allow_nan=False)


@given(st.sampled_from(["name", "weight", "direction", "value"]), json_values)
def test_no_criterion_whatever_breaks_the_calculator(key: str, entry: object) -> None:
    document = reference()
    document["criteria"][1][key] = entry
    try:
        json.dumps(analyse(document), allow_nan=False)
    except BadDocument as error:
        assert error.errors


# The command. It needs Django but no database and none of the apps, so it runs in a process of its own.

RUN = """
import sys
from django.conf import settings
settings.configure(USE_I18N=False)
import django
django.setup()
from vendors.management.commands.analyse import Command
Command().run_from_argv(["manage.py", "analyse", *sys.argv[1:]])
"""


def run(*arguments: str, given_text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=ROOT,
        input=given_text,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_prints_the_analysis_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    file.write_text(json.dumps(REFERENCE))
    done = run(str(file))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == analyse(reference())


def test_the_command_reads_standard_input() -> None:
    done = run("-", given_text=json.dumps({"pairwise": [[1]]}))
    assert json.loads(done.stdout)["weights"] == [1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"alternatives": ["A"]', "- is not JSON: "),
        ('{"alternatives": ["A"], "criteria": [{"name": "x", "weight": 1}], "scores": [["x"]]}', 'scores[0][0] is "x"'),
        ("[" * 100_000, "- is not JSON that can be read"),
        ('{"seed": ' + "9" * 5000 + "}", "- is not JSON that can be read"),
    ],
)
def test_the_command_explains_bad_input_and_exits_1(text: str, sentence: str) -> None:
    done = run("-", given_text=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_says_when_a_file_is_not_there() -> None:
    done = run("nowhere.json")
    assert done.returncode == 1
    assert "nowhere.json cannot be read: No such file or directory." in done.stderr
