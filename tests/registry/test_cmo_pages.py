"""A CMO's pages: overview and matrix, tabs of all subjects, contacts, history, conflicts, retiring with undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SETUP
from cmo_portal.records.panels import Panel, panels
from cmo_portal.records.trail import TrailEvent
from tests.registry.test_cmo_list import qualify
from vendors.registry.actions import add_contact, add_vendor, retire
from vendors.registry.demo import SITES
from vendors.registry.joining import join_company
from vendors.registry.models import Contact, Site, Vendor
from vendors.registry.overview import matrix
from vendors.registry.site_actions import add_certificate, add_site

pytestmark = pytest.mark.django_db


def page(client: Any, vendor: Vendor, tab: str = "") -> str:
    response = client.get(f"{vendor.get_absolute_url()}{tab}")
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def labels(response: Any) -> list[str]:
    return [tab["label"] for tab in response.context["tabs"]]


def test_overview_shows_sites_certificates_offers_people_and_facts(sign_in: Any, alpenglow: Vendor) -> None:
    html = page(sign_in("sam"), alpenglow)
    for words in ("Linz Aseptic", "INS-482211-0093", "Line A2", "Pat Huber", "ORG-100991201", "Looked after by Sam"):
        assert words in html


def test_a_new_cmo_is_looked_after_by_whoever_adds_it_unless_they_say_otherwise(sign_in: Any, cast: Any) -> None:
    form = sign_in("sam").get("/cmos/new/").context["form"]
    assert form["manager"].value() == cast.sam.number


def test_offer_nobody_signed_off_does_not_stand_on_the_overview(sign_in: Any, alpenglow: Vendor) -> None:
    assert "Line S1" not in page(sign_in("sam"), alpenglow)


def test_matrix_says_of_each_cell_how_it_is_qualified(heron: Site) -> None:
    qualify(heron, "approved", form="vial_liquid")
    qualify(heron, "pending", form="pfs")
    qualify(heron, "suspended", form="cartridge")
    table = matrix([heron])
    words = {(h.service, h.detail): c.words for h, c in zip(table.headings, table.lines[0].cells, strict=True)}
    assert words["Fill-finish", "Vial, liquid"] == "Qualified"
    assert words["Fill-finish", "Pre-filled syringe"] == "In qualification"
    assert words["Fill-finish", "Vial, lyophilised"] == "Offered, not qualified"
    assert words["Fill-finish", "Cartridge"] == "Suspended"  # qualified once, offered no more


def test_qualification_of_a_whole_service_speaks_for_its_dosage_forms(heron: Site) -> None:
    qualify(heron, "conditional", form="")
    table = matrix([heron])
    cells = dict(zip([(h.service, h.detail) for h in table.headings], table.lines[0].cells, strict=True))
    assert cells["Fill-finish", "Vial, liquid"].status == "conditional"
    assert cells["Secondary packaging", "Vial, liquid"].status == "offered"


def test_worst_qualification_of_a_scope_fills_its_cell(heron: Site) -> None:
    qualify(heron, "approved", form="")
    qualify(heron, "disqualified", form="vial_liquid")
    table = matrix([heron])
    cells = dict(zip([(h.service, h.detail) for h in table.headings], table.lines[0].cells, strict=True))
    assert cells["Fill-finish", "Vial, liquid"].status == "disqualified"
    assert cells["Fill-finish", "Pre-filled syringe"].status == "approved"


@pytest.fixture
def a_panel_of_another_subject() -> Iterator[None]:
    panels.add("vendor", Panel("Stand-in", "vendors:cmo-sites", P.REGULATORY_VIEW, order=50))
    yield
    panels.rows["vendor"] = [row for row in panels.rows["vendor"] if row.title != "Stand-in"]


@pytest.mark.usefixtures("a_panel_of_another_subject")
def test_another_subjects_tab_stands_between_contacts_and_documents(sign_in: Any, alpenglow: Vendor) -> None:
    shown = labels(sign_in("sam").get(alpenglow.get_absolute_url()))
    assert shown.index("Contacts") < shown.index("Stand-in") < shown.index("Documents")


def test_history_tab_is_the_sponsors(sign_in: Any, linz: Site) -> None:
    assert "History" in labels(sign_in("eva").get(linz.get_absolute_url()))
    assert "History" not in labels(sign_in("pat").get(linz.get_absolute_url()))


def test_history_says_who_changed_what_from_what_to_what_and_why(sign_in: Any, cast: Any, corvus: Vendor) -> None:
    client = sign_in("sam")
    values = {"name": corvus.name, "country": "GB", "manager": cast.quinn.number, "version": corvus.version}
    answer = client.post(f"{corvus.get_absolute_url()}edit/", values | {"reason": "The seat moved"})
    assert answer.status_code == 302
    entry = client.get(f"{corvus.get_absolute_url()}history/").context["history"].entries[0]
    assert (entry.who, entry.act, entry.why) == ("Sam Keller", "changed it", "The seat moved")
    lines = {line.label: (line.old, line.new) for line in entry.lines}
    assert lines["Country of the seat"] == ("Ireland", "United Kingdom")
    assert lines["Manager"] == ("Sam Keller", "Quinn Abara")
    assert "Sort name" not in lines


def test_two_editors_keep_both_texts(sign_in: Any, corvus: Vendor) -> None:
    url, version = f"{corvus.get_absolute_url()}edit/", corvus.version
    sam, other = sign_in("sam"), sign_in("sam")
    other.post(url, {"name": "Corvus Sterile", "country": "GB", "version": version})
    answer = sam.post(url, {"name": "Corvus Sterile Ltd", "country": "IE", "version": version})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Saved meanwhile" in html
    assert {("Name", "Corvus Sterile", "Corvus Sterile Ltd"), ("Country of the seat", "GB", "IE")} <= set(
        answer.context["form"].conflict
    )
    assert Vendor.objects.get(pk=corvus.pk).country == "GB"
    again = sam.post(url, {"name": "Corvus Sterile Ltd", "country": "GB", "version": version + 1})
    assert again.status_code == 302
    assert Vendor.objects.get(pk=corvus.pk).name == "Corvus Sterile Ltd"


def test_second_cmo_of_a_name_is_refused_with_the_form_kept(sign_in: Any) -> None:
    answer = sign_in("sam").post("/cmos/new/", {"name": "  corvus   sterile ", "website": "corvus.example"})
    assert answer.status_code == 422
    assert "You already have a CMO of this name" in answer.content.decode()


def test_added_cmo_opens_on_its_own_page_and_belongs_to_the_sponsor(sign_in: Any, cast: Any) -> None:
    answer = sign_in("sam").post("/cmos/new/", {"name": "Heronry Labs", "country": "NL"})
    made = Vendor.objects.get(name="Heronry Labs")
    assert answer.url == made.get_absolute_url()
    assert made.sponsor_id == cast.sam.company_id
    assert "No site yet" in page(sign_in("sam"), made)


def test_retiring_asks_why_and_undo_takes_it_back(sign_in: Any, corvus: Vendor) -> None:
    client, url = sign_in("sam"), corvus.get_absolute_url()
    assert client.post(f"{url}retire/", {"reason": " "}).status_code == 422
    assert client.post(f"{url}retire/", {"reason": "Capacity moved to Linz"}).status_code == 302
    html = page(client, corvus)
    assert "Retired" in html
    assert f'action="{url}restore/"' in html
    assert TrailEvent.objects.get(record_number=corvus.number, action="cmo.retire").reason == "Capacity moved to Linz"
    client.post(f"{url}restore/")
    assert Vendor.objects.get(pk=corvus.pk).is_retired is False


def test_restoring_says_when_the_name_was_given_away(sign_in: Any, cast: Any, corvus: Vendor) -> None:
    retire(corvus, by=SETUP, reason="Closed")
    add_vendor(cast.sam.company, by=SETUP, name="Corvus Sterile")
    client = sign_in("sam")
    client.post(f"{corvus.get_absolute_url()}restore/")
    assert "You already have a CMO of this name" in page(client, corvus)
    assert Vendor.objects.get(pk=corvus.pk).is_retired is True


def test_retired_cmo_is_not_changed(sign_in: Any, corvus: Vendor) -> None:
    retire(corvus, by=SETUP, reason="Closed")
    version = Vendor.objects.get(pk=corvus.pk).version
    values = {"name": "Corvus", "version": version}
    answer = sign_in("sam").post(f"{corvus.get_absolute_url()}edit/", values)
    assert answer.status_code == 422
    assert "take it back into use" in answer.content.decode()


def test_contact_needs_a_way_to_reach_the_person(sign_in: Any, alpenglow: Vendor) -> None:
    client, url = sign_in("sam"), f"{alpenglow.get_absolute_url()}contacts/"
    answer = client.post(f"{url}new/", {"name": "Ida Brandl", "role": "supply"})
    assert answer.status_code == 422
    assert "Enter an e-mail address or a telephone number." in answer.content.decode()
    assert client.post(f"{url}new/", {"name": "Ida Brandl", "role": "supply", "phone": "+43 1 2"}).status_code == 302
    assert "Ida Brandl" in page(client, alpenglow, "contacts/")


def test_contact_form_offers_sites_of_this_cmo_only(sign_in: Any, alpenglow: Vendor) -> None:
    form = sign_in("sam").get(f"{alpenglow.get_absolute_url()}contacts/new/").context["form"]
    assert {site.name for site in form.fields["site"].queryset} == {"Linz Aseptic", "Graz Solids", "Salzburg QC"}


def test_contact_at_a_site_of_another_cmo_is_refused(alpenglow: Vendor, corvus: Vendor) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="Choose a site of this CMO"):
        add_contact(alpenglow, by=SETUP, name="X", role="quality", phone="1", site=corvus.sites.order_by("pk")[0])


def test_retired_contact_leaves_the_page_and_comes_back(sign_in: Any, alpenglow: Vendor) -> None:
    contact = Contact.objects.get(vendor=alpenglow, name="Katrin Ebner")
    client = sign_in("sam")
    client.post(f"/contacts/{contact.number}/retire/", {"reason": "Left"})
    assert "Katrin Ebner</" not in page(client, alpenglow, "contacts/")
    client.post(f"/contacts/{contact.number}/restore/")
    assert "Katrin Ebner" in page(client, alpenglow, "contacts/")


def test_cmo_that_joins_reads_what_was_kept_before(cast: Any, sign_in: Any) -> None:
    vendor = add_vendor(cast.otto.company, by=SETUP, name="Baltic Fill-Finish")
    site = add_site(vendor, by=SETUP, name="Klaipeda", fei="3009912999")
    paper = add_certificate(site, by=SETUP, kind="gmp", authority="A", reference="R", issue_date="2026-01-01")
    assert sign_in("bea").get(site.get_absolute_url()).status_code == 404
    join_company(vendor, cast.bea.company, by=SETUP)
    assert sign_in("bea").get(site.get_absolute_url()).status_code == 200
    assert sign_in("bea").get(paper.get_absolute_url()).status_code == 200


def test_cmo_that_has_joined_once_is_merged_and_not_joined_again(cast: Any) -> None:
    from django.core.exceptions import ValidationError

    vendor = add_vendor(cast.otto.company, by=SETUP, name="Alpenglow, second relation")
    with pytest.raises(ValidationError, match="merge the two CMOs first"):
        join_company(vendor, cast.pat.company, by=SETUP)


@pytest.mark.parametrize("count", [3, 300])
def test_overview_costs_the_same_at_any_number_of_sites(
    sign_in: Any, corvus: Vendor, query_count: Any, count: int
) -> None:
    for number in range(count // 3):
        add_site(corvus, by=SETUP, name=f"Site {number}")
    client = sign_in("sam")
    client.get(corvus.get_absolute_url())
    query_count("registry", "cmo-detail", lambda: client.get(corvus.get_absolute_url()))
    query_count("registry", "cmo-sites", lambda: client.get(f"{corvus.get_absolute_url()}sites/"))


def test_demo_keys_name_sites_that_stand_in_the_database() -> None:
    feis = set(Site.objects.values_list("fei", flat=True))
    assert {site.fei for site in SITES.values()} <= feis
    assert Site.objects.filter(fei=SITES["linz"].fei).count() == 2  # Northgate's and Otter's
