"""The list of CMOs: what it finds, how it sorts, what it keeps and what it hands out."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from cmo_portal.accounts.models import SavedView, User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import TrailEvent, write
from vendors.registry.actions import add_vendor, retire
from vendors.registry.models import Site, Vendor
from vendors.registry.supply import Qualification

pytestmark = pytest.mark.django_db


def names(response: Any) -> list[str]:
    return [vendor.name for vendor in response.context["cmos"].rows]


def qualify(site: Site, status: str, service: str = "fill_finish", form: str = "vial_liquid") -> None:
    row = Qualification(vendor=site.vendor, site=site, service=service, dosage_form=form, status=status)
    if status == "conditional":
        row.conditions, row.expires_date = "First three batches only", "2030-01-01"
    write(row, by=SETUP, action="qualification.add")


def test_sponsor_sees_its_own_cmos_and_no_others(sign_in: Any) -> None:
    northgates = names(sign_in("sam").get("/cmos/"))
    assert {"Alpenglow Pharma Services", "Narmada Synthesis"} <= set(northgates)
    assert "Sequoia Vector Works" not in northgates
    otters = names(sign_in("otto").get("/cmos/"))
    assert {"Alpenglow Pharma Services", "Sequoia Vector Works"} <= set(otters)
    assert "Corvus Sterile" not in otters


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=vilnius", ["Baltic Fill-Finish"]),
        ("q=3009912031", ["Corvus Sterile"]),
        ("q=ALPENGLOW linz", ["Alpenglow Pharma Services"]),
        ("q=sequoia", []),
        ("country=IT", ["Ardesia Solid Forms"]),
        ("modality=peptide", ["Baltic Fill-Finish", "Tsukimi Peptide Works"]),
        ("service=fill_finish&dosage_form=cartridge", ["Baltic Fill-Finish"]),
        ("service=testing&dosage_form=vial_lyo", []),
        ("service=fill_finish&modality=adc", ["Corvus Sterile"]),
    ],
)
def test_filters_find_what_answers_to_all_of_them_in_one_capability(sign_in: Any, query: str, found: list[str]) -> None:
    assert names(sign_in("sam").get(f"/cmos/?{query}")) == found


def test_looked_after_by_finds_the_persons_cmos(sign_in: Any, cast: Any) -> None:
    found = names(sign_in("sam").get(f"/cmos/?manager={cast.quinn.number}"))
    assert found == ["Fjordlys Inhalation", "Tsukimi Peptide Works"]


def test_pill_names_the_worst_status_and_how_many_scopes_have_it(sign_in: Any, heron: Site) -> None:
    qualify(heron, "approved")
    qualify(heron, "approved", form="pfs")
    qualify(heron, "conditional", form="vial_lyo")
    client = sign_in("sam")
    assert "Conditional, 1 of 3" in client.get("/cmos/?q=heron").content.decode()
    assert names(client.get("/cmos/?q=heron&status=conditional")) == ["Heronry Labs"]
    assert names(client.get("/cmos/?q=heron&status=approved")) == []


def test_worst_status_sorts_first(sign_in: Any, cast: Any, heron: Site) -> None:
    qualify(heron, "disqualified")
    add_vendor(cast.sam.company, by=SETUP, name="Aardvark Assays")
    client = sign_in("sam")
    found = names(client.get("/cmos/?sort=status"))
    assert found.index("Heronry Labs") < found.index("Aardvark Assays")
    found = names(client.get("/cmos/?sort=-status"))
    assert found.index("Aardvark Assays") < found.index("Heronry Labs")
    assert names(client.get("/cmos/?sort=-name"))[0] == "Tsukimi Peptide Works"


def test_pages_follow_one_another_without_gap_or_repeat(sign_in: Any, cast: Any, many_cmos: Any) -> None:
    many_cmos(60)
    count = Vendor.objects.filter(sponsor=cast.sam.company).count()
    client, seen, url = sign_in("sam"), [], "/cmos/?sort=status"
    while url:
        response = client.get(url)
        seen += names(response)
        url = response.context["cmos"].next_url
    assert len(seen) == len(set(seen)) == count


def test_htmx_gets_the_rows_alone_with_words_to_announce(sign_in: Any) -> None:
    html = sign_in("sam").get("/cmos/?q=linz", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert 'id="cmos"' in html
    assert "data-announce>1" in html and "more follow" not in html


def test_nothing_found_says_what_to_do(sign_in: Any) -> None:
    html = sign_in("sam").get("/cmos/?q=zzz").content.decode()
    assert "No CMO answers to this" in html
    assert "Show all CMOs" in html


def test_retired_cmo_leaves_the_list_and_is_found_among_the_retired(sign_in: Any, corvus: Vendor) -> None:
    retire(corvus, by=SETUP, reason="Closed")
    client = sign_in("sam")
    assert "Corvus Sterile" not in names(client.get("/cmos/"))
    assert names(client.get("/cmos/?retired=on")) == ["Corvus Sterile"]


# --- exports -----------------------------------------------------------------------------------------


def test_csv_holds_the_filtered_list_and_no_formula(sign_in: Any, cast: Any) -> None:
    add_vendor(cast.sam.company, by=SETUP, name='=HYPERLINK("http://x","y")', country="IT")
    response = sign_in("sam").get("/cmos/export/csv/?country=IT")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert rows[0][:3] == ["Number", "Name", "Country"]
    assert [row[1] for row in rows[1:]] == ['\'=HYPERLINK("http://x","y")', "Ardesia Solid Forms"]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_workbook_holds_text_as_text(sign_in: Any, cast: Any) -> None:
    add_vendor(cast.sam.company, by=SETUP, name="=1+1", country="IT")
    response = sign_in("sam").get("/cmos/export/xlsx/?country=IT")
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_export_is_trailed_on_the_person_with_filter_and_rows(sign_in: Any, cast: Any) -> None:
    sign_in("sam").get("/cmos/export/csv/?country=IT")
    event = TrailEvent.objects.filter(record_number=cast.sam.number, action="cmo.export").get()
    assert event.says["details"] == {"format": "csv", "rows": 1, "filters": {"country": "IT"}}


def test_export_of_no_known_kind_is_not_found(sign_in: Any) -> None:
    assert sign_in("sam").get("/cmos/export/pdf/").status_code == 404


# --- saved views -------------------------------------------------------------------------------------


def save(client: Any, name: str, query: str) -> Any:
    return client.post(f"/views/save/?page=vendors:cmo-list&query={query}", {"name": name})


def test_saved_view_stands_above_the_list_for_its_person_alone(sign_in: Any) -> None:
    client = sign_in("sam")
    assert save(client, "Italy", "country%3DIT%26after%3Dxyz").url == "/cmos/?country=IT"
    assert "Italy" in client.get("/cmos/").content.decode()
    chip = client.get("/cmos/?country=IT").context["shelf"].chips[0]
    assert (chip.name, chip.url, chip.current) == ("Italy", "/cmos/?country=IT", True)
    assert sign_in("quinn").get("/cmos/").context["shelf"].chips == []


def test_list_that_is_kept_already_does_not_offer_to_save_it_again(sign_in: Any) -> None:
    client = sign_in("sam")
    assert client.get("/cmos/?country=IT").context["shelf"].save_url
    save(client, "Italy", "country%3DIT")
    assert client.get("/cmos/?country=IT").context["shelf"].save_url == ""
    assert client.get("/cmos/").context["shelf"].save_url == ""


def test_second_view_of_a_name_is_refused_at_the_field(sign_in: Any) -> None:
    client = sign_in("sam")
    save(client, "Italy", "country%3DIT")
    response = save(client, "Italy", "country%3DIE")
    assert response.status_code == 422
    assert "choose another name" in response.content.decode()


def test_removed_view_comes_back_by_undo_and_only_for_its_person(sign_in: Any, cast: Any) -> None:
    client = sign_in("sam")
    save(client, "Italy", "country%3DIT")
    view = SavedView.objects.get(user=cast.sam)
    assert sign_in("quinn").post(f"/views/{view.number}/remove/").status_code == 404
    client.post(f"/views/{view.number}/remove/")
    page = client.get("/cmos/")
    assert page.context["shelf"].chips == []
    assert f"/views/{view.number}/restore/" in page.content.decode()
    client.post(f"/views/{view.number}/restore/")
    assert [chip.name for chip in client.get("/cmos/").context["shelf"].chips] == ["Italy"]


def test_view_of_a_page_that_is_none_is_not_found(sign_in: Any) -> None:
    assert sign_in("sam").get("/views/save/?page=vendors:nothing&query=a%3Db").status_code == 404


# --- cost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 300])
def test_list_costs_the_same_at_any_length(sign_in: Any, many_cmos: Any, query_count: Any, count: int) -> None:
    many_cmos(count)
    client = sign_in("sam")
    client.get("/cmos/")
    query_count("registry", "cmo-list", lambda: client.get("/cmos/?sort=status"))
    query_count("registry", "cmo-export", lambda: client.get("/cmos/export/csv/").getvalue())


def test_search_finds_cmos_and_sites_for_whom_they_are(cast: Any) -> None:
    from vendors.registry.hooks import find_cmos, find_sites

    def titles(find: Any, person: User, words: str) -> list[str]:
        return [title for title, _hint, _url in find(person, words)]

    assert titles(find_cmos, cast.sam, "3009912031") == ["Corvus Sterile"]
    assert titles(find_cmos, cast.otto, "corvus") == []
    assert titles(find_sites, cast.pat, "linz") == ["Linz Aseptic", "Linz Aseptic"]
    assert titles(find_sites, cast.bea, "linz") == []
