"""The pages of the public record: sending a file, following it, lists, one event with its source."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cmo_portal.lib.spreadsheets import read_rows
from cmo_portal.records.actors import IMPORT
from tests.files.makers import INSPECTION_HEADINGS, REGISTRATION_HEADINGS, csv_file, inspection, registration
from tests.regulatory.conftest import AS_OF, FEI, Import
from vendors.registry.models import Vendor
from vendors.registry.runs import ImportRun
from vendors.regulatory.importing import receive
from vendors.regulatory.models import RegulatoryEvent
from vendors.regulatory.tasks import import_file, pick_up_imports

pytestmark = pytest.mark.django_db
LIST, IMPORTS = "/regulatory/events/", "/regulatory/imports/"


def upload(*rows: list[str], name: str = "mine.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_file(INSPECTION_HEADINGS, *rows).getvalue())


def send(client: Any, file: Any, as_of: str = "2026-05-04") -> Any:
    return client.post(IMPORTS, {"file": file, "as_of": as_of})


def test_a_file_is_sent_waits_is_read_and_shows_its_refused_rows(sign_in: Any) -> None:
    sam = sign_in("sam")
    answer = send(sam, upload(inspection(), inspection(FEI_Number="12", Inspection_ID="9900002")))
    run = ImportRun.objects.get(file_name="mine.csv")
    assert answer.status_code == 302 and answer.url == run.get_absolute_url()
    waiting = sam.get(answer.url).content.decode()
    assert 'hx-trigger="every 2s"' in waiting and 'aria-live="polite"' in waiting and "Refresh" in waiting
    import_file(run.number)
    done = sam.get(answer.url).content.decode()
    assert "every 2s" not in done
    assert "1 added, 0 changed, 0 unchanged, 1 refused" in done
    assert "FEI Number" in done and "7 or 10 digits" in done
    handed = sam.get(reverse("vendors:import-refused", args=[run.number]))
    assert handed["Content-Disposition"] == 'attachment; filename="mine-refused.csv"'
    rows = [row.values for row in read_rows(io.BytesIO(b"".join(handed.streaming_content)))]
    assert rows[0] == [*INSPECTION_HEADINGS, "Row in the file", "Refused for", "Reason"]
    assert rows[1][0] == "12" and rows[1][-3] == "3"


def test_an_unknown_file_is_refused_at_the_form(sign_in: Any) -> None:
    file = SimpleUploadedFile("x.csv", b"Colour,Price\nblue,3\n")
    answer = send(sign_in("sam"), file)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "FDA inspections details" in page and "Headings found in row 1: Colour, Price" in page
    assert not ImportRun.objects.filter(file_name="x.csv").exists()


def test_a_day_to_come_is_refused_at_its_field(sign_in: Any) -> None:
    to_come = (timezone.localdate() + timedelta(days=2)).isoformat()  # whatever the reader's zone
    answer = send(sign_in("sam"), upload(inspection()), as_of=to_come)
    assert answer.status_code == 422
    assert "has not come yet" in answer.content.decode()


def test_without_a_broker_the_run_stands_waiting_and_can_be_started_again(sign_in: Any, settings: Any) -> None:
    from vendors.regulatory.tasks import import_file as task

    sam = sign_in("sam")
    before = task.app.conf.broker_url
    task.app.conf.broker_url = "redis://127.0.0.1:1/0"
    task.app.pool.force_close_all()
    task.app._pool = None
    task.app.amqp.__dict__.pop("producer_pool", None)
    try:
        answer = send(sam, upload(inspection()))
        page = sam.get(answer.url).content.decode()
    finally:
        task.app.conf.broker_url = before
        task.app._pool = None
    run = ImportRun.objects.get(file_name="mine.csv")
    assert run.status == "waiting"
    assert "Start again" in page
    assert sam.post(reverse("vendors:import-again", args=[run.number])).status_code == 302
    import_file(run.number)
    assert ImportRun.objects.get(pk=run.pk).status == "done"


def test_a_run_that_nobody_took_up_is_picked_up_by_the_clock(cast: Any, monkeypatch: Any) -> None:
    run = receive(csv_file(INSPECTION_HEADINGS, inspection()), by=IMPORT, name="file.csv", as_of=AS_OF)
    called: list[str] = []
    monkeypatch.setattr(import_file, "delay", called.append)  # Celery's call, not ours
    pick_up_imports()
    assert run.number not in called
    with pytest.MonkeyPatch.context() as clock:
        later = timezone.now() + timedelta(minutes=5)
        clock.setattr(timezone, "now", lambda: later)
        pick_up_imports()
    assert run.number in called


def test_the_list_finds_by_fei_outcome_date_country_words_and_own_cmos(
    bring: Import, sign_in: Any, cast: Any, add_site: Any
) -> None:
    add_site(cast.sam)
    other = inspection(
        Inspection_ID="9900002", FEI_Number="3009990002", Legal_Name="Zubringer AG", Country_Area="Austria"
    )
    other[INSPECTION_HEADINGS.index("Country/Area")] = "Austria"
    bring(csv_file(INSPECTION_HEADINGS, inspection(), other))
    sam = sign_in("sam")

    def found(**asked: str) -> tuple[bool, bool]:
        page = sam.get(LIST, {"since": "2025-03-14", "until": "2025-03-14"} | asked).content.decode()
        return "Birkenhof Sterile GmbH" in page, "Zubringer AG" in page

    assert found() == (True, True)
    assert found(fei=f"000{FEI}") == (True, False)
    assert found(q="zübringer ag") == (False, True)
    assert found(q="zubringer gmbh") == (False, False)
    assert found(country="austria") == (False, True)
    assert found(outcome="OAI") == (False, False)
    assert found(mine="on") == (True, False)
    assert found(since="2025-03-15") == (False, False)


def test_the_list_can_be_taken_along_as_csv(bring: Import, sign_in: Any) -> None:
    bring(csv_file(INSPECTION_HEADINGS, inspection()))
    answer = sign_in("sam").get(f"/regulatory/events/export/csv/?fei={FEI}")
    rows = [row.values for row in read_rows(io.BytesIO(b"".join(answer.streaming_content)))]
    assert len(rows) == 2
    assert rows[1][2] == "9900001" and rows[1][-4] == "file.csv"


def test_an_event_opens_its_source(bring: Import, sign_in: Any) -> None:
    run = bring(csv_file(INSPECTION_HEADINGS, inspection()))
    event = RegulatoryEvent.objects.get(external_id="9900001")
    page = sign_in("eva").get(event.get_absolute_url()).content.decode()
    assert "file.csv" in page and run.sha256 in page and "4 May 2026" in page
    assert run.get_absolute_url() not in page  # evaluators do not open imports
    assert run.get_absolute_url() in sign_in("sam").get(event.get_absolute_url()).content.decode()


def test_a_site_without_a_record_is_never_called_clean(sign_in: Any, cast: Any, add_site: Any) -> None:
    site = add_site(cast.sam, fei="3009990099")
    page = sign_in("sam").get(reverse("vendors:site-inspections", args=[site.number])).content.decode()
    assert "No record found in FDA inspections as of" in page and "covering fiscal years" in page
    assert "clean" not in page.lower()


def test_an_expired_registration_is_marked(bring: Import, sign_in: Any, cast: Any, add_site: Any) -> None:
    site = add_site(cast.sam)
    bring(csv_file(REGISTRATION_HEADINGS, registration()))
    page = sign_in("sam").get(reverse("vendors:site-registrations", args=[site.number])).content.decode()
    assert "Registration expired on 31 Dec 2025 for analysis, manufacture, pack" in page
    assert "Registered is neither approved nor inspected." in page


def test_the_picture_and_its_table_say_the_same(sign_in: Any) -> None:
    corvus = Vendor.objects.get(name="Corvus Sterile")
    address = reverse("vendors:cmo-inspections", args=[corvus.number])
    page = sign_in("sam").get(address, HTTP_HX_REQUEST="true").content.decode()  # the section alone
    assert "<html" not in page
    marks = page.count('class="tl-bad"') - 1  # the legend has one, too
    assert marks == page.count('class="pill bad"') == 1
    assert '<svg class="tl"' in page and "tl-span" in page and "still stands" in page


@pytest.mark.parametrize("rows", [3, 300])
def test_pages_cost_the_same_with_many_rows(
    rows: int, bring: Import, sign_in: Any, query_count: Any, cast: Any, add_site: Any
) -> None:
    site = add_site(cast.sam)
    bring(csv_file(INSPECTION_HEADINGS, *(inspection(Inspection_ID=str(9_200_000 + n)) for n in range(rows))))
    sam = sign_in("sam")
    event = RegulatoryEvent.objects.filter(source_file="file.csv").first()
    assert event is not None
    sam.get(LIST)
    for name, path in {
        "event-list": LIST,
        "event-detail": event.get_absolute_url(),
        "import-list": IMPORTS,
        "site-inspections": reverse("vendors:site-inspections", args=[site.number]),
        "cmo-inspections": reverse("vendors:cmo-inspections", args=[site.vendor.number]),
    }.items():
        answer = query_count("regulatory", name, lambda path=path: sam.get(path))
        assert answer.status_code == 200


@pytest.mark.parametrize("rows", [3, 300])
def test_a_batch_costs_the_same_with_many_rows(rows: int, bring: Import, query_count: Any) -> None:
    source = csv_file(INSPECTION_HEADINGS, *(inspection(Inspection_ID=str(9_200_000 + n)) for n in range(rows)))
    bring(source)
    again = io.BytesIO(source.getvalue())
    query_count("regulatory", "import of one batch again", lambda: bring(again))
