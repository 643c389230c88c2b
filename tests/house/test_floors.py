"""Floors hold, every module of the roof stands in the contract, and pure modules stay pure."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
STRICT = CONFIGURATION["tool"]["mypy"]["overrides"][0]["module"]
PURE = [name for name in STRICT if not name.startswith("cmo_portal.")]
NOT_PURE = ("django", "rest_framework", "celery", "allauth")


def imported(file: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def file_of(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def test_imports_go_down_only() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr
    assert "0 broken" in answer.stdout


def test_every_module_of_the_roof_stands_in_the_contract() -> None:
    top = CONFIGURATION["tool"]["importlinter"]["contracts"][0]["layers"][0]
    listed = set(re.findall(r"cmo_portal\.(\w+)", top))
    files = {file.stem for file in (ROOT / "cmo_portal").glob("*.py")} - {"__init__"}
    packages = {file.parent.name for file in (ROOT / "cmo_portal").glob("*/__init__.py")}
    assert (files | packages) - listed == {"accounts", "records", "lib"}


def test_every_subject_stands_in_a_contract() -> None:
    listed = {
        f"{contract['containers'][0]}/{name}"
        for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]
        if "containers" in contract
        for layer in contract["layers"]
        for name in re.findall(r"\w+", layer)
    }
    furniture = {"management", "migrations", "templatetags"}
    subjects = {
        f"{app}/{file.parent.name}"
        for app in ("vendors", "audits", "communications")
        for file in (ROOT / app).glob("*/__init__.py")
        if file.parent.name not in furniture
    }
    assert subjects - listed == set()


@pytest.mark.parametrize("module", PURE)
def test_pure_module_knows_nothing_of_the_framework(module: str) -> None:
    """Also through what it imports from the project itself."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        names = imported(file_of(name))
        impure = {found for found in names if found.split(".")[0] in NOT_PURE}
        assert impure == set(), f"{name} imports {impure}"
        waiting += [found for found in names if "." in found and file_of(found).exists()]
