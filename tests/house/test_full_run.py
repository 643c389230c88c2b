"""`make test` runs the fault tests on every machine that can, and says so where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tests import run

pytestmark = pytest.mark.embedded


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs that a full run would start, none of which is started."""
    started: list[str] = []

    def start(report: run.Report, engine: str, *rest: Any, **how: Any) -> None:
        started.append(engine)

    monkeypatch.setattr(run, "run", start)
    monkeypatch.setattr(run, "postgres_environment", lambda report: None)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setenv("REAL_FILES", "somewhere")
    monkeypatch.setenv("CI", "true")
    return started


def test_the_fault_tests_are_part_of_it(engines: list[str]) -> None:
    assert run.main([]) == 0
    assert engines == ["SQLite", "Faults"]


def test_without_their_servers_they_are_left_out_by_name(
    engines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run.program
    monkeypatch.setattr(run, "program", lambda name: None if name == "initdb" else found(name))
    assert run.main([]) == 1  # CI=true allows nothing to be left out
    assert engines == ["SQLite"]
    assert "The fault tests: no initdb is installed here" in capsys.readouterr().out
