"""Whose facts are whose: the installation's for every sponsor, an upload for its sender, a CMO's own sites for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cmo_portal.accounts.models import User
from cmo_portal.records.trail import TrailEvent
from tests.files.makers import INSPECTION_HEADINGS, csv_file, inspection
from tests.regulatory.conftest import FEI, Import
from vendors.registry.runs import ImportRun
from vendors.regulatory.models import RegulatoryEvent

pytestmark = pytest.mark.django_db
ALPENGLOW = "Alpenglow Pharma Services"


def one(**changes: str) -> Any:
    return csv_file(INSPECTION_HEADINGS, inspection(**changes))


def sees(person: User) -> list[str]:
    found = RegulatoryEvent.objects.shown_to(person).filter(external_id="9900001")
    return list(found.values_list("outcome", flat=True))


def test_every_sponsor_reads_what_the_installation_imported(bring: Import, cast: Any) -> None:
    bring(one())
    assert sees(cast.sam) == sees(cast.otto) == ["VAI"]


def test_an_upload_is_its_senders_alone(bring: Import, cast: Any, sign_in: Any) -> None:
    run = bring(one(), sender=cast.sam)
    event = RegulatoryEvent.objects.get(external_id="9900001")
    assert (event.wall_owner, run.wall_owner) == (cast.sam.company_id, cast.sam.company_id)
    assert sees(cast.sam) == sees(cast.quinn) == ["VAI"]
    assert sees(cast.otto) == []
    otto = sign_in("otto")
    for name, number in (("import-detail", run.number), ("event-detail", event.number)):
        assert otto.get(reverse(f"vendors:{name}", args=[number])).status_code == 404
        assert sign_in("quinn").get(reverse(f"vendors:{name}", args=[number])).status_code == 200
    assert run.number not in otto.get(reverse("vendors:import-list")).content.decode()
    assert otto.post(reverse("vendors:import-again", args=[run.number])).status_code == 404


def test_a_cmo_reads_the_installations_facts_of_its_own_sites_only(bring: Import, cast: Any, add_site: Any) -> None:
    add_site(cast.sam, partner=ALPENGLOW)
    bring(one())
    assert sees(cast.pat) == sees(cast.uwe) == ["VAI"]
    assert sees(cast.bea) == []


def test_a_cmo_does_not_read_a_sponsors_own_upload(bring: Import, cast: Any, add_site: Any) -> None:
    add_site(cast.sam, partner=ALPENGLOW)
    bring(one(), sender=cast.sam)
    assert sees(cast.pat) == []


def test_both_rows_are_kept_and_the_sponsors_own_is_shown(bring: Import, cast: Any, sign_in: Any) -> None:
    bring(one())
    bring(one(Classification="Official Action Indicated (OAI)"), sender=cast.sam)
    assert RegulatoryEvent.objects.filter(external_id="9900001").count() == 2
    assert sees(cast.sam) == ["OAI"]
    assert sees(cast.otto) == ["VAI"]
    answer = sign_in("sam").get(f"/api/v1/regulatory-events/?fei={FEI}").json()
    assert [row["outcome"] for row in answer["results"]] == ["OAI"]


def test_the_same_pages_stand_at_the_same_addresses_for_the_cmo(
    bring: Import, cast: Any, add_site: Any, sign_in: Any
) -> None:
    site = add_site(cast.sam, partner=ALPENGLOW, name="Lindau DP1")
    bring(one())
    paths = [
        reverse("vendors:site-inspections", args=[site.number]),
        reverse("vendors:cmo-inspections", args=[site.vendor.number]),
    ]
    for path in paths:
        for name in ("sam", "pat", "uwe"):
            page = sign_in(name).get(path).content.decode()
            assert "FDA 9900001" in page, (name, path)
        assert sign_in("bea").get(path).status_code == 404
        words = sign_in("pat").get(path).content.decode().lower()
        assert not any(f" {word}" in words for word in ("vendor", "selection", "score", "qualified"))


def test_rows_of_an_upload_are_written_in_the_senders_name(bring: Import, cast: Any) -> None:
    run = bring(one(), sender=cast.sam)
    assert run.sender == cast.sam
    event = RegulatoryEvent.objects.get(external_id="9900001")
    entry = TrailEvent.objects.get(record_number=event.number)
    assert (entry.actor_name, entry.wall_owner) == ("Sam Keller", cast.sam.company_id)


def test_the_installations_import_is_nobodys_to_start_again(sign_in: Any) -> None:
    run = ImportRun.objects.filter(wall_owner__isnull=True).first()
    assert run is not None
    assert sign_in("sam").post(reverse("vendors:import-again", args=[run.number])).status_code == 404
