"""The API of the public record answers like the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.files.makers import INSPECTION_HEADINGS, REGISTRATION_HEADINGS, csv_file, inspection, registration
from tests.regulatory.conftest import FEI, Import
from vendors.registry.runs import ImportRun
from vendors.regulatory.tasks import import_file

pytestmark = pytest.mark.django_db
EVENTS, REGISTRATIONS, IMPORTS = (
    f"/api/v1/{name}/" for name in ("regulatory-events", "registrations", "regulatory-imports")
)


def test_events_are_found_by_fei_with_their_source(bring: Import, sign_in: Any) -> None:
    run = bring(csv_file(INSPECTION_HEADINGS, inspection()))
    (row,) = sign_in("eva").get(EVENTS, {"fei": FEI}).json()["results"]
    assert (row["external_id"], row["outcome"], row["event_date"]) == ("9900001", "VAI", "2025-03-14")
    assert (row["source_file"], row["source_sha256"], row["source_row"]) == ("file.csv", run.sha256, 2)
    assert "id" not in row and "run" not in row


def test_what_is_no_fei_finds_nothing(sign_in: Any) -> None:
    assert sign_in("eva").get(EVENTS, {"fei": "12"}).json()["results"] == []


def test_registrations_tell_whether_they_expired(bring: Import, sign_in: Any) -> None:
    bring(csv_file(REGISTRATION_HEADINGS, registration()))
    (row,) = sign_in("eva").get(REGISTRATIONS, {"fei": FEI}).json()["results"]
    assert (row["is_expired"], row["operations"]) == (True, ["ANALYSIS", "MANUFACTURE", "PACK"])


def test_a_file_is_sent_followed_and_its_refused_rows_fetched(sign_in: Any) -> None:
    sam = sign_in("sam")
    rows = [inspection(Inspection_ID=str(9_300_000 + n), FEI_Number="12" if n else FEI) for n in range(3)]
    file = SimpleUploadedFile("mine.csv", csv_file(INSPECTION_HEADINGS, *rows).getvalue())
    sent = sam.post(IMPORTS, {"file": file, "as_of": "2026-05-04"})
    assert sent.status_code == 202
    number = sent.json()["number"]
    assert (sent.json()["status"], sent.json()["owner"]) == ("waiting", "company")
    import_file(number)
    state = sam.get(f"{IMPORTS}{number}/").json()
    assert (state["status"], state["added"], state["refused"], state["sent_by"]) == ("done", 1, 2, "Sam Keller")
    refused = sam.get(f"{IMPORTS}{number}/refused/").json()
    assert [row["row"] for row in refused] == [3, 4]
    assert refused[0]["values"]["FEI Number"] == "12" and refused[0]["column"] == "FEI Number"
    assert [row["row"] for row in sam.get(f"{IMPORTS}{number}/refused/", {"after": 3}).json()] == [4]
    assert sign_in("otto").get(f"{IMPORTS}{number}/").status_code == 404


def test_an_unknown_file_is_refused_as_problem_details(sign_in: Any) -> None:
    answer = sign_in("sam").post(IMPORTS, {"file": SimpleUploadedFile("x.csv", b"Colour,Price\nblue,3\n")})
    assert answer.status_code == 400
    assert "none of the known kinds" in answer.json()["detail"]
    assert not ImportRun.objects.filter(file_name="x.csv").exists()


def test_a_run_is_called_again_by_its_company(sign_in: Any) -> None:
    sam = sign_in("sam")
    file = SimpleUploadedFile("mine.csv", csv_file(INSPECTION_HEADINGS, inspection()).getvalue())
    number = sam.post(IMPORTS, {"file": file}).json()["number"]
    assert sam.post(f"{IMPORTS}{number}/again/").json()["status"] == "waiting"
    assert sign_in("otto").post(f"{IMPORTS}{number}/again/").status_code == 404
