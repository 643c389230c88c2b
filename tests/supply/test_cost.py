"""Pages cost the same number of queries for three rows and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cmo_portal.records.trail import write_many
from tests.supply.makers import company, make_site, make_vendor
from tests.supply.test_pages import TODAY, url
from vendors.registry.models import Site, Vendor
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply

pytestmark = pytest.mark.django_db


def fill(count: int, by: Any, start: int = 0) -> tuple[Vendor, Product, Supply]:
    """`count` of everything, at one CMO and one product."""
    vendor = make_vendor(by, f"Costwerk {start}")
    site = make_site(vendor, by, f"Costwerk plant {start}")
    sponsor = company("Northgate Biopharma")
    numbers = range(start, start + count)
    facts = {"modality": "mab", "dosage_form": "pfs"}
    products = [Product(sponsor=sponsor, code=f"C-{number:04}", name="Cost", **facts) for number in numbers]
    sites = [Site(vendor=vendor, name=f"Cost {number:04}") for number in numbers]
    for rows in (products, sites):
        write_many(rows, by=by, action="test")
    supplies = [Supply(product=p, site=site, service="testing", stage="clinical") for p in products]
    supplies += [Supply(product=products[0], site=s, service="testing", stage="clinical") for s in sites]
    write_many(supplies, by=by, action="test")
    write_many([Batch(supply=supplies[0], batch_number=str(n)) for n in numbers], by=by, action="test")
    write_many(
        [Agreement(vendor=vendor, kind="msa", title=f"T {n}", parties="x", expires_date=TODAY) for n in numbers],
        by=by,
        action="test",
    )
    write_many([Qualification(vendor=vendor, site=s, service="testing") for s in sites], by=by, action="test")
    return vendor, products[0], supplies[0]


@pytest.mark.parametrize("count", [3, 300])
def test_pages_cost_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    vendor, product, supply = fill(count, cast.sam)
    sam = sign_in("sam")
    pages = {
        "product-list": [],
        "product-detail": [product.number],
        "supply-detail": [supply.number],
        "agreement-list": [],
        "cmo-agreements": [vendor.number],
        "cmo-qualifications": [vendor.number],
        "duplicate-list": [],
        "cmo-import-list": [],
    }
    sam.get("/")
    addresses = {name: url(name, *args) for name, args in pages.items()}
    for name in ("products", "supplies", "batches", "agreements", "qualifications"):
        addresses[f"api-{name}"] = f"/api/v1/{name}/?page_size=100"
    for name, address in addresses.items():
        query_count("supply", name, partial(sam.get, address))
