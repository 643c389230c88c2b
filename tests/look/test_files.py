"""What holds of templates and static files as files: nothing inline, unused, altered or heavy."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from cmo_portal.lib.management.commands.vendored import FIELDS, differences, listed

ROOT = Path(__file__).parents[2]
TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.relative_to(TEMPLATES).parts)
# Found by their names: allauth's and Django's own pages, not named anywhere in this project.
FOUND_BY_NAME = ("account/", "mfa/", "usersessions/", "socialaccount/", "allauth/", "rest_framework/")
ERRORS = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}
FIRST_VIEW_BUDGET = 120_000  # bytes after gzip: page, styles, scripts, icons and the Latin font


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle\s*=|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<[^>]*\son\w+\s*=", text, re.IGNORECASE)
    assert not re.search(r"hx-on|hx-vals\s*=\s*[\"']js:", text)
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL | re.IGNORECASE):
        assert "src=" in attributes
        assert not content.strip()


def test_every_template_is_used() -> None:
    sources = [
        *PAGES,
        *(
            path
            for name in ("cmo_portal", "vendors", "audits", "communications")
            for path in (ROOT / name).rglob("*.py")
        ),
    ]
    text = "\n".join(path.read_text() for path in sources)
    names = [str(path.relative_to(TEMPLATES)) for path in PAGES]
    unused = [
        name for name in names if f'"{name}' not in text and not name.startswith(FOUND_BY_NAME) and name not in ERRORS
    ]
    assert not unused


def test_every_icon_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = {name for path in PAGES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    named |= {
        name for path in (STATIC / "js").glob("*.js") for name in re.findall(r'\bicon\("([\w-]+)"\)', path.read_text())
    }
    assert named
    assert named <= sprite


def test_vendored_files_are_as_recorded() -> None:
    assert differences(STATIC / "vendor") == []


def test_vendored_file_that_changed_is_named(tmp_path: Path) -> None:
    row = dict.fromkeys(FIELDS, "x") | {"to": "htmx.min.js", "package": "htmx.org", "version": "2.0.11"}
    (tmp_path / "vendor.json").write_text(json.dumps({"files": [row]}))
    (tmp_path / "htmx.min.js").write_text("altered")
    (tmp_path / "stray.js").write_text("")
    assert differences(tmp_path) == [
        "htmx.min.js is not the file of htmx.org 2.0.11.",
        "stray.js has no row in vendor.json.",
    ]


def test_every_vendored_package_brings_its_licence() -> None:
    rows = listed(STATIC / "vendor")
    packages = {row["package"] for row in rows}
    assert {row["package"] for row in rows if "LICENSE" in row["to"]} == packages


def test_modules_build_nodes_and_run_no_text() -> None:
    for path in (STATIC / "js").glob("*.js"):
        assert not re.search(
            r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|\beval\(|new Function|document\.write", path.read_text()
        ), path.name


def test_every_import_of_a_module_is_there() -> None:
    for path in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'(?:from|import) "(\./[\w.-]+)"', path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"


def with_imports(module: Path) -> set[Path]:
    """The module and all that it loads with it."""
    names = re.findall(r'^(?:import|export) (?:[^"]*? from )?"\./([\w.-]+)"', module.read_text(), re.MULTILINE)
    return {module}.union(*(with_imports(module.parent / name) for name in names))


def test_first_view_stays_light() -> None:
    head = (TEMPLATES / "components" / "head.html").read_text()
    names = re.findall(r"{% static '([\w./-]+)' %}", head)
    assert "app.css" in names
    files = {STATIC / name for name in names} | with_imports(STATIC / "js" / "app.js")
    assert STATIC / "js" / "dom.js" in files
    weight = sum(
        path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes(), 9)) for path in files
    )
    assert weight + 10_000 < FIRST_VIEW_BUDGET  # 10 kB are left for the page itself


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_no_cascade_layer_stands_inside_another(path: Path) -> None:
    """A brace that is missing makes the rest of the file part of the layer above, and it loses to the others."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    depth = 0
    for line in text.splitlines():
        assert depth == 0 or not line.startswith("@layer"), line
        depth += line.count("{") - line.count("}")
    assert depth == 0
