"""Duplicates are proposed with their evidence, merged in one act, or remembered as two."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmo_portal.accounts.actions import create_company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import TrailEvent, write
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.company_names import core_of
from vendors.registry.duplicates import declare_distinct, evidence_for, proposals_for
from vendors.registry.joining import join_company
from vendors.registry.merging import merge_vendors
from vendors.registry.models import Capability, Contact, ContainmentBand, FormerFei, Site, Vendor
from vendors.registry.moved import survivor_of
from vendors.registry.product_actions import add_product, add_supply
from vendors.registry.qualification_actions import move, propose
from vendors.registry.site_actions import add_certificate
from vendors.registry.supply import Agreement, Qualification

pytestmark = pytest.mark.django_db
FEI = "3009990002"
LOCKED = re.compile(r'FROM "(vendors_vendor|vendors_site|vendors_certificate)" WHERE .* FOR NO KEY UPDATE')


@pytest.fixture
def pair(cast: Any) -> tuple[Vendor, Vendor]:
    return make_vendor(cast.sam, "Zentik Pharma GmbH"), make_vendor(cast.sam, "Pharma Zentik S.A.")


def proposed(reader: Any) -> dict[frozenset[str], list[str]]:
    return {frozenset({p.first.name, p.second.name}): p.evidence for p in proposals_for(reader)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alpenglow Pharma GmbH & Co. KG", "Pharma Alpenglow"),
        ("Étape S.p.A.", "ETAPE"),
        ("Qux Sp. z o.o.", "Qux Ltd."),
        ("Foo-Bar B.V.", "Foo Bar"),
    ],
)
def test_legal_forms_case_accents_and_order_do_not_count(one: str, other: str) -> None:
    assert core_of(one) == core_of(other)


def test_other_words_count_and_a_bare_legal_form_keeps_its_word() -> None:
    assert core_of("Alpenglow Pharma AG") != core_of("Alpenglow Biotech AG")
    assert core_of("AG") == "ag"


def test_equal_names_are_proposed_and_strangers_are_not(pair: Any, cast: Any) -> None:
    make_vendor(cast.sam, "Anderwerk")
    found = proposed(cast.sam)
    assert "legal form" in found[frozenset({"Zentik Pharma GmbH", "Pharma Zentik S.A."})][0]
    assert not any("Anderwerk" in names for names in found)


def test_equal_feis_are_named_as_evidence(cast: Any) -> None:
    one, other = make_vendor(cast.sam, "Alpha"), make_vendor(cast.sam, "Beta")
    make_site(one, cast.sam, fei=FEI)
    make_site(other, cast.sam, fei=FEI)
    assert proposed(cast.sam)[frozenset({"Alpha", "Beta"})] == [f"Both have a site with the FEI {FEI}."]
    assert evidence_for(cast.sam, one, other) == [f"Both have a site with the FEI {FEI}."]


def test_the_same_fei_at_another_sponsor_proposes_nothing(cast: Any) -> None:
    make_site(make_vendor(cast.sam, "Alpha"), cast.sam, fei=FEI)
    make_site(make_vendor(cast.otto, "Alpha"), cast.otto, fei=FEI)
    assert not any("Alpha" in names for names in proposed(cast.sam))


def test_what_is_known_as_two_is_not_proposed_again(pair: Any, cast: Any) -> None:
    declare_distinct(*pair, by=cast.sam, reason="Different owners, checked in the commercial register")
    assert frozenset({"Zentik Pharma GmbH", "Pharma Zentik S.A."}) not in proposed(cast.sam)
    declare_distinct(*reversed(pair), by=cast.sam, reason="Again")
    with pytest.raises(ValidationError, match="how you know"):
        declare_distinct(*pair, by=cast.sam, reason=" ")


def test_a_merge_moves_everything_and_retires_the_other(pair: Any, cast: Any) -> None:
    kept, gone = pair
    site = make_site(gone, cast.sam, fei=FEI)
    write(Contact(vendor=gone, name="Ana", role="quality", phone="1"), by=cast.sam, action="x")
    write(Agreement(vendor=gone, kind="cda", title="CDA", parties="Both"), by=cast.sam, action="x")
    row = propose(gone, by=cast.sam, site=site, service="testing")
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    merge_vendors(kept, gone, by=cast.sam, reason="Same company register number")
    gone.refresh_from_db()
    assert gone.is_retired and gone.merged_into == kept and survivor_of(gone) == kept
    for model in (Site, Contact, Agreement, Qualification):
        assert not model.objects.filter(vendor=gone).exists()
        assert model.objects.filter(vendor=kept).count() == 1
    assert Vendor.objects.with_standing().get(pk=kept.pk).worst == "approved"
    last = TrailEvent.objects.filter(record_number=site.number).order_by("seq").last()
    assert (last.action, last.reason) == ("site.move", "Same company register number")


def test_sites_of_one_fei_become_one_with_what_hangs_on_them(pair: Any, cast: Any) -> None:
    kept, gone = pair
    stays = make_site(kept, cast.sam, "Linz", fei=FEI)
    goes = make_site(gone, cast.sam, "Linz plant", fei=FEI, duns="123456789")
    for site in (stays, goes):
        write(ContainmentBand(site=site, name="OEB4", oel_from=1, oel_to=10), by=cast.sam, action="x")
        write(FormerFei(site=site, fei="1234567"), by=cast.sam, action="x")
    band = goes.bands.get()
    write(Capability(site=goes, service="api_mfg", scale="pilot", band=band), by=cast.sam, action="x")
    product = add_product(kept.sponsor, by=cast.sam, code="Z-1", name="Z", modality="mab", dosage_form="pfs")
    supply = add_supply(product, goes, by=cast.sam, service="fill_finish", stage="clinical")
    merge_vendors(kept, gone, by=cast.sam, reason="One plant")
    stays.refresh_from_db()
    supply.refresh_from_db()
    assert (stays.duns, supply.site) == ("123456789", stays)
    assert Capability.objects.get(service="api_mfg", site=stays).band == stays.bands.get()
    assert Site.objects.get(pk=goes.pk).is_retired
    assert stays.former_feis.count() == 1


def test_what_cannot_stand_twice_refuses_the_whole_merge(pair: Any, cast: Any) -> None:
    kept, gone = pair
    for vendor in pair:
        site = make_site(vendor, cast.sam, f"Linz {vendor.pk}", fei=FEI)
        propose(vendor, by=cast.sam, site=site, service="testing")
    with pytest.raises(ValidationError, match="Both CMOs have the same: qualification"):
        merge_vendors(kept, gone, by=cast.sam, reason="One plant")
    gone.refresh_from_db()
    assert not gone.is_retired and gone.sites.count() == 1


def test_a_merge_is_the_managers_and_needs_a_reason(pair: Any, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        merge_vendors(*pair, by=cast.quinn, reason="x")
    with pytest.raises(ValidationError, match="how you know"):
        merge_vendors(*pair, by=cast.sam, reason="")


def test_the_company_that_joined_stays_with_the_survivor(pair: Any, cast: Any) -> None:
    kept, gone = pair
    joined = create_company("Zentik", kind="partner", by=SETUP)
    site = make_site(gone, cast.sam, fei=FEI)
    join_company(gone, joined, cast.sam)
    merge_vendors(kept, Vendor.objects.get(pk=gone.pk), by=cast.sam, reason="One company")
    kept.refresh_from_db()
    site.refresh_from_db()
    assert kept.company == joined and site.wall_partner == joined.pk
    assert Vendor.objects.visible_to(SETUP).live().filter(company=joined).get() == kept


def test_two_companies_that_joined_are_not_one(pair: Any, cast: Any) -> None:
    for vendor, name in zip(pair, ("Eins", "Zwei"), strict=True):
        join_company(vendor, create_company(name, kind="partner", by=SETUP), cast.sam)
    with pytest.raises(ValidationError, match="Two different companies"):
        merge_vendors(*pair, by=cast.sam, reason="x")


def test_two_merges_that_meet_do_not_retire_both(pair: Any, cast: Any) -> None:
    """Both were opened while the two stood side by side; the second finds what the first has made of them."""
    one, other = pair
    stale_one, stale_other = Vendor.objects.get(pk=one.pk), Vendor.objects.get(pk=other.pk)
    merge_vendors(one, other, by=cast.sam, reason="One company")
    with pytest.raises(ValidationError, match="is retired"):
        merge_vendors(stale_other, stale_one, by=cast.sam, reason="One company")
    assert not Vendor.objects.get(pk=one.pk).is_retired


def test_what_only_the_merged_cmo_knew_is_not_lost(cast: Any) -> None:
    kept = make_vendor(cast.sam, "Zentik", country="AT")
    facts = {"website": "https://zentik.example", "oms_organisation": "ORG-100008368", "manager": cast.sam}
    merge_vendors(kept, make_vendor(cast.sam, "Zentik AG", country="CH", **facts), by=cast.sam, reason="One company")
    kept.refresh_from_db()
    assert {name: getattr(kept, name) for name in facts} == facts
    assert kept.country == "AT"


@pytest.mark.parametrize("address", ["/cmos/{}/restore/", "/api/v1/vendors/{}/restore/"])
def test_a_merged_cmo_cannot_be_taken_back_into_use(pair: Any, cast: Any, sign_in: Any, address: str) -> None:
    kept, gone = pair
    merge_vendors(kept, gone, by=cast.sam, reason="One company")
    sign_in("sam").post(address.format(gone.number))
    assert Vendor.objects.get(pk=gone.pk).is_retired


@pytest.mark.postgres
def test_whoever_merges_takes_the_sites_before_what_hangs_on_them(pair: Any, cast: Any) -> None:
    """As whoever renews a certificate there does; taken the other way round, one of the two acts would fail."""
    for vendor in pair:
        site = make_site(vendor, cast.sam, fei=FEI)
    today = timezone.localdate()
    add_certificate(
        site, by=cast.sam, kind="gmp", authority="BASG", reference="R1", issue_date=today,
        expires_date=today + timedelta(days=300),
    )  # fmt: skip
    with CaptureQueriesContext(connection) as captured:
        merge_vendors(*pair, by=cast.sam, reason="One company")
    asked = [found[1] for query in captured if (found := LOCKED.search(query["sql"]))]
    assert list(dict.fromkeys(asked)) == ["vendors_vendor", "vendors_site", "vendors_certificate"]
