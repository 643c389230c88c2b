"""The real files, read from the folder that REAL_FILES names: the facts in them are known, so reading them can fail."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cmo_portal.lib.spreadsheets import UnreadableFile, read_rows
from cmo_portal.lib.tables import UnknownFile
from vendors.regulatory.files import Classification, InspectionRow, RegistrationRow, read

AS_OF = date(2026, 11, 22)


def test_real_inspections_hold_the_known_oai_of_a_known_site(real_files: Path) -> None:
    rows = list(read(real_files / "fda_inspections_details.csv", as_of=AS_OF))
    assert len(rows) == 124
    assert all(isinstance(row, InspectionRow) and row.is_gmp for row in rows)
    site = {row.inspection_id: row for row in rows if isinstance(row, InspectionRow) and row.fei == "3005949964"}
    assert len(site) == 4
    assert site["1264264"].classification is Classification.OAI
    assert site["1264264"].end_date == date(2025, 7, 14)


def test_real_inspections_are_the_same_as_csv_and_as_workbook(real_files: Path) -> None:
    comma = list(read(real_files / "fda_inspections_details.csv", as_of=AS_OF))
    assert list(read(real_files / "fda_inspections_details.xlsx", as_of=AS_OF)) == comma


def test_real_registrations_are_the_same_as_csv_and_as_tab_file(real_files: Path) -> None:
    comma = list(read(real_files / "fda_drls_reg.csv", as_of=AS_OF))
    assert len(comma) == 102
    assert all(isinstance(row, RegistrationRow) for row in comma)
    assert list(read(real_files / "fda_drls_reg.txt", as_of=AS_OF)) == comma


def test_real_site_has_two_registrations_under_two_duns_numbers(real_files: Path) -> None:
    rows = [row for row in read(real_files / "fda_drls_reg.txt", as_of=AS_OF) if isinstance(row, RegistrationRow)]
    assert {row.duns for row in rows if row.fei == "3005949964"} == {"119085807", "172209277"}
    assert any("ß" in row.address for row in rows)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("fda_compliance_actions.csv", 2686),
        ("fda_inspections_citations_details.csv", 87),
        ("fda_published_483s.xlsx", 1852),
        ("fda_warning_letters.xlsx", 729),
        ("fda_recalls.xlsx", 61),
    ],
)
def test_real_files_of_other_kinds_are_readable_but_unknown_here(real_files: Path, name: str, rows: int) -> None:
    assert sum(1 for _ in read_rows(real_files / name)) == rows
    with pytest.raises(UnknownFile, match="none of the known kinds"):
        read(real_files / name, as_of=AS_OF)


def test_real_list_of_483s_gives_whole_numbers_and_dates(real_files: Path) -> None:
    cells = [row.values for row in read_rows(real_files / "fda_published_483s.xlsx")][1]
    assert cells[:2] + cells[3:5] == ["2025-06-19", "3004540906", "483", "2025-07-10"]


def test_real_eudragmdp_export_is_refused_with_what_to_do(real_files: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"old Excel file .* save it as \.xlsx"):
        read(real_files / "eudragmdp_gmp_certificates.xls", as_of=AS_OF)
