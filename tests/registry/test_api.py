"""The registry's API: the same rows, rules and sentences as the pages, narrower for a CMO."""

from __future__ import annotations

from typing import Any

import pytest

from cmo_portal.records.actors import SETUP
from tests.registry.test_cmo_list import qualify
from vendors.registry import site_actions
from vendors.registry.actions import retire
from vendors.registry.models import CapacityOffer, Certificate, Contact, Site, Vendor

pytestmark = pytest.mark.django_db
JSON = "application/json"


def results(client: Any, url: str) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/{url}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def send(client: Any, url: str, values: dict[str, Any], method: str = "post") -> Any:
    return getattr(client, method)(f"/api/v1/{url}", values, content_type=JSON)


# --- CMOs --------------------------------------------------------------------------------------------


def test_sponsor_reads_what_stands_of_its_cmos(sign_in: Any, heron: Site) -> None:
    qualify(heron, "conditional")
    (row,) = results(sign_in("sam"), "vendors/?q=heron")
    assert (row["status"], row["scopes"], row["site_count"]) == ("conditional", 1, 1)


def test_cmo_reads_its_relations_and_nothing_of_the_sponsors_view(sign_in: Any) -> None:
    rows = results(sign_in("pat"), "vendors/")
    assert {row["sponsor"] for row in rows} == {"Northgate Biopharma", "Otter Therapeutics"}
    assert {key for row in rows for key in row} == {"number", "sponsor", "name", "country", "website"}


def test_cmo_cannot_find_out_its_standing_by_filters(sign_in: Any, cast: Any, linz: Site) -> None:
    qualify(linz, "disqualified", service="storage", form="")
    client, everything = sign_in("pat"), results(sign_in("pat"), "vendors/")
    assert results(client, "vendors/?status=disqualified") == everything
    assert results(client, "vendors/?status=approved") == everything
    assert results(client, f"vendors/?manager={cast.quinn.number}") == everything


def test_list_leaves_out_the_retired_unless_asked(sign_in: Any, corvus: Vendor) -> None:
    retire(corvus, by=SETUP, reason="Closed")
    client = sign_in("sam")
    assert "Corvus Sterile" not in [row["name"] for row in results(client, "vendors/?page_size=100")]
    assert [row["name"] for row in results(client, "vendors/?retired=true")] == ["Corvus Sterile"]
    assert client.get(f"/api/v1/vendors/{corvus.number}/").json()["is_retired"] is True


def test_cmo_is_added_revised_retired_and_restored(sign_in: Any, cast: Any) -> None:
    client = sign_in("sam")
    made = send(client, "vendors/", {"name": "Heronry Labs", "country": "nl", "manager": cast.sam.number})
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert (made.json()["country"], made.json()["manager"]) == ("NL", cast.sam.number)
    revised = send(client, f"vendors/{number}/", {"website": "https://heronry.example/", "version": 1}, "patch")
    assert revised.json()["version"] == 2
    assert send(client, f"vendors/{number}/retire/", {}).status_code == 400
    assert send(client, f"vendors/{number}/retire/", {"reason": "Twice"}).json()["is_retired"] is True
    assert send(client, f"vendors/{number}/restore/", {}).json()["is_retired"] is False


def test_old_version_is_a_conflict_with_both_values(sign_in: Any, corvus: Vendor) -> None:
    client = sign_in("sam")
    send(client, f"vendors/{corvus.number}/", {"country": "GB", "version": corvus.version}, "patch")
    answer = send(client, f"vendors/{corvus.number}/", {"country": "FR", "version": corvus.version}, "patch")
    assert answer.status_code == 409
    assert answer.json()["conflict"] == [{"field": "Country of the seat", "stored": "GB", "sent": "FR"}]


def test_reason_of_a_change_stands_in_the_trail(sign_in: Any, corvus: Vendor) -> None:
    from cmo_portal.records.trail import TrailEvent

    send(
        sign_in("sam"),
        f"vendors/{corvus.number}/",
        {"country": "GB", "reason": "The seat moved", "version": corvus.version},
        "patch",
    )
    assert TrailEvent.objects.get(record_number=corvus.number, action="cmo.revise").reason == "The seat moved"


# --- sites and what belongs to them ------------------------------------------------------------------


def test_wrong_fei_is_named_at_its_field(sign_in: Any, corvus: Vendor) -> None:
    answer = send(sign_in("sam"), "sites/", {"cmo": corvus.number, "name": "Galway", "fei": "12-34"})
    assert answer.status_code == 400
    assert "write its 7 or 10 digits" in answer.json()["errors"]["fei"][0]


def test_fei_with_blanks_is_kept_in_one_spelling(sign_in: Any, corvus: Vendor) -> None:
    answer = send(sign_in("sam"), "sites/", {"cmo": corvus.number, "name": "Galway", "fei": "3009 912 035"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["fei"] == "3009912035"


def test_site_is_not_added_to_a_cmo_one_does_not_see(sign_in: Any, cast: Any) -> None:
    foreign = Vendor.objects.get(name="Sequoia Vector Works")
    answer = send(sign_in("sam"), "sites/", {"cmo": foreign.number, "name": "X"})
    assert answer.status_code == 400
    assert foreign.number in answer.json()["errors"]["cmo"][0]


def test_site_stays_with_its_cmo(sign_in: Any, linz: Site, corvus: Vendor) -> None:
    asked = {"version": linz.version}
    answer = send(sign_in("sam"), f"sites/{linz.number}/", {"cmo": corvus.number, **asked}, "patch")
    assert answer.status_code == 400
    assert "A record stays where it was added" in answer.json()["detail"]
    same = send(
        sign_in("sam"), f"sites/{linz.number}/", {"cmo": linz.vendor.number, "city": "Linz/Donau", **asked}, "patch"
    )
    assert same.json()["city"] == "Linz/Donau"


def test_cmo_reads_its_sites_with_the_sponsor_instead_of_the_relation(sign_in: Any) -> None:
    rows = results(sign_in("pat"), "sites/?fei=3009912011")
    assert {row["sponsor"] for row in rows} == {"Northgate Biopharma", "Otter Therapeutics"}
    assert all("cmo" not in row and "version" not in row for row in rows)
    assert results(sign_in("bea"), "sites/?fei=3009912011") == []


def test_sites_are_found_by_what_they_can_do(sign_in: Any) -> None:
    found = results(sign_in("sam"), "sites/?service=fill_finish&dosage_form=vial_lyo")
    assert {row["name"] for row in found} >= {"Linz Aseptic", "Athlone Sterile", "Durham Fill"}
    assert results(sign_in("sam"), "capabilities/?modality=hpapi&scale=clinical")[0]["batch_unit"] == "kg"


def test_capability_with_a_foreign_band_is_refused_at_the_field(sign_in: Any, linz: Site, corvus: Vendor) -> None:
    band = corvus.sites.get(name="Athlone Sterile").bands.order_by("pk")[0]
    values = {"site": linz.number, "service": "testing", "scale": "lab", "band": band.number}
    answer = send(sign_in("sam"), "capabilities/", values)
    assert answer.status_code == 400
    assert "band" in answer.json()["errors"]


def test_partner_adds_a_certificate_and_an_offer_to_its_own_site_only(sign_in: Any, linz: Site) -> None:
    paper = {"site": linz.number, "kind": "gmp", "authority": "AGES", "reference": "R-9", "issue_date": "2026-01-01"}
    offer = {
        "site": linz.number,
        "line": "B4",
        "service": "fill_finish",
        "window_start": "2030-01-01",
        "window_end": "2030-03-01",
        "quantity": "5",
        "unit": "batches",
        "confidence": "low",
        "expires_date": "2029-12-01",
    }
    assert send(sign_in("pat"), "certificates/", paper).status_code == 201
    assert send(sign_in("pat"), "capacity-offers/", offer).json()["state"] == "unsigned"
    assert "site" in send(sign_in("bea"), "certificates/", paper).json()["errors"]
    assert "site" in send(sign_in("bea"), "capacity-offers/", offer).json()["errors"]
    assert Certificate.objects.get(reference="R-9").wall_owner == linz.wall_owner


def test_offer_is_signed_off_once_and_withdrawn_with_a_reason(sign_in: Any, linz: Site) -> None:
    offer, client = CapacityOffer.objects.get(site=linz, signed_off_by=""), sign_in("pat")
    url = f"capacity-offers/{offer.number}/"
    signed = {"signed_off_by": "Jonas Steiner", "signed_off_date": "2026-01-05"}
    assert send(client, f"{url}sign-off/", signed).json()["state"] == "standing"
    again = send(client, f"{url}sign-off/", signed)
    assert again.status_code == 400
    assert "withdraw it and make a new one" in again.json()["detail"]
    assert send(client, url, {"quantity": "9"}, "patch").status_code == 400
    assert send(client, f"{url}withdraw/", {}).status_code == 400
    assert send(client, f"{url}withdraw/", {"reason": "Line stopped"}).json()["state"] == "withdrawn"


def test_contact_of_the_whole_company_and_of_a_site(sign_in: Any, linz: Site) -> None:
    values = {"cmo": linz.vendor.number, "name": "Ida Brandl", "role": "supply", "phone": "+43 1"}
    made = send(sign_in("sam"), "contacts/", values | {"site": linz.number})
    assert made.status_code == 201, made.content
    assert made.json()["site"] == linz.number
    assert "Ida Brandl" in [row["name"] for row in results(sign_in("sam"), f"contacts/?site={linz.number}")]
    assert Contact.objects.get(name="Ida Brandl").version == 1


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize("name", ["vendors", "sites", "capabilities", "certificates", "capacity-offers", "contacts"])
def test_collection_costs_the_same_at_any_length(
    sign_in: Any, linz: Site, many_cmos: Any, query_count: Any, settings: Any, count: int, name: str
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    many_cmos(count)
    for _ in range(count // 10):
        site_actions.add_capability(linz, by=SETUP, service="testing", scale="lab")
    client = sign_in("sam")
    results(client, f"{name}/")
    query_count("registry", f"api-{name}", lambda: results(client, f"{name}/?page_size=100"))
