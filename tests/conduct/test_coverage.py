"""Coverage is answered of applicable; what was not covered and what is open stay in the sum."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from audits.conduct.coverage import coverage
from audits.conduct.vocabulary import Answer

STATE = Path(__file__).resolve().parents[2] / "static" / "js" / "conduct-state.js"
CASES = [list(case) for size in range(5) for case in combinations_with_replacement(["", *Answer.values], size)]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([], "no question yet"),
        (["not_applicable"], "no question applies"),
        (["yes", "no", "partial"], "3 of 3 answered, 100 %"),
        (["yes", "not_covered"], "1 of 2 answered, 50 %"),
        (["yes", "", "not_applicable"], "1 of 2 answered, 50 %"),
        (["yes"] * 199 + [""], "199 of 200 answered, 99 %"),
    ],
)
def test_coverage_in_words(answers: list[str], words: str) -> None:
    assert coverage(answers).words == words


def test_what_was_not_covered_surfaces_apart_from_what_is_open() -> None:
    found = coverage(["not_covered", "not_covered", "", "yes"])
    assert (found.not_covered, found.open, found.applicable, found.answered) == (2, 1, 4, 1)


def test_a_device_counts_as_the_server_does(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, and the screen's arithmetic needs it to run outside a browser")
    script = tmp_path / "count.mjs"
    script.write_text(
        "globalThis.document = { body: { dataset: {} } };\n"
        f"const {{ coverage, coverageWords }} = await import({json.dumps(STATE.as_uri())});\n"
        f"const cases = {json.dumps(CASES)};\n"
        "console.log(JSON.stringify(cases.map((each) => [coverage(each), coverageWords(coverage(each))])));\n"
    )
    done = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
    for case, (counted, words) in zip(CASES, json.loads(done.stdout), strict=True):
        server = coverage(case)
        assert words == server.words
        assert (counted["open"], counted["notCovered"], counted["percent"]) == (
            server.open,
            server.not_covered,
            server.percent,
        )
