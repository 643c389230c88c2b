"""FDA's real files go in, in every shape they come in, and what is known of one site stands on page and API."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.regulatory.conftest import Import
from vendors.registry.runs import COUNTS
from vendors.regulatory.models import Registration, RegulatoryEvent

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 11, 22)
SITE = "3005949964"


def counts(run: Any) -> dict[str, int]:
    return {name: getattr(run, name) for name in COUNTS if getattr(run, name)}


def heads(model: Any, name: str) -> list[tuple[str, int, str]]:
    rows = model.objects.filter(source_file=name).order_by("pk")
    return list(rows.values_list("number", "trail_length", "trail_head"))


@pytest.mark.parametrize("name", ["fda_inspections_details.csv", "fda_inspections_details.xlsx"])
def test_real_inspections_go_in_once(name: str, bring: Import, real_files: Path) -> None:
    assert counts(bring(real_files / name, as_of=AS_OF)) == {"read": 124, "added": 124}
    before = heads(RegulatoryEvent, name)
    assert counts(bring(real_files / name, as_of=AS_OF)) == {"read": 124, "unchanged": 124}
    assert heads(RegulatoryEvent, name) == before


@pytest.mark.parametrize("name", ["fda_drls_reg.csv", "fda_drls_reg.txt"])
def test_real_registrations_go_in_once(name: str, bring: Import, real_files: Path) -> None:
    assert counts(bring(real_files / name, as_of=AS_OF)) == {"read": 102, "added": 102}
    before = heads(Registration, name)
    assert counts(bring(real_files / name, as_of=AS_OF)) == {"read": 102, "unchanged": 102}
    assert heads(Registration, name) == before
    assert Registration.objects.filter(fei=SITE).count() == 2


def test_the_known_oai_stands_on_page_and_api(
    bring: Import, real_files: Path, sign_in: Any, cast: Any, add_site: Any
) -> None:
    bring(real_files / "fda_inspections_details.csv", as_of=AS_OF)
    site = add_site(cast.sam, fei=SITE)
    sam = sign_in("sam")
    rows = sam.get("/api/v1/regulatory-events/", {"fei": SITE}).json()["results"]
    newest = rows[0]
    assert (newest["external_id"], newest["outcome"], newest["event_date"]) == ("1264264", "OAI", "2025-07-14")
    page = sam.get(reverse("vendors:site-inspections", args=[site.number])).content.decode()
    assert "FDA 1264264" in page and "14 Jul 2025" in page and "the OAI of 14 Jul 2025 still stands" in page
    listed = sam.get("/regulatory/events/", {"fei": SITE}).content.decode()
    assert "inspection 1264264" in listed
