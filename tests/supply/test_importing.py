"""A file of CMOs or sites: shown before it is written, good rows in, bad rows back to be mended, never twice."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.lib.spreadsheets import write_xlsx
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import TrailEvent, write
from cmo_portal.records.workflow import WrongState
from tests.supply.makers import make_site, make_vendor
from vendors.registry import importing
from vendors.registry.import_files import CMOS, SITES, headings
from vendors.registry.models import Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.registry.supply import ImportLine
from vendors.registry.tasks import resume_imports

pytestmark = pytest.mark.django_db
FEI = "3009990011"


def sheet(*rows: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def file_of(text: str, name: str = "cmos.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def check(by: User, text: str) -> ImportRun:
    run = importing.send_file(by.company, file_of(text), by=by)
    importing.work(run.number)
    return ImportRun.objects.get(pk=run.pk)


def bring_in(by: User, text: str) -> ImportRun:
    run = check(by, text)
    importing.confirm(run, by=by)
    importing.work(run.number)
    return ImportRun.objects.get(pk=run.pk)


def lines(run: ImportRun, outcome: str) -> list[ImportLine]:
    return list(run.lines.filter(outcome=outcome).order_by("row"))


CMO_HEAD = ("CMO number", "CMO name", "Country", "Website", "FEI of a site", "Our remark")


def test_the_preview_says_what_would_happen_and_writes_nothing(cast: Any) -> None:
    known = make_vendor(cast.sam, "Known Pharma", country="CH")
    same = make_vendor(cast.sam, "Same Pharma", country="AT")
    before = Vendor.objects.count()
    run = check(
        cast.sam,
        sheet(
            CMO_HEAD,
            ("", "New Pharma", "de", "new.example", "", ""),
            (known.number, "Known Pharma", "Germany", "", "", ""),
            ("", "SAME pharma", "AT", "", "", ""),
            ("", "Bad Pharma", "Atlantis", "", "", "keep"),
        ),
    )
    assert run.status == "preview" and Vendor.objects.count() == before
    assert [line.title for line in lines(run, "new")] == ["New Pharma"]
    assert lines(run, "new")[0].values == {"name": "New Pharma", "country": "DE", "website": "https://new.example"}
    (changed,) = lines(run, "changed")
    assert (changed.target_number, changed.changes) == (known.number, [["Country of the seat", "CH", "DE"]])
    assert [line.target_number for line in lines(run, "unchanged")] == [same.number]
    (refused,) = lines(run, "refused")
    assert (refused.row, refused.column) == (5, "Country") and "two letters" in refused.reason
    assert refused.cells == ["", "Bad Pharma", "Atlantis", "", "", "keep"]
    assert (run.read, run.added, run.refused) == (4, 1, 1)


def test_a_refused_row_is_mended_sent_again_and_then_changes_nothing(cast: Any) -> None:
    good = ("", "Good Pharma", "FR", "", "", "")
    text = sheet(CMO_HEAD, good, ("", "Bad Pharma", "France", "", "12", "=1+1"))
    run = bring_in(cast.sam, text)
    assert run.status == "done" and (run.added, run.refused) == (1, 1)
    assert Vendor.objects.filter(name="Good Pharma").count() == 1
    rows = list(importing.refused_rows(run))
    assert rows[0] == [*CMO_HEAD, "Row in the file", "Refused for", "Reason"]
    assert rows[1][:8] == ["", "Bad Pharma", "France", "", "12", "=1+1", 3, "FEI of a site"]
    mended = sheet(tuple(map(str, rows[0])), tuple("" if cell == "12" else str(cell) for cell in rows[1]))
    again = bring_in(cast.sam, mended)
    assert (again.added, again.refused) == (1, 0)
    assert Vendor.objects.get(name="Bad Pharma").country == "FR"
    entries = TrailEvent.objects.count()
    third = check(cast.sam, sheet(CMO_HEAD, good, ("", "Bad Pharma", "France", "", "", "")))
    assert (third.added, third.changed, third.unchanged) == (0, 0, 2)
    with pytest.raises(WrongState, match="would change nothing"):
        importing.confirm(third, by=cast.sam)
    assert TrailEvent.objects.exclude(record_type="vendors.importrun").count() <= entries


def test_a_downloaded_refusal_cannot_run_as_a_formula(cast: Any, sign_in: Any) -> None:
    run = check(cast.sam, sheet(CMO_HEAD, ("", "=HYPERLINK(1)", "Nowhere", "", "", "@cmd")))
    answer = sign_in("sam").get(reverse("vendors:cmo-import-refused", args=[run.number]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert row[1] == "'=HYPERLINK(1)" and row[5] == "'@cmd"
    assert TrailEvent.objects.filter(record_number=run.number, action="import.download_refused").exists()


def test_rows_match_by_number_then_fei_then_name(cast: Any) -> None:
    by_fei, by_name = make_vendor(cast.sam, "Fei Pharma"), make_vendor(cast.sam, "Étape Pharma")
    make_site(by_fei, cast.sam, fei=FEI)
    run = check(
        cast.sam,
        sheet(CMO_HEAD, ("", "Fei Pharma Renamed", "", "", FEI, ""), ("", "etape  PHARMA", "FR", "", "", "")),
    )
    assert {line.target_number for line in lines(run, "changed")} == {by_fei.number, by_name.number}
    (name_change,) = [line for line in lines(run, "changed") if line.target_number == by_fei.number]
    assert name_change.changes == [["Name", "Fei Pharma", "Fei Pharma Renamed"]]


def test_another_sponsors_rows_are_never_touched(cast: Any) -> None:
    theirs = make_vendor(cast.otto, "Shared Name Pharma")
    make_site(theirs, cast.otto, fei=FEI)
    run = check(
        cast.sam,
        sheet(CMO_HEAD, (theirs.number, "Stolen", "", "", "", ""), ("", "Shared Name Pharma", "CH", "", FEI, "")),
    )
    assert "You have no CMO" in lines(run, "refused")[0].reason
    assert lines(run, "new")[0].title == "Shared Name Pharma"
    importing.confirm(run, by=cast.sam)
    importing.work(run.number)
    theirs.refresh_from_db()
    assert (theirs.name, theirs.country) == ("Shared Name Pharma", "")
    assert not ImportRun.objects.visible_to(cast.otto).filter(pk=run.pk).exists()
    assert not ImportLine.objects.visible_to(cast.otto).filter(run=run).exists()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("CMO-2020-XXXXX", "X", "", "", "", ""), "CMO number", "You have no CMO"),
        (("", "", "CH", "", "", ""), "CMO name", "write the name"),
        (("", "X" * 201, "", "", "", ""), "CMO name", "longer than 200"),
        (("", "X", "XX", "", "", ""), "Country", "“XX” is not a country: write two letters, like CH."),
        (("", "X", "", "no address", "", ""), "Website", "URL"),
        (("", "X", "", "", "123", ""), "FEI of a site", "not an FEI"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_column(row: tuple[str, ...], column: str, words: str, cast: Any) -> None:
    (refused,) = lines(check(cast.sam, sheet(CMO_HEAD, row)), "refused")
    assert refused.column == column and words in refused.reason


def test_a_retired_and_a_merged_cmo_are_refused_with_the_way_out(cast: Any) -> None:
    kept, gone = make_vendor(cast.sam, "Kept"), make_vendor(cast.sam, "Gone")
    gone.is_retired, gone.merged_into = True, kept
    write(gone, by=cast.sam, action="test")
    (refused,) = lines(check(cast.sam, sheet(CMO_HEAD, (gone.number, "Gone", "CH", "", "", ""))), "refused")
    assert f"merged into Kept: write {kept.number}" in refused.reason


def test_two_rows_about_one_cmo_keep_the_first(cast: Any) -> None:
    run = check(cast.sam, sheet(CMO_HEAD, ("", "Twice", "CH", "", "", ""), ("", "TWICE", "AT", "", "", "")))
    assert (run.added, run.refused) == (1, 1) and "Row 2 is about" in lines(run, "refused")[0].reason


SITE_HEAD = ("CMO number", "CMO name", "Site number", "Site name", "City", "Country", "FEI", "DUNS")


def test_sites_come_in_under_their_cmo_and_are_found_again(cast: Any) -> None:
    vendor = make_vendor(cast.sam, "Sitely")
    known = make_site(vendor, cast.sam, "Old plant", fei=FEI)
    text = sheet(
        SITE_HEAD,
        ("", "sitely", "", "New plant", "Linz", "Austria", "0003009990012", "00-991-2012"),
        ("", "", "", "Old plant", "Graz", "", FEI, ""),
        ("", "Nobody", "", "Plant", "", "", "", ""),
        (vendor.number, "", "", "Third plant", "", "", FEI, "12"),
    )
    run = bring_in(cast.sam, text)
    assert (run.added, run.changed, run.refused) == (1, 1, 2)
    new = Site.objects.get(name="New plant")
    assert (new.vendor, new.fei, new.duns, new.country) == (vendor, "3009990012", "009912012", "AT")
    known.refresh_from_db()
    assert known.city == "Graz"
    reasons = [line.reason for line in lines(run, "refused")]
    assert "You have no CMO named" in reasons[0] and "not a DUNS" in reasons[1]
    second = check(cast.sam, text)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)


def test_a_site_joins_the_walls_of_its_cmo(cast: Any) -> None:
    alpenglow = Vendor.objects.visible_to(cast.sam).get(company__isnull=False, sort_name__startswith="alpenglow")
    bring_in(cast.sam, sheet(SITE_HEAD, (alpenglow.number, "", "", "Wels plant", "", "", "", "")))
    assert Site.objects.visible_to(cast.pat).filter(name="Wels plant").exists()
    assert not Site.objects.visible_to(cast.bea).filter(name="Wels plant").exists()


def test_what_changed_after_the_preview_is_refused_not_overwritten(cast: Any) -> None:
    vendor = make_vendor(cast.sam, "Racing", country="CH")
    text = sheet(CMO_HEAD, (vendor.number, "Racing", "AT", "", "", ""), ("", "Late", "CH", "", "", ""))
    run = check(cast.sam, text)
    vendor.website = "https://other.example"
    write(vendor, by=cast.sam, action="cmo.revise")
    make_vendor(cast.sam, "Late")
    importing.confirm(run, by=cast.sam)
    importing.work(run.number)
    run.refresh_from_db()
    assert (run.status, run.added, run.changed, run.refused) == ("done", 0, 0, 2)
    assert Vendor.objects.get(pk=vendor.pk).country == "CH"
    assert {"after the preview" in line.reason for line in lines(run, "refused")} == {True}


def test_a_row_in_the_way_does_not_stop_its_batch(cast: Any) -> None:
    one = make_vendor(cast.sam, "One Name")
    two = make_vendor(cast.sam, "Two Name")
    text = sheet(CMO_HEAD, (one.number, "Three Name", "", "", "", ""), ("", "Fine Name", "", "", "", ""))
    run = check(cast.sam, text)
    with opened_door():  # the name is taken behind the door's back, so that only the database's own key sees it
        Vendor.objects.filter(pk=two.pk).update(sort_name="three name")
    importing.confirm(run, by=cast.sam)
    importing.work(run.number)
    run.refresh_from_db()
    assert (run.added, run.changed, run.refused) == (1, 0, 1)
    assert "already have a CMO of this name" in lines(run, "refused")[0].reason
    assert Vendor.objects.filter(name="Fine Name").exists()


def test_an_unknown_file_says_what_is_known_and_what_was_found(cast: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        importing.send_file(cast.sam.company, file_of(sheet(("Colour", "Weight"), ("red", "1"))), by=cast.sam)
    (sentence,) = refused.value.message_dict["file"]
    assert "“CMOs”" in sentence and "“Sites”" in sentence and "Colour, Weight" in sentence


def test_a_file_that_is_no_table_is_told_which_files_are(cast: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        importing.send_file(cast.sam.company, file_of("x", "list.exe"), by=cast.sam)
    assert refused.value.message_dict["file"] == ["“list.exe” is not a table: send a .csv, .txt or .xlsx file."]


def test_only_the_manager_imports(cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        importing.send_file(cast.quinn.company, file_of(sheet(CMO_HEAD)), by=cast.quinn)


def test_the_empty_files_are_recognised_as_what_they_are(cast: Any) -> None:
    for kind in (CMOS, SITES):
        book = write_xlsx(kind.label, headings(kind), ()).read()
        run = importing.send_file(cast.sam.company, SimpleUploadedFile("x.xlsx", book), by=cast.sam)
        assert run.kind == kind.code


def test_a_discarded_file_writes_nothing_and_cannot_be_confirmed(cast: Any) -> None:
    run = check(cast.sam, sheet(CMO_HEAD, ("", "Never", "CH", "", "", "")))
    importing.discard(run, by=cast.sam)
    assert not Vendor.objects.filter(name="Never").exists()
    with pytest.raises(WrongState, match="Discarded"):
        importing.confirm(run, by=cast.sam)


def test_a_lost_call_is_taken_up_by_the_regular_task(cast: Any) -> None:
    run = importing.send_file(cast.sam.company, file_of(sheet(CMO_HEAD, ("", "Lost", "", "", "", ""))), by=cast.sam)
    resume_imports()
    run.refresh_from_db()
    assert run.status == "preview"
    importing.confirm(run, by=cast.sam)
    resume_imports()
    resume_imports()
    assert Vendor.objects.filter(name="Lost").count() == 1


def test_a_run_that_another_worker_holds_is_left_alone(cast: Any) -> None:
    run = importing.send_file(cast.sam.company, file_of(sheet(CMO_HEAD, ("", "Held", "", "", "", ""))), by=cast.sam)
    assert importing.take(run.number) is not None
    assert importing.take(run.number) is None
    importing.work(run.number)
    assert ImportRun.objects.get(pk=run.pk).status == "checking"


def test_a_run_that_dies_again_and_again_ends_with_a_sentence(cast: Any) -> None:
    run = importing.send_file(cast.sam.company, file_of(sheet(CMO_HEAD, ("", "Dies", "", "", "", ""))), by=cast.sam)
    run.count(tries=importing.MOST_TRIES)
    importing.work(run.number)
    run.refresh_from_db()
    assert run.status == "failed" and "Send the file again" in run.failure


def test_what_comes_in_is_trailed_under_the_person_who_confirmed(cast: Any) -> None:
    run = bring_in(cast.sam, sheet(CMO_HEAD, ("", "Trailed", "CH", "", "", "")))
    entry = TrailEvent.objects.get(record_number=Vendor.objects.get(name="Trailed").number)
    assert (entry.action, entry.actor_ref, entry.says["details"]) == (
        "cmo.import",
        cast.sam.number,
        {"run": run.number},
    )


def queries_of_a_check(count: int, by: User) -> int:
    rows = [("", f"Many {count} {number}", "CH", "", "", "") for number in range(count)]
    run = importing.send_file(by.company, file_of(sheet(CMO_HEAD, *rows)), by=by)
    with CaptureQueriesContext(connection) as captured:
        importing.work(run.number)
    assert ImportRun.objects.get(pk=run.pk).added == count
    return len(captured)


def test_queries_of_a_check_grow_by_batches_not_by_rows(cast: Any) -> None:
    few, many = queries_of_a_check(3, cast.sam), queries_of_a_check(3 * importing.BATCH, cast.sam)
    assert many - few <= 3 * 12


def test_the_page_walks_from_file_to_done(cast: Any, sign_in: Any) -> None:
    sam = sign_in("sam")
    text = sheet(CMO_HEAD, ("", "Walked", "CH", "", "", ""), ("", "Bad", "Nowhere", "", "", ""))
    answer = sam.post(reverse("vendors:cmo-import-list"), {"file": file_of(text)})
    page = sam.get(answer.url).content.decode()
    assert "Nothing is written yet" in page and "Import 1 new and 0 changed" in page and "Walked" in page
    refused = sam.get(answer.url, {"outcome": "refused"}).content.decode()
    assert "two letters" in refused
    number = answer.url.rstrip("/").rpartition("/")[2]
    sam.post(reverse("vendors:cmo-import-confirm", args=[number]))
    assert "The good rows are in" in sam.get(answer.url).content.decode()
    assert Vendor.objects.filter(name="Walked").exists()
    unknown = sam.post(reverse("vendors:cmo-import-list"), {"file": file_of("Colour\nred\n")})
    assert unknown.status_code == 422 and "none of the known kinds" in unknown.content.decode()


def test_a_large_file_is_left_to_the_worker_with_a_page_that_looks_again(cast: Any, sign_in: Any) -> None:
    sam = sign_in("sam")
    rows = [("", f"Large {number} {'x' * 60}", "CH", "", "", "") for number in range(900)]
    answer = sam.post(reverse("vendors:cmo-import-list"), {"file": file_of(sheet(CMO_HEAD, *rows))})
    page = sam.get(answer.url).content.decode()
    assert 'hx-trigger="every 2s"' in page and "Reading the file" in page
    resume_imports()
    assert "Import 900 new" in sam.get(answer.url).content.decode()


def test_the_day_of_the_file_is_today(cast: Any) -> None:
    assert check(cast.sam, sheet(CMO_HEAD, ("", "Day", "", "", "", ""))).as_of == timezone.now().date()
