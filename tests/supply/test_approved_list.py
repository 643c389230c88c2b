"""The approved supplier list tells today, and any day before it as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pypdf import PdfReader

from cmo_portal.records.trail import TrailEvent
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.approved_list import Line, lines_as_of
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Qualification

pytestmark = pytest.mark.django_db
PLANS = {"rationale": "Mould in grade A", "inventory_plan": "Quarantine 2 batches", "alternate_plan": "Second site"}


def at(day: int, hour: int = 9) -> Any:
    return time_machine.travel(datetime(2026, 3, day, hour, tzinfo=UTC), tick=False)


@pytest.fixture
def row(cast: Any) -> Qualification:
    """Proposed on the 2nd, approved with conditions on the 5th, suspended on the 9th of March."""
    with at(2):
        site = make_site(make_vendor(cast.sam, "Zeitwerk"), cast.sam, "Zeitwerk plant", fei="3009990077")
        row = propose(site.vendor, by=cast.sam, site=site, service="fill_finish", dosage_form="vial_lyo")
    with at(5):
        until = date(2026, 6, 1)
        move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, conditions="One line", expires_date=until)
    with at(9):
        move(row, "suspend", by=cast.quinn, credentials=PROOF, **PLANS)
    return row


def line(row: Qualification, reader: Any, day: date) -> Line | None:
    return next((line for line in lines_as_of(reader, day) if line.number == row.number), None)


def test_the_list_tells_each_day_as_it_was(row: Qualification, cast: Any) -> None:
    told = {day: line(row, cast.sam, date(2026, 3, day)) for day in (1, 2, 4, 5, 8, 9)}
    assert told[1] is None
    assert {day: found.status for day, found in told.items() if found} == {
        2: "pending", 4: "pending", 5: "conditional", 8: "conditional", 9: "suspended",
    }  # fmt: skip
    then = told[8]
    assert then is not None and then.may_be_used
    assert (then.conditions, then.expires_date, then.since_date) == ("One line", date(2026, 6, 1), date(2026, 3, 5))
    assert (then.site, then.fei) == ("Zeitwerk plant", "3009990077")


def test_a_day_ends_at_midnight_of_the_reader(row: Qualification, cast: Any) -> None:
    """Approved at 09:00 UTC on the 5th: in Honolulu that was the evening of the 4th."""
    with timezone.override("Pacific/Honolulu"):
        found = line(row, cast.sam, date(2026, 3, 4))
    assert found is not None and found.status == "conditional"


def test_a_scope_whose_last_day_has_passed_counts_as_expired(cast: Any) -> None:
    with at(2):
        site = make_site(make_vendor(cast.sam, "Ablaufwerk"), cast.sam)
        row = propose(site.vendor, by=cast.sam, site=site, service="testing")
        move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2026, 3, 20))
    on_its_last, after = line(row, cast.sam, date(2026, 3, 20)), line(row, cast.sam, date(2026, 3, 21))
    assert on_its_last is not None and on_its_last.status == "approved"
    assert after is not None and after.status == "expired" and not after.may_be_used


def test_today_the_list_says_what_the_records_say(cast: Any) -> None:
    told = {found.number: found.status for found in lines_as_of(cast.sam, timezone.localdate())}
    stored = Qualification.objects.visible_to(cast.sam).active().values_list("number", "status")
    assert told == dict(stored) and told


def test_another_sponsor_reads_nothing_of_it(row: Qualification, cast: Any) -> None:
    assert line(row, cast.otto, date(2026, 3, 8)) is None


def test_the_page_shows_what_may_be_used_and_the_rest_on_request(row: Qualification, sign_in: Any) -> None:
    client = sign_in("ines")
    assert "Zeitwerk" in client.get("/approved-suppliers/?on=2026-03-08").content.decode()
    assert "Zeitwerk" not in client.get("/approved-suppliers/?on=2026-03-09").content.decode()
    assert "Suspended" in client.get("/approved-suppliers/?on=2026-03-09&everything=on&q=zeit").content.decode()
    assert "Nothing answers" in client.get("/approved-suppliers/?on=2026-03-09&q=zeit").content.decode()


def test_a_day_to_come_is_refused_with_a_sentence(sign_in: Any) -> None:
    answer = sign_in("sam").get("/approved-suppliers/?on=2999-01-01")
    assert answer.status_code == 422
    assert "choose a day up to today" in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_the_files_hold_the_list_and_the_trail_keeps_who_took_it(
    kind: str, row: Qualification, sign_in: Any, cast: Any
) -> None:
    answer = sign_in("quinn").get(f"/approved-suppliers/export.{kind}?on=2026-03-08&q=zeit")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        assert b"Zeitwerk plant" in body and b"Conditional" in body
    if kind == "pdf":
        text = " ".join(PdfReader(BytesIO(body)).pages[0].extract_text().split())
        assert "Zeitwerk plant" in text and "8 Mar 2026" in text and "Quinn Abara" in text
    entry = TrailEvent.objects.filter(record_number=cast.quinn.number, action="approved_list.export").latest("seq")
    assert entry.says["details"] == {"format": kind, "as_of": "2026-03-08", "rows": 1}


def test_the_list_costs_the_same_however_long_it_is(sign_in: Any, cast: Any, query_count: Any) -> None:
    client = sign_in("sam")
    client.get("/")  # the first request of a session also writes when it was seen
    vendor = make_vendor(cast.sam, "Mengenwerk")
    for number in range(3):
        propose(vendor, by=cast.sam, site=make_site(vendor, cast.sam, f"Menge {number}"), service="testing")
    query_count("supply", "approved-list", lambda: client.get("/approved-suppliers/?everything=on"))
    for number in range(3, 60):
        propose(vendor, by=cast.sam, site=make_site(vendor, cast.sam, f"Menge {number}"), service="testing")
    query_count("supply", "approved-list", lambda: client.get("/approved-suppliers/?everything=on"))


def test_the_api_tells_the_same(row: Qualification, sign_in: Any) -> None:
    client = sign_in("leo")
    answer = client.get("/api/v1/approved-suppliers/?on=2026-03-08").json()
    found = next(line for line in answer["results"] if line["number"] == row.number)
    assert answer["as_of"] == "2026-03-08" and found["status"] == "conditional" and found["may_be_used"]
    refused = client.get("/api/v1/approved-suppliers/?on=2999-01-01")
    assert refused.status_code == 400 and "up to today" in refused.json()["detail"]
