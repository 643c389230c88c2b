"""Sites for both audiences at the same addresses: identifiers, capabilities, bands, certificates, capacity offers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import TrailEvent
from vendors.registry import site_actions
from vendors.registry.actions import retire
from vendors.registry.demo import SITES
from vendors.registry.models import Capability, CapacityOffer, Certificate, ContainmentBand, Site, Vendor

pytestmark = pytest.mark.django_db


def text(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def offer_values(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "line": "Line B4",
        "service": "fill_finish",
        "window_start": (today + timedelta(days=30)).isoformat(),
        "window_end": (today + timedelta(days=90)).isoformat(),
        "quantity": "5",
        "unit": "batches",
        "confidence": "high",
        "expires_date": (today + timedelta(days=20)).isoformat(),
    } | changes


def unsigned(site: Site) -> CapacityOffer:
    return CapacityOffer.objects.get(site=site, signed_off_by="")


# --- both sides --------------------------------------------------------------------------------------


def test_partner_sees_its_sites_each_under_the_sponsor_who_shares_it(sign_in: Any) -> None:
    response = sign_in("pat").get("/sites/")
    rows = [(site.name, site.vendor.sponsor.name) for site in response.context["sites"].rows]
    assert ("Linz Aseptic", "Northgate Biopharma") in rows
    assert ("Linz Aseptic", "Otter Therapeutics") in rows
    assert {name for name, _ in rows} == {"Linz Aseptic", "Graz Solids", "Salzburg QC"}


def test_partner_can_look_at_one_sponsor(sign_in: Any, cast: Any) -> None:
    response = sign_in("pat").get(f"/sites/?sponsor={cast.otto.company.number}")
    assert [site.vendor.sponsor.name for site in response.context["sites"].rows] == ["Otter Therapeutics"]


def test_partner_of_one_sponsor_is_not_asked_which(sign_in: Any) -> None:
    assert "sponsor" not in sign_in("bea").get("/sites/").context["filters"].form.fields


def test_partner_pages_never_say_vendor_selection_or_score(sign_in: Any, linz: Site) -> None:
    client = sign_in("pat")
    for url in ("/sites/", linz.get_absolute_url(), f"{linz.get_absolute_url()}documents/"):
        words = text(client, url).split("<main")[1].split("</main")[0].lower()
        for word in ("vendor", "selection", "score", "qualified"):
            assert word not in words, (url, word)


def test_partner_reads_the_site_with_the_sponsors_name_and_may_not_edit(sign_in: Any, linz: Site) -> None:
    words = text(sign_in("pat"), linz.get_absolute_url())
    assert "For Northgate Biopharma" in words
    assert f"{linz.get_absolute_url()}offers/new/" in words
    assert f"{linz.get_absolute_url()}edit/" not in words


def test_sponsor_finds_sites_of_all_its_cmos(sign_in: Any) -> None:
    response = sign_in("sam").get("/sites/?service=api_mfg&modality=hpapi")
    assert [site.name for site in response.context["sites"].rows] == ["Verna High Potency"]


@pytest.mark.parametrize("count", [3, 300])
def test_list_and_page_of_sites_cost_the_same_at_any_size(
    sign_in: Any, linz: Site, many_cmos: Any, query_count: Any, count: int
) -> None:
    many_cmos(count)
    for _ in range(count // 3):
        site_actions.add_capability(linz, by=SETUP, service="testing", scale="lab")
    sam, pat = sign_in("sam"), sign_in("pat")
    sam.get("/sites/")
    pat.get("/sites/")
    query_count("registry", "site-list", lambda: sam.get("/sites/?sort=cmo"))
    query_count("registry", "site-list-partner", lambda: pat.get("/sites/"))
    query_count("registry", "site-detail", lambda: sam.get(linz.get_absolute_url()))
    query_count("registry", "site-detail-partner", lambda: pat.get(linz.get_absolute_url()))


# --- the site ----------------------------------------------------------------------------------------


def test_wrong_fei_is_named_at_its_field_with_the_form_kept(sign_in: Any, corvus: Vendor) -> None:
    values = {"name": "Galway", "fei": "12345", "city": "Galway"}
    answer = sign_in("sam").post(f"{corvus.get_absolute_url()}sites/new/", values)
    assert answer.status_code == 422
    (sentence,) = answer.context["form"].errors["fei"]
    assert "is not an FEI: write its 7 or 10 digits" in sentence
    assert 'value="Galway"' in answer.content.decode()


def test_added_site_opens_on_its_page_with_a_clean_fei(sign_in: Any, corvus: Vendor) -> None:
    values = {"name": "Galway", "fei": " 3009 912 035 ", "duns": "00-991-2035", "country": "IE"}
    answer = sign_in("sam").post(f"{corvus.get_absolute_url()}sites/new/", values)
    made = Site.objects.get(vendor=corvus, name="Galway")
    assert answer.url == made.get_absolute_url()
    assert (made.fei, made.duns) == ("3009912035", "009912035")


def test_second_site_of_a_fei_is_refused(sign_in: Any, corvus: Vendor) -> None:
    answer = sign_in("sam").post(f"{corvus.get_absolute_url()}sites/new/", {"name": "Twin", "fei": "3009912031"})
    assert answer.status_code == 422
    assert "This CMO already has a site with this FEI." in answer.content.decode()


def test_auditor_edits_a_site_and_evaluator_does_not(sign_in: Any, linz: Site) -> None:
    values = {"name": "Linz Aseptic Works", "fei": linz.fei, "version": linz.version}
    assert sign_in("eva").post(f"{linz.get_absolute_url()}edit/", values).status_code == 403
    assert sign_in("leo").post(f"{linz.get_absolute_url()}edit/", values).status_code == 302
    assert Site.objects.get(pk=linz.pk).name == "Linz Aseptic Works"


def test_present_fei_is_no_former_one(sign_in: Any, linz: Site) -> None:
    answer = sign_in("sam").post(f"{linz.get_absolute_url()}former-feis/new/", {"fei": linz.fei})
    assert answer.status_code == 422
    assert "present FEI" in answer.content.decode()
    assert sign_in("sam").post(f"{linz.get_absolute_url()}former-feis/new/", {"fei": "3009912092"}).status_code == 302
    assert "3009912092" in text(sign_in("pat"), linz.get_absolute_url())


def test_retired_site_leaves_the_lists_takes_no_more_and_comes_back(sign_in: Any, linz: Site) -> None:
    client, url = sign_in("sam"), linz.get_absolute_url()
    client.post(f"{url}retire/", {"reason": "Sold"})
    assert "Linz Aseptic" not in [site.name for site in client.get("/sites/").context["sites"].rows]
    assert client.post(f"{url}offers/new/", offer_values()).status_code == 422
    client.post(f"{url}restore/")
    assert client.post(f"{url}offers/new/", offer_values()).status_code == 302


# --- capabilities and bands --------------------------------------------------------------------------


def test_capability_takes_a_band_of_its_own_site_only(sign_in: Any, linz: Site, corvus: Vendor) -> None:
    foreign = ContainmentBand.objects.filter(site__vendor=corvus)[0]
    with pytest.raises(ValidationError, match="this site's own table"):
        site_actions.add_capability(linz, by=SETUP, service="testing", scale="lab", band=foreign)
    form = sign_in("sam").get(f"{linz.get_absolute_url()}capabilities/new/").context["form"]
    assert set(form.fields["band"].queryset.values_list("site__name", flat=True)) == {"Linz Aseptic"}


def test_markets_are_typed_with_commas_and_kept_as_a_list(sign_in: Any, linz: Site) -> None:
    values = {"service": "testing", "scale": "lab", "markets": " EU ,, US"}
    sign_in("sam").post(f"{linz.get_absolute_url()}capabilities/new/", values)
    made = Capability.objects.get(site=linz, service="testing")
    assert made.markets == ["EU", "US"]
    page = text(sign_in("sam"), f"/capabilities/{made.number}/edit/")
    assert 'value="EU, US"' in page


def test_batch_size_needs_a_unit_and_an_order(sign_in: Any, linz: Site) -> None:
    url, values = f"{linz.get_absolute_url()}capabilities/new/", {"service": "testing", "scale": "lab"}
    client = sign_in("sam")
    assert "Enter the unit" in client.post(url, values | {"batch_min": "5"}).content.decode()
    words = client.post(url, values | {"batch_min": "5", "batch_max": "4", "batch_unit": "kg"}).content.decode()
    assert "must not be below the smallest" in words


def test_a_form_shows_a_number_as_a_person_writes_it(sign_in: Any, linz: Site) -> None:
    sizes = {"batch_min": "2500.500", "batch_max": "10000", "batch_unit": "vials"}
    sign_in("sam").post(f"{linz.get_absolute_url()}capabilities/new/", {"service": "testing", "scale": "lab"} | sizes)
    made = Capability.objects.get(site=linz, service="testing")
    page = text(sign_in("sam"), f"/capabilities/{made.number}/edit/")
    assert 'value="2500.5"' in page and 'value="10000"' in page


def test_second_band_of_a_name_is_refused(sign_in: Any, linz: Site) -> None:
    url = f"{linz.get_absolute_url()}bands/new/"
    answer = sign_in("sam").post(url, {"name": "OEB3", "oel_from": "10", "oel_to": "100"})
    assert answer.status_code == 422
    assert sign_in("sam").post(url, {"name": "OEB2", "oel_from": "100", "oel_to": "10"}).status_code == 422
    assert sign_in("sam").post(url, {"name": "OEB2", "oel_from": "100"}).status_code == 302


def test_retired_capability_leaves_page_filters_and_matrix(sign_in: Any, corvus: Vendor) -> None:
    for row in Capability.objects.filter(site__vendor=corvus, modality="adc"):
        retire(row, by=SETUP, reason="Line sold")
    client = sign_in("sam")
    assert client.get("/cmos/?modality=adc").context["cmos"].rows == []
    assert "Testing laboratory" not in text(client, corvus.get_absolute_url())


# --- certificates ------------------------------------------------------------------------------------


def certificate_values(**changes: Any) -> dict[str, Any]:
    values = {"kind": "gmp", "authority": "AGES", "reference": "INS-1", "issue_date": "2026-01-15"}
    return values | {"expires_date": "2029-01-14"} | changes


def test_partner_adds_a_certificate_that_its_sponsor_reads(sign_in: Any, linz: Site) -> None:
    answer = sign_in("pat").post(f"{linz.get_absolute_url()}certificates/new/", certificate_values())
    made = Certificate.objects.get(reference="INS-1")
    assert answer.url == made.get_absolute_url()
    assert made.wall_owner == linz.wall_owner
    assert "INS-1" in text(sign_in("sam"), linz.get_absolute_url())
    assert sign_in("otto").get(made.get_absolute_url()).status_code == 404


def test_partner_administrator_adds_no_certificate(sign_in: Any, linz: Site) -> None:
    url = f"{linz.get_absolute_url()}certificates/new/"
    assert sign_in("uwe").post(url, certificate_values()).status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expires_date": "2026-01-15"}, "must expire after it was issued"),
        ({"inspection_end_date": "2026-02-01"}, "issued after its inspection ended"),
    ],
)
def test_dates_of_a_certificate_follow_one_another(
    sign_in: Any, linz: Site, changes: dict[str, str], sentence: str
) -> None:
    url = f"{linz.get_absolute_url()}certificates/new/"
    answer = sign_in("sam").post(url, certificate_values(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_ended_certificate_says_so_until_a_newer_one_replaces_it(sign_in: Any, corvus: Vendor) -> None:
    site = Site.objects.get(fei=SITES["athlone"].fei)
    today = timezone.localdate()
    assert f"Ended {today - timedelta(days=5):%-d %b %Y}" in text(sign_in("sam"), corvus.get_absolute_url())
    later = {"issue_date": today - timedelta(days=1), "expires_date": today + timedelta(days=900)}
    ended = Certificate.objects.get(site=site, kind="gmp", expires_date__lt=today)
    same = {"kind": "gmp", "authority": ended.authority.upper(), "covers": ended.covers}
    site_actions.add_certificate(site, by=SETUP, reference="N", **same, **later)
    assert "Ended" not in text(sign_in("sam"), corvus.get_absolute_url())
    assert Vendor.objects.with_next_expiry().get(pk=corvus.pk).next_expiry > today


def test_edited_certificate_shows_both_texts_on_a_conflict(sign_in: Any, linz: Site) -> None:
    paper = Certificate.objects.filter(site=linz).order_by("pk")[0]
    values = {
        name: getattr(paper, name) or "" for name in ("kind", "authority", "covers", "issue_date", "expires_date")
    }
    url = f"/certificates/{paper.number}/edit/"
    sign_in("leo").post(url, values | {"reference": "LEO-1", "version": paper.version})
    answer = sign_in("sam").post(url, values | {"reference": "SAM-1", "version": paper.version})
    assert answer.status_code == 422
    assert ("Reference", "LEO-1", "SAM-1") in answer.context["form"].conflict


# --- capacity offers ---------------------------------------------------------------------------------


def test_partner_offers_capacity_and_it_stands_once_signed_off(sign_in: Any, linz: Site) -> None:
    client = sign_in("pat")
    answer = client.post(f"{linz.get_absolute_url()}offers/new/", offer_values())
    assert "Not signed off" in text(client, answer.url)
    today = timezone.localdate().isoformat()
    client.post(f"{answer.url}sign-off/", {"signed_off_by": "Jonas Steiner", "signed_off_date": today})
    words = text(sign_in("sam"), answer.url)
    assert "Stands" in words
    assert "Jonas Steiner" in words


def test_sign_off_needs_name_and_date_and_no_future(sign_in: Any, linz: Site) -> None:
    client, url = sign_in("pat"), f"{linz.get_absolute_url()}offers/new/"
    words = client.post(url, offer_values(signed_off_by="Jonas")).content.decode()
    assert "A sign-off needs both the name and the date." in words
    future = (timezone.localdate() + timedelta(days=2)).isoformat()  # tomorrow may be today where the person sits
    words = client.post(url, offer_values(signed_off_by="Jonas", signed_off_date=future)).content.decode()
    assert "A sign-off is dated today or earlier." in words


def test_signed_offer_is_withdrawn_with_a_reason_and_never_bent(sign_in: Any, linz: Site) -> None:
    offer = CapacityOffer.objects.filter(site=linz).exclude(signed_off_by="")[0]
    client, url = sign_in("pat"), offer.get_absolute_url()
    answer = client.post(f"{url}edit/", offer_values(version=offer.version))
    assert answer.status_code == 422
    assert "withdraw it and make a new one" in answer.content.decode()
    assert client.post(f"{url}withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"{url}withdraw/", {"reason": "Line stopped"}).status_code == 302
    assert "Withdrawn" in text(client, url)
    assert TrailEvent.objects.get(record_number=offer.number, action="offer.withdraw").reason == "Line stopped"
    assert client.post(f"{url}withdraw/", {"reason": "Again"}).status_code == 422


def test_unsigned_offer_may_still_change(sign_in: Any, linz: Site) -> None:
    offer = unsigned(linz)
    url = f"{offer.get_absolute_url()}edit/"
    assert sign_in("pat").post(url, offer_values(quantity="9", version=offer.version)).status_code == 302
    assert CapacityOffer.objects.get(pk=offer.pk).quantity == 9


def test_offer_is_shown_as_ended_on_the_day_after_its_last(linz: Site) -> None:
    offer = CapacityOffer.objects.filter(site=linz).exclude(signed_off_by="")[0]
    last = offer.expires_date
    assert offer.stands(last)
    assert offer.state(last + timedelta(days=1)) == "ended"
    for day, found in ((last, True), (last + timedelta(days=1), False)):
        assert CapacityOffer.objects.filter(CapacityOffer.standing_on(day), pk=offer.pk).exists() is found


def test_evaluator_and_other_cmo_offer_nothing_here(sign_in: Any, linz: Site) -> None:
    url = f"{linz.get_absolute_url()}offers/new/"
    assert sign_in("eva").post(url, offer_values()).status_code == 403
    assert sign_in("bea").post(url, offer_values()).status_code == 404


# --- cards of the first page --------------------------------------------------------------------------


def test_first_page_shows_cmos_and_sites_to_whom_they_concern(cast: Any) -> None:
    from vendors.registry.hooks import cmos_looked_after, sites_of_partner

    assert cmos_looked_after(cast.eva) is None
    assert "Fjordlys Inhalation" in [row.name for row in cmos_looked_after(cast.quinn)["vendors"]]
    assert {site.name for site in sites_of_partner(cast.bea)["sites"]} == {"Vilnius Fill", "Kaunas Packaging"}


@pytest.mark.parametrize(("name", "card"), [("sam", "CMOs you look after"), ("pat", "Your sites")])
def test_first_page_carries_the_cards(sign_in: Any, name: str, card: str) -> None:
    assert card in text(sign_in(name), "/")
