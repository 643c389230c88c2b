"""The page of the trail speaks in words; codes stand in its export, and taking one is an entry itself."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from cmo_portal.records.trail import TrailEvent
from vendors.registry.actions import add_vendor, revise_vendor
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.deadline_policy_actions import add_policy, revise_policy
from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor(cast: Any) -> Vendor:
    made = add_vendor(cast.sam.company, by=cast.sam, name="Trailed Pharma", manager=cast.sam)
    revise_vendor(made, by=cast.sam, manager=cast.leo, reason="Sam is on leave.")
    return made


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_acts_and_fields_read_as_words_and_no_code_stands_on_the_page(vendor: Vendor, sign_in: Any) -> None:
    page = sign_in("sam").get(f"/trail/?q={vendor.number}").text
    assert "CMO: changed it<small>" in page and "CMO: added it</th>" in page
    assert "cmo.revise" not in page and "vendors.vendor" not in page.split("<tbody")[1]


def test_one_kind_of_record_is_chosen_by_its_name(vendor: Vendor, sign_in: Any) -> None:
    sam = sign_in("sam")
    page = sam.get("/trail/?about=vendors.vendor").text
    assert '<option value="vendors.vendor" selected>CMO</option>' in page and vendor.number in page
    assert vendor.number not in sam.get("/trail/?about=vendors.site").text
    assert "No entry" in sam.get("/trail/?about=nothing").text


def test_the_export_has_words_and_codes_of_what_the_page_shows(vendor: Vendor, cast: Any, sign_in: Any) -> None:
    rows = rows_of(sign_in("sam").get(f"/trail/export/csv/?q={vendor.number}"))
    assert [(row["What"], row["Action"]) for row in rows] == [
        ("CMO: changed it", "cmo.revise"), ("CMO: added it", "cmo.add"),
    ]  # fmt: skip
    assert (rows[0]["Fields"], rows[0]["Record type"], rows[0]["Why"]) == (
        "manager", "vendors.vendor", "Sam is on leave.",
    )  # fmt: skip
    event = TrailEvent.objects.get(action="trail.export")
    assert event.actor_ref == cast.sam.ref and event.says["details"]["rows"] == 2


def test_the_export_keeps_to_the_walls(vendor: Vendor, sign_in: Any) -> None:
    assert rows_of(sign_in("otto").get(f"/trail/export/csv/?q={vendor.number}")) == []
    assert sign_in("sam").get("/trail/export/pdf/").status_code == 404
    assert sign_in("sam").get("/trail/export/xlsx/").status_code == 200


def test_a_policys_history_names_the_class_of_finding(cast: Any, sign_in: Any) -> None:
    made: DeadlinePolicy = add_policy(cast.sam.company, by=cast.sam, kind="capa.due", facet="major", offsets=["9d"])
    revise_policy(made, by=cast.sam, facet="critical", reason="Meant those.")
    page = sign_in("sam").get(made.get_absolute_url()).text
    history = page.split("History", 1)[1]
    assert "Major" in history and "Critical" in history and ">major<" not in history
