"""The public record in a real browser: every page passes the one check, and a file is sent as a person sends it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import check_page
from tests.files.makers import INSPECTION_HEADINGS, csv_file, inspection
from tests.server import ROOT

pytestmark = pytest.mark.browser


def address(page: Any, start: str, pattern: str) -> str:
    """The first link of the page at `start` that looks like `pattern`."""
    page.goto(start)
    found = re.search(rf'href="({pattern})"', page.content())
    assert found, f"{start} has no link like {pattern}"
    return found[1]


@pytest.mark.parametrize("name", ["sam", "pat"])
def test_pages_of_the_public_record_pass_the_check(name: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, name)
    check_page(page, f"{portal.url}/regulatory/events/")
    event = address(page, f"{portal.url}/regulatory/events/?q=alpenglow", r"/regulatory/events/[0-9A-Z]{16}/")
    check_page(page, portal.url + event)
    site = address(page, portal.url + event, r"/sites/SITE-[0-9A-Z-]+/inspections/")
    check_page(page, portal.url + site)
    check_page(page, portal.url + site.replace("inspections", "registrations"))


def test_inspections_of_a_cmo_with_an_open_oai_pass_the_check(portal: Any, page: Any) -> None:
    portal.sign_in(page, "sam")
    cmo = address(page, f"{portal.url}/cmos/?q=corvus", r"/cmos/CMO-[0-9A-Z-]+/")
    check_page(page, f"{portal.url}{cmo}inspections/")
    page.get_by_text("Show as a table, with sources").click()
    assert page.get_by_role("row", name="OAI").is_visible()


@pytest.mark.walk
def test_a_file_is_sent_and_its_page_follows_it_to_the_end(portal: Any, page: Any, tmp_path: Path) -> None:
    path = tmp_path / "dashboard.csv"
    path.write_bytes(csv_file(INSPECTION_HEADINGS, inspection(), inspection(FEI_Number="12")).getvalue())
    portal.sign_in(page, "sam")
    check_page(page, f"{portal.url}/regulatory/imports/")
    page.set_input_files("input[name=file]", path)
    page.fill("input[name=as_of]", "2026-05-04")
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/regulatory/imports/IMP-*/")
    number = page.url.rstrip("/").split("/")[-1]
    assert page.get_by_text("The file waits for its turn.").is_visible()
    portal.manage("shell", "-c", f"from vendors.regulatory.tasks import import_file; import_file({number!r})")
    page.get_by_text("1 added, 0 changed, 0 unchanged, 1 refused").wait_for(timeout=8000)
    assert page.get_by_text("7 or 10 digits").is_visible()
    check_page(page, page.url)
    assert "whole" in portal.manage("verify_trail")


@pytest.mark.walk
def test_a_killed_import_leaves_whole_batches_and_the_next_one_comes_to_the_same_end(
    portal: Any, tmp_path: Path
) -> None:
    rows = 21_500
    path = tmp_path / "large.csv"
    many = (inspection(Inspection_ID=str(7_000_000 + number)) for number in range(rows))
    path.write_bytes(csv_file(INSPECTION_HEADINGS, *many).getvalue())
    words = [sys.executable, "-u", "manage.py", "import_regulatory", str(path), "--as-of", "2026-05-04"]
    with subprocess.Popen(words, cwd=ROOT, env=portal.environment, stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        line = next(line for line in command.stdout if "rows read" in line)
        command.kill()
    assert line.startswith("20,000 rows read")
    said = portal.manage("import_regulatory", str(path), "--as-of", "2026-05-04")
    counts = re.search(r"([\d,]+) read, ([\d,]+) added, 0 changed, ([\d,]+) unchanged", said)
    assert counts is not None, said
    read, added, unchanged = (int(count.replace(",", "")) for count in counts.groups())
    assert (read, added + unchanged) == (rows, rows)
    assert unchanged >= 20_000
    assert unchanged % 1000 == 0 or unchanged == rows
    assert "whole" in portal.manage("verify_trail")
