"""When a CMO joins, it reads its own rows at once, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cmo_portal.accounts.actions import create_company
from cmo_portal.accounts.models import Company, Partnership
from cmo_portal.records.actors import SETUP
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.trail import TrailEvent, write
from tests.supply.makers import company, make_site, make_vendor
from vendors.registry.joining import join_company, models_of_vendor
from vendors.registry.models import Capability, Contact, Site, Vendor
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def joiner() -> Company:
    return create_company("Testwerk AG", kind="partner", by=SETUP, country="AT")


@pytest.fixture
def filled(cast: Any) -> Vendor:
    vendor = make_vendor(cast.sam)
    site = make_site(vendor, cast.sam)
    write(Contact(vendor=vendor, name="Ana", role="quality", email="ana@testwerk.example"), by=cast.sam, action="x")
    write(Capability(site=site, service="fill_finish", scale="clinical"), by=cast.sam, action="x")
    write(Agreement(vendor=vendor, kind="cda", title="CDA", parties="Both"), by=cast.sam, action="x")
    return vendor


def test_joining_gives_every_shared_row_its_partner_and_no_internal_row(
    cast: Any, filled: Vendor, joiner: Company
) -> None:
    moved = join_company(filled, joiner, cast.sam)
    assert moved == 3
    site = Site.objects.get(vendor=filled)
    capability, contact = Capability.objects.get(site=site), Contact.objects.get(vendor=filled)
    assert {site.wall_partner, capability.wall_partner, contact.wall_partner} == {joiner.pk}
    assert Vendor.objects.get(pk=filled.pk).wall_partner == joiner.pk
    assert Agreement.objects.get(vendor=filled).wall_partner is None
    assert Partnership.objects.filter(sponsor=filled.sponsor, partner=joiner).count() == 1
    entry = TrailEvent.objects.get(record_number=site.number, seq=2)
    assert (entry.action, entry.actor_ref) == ("site.restamp", cast.sam.number)


def test_a_file_of_a_shared_row_follows_its_record(cast: Any, filled: Vendor, joiner: Company) -> None:
    site = Site.objects.get(vendor=filled)
    file = Attachment(
        about_type=site.record_type(), about_number=site.number, name="map.pdf", content_type="application/pdf",
        size=1, sha256="0" * 64, file="attachments/x", is_shared=True, wall_owner=site.wall_owner,
    )  # fmt: skip
    write(file, by=cast.sam, action="attachment.add")
    join_company(filled, joiner, cast.sam)
    file.refresh_from_db()
    assert (file.wall_partner, file.wall_shared) == (joiner.pk, True)


def test_joining_again_writes_nothing(cast: Any, filled: Vendor, joiner: Company) -> None:
    join_company(filled, joiner, cast.sam)
    before = TrailEvent.objects.count()
    assert join_company(filled, joiner, cast.sam) == 0
    assert TrailEvent.objects.count() == before


def test_a_sponsor_cannot_join_as_a_cmo(cast: Any, filled: Vendor) -> None:
    with pytest.raises(ValidationError, match="is a sponsor"):
        join_company(filled, company("Otter Therapeutics"), cast.sam)


def test_a_cmo_that_has_joined_keeps_its_company(cast: Any, filled: Vendor, joiner: Company) -> None:
    join_company(filled, joiner, cast.sam)
    with pytest.raises(ValidationError, match="another company"):
        join_company(filled, company("Baltic Fill-Finish"), cast.sam)


def test_one_company_joins_as_one_cmo_of_a_sponsor(cast: Any, filled: Vendor, joiner: Company) -> None:
    join_company(filled, joiner, cast.sam)
    with pytest.raises(ValidationError, match="merge the two CMOs"):
        join_company(make_vendor(cast.sam, "Testwerk Zwei"), joiner, cast.sam)


def test_every_record_with_a_partner_through_a_vendor_is_restamped() -> None:
    found = {model.__name__: path for model, path in models_of_vendor()}
    assert found["Site"] == "vendor" and found["Capability"] == "site__vendor"
    assert "Qualification" not in found and "Product" not in found
