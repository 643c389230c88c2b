"""Every guard of a workflow refuses in a test that says so, and a test that says so is held to it.

A guard that is added without such a test fails here; a mark whose guard refuses nothing fails with its test.
"""

from __future__ import annotations

import ast
from pathlib import Path

from audits.capa.models import CapaLink
from audits.capa.workflows import CAPA
from cmo_portal.records.actors import SETUP
from cmo_portal.records.workflow import Workflow
from tests.guards import guards, watched

TESTS = Path(__file__).parents[1]
IMPLEMENT = CAPA.by_name["implement"]


def marked() -> dict[str, str]:
    """guard -> a file of tests that marks it: `@pytest.mark.refuses("capa.has_evidence")`."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuses":
                found |= {arg.value: path.name for arg in node.args if isinstance(arg, ast.Constant)}
    return found  # type: ignore[return-value]


def test_every_guard_has_a_test_in_which_it_refuses() -> None:
    assert sorted(set(guards()) - set(marked())) == [], "mark a test of the refusal with pytest.mark.refuses(...)"
    assert sorted(set(marked()) - set(guards())) == [], "no workflow has these guards"


def test_every_subject_with_moves_has_its_guards_among_them() -> None:
    subjects = {workflow.model.__module__.split(".")[1] for workflow in Workflow.declared}
    assert subjects <= {name.split(".")[0] for name in guards()}
    asked_in_turn = {"capa.has_evidence", "programme.enough_experience", "findings.open_critical", "registry.bounded"}
    assert asked_in_turn <= set(guards()), "guards that no row names, but others ask"


def test_a_guard_that_lets_a_move_through_has_not_refused() -> None:
    with watched() as seen:
        assert CAPA.closed(CapaLink(status="date_agreed", response_status="accepted"), IMPLEMENT, SETUP) is None
    assert seen == set()
    with watched() as seen:
        assert CAPA.closed(CapaLink(status="date_agreed", response_status="due"), IMPLEMENT, SETUP)
    assert seen == {"capa.response_is_accepted"}
