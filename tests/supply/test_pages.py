"""Pages of products, agreements, qualification, imports and duplicates, as people use them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.signing import Signature
from tests.days import day_of
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.agreement_actions import add_agreement
from vendors.registry.models import Site
from vendors.registry.product_actions import add_batch, add_product, add_supply
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
PASSWORD = "Demo-portal-2026"
PRODUCT = {"code": "T-101", "name": "Testimab", "modality": "mab", "dosage_form": "vial_lyo", "stage": "clinical"}


@pytest.fixture
def site(cast: Any) -> Site:
    return make_site(make_vendor(cast.sam), cast.sam, fei="3009990001")


@pytest.fixture
def product(cast: Any) -> Product:
    return add_product(cast.sam.belongs.company, by=cast.sam, **PRODUCT)


@pytest.fixture
def row(cast: Any, site: Site) -> Qualification:
    return propose(site.vendor, by=cast.sam, site=site, service="fill_finish", dosage_form="vial_lyo")


def url(name: str, *args: str) -> str:
    return reverse(f"vendors:{name}", args=args)


def test_a_product_is_added_and_its_sourcing_is_counted_in_words(sign_in: Any, site: Site, cast: Any) -> None:
    sam = sign_in("sam")
    answer = sam.post(url("product-create"), PRODUCT | {"markets": "EU, US"})
    product = Product.objects.get(code="T-101")
    assert answer.status_code == 302 and product.markets == ["EU", "US"]
    row = {"site": site.fei, "service": "fill_finish", "stage": "clinical", "role": "primary"}
    assert sam.post(url("supply-create", product.number), row).status_code == 302
    assert "Fill-finish: sole source" in sam.get(url("product-detail", product.number)).content.decode()
    second = make_site(site.vendor, cast.sam, "Testwerk Graz")
    sam.post(url("supply-create", product.number), row | {"site": "testwerk GRAZ", "role": "alternate"})
    assert Supply.objects.filter(product=product, site=second).exists()
    assert "Fill-finish: one alternative" in sam.get(url("product-list")).content.decode()


def test_a_site_that_is_not_known_is_refused_at_the_field(sign_in: Any, product: Product, cast: Any) -> None:
    foreign = make_site(make_vendor(cast.otto, "Otterwerk"), cast.otto, "Otterwerk Bern", fei="3009990009")
    row = {"site": foreign.number, "service": "testing", "stage": "clinical", "role": "primary"}
    answer = sign_in("sam").post(url("supply-create", product.number), row)
    assert answer.status_code == 422 and "You have no site" in answer.content.decode()


def test_the_same_supply_twice_is_refused_with_a_sentence(
    sign_in: Any, product: Product, site: Site, cast: Any
) -> None:
    add_supply(product, site, by=cast.sam, service="testing", stage="clinical")
    row = {"site": site.number, "service": "testing", "stage": "clinical", "role": "primary"}
    answer = sign_in("sam").post(url("supply-create", product.number), row)
    assert answer.status_code == 422 and "already does this service" in answer.content.decode()


def test_a_batch_goes_from_planned_to_released_and_no_other_way(
    sign_in: Any, product: Product, site: Site, cast: Any
) -> None:
    sam = sign_in("sam")
    supply = add_supply(product, site, by=cast.sam, service="fill_finish", stage="clinical")
    sam.post(url("batch-create", supply.number), {"batch_number": "B-001", "quantity": "1200", "unit": "vials"})
    batch = Batch.objects.get(supply=supply)
    today = day_of(cast.sam)
    day = {"status_date": today.isoformat()}
    early = sam.post(url("batch-move", batch.number, "release"), day)
    assert early.status_code == 422 and "needs the status In testing" in early.content.decode()
    for name in ("start", "test", "release"):
        assert sam.post(url("batch-move", batch.number, name), day).status_code == 302
    batch.refresh_from_db()
    assert (batch.status, batch.status_date) == ("released", today)
    assert "Released" in sam.get(url("supply-detail", supply.number)).content.decode()
    late = sam.post(url("batch-move", batch.number, "reject"), day | {"reason": "x"})
    assert late.status_code == 422


def test_a_batch_is_not_moved_ahead_of_today_or_behind_its_last_move(
    product: Product, site: Site, sign_in: Any, cast: Any
) -> None:
    supply = add_supply(product, site, by=cast.sam, service="fill_finish", stage="clinical")
    batch = add_batch(supply, by=cast.sam, batch_number="B-002", made_date=day_of(cast.sam, -5))
    for day, words in (
        (day_of(cast.sam, 1), "day that has come"),
        (day_of(cast.sam, -9), "stood there since"),
    ):
        answer = sign_in("sam").post(url("batch-move", batch.number, "start"), {"status_date": day.isoformat()})
        assert answer.status_code == 422 and words in answer.content.decode()


def test_a_product_in_supply_is_not_retired(sign_in: Any, product: Product, site: Site, cast: Any) -> None:
    supply = add_supply(product, site, by=cast.sam, service="fill_finish", stage="clinical")
    sam = sign_in("sam")
    answer = sam.post(url("product-retire", product.number), {"reason": "Stopped"})
    assert answer.status_code == 422 and "still supplies" in answer.content.decode()
    sam.post(url("supply-remove", supply.number), {"reason": "Typed wrongly"})
    assert sam.post(url("product-retire", product.number), {"reason": "Stopped"}).status_code == 302
    assert "T-101 is retired" in sam.get(url("product-list")).content.decode()
    assert "T-101" not in sam.get(url("product-list")).content.decode()


def test_agreements_are_filtered_by_how_they_stand(sign_in: Any, site: Site, cast: Any) -> None:
    past, soon, far = TODAY - timedelta(days=5), TODAY + timedelta(days=60), TODAY + timedelta(days=400)
    for title, last in (("Old CDA", past), ("Ending MSA", soon), ("Fresh SOW", far)):
        add_agreement(site.vendor, by=cast.sam, kind="msa", title=title, parties="Both",
                      signed_date=date(2020, 1, 1), effective_date=date(2020, 1, 1), expires_date=last)  # fmt: skip
    sam = sign_in("sam")

    def titles(state: str) -> set[str]:
        text = sam.get(url("agreement-list"), {"state": state, "cmo": site.vendor.number}).content.decode()
        return {title for title in ("Old CDA", "Ending MSA", "Fresh SOW") if title in text}

    assert titles("in_force") == {"Ending MSA", "Fresh SOW"}
    assert titles("expiring") == {"Ending MSA"}
    assert titles("over") == {"Old CDA"}


def test_an_agreement_is_added_with_its_file_and_ended_early(sign_in: Any, site: Site) -> None:
    sam = sign_in("sam")
    facts = {"kind": "cda", "title": "Two-way CDA", "parties": "N and T", "signed_date": "2024-01-10"}
    facts |= {"effective_date": "2024-01-10"}
    sam.post(url("agreement-create", site.vendor.number), facts)
    agreement = Agreement.objects.get(vendor=site.vendor)
    assert "A CDA is in force" in sam.get(url("cmo-agreements", site.vendor.number)).content.decode()
    page = url("agreement-detail", agreement.number)
    file = SimpleUploadedFile("cda.txt", b"signed by both")
    assert sam.post(page, {"file": file}).status_code == 302
    assert "cda.txt" in sam.get(page).content.decode()
    bare = sam.post(url("agreement-end", agreement.number), {"ended_date": TODAY.isoformat(), "reason": ""})
    assert bare.status_code == 422
    sam.post(url("agreement-end", agreement.number), {"ended_date": TODAY.isoformat(), "reason": "Project stopped"})
    assert "Project stopped" in sam.get(page).content.decode()
    assert "No CDA is in force" in sam.get(url("cmo-agreements", site.vendor.number)).content.decode()


def test_dates_of_an_agreement_must_make_sense(sign_in: Any, site: Site) -> None:
    facts = {
        "kind": "cda",
        "title": "CDA",
        "parties": "N",
        "effective_date": "2024-01-10",
        "expires_date": "2023-01-01",
    }
    answer = sign_in("sam").post(url("agreement-create", site.vendor.number), facts)
    assert answer.status_code == 422 and "date on which it was signed" in answer.content.decode()


def test_a_wrong_password_is_refused_at_its_field_and_the_form_is_kept(sign_in: Any, row: Qualification) -> None:
    quinn = sign_in("quinn")
    given = {
        "conditions": "Weekly calls",
        "expires_date": (TODAY + timedelta(days=30)).isoformat(),
        "reason": "Because",
    }
    answer = quinn.post(url("qualification-move", row.number, "approve_conditionally"), given | {"password": "wrong"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "That is not your password" in text
    assert "Weekly calls" in text and "Because" in text and "wrong" not in re.findall(r'value="([^"]*)"', text)
    assert 'id="id_password_error"' in text
    assert not Signature.objects.filter(record_number=row.number).exists()


@pytest.mark.parametrize("name", ["approve", "approve_conditionally", "disqualify"])
def test_the_page_of_a_move_asks_for_what_it_takes(name: str, sign_in: Any, row: Qualification) -> None:
    text = sign_in("quinn").get(url("qualification-move", row.number, name)).content.decode()
    assert 'name="password"' in text and "and sign" in text


def test_the_page_of_a_closed_move_says_why(sign_in: Any, row: Qualification) -> None:
    text = sign_in("quinn").get(url("qualification-move", row.number, "suspend")).content.decode()
    assert 'name="password"' not in text and "needs the status" in text


def test_quality_signs_on_the_page_and_the_signature_is_printed(sign_in: Any, row: Qualification) -> None:
    quinn = sign_in("quinn")
    form = quinn.get(url("qualification-move", row.number, "approve")).content.decode()
    assert "You sign as <b>Quinn Abara</b>" in form and "Code of your authenticator" not in form
    answer = quinn.post(url("qualification-move", row.number, "approve"), {"password": PASSWORD, "version": "1"})
    assert answer.status_code == 302
    text = quinn.get(url("qualification-detail", row.number)).content.decode()
    assert "Quinn Abara" in text and "Approval" in text and "UTC" in text and "Matches the record, version 2" in text
    assert "Qualified" in quinn.get(url("cmo-qualifications", row.vendor.number)).content.decode()


def test_a_signature_that_no_longer_matches_says_so(sign_in: Any, row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    move(row, "retire", by=cast.quinn, credentials=PROOF, reason="Done")
    text = sign_in("sam").get(url("qualification-detail", row.number)).content.decode()
    assert "No longer matches: version 2 was signed, this is version 3." in text


def test_a_form_that_was_opened_before_a_change_is_refused(sign_in: Any, row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    given = {"password": PASSWORD, "version": "1", "expires_date": ""}
    answer = sign_in("quinn").post(url("qualification-move", row.number, "approve"), given)
    assert answer.status_code == 422 and "needs the status" in answer.content.decode()


def test_the_manager_proposes_on_the_page_and_sees_no_move(sign_in: Any, site: Site) -> None:
    sam = sign_in("sam")
    given = {"site": site.number, "service": "testing", "dosage_form": "", "product": "", "rationale": "Second lab"}
    answer = sam.post(url("qualification-create", site.vendor.number), given)
    row = Qualification.objects.get(site=site)
    assert answer.url == row.get_absolute_url()
    text = sam.get(row.get_absolute_url()).content.decode()
    assert "Edit the proposal" in text and "/approve/" not in text
    assert sam.get(url("qualification-move", row.number, "approve")).status_code == 403


def test_a_missing_site_is_asked_for(sign_in: Any, site: Site) -> None:
    answer = sign_in("sam").post(url("qualification-create", site.vendor.number), {"service": "testing"})
    assert answer.status_code == 422


def test_a_merge_on_the_page_moves_and_leads_on(sign_in: Any, cast: Any) -> None:
    kept, gone = make_vendor(cast.sam, "Zentik GmbH"), make_vendor(cast.sam, "Zentik S.A.")
    sam = sign_in("sam")
    assert "Zentik GmbH and Zentik S.A." in sam.get(url("duplicate-list")).content.decode()
    page = url("duplicate-detail", kept.number, gone.number)
    assert "legal form" in sam.get(page).content.decode()
    assert sam.post(page, {"act": "merge", "merge-survivor": kept.number}).status_code == 422
    given = {"act": "merge", "merge-survivor": kept.number, "merge-reason": "One register number"}
    assert sam.post(page, given).url == kept.get_absolute_url()
    assert sam.get(gone.get_absolute_url()).url == kept.get_absolute_url()
    assert sam.get(url("cmo-sites", gone.number)).url == url("cmo-sites", kept.number)
    assert sam.get(page).status_code == 404


def test_not_a_duplicate_is_remembered(sign_in: Any, cast: Any) -> None:
    one, other = make_vendor(cast.sam, "Zentik GmbH"), make_vendor(cast.sam, "Zentik S.A.")
    sam = sign_in("sam")
    page = url("duplicate-detail", one.number, other.number)
    sam.post(page, {"act": "distinct", "distinct-reason": "Different owners"})
    assert "not proposed again" in sam.get(url("duplicate-list")).content.decode()
    assert "Zentik GmbH and Zentik S.A." not in sam.get(url("duplicate-list")).content.decode()
