"""Files become facts: each once, with its source, by whoever sent them, whatever happens in the middle."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.lib.spreadsheets import write_csv
from cmo_portal.records import sealing
from cmo_portal.records.actors import IMPORT
from cmo_portal.records.trail import TrailEvent
from tests.files.makers import (
    INSPECTION_HEADINGS,
    REGISTRATION_HEADINGS,
    SECOND_SHAPE,
    csv_file,
    inspection,
    registration,
    text_file,
    xlsx_file,
)
from tests.regulatory.conftest import AS_OF, FEI, Import
from vendors.registry.runs import COUNTS, LOST, ImportRun, LostRun
from vendors.regulatory import importing
from vendors.regulatory.importing import receive, work
from vendors.regulatory.models import Registration, RegulatoryEvent
from vendors.regulatory.refusals import refusals

pytestmark = pytest.mark.django_db


def inspections(*rows: list[str]) -> io.BytesIO:
    return csv_file(INSPECTION_HEADINGS, *rows)


def many(count: int) -> io.BytesIO:
    return inspections(*(inspection(Inspection_ID=str(9_100_000 + n)) for n in range(count)))


def counts(run: ImportRun) -> dict[str, int]:
    return {name: getattr(run, name) for name in COUNTS if getattr(run, name)}


def facts() -> int:
    return RegulatoryEvent.objects.filter(source_file="file.csv").count()


# --- what comes in -------------------------------------------------------------------------------


def test_an_inspection_becomes_an_event_with_its_source(bring: Import) -> None:
    run = bring(inspections(inspection()))
    event = RegulatoryEvent.objects.get(external_id="9900001")
    assert (event.authority, event.type, event.area, event.outcome) == (
        "FDA",
        "inspection",
        "Drug Quality Assurance",
        "VAI",
    )
    assert (event.fei, event.event_date, event.is_gmp, event.has_citations) == (FEI, date(2025, 3, 14), True, True)
    assert (event.source_file, event.source_row, event.snapshot_date) == ("file.csv", 2, AS_OF)
    assert event.source_sha256 == run.sha256
    assert event.details == {"fiscal_year": 2025, "product_type": "Drugs"}
    assert counts(run) == {"read": 1, "added": 1}
    assert (run.status, run.progress, run.first_year, run.last_year) == ("done", 100, 2025, 2025)


@pytest.mark.parametrize("make", [csv_file, xlsx_file], ids=["csv", "xlsx"])
@pytest.mark.parametrize("headings", [INSPECTION_HEADINGS, SECOND_SHAPE], ids=["one shape", "the other"])
def test_both_header_shapes_come_in_as_csv_and_as_workbook(bring: Import, make: Any, headings: list[str]) -> None:
    run = bring(make(headings, inspection(headings)))
    assert counts(run) == {"read": 1, "added": 1}
    assert RegulatoryEvent.objects.get(external_id="9900001").legal_name == "Birkenhof Sterile GmbH"


def test_a_registration_comes_in_without_its_contacts_and_its_file_is_not_kept(bring: Import) -> None:
    run = bring(text_file([f" {REGISTRATION_HEADINGS[0]}", *REGISTRATION_HEADINGS[1:]], registration(), delimiter="\t"))
    row = Registration.objects.get(fei=FEI)
    assert (row.duns, row.expires_date, row.country) == ("001234567", date(2025, 12, 31), "DEU")
    assert row.activities == "analysis, manufacture, pack"
    assert not run.file
    stored = TrailEvent.objects.filter(record_number__in=[row.number, run.number])
    assert "Erika" not in "".join(stored.values_list("body", flat=True))


def test_names_of_people_are_stored_nowhere(bring: Import, settings: Any, tmp_path: Any) -> None:
    person = inspection(Legal_Name="Dr. Anna Muster", Project_Area="Bioresearch Monitoring", Inspection_ID="9900009")
    run = bring(inspections(inspection(), person))
    assert counts(run) == {"read": 2, "added": 1, "left_out": 1}
    kept = [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert not any(b"Muster" in content for content in kept)
    assert not TrailEvent.objects.filter(body__contains="Muster").exists()


def test_a_file_that_names_nobody_is_kept_as_it_came(bring: Import) -> None:
    source = inspections(inspection())
    run = bring(source)
    with run.file.open("rb") as kept:
        assert kept.read() == source.getvalue()


# --- again and changed ---------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(bring: Import) -> None:
    bring(many(30))
    before = list(RegulatoryEvent.objects.order_by("pk").values_list("pk", "version", "trail_length", "trail_head"))
    run = bring(many(30), as_of=AS_OF + timedelta(days=30))
    assert counts(run) == {"read": 30, "unchanged": 30}
    after = list(RegulatoryEvent.objects.order_by("pk").values_list("pk", "version", "trail_length", "trail_head"))
    assert after == before


def test_a_changed_row_is_written_once_more_with_its_new_source(bring: Import) -> None:
    bring(inspections(inspection(), inspection(Inspection_ID="9900002")))
    changed = inspection(Classification="Official Action Indicated (OAI)")
    run = bring(inspections(changed, inspection(Inspection_ID="9900002")), name="later.csv")
    assert counts(run) == {"read": 2, "changed": 1, "unchanged": 1}
    event = RegulatoryEvent.objects.get(external_id="9900001")
    assert (event.outcome, event.version, event.source_file) == ("OAI", 2, "later.csv")
    entry = TrailEvent.objects.get(record_number=event.number, seq=2)
    assert entry.says["changes"]["outcome"] == ["VAI", "OAI"]
    assert (entry.actor_ref, entry.action) == ("system:import", "event.import")


def test_an_older_file_does_not_turn_the_clock_back(bring: Import) -> None:
    bring(inspections(inspection(Classification="Official Action Indicated (OAI)")))
    run = bring(inspections(inspection()), as_of=AS_OF - timedelta(days=1))
    assert counts(run) == {"read": 1, "unchanged": 1}
    assert RegulatoryEvent.objects.get(external_id="9900001").outcome == "OAI"


def test_a_file_between_two_others_does_not_undo_what_the_newest_says(bring: Import) -> None:
    """The newest said the same as the oldest; one of the months between, sent late, is older than what is known."""
    bring(inspections(inspection()), as_of=AS_OF - timedelta(days=60))
    bring(inspections(inspection()))
    late = inspections(inspection(Classification="Official Action Indicated (OAI)"))
    run = bring(late, as_of=AS_OF - timedelta(days=30))
    assert counts(run) == {"read": 1, "unchanged": 1}
    event = RegulatoryEvent.objects.get(external_id="9900001")
    assert (event.outcome, event.seen_date, event.trail_length) == ("VAI", AS_OF, 1)
    newer = inspections(inspection(Classification="Official Action Indicated (OAI)"))
    assert counts(bring(newer, as_of=AS_OF)) == {"read": 1, "changed": 1}, "of two files of one day the last one counts"


def test_one_inspection_may_have_a_row_for_each_project_area(bring: Import) -> None:
    area = inspection(Project_Area="Unapproved and Misbranded Drugs", Classification="Official Action Indicated (OAI)")
    run = bring(inspections(inspection(), area))
    assert counts(run) == {"read": 2, "added": 2}
    rows = RegulatoryEvent.objects.filter(external_id="9900001").order_by("area")
    assert [(row.area, row.is_gmp) for row in rows] == [
        ("Drug Quality Assurance", True),
        ("Unapproved and Misbranded Drugs", False),
    ]


def test_a_project_area_is_kept_in_one_spelling(bring: Import) -> None:
    bring(inspections(inspection(Project_Area="DRUG QUALITY  ASSURANCE")))
    assert counts(bring(inspections(inspection()))) == {"read": 1, "unchanged": 1}


def test_the_trail_is_whole_after_imports(bring: Import) -> None:
    bring(many(30))
    bring(inspections(*(inspection(Inspection_ID=str(9_100_000 + n), City="Bregenz") for n in range(10))))
    assert list(sealing.verify()) == []
    assert sealing.seal() is not None
    assert list(sealing.verify()) == []


# --- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"FEI_Number": "12345"}, "FEI Number", "7 or 10 digits"),
        ({"Inspection_End_Date": "06/30/2026"}, "Inspection End Date", "after the date of the file"),
        ({"Classification": "Fine"}, "Classification", "NAI, VAI or OAI"),
        ({"Legal_Name": "x" * 201}, "Legal Name", "at most 200"),
        ({"Legal_Name": "Birken\x1bhof"}, "Legal Name", "control character"),
        ({"Inspection_ID": "-"}, "Inspection ID", "is empty"),
    ],
    ids=["wrong FEI", "future date", "unknown class", "too long", "control character", "empty key"],
)
def test_a_bad_row_is_refused_with_row_column_and_reason(
    bring: Import, changes: dict[str, str], column: str, words: str
) -> None:
    run = bring(inspections(inspection(Inspection_ID="9900002"), inspection(**changes)))
    assert counts(run) == {"read": 2, "added": 1, "refused": 1}
    (refusal,) = refusals(run)
    assert (refusal.row, refusal.column) == (3, column)
    assert words in refusal.reason


def test_refused_rows_are_mended_and_sent_again(bring: Import) -> None:
    run = bring(inspections(inspection(Inspection_ID="9900002"), inspection(FEI_Number="12345")))
    with run.refused_file.open("rb") as handed_back:
        text = handed_back.read().decode("utf-8-sig")
    mended = io.BytesIO(text.replace("12345", FEI, 1).encode())
    again = bring(mended, name="mended.csv")
    assert counts(again) == {"read": 1, "added": 1}
    assert RegulatoryEvent.objects.get(external_id="9900001").source_file == "mended.csv"


def test_two_rows_of_one_key_that_differ_are_refused_with_both_numbers(bring: Import) -> None:
    run = bring(inspections(inspection(), inspection(City="Bregenz"), inspection()))
    assert counts(run) == {"read": 3, "added": 1, "refused": 1, "repeated": 1}
    assert "Rows 2 and 3" in next(refusals(run)).reason


def test_an_unknown_file_is_refused_before_anything_is_kept(db: None) -> None:
    with pytest.raises(ValidationError, match="none of the known kinds") as refusal:
        receive(csv_file(["Colour", "Price"], ["blue", "3"]), by=IMPORT, name="x.csv")
    assert "Headings found in row 1: Colour, Price" in str(refusal.value)
    assert not ImportRun.objects.filter(file_name="x.csv").exists()


def test_a_missing_column_is_named() -> None:
    headings = [heading for heading in INSPECTION_HEADINGS if heading != "Classification"]
    with pytest.raises(ValidationError, match="has no column “Classification”"):
        receive(csv_file(headings, inspection(headings)), by=IMPORT, name="x.csv")


def test_a_day_that_has_not_come_is_refused() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="has not come yet"):
        receive(inspections(inspection()), by=IMPORT, name="x.csv", as_of=tomorrow)


def test_a_file_that_breaks_half_way_keeps_its_whole_batches_and_says_why(bring: Import) -> None:
    rows = [inspection(Inspection_ID=str(9_100_000 + n)) for n in range(1500)]
    torn = b"".join(write_csv([INSPECTION_HEADINGS, *rows])) + b'"open and never closed,\r\nand more,\r\n'
    run = bring(io.BytesIO(torn))
    assert (run.status, run.added, facts()) == ("failed", 1000, 1000)
    assert "quotation mark" in run.failure


# --- in the middle -----------------------------------------------------------------------------------


class PowerCut(Exception):
    """Stands for whatever stops a worker."""


def waiting(source: io.BytesIO) -> ImportRun:
    return receive(source, by=IMPORT, name="file.csv", as_of=AS_OF)


def cut_after(batches: int) -> Any:
    seen: list[int] = []

    def tell(run: ImportRun) -> None:
        seen.append(run.read)
        if len(seen) == batches:
            raise PowerCut

    return tell


def test_a_crash_leaves_whole_batches_and_the_run_goes_on_to_the_same_end() -> None:
    rows = [inspection(Inspection_ID=str(9_100_000 + n)) for n in range(2600)]
    rows[700] = inspection(FEI_Number="1")
    rows[1300] = rows[5]
    run = waiting(inspections(*rows))
    with pytest.raises(PowerCut):
        work(run.number, cut_after(2))
    assert facts() == 1998
    stopped = ImportRun.objects.get(pk=run.pk)
    assert (stopped.status, stopped.done_row, stopped.read) == ("running", 2001, 2000)
    done = work(run.number)
    assert done is not None and done.status == "done"
    assert counts(done) == {"read": 2600, "added": 2598, "refused": 1, "repeated": 1}
    assert [refusal.row for refusal in refusals(done)] == [702]
    assert facts() == 2598
    assert set(RegulatoryEvent.objects.filter(run=run).values_list("trail_length", flat=True)) == {1}
    assert list(sealing.verify()) == []


def test_of_two_workers_one_gets_the_run() -> None:
    run = waiting(many(3))
    assert ImportRun.take(run.number, timezone.now()) is not None
    assert ImportRun.take(run.number, timezone.now()) is None
    assert work(run.number) is None


def test_a_lost_worker_is_replaced_and_can_write_no_more() -> None:
    run = waiting(many(3))
    lost = ImportRun.take(run.number, timezone.now())
    assert lost is not None
    later = ImportRun.take(run.number, timezone.now() + LOST + timedelta(seconds=1))
    assert later is not None
    with pytest.raises(LostRun):
        importing.take_batch(lost, importing.FACTS[lost.kind], [], 0)
    later.hold()


def test_a_finished_run_is_read_no_more(bring: Import) -> None:
    run = bring(many(3))
    assert work(run.number) is None


def test_a_run_that_gets_nowhere_is_given_up_with_a_sentence() -> None:
    run = waiting(many(3))
    for _ in range(importing.TRIES):
        assert ImportRun.take(run.number, timezone.now()) is not None
        taken = ImportRun.objects.get(pk=run.pk)
        taken.let_go()
    done = work(run.number)
    assert done is not None and done.status == "failed"
    assert "stopped 3 times" in done.failure


def test_a_kept_file_that_was_changed_is_not_read() -> None:
    run = waiting(many(3))
    path = Path(run.file.path)
    path.chmod(0o600)
    path.write_bytes(many(4).getvalue())
    done = work(run.number)
    assert done is not None and done.status == "failed"
    assert "no longer the one that was sent" in done.failure
