"""`import_regulatory`: facts of the whole installation, with counts, and an exit code that a script can read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.files.makers import INSPECTION_HEADINGS, csv_file, inspection
from vendors.registry.runs import ImportRun
from vendors.regulatory.models import RegulatoryEvent

pytestmark = pytest.mark.django_db


def run(path: Path, *words: str) -> str:
    out = io.StringIO()
    call_command("import_regulatory", str(path), *words, stdout=out)
    return out.getvalue()


def made(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "inspections.csv"
    path.write_bytes(csv_file(INSPECTION_HEADINGS, *rows).getvalue())
    return path


def test_every_sponsor_reads_what_the_command_imports(tmp_path: Path, cast: Any) -> None:
    said = run(made(tmp_path, inspection()), "--as-of", "2026-05-04")
    assert "1 read, 1 added, 0 changed, 0 unchanged, 0 refused" in said
    event = RegulatoryEvent.objects.get(external_id="9900001")
    assert (event.wall_owner, event.snapshot_date.isoformat()) == (None, "2026-05-04")


def test_refused_rows_are_no_failure_and_are_said_to_stand_somewhere(tmp_path: Path) -> None:
    said = run(made(tmp_path, inspection(FEI_Number="12")))
    path = Path(said.split("stand in ")[1].splitlines()[0])
    assert "7 or 10 digits" in path.read_text("utf-8-sig")
    assert ImportRun.objects.get(file_name="inspections.csv").get_absolute_url() in said


def test_an_unknown_file_exits_with_one_and_the_known_kinds(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Colour,Price\nblue,3\n")
    with pytest.raises(CommandError, match="Known, with the headings") as refusal:
        run(path)
    assert refusal.value.returncode == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere.csv")


def test_a_kind_that_the_file_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="FDA drug establishment registrations"):
        run(made(tmp_path, inspection()), "--kind", "fda_registrations")
