"""Pages of trends cost the same number of queries for three findings and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.trends.makers import many

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [3, 300])
def test_pages_cost_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    site = many(cast.leo if cast.leo.may("cmo.edit") else cast.sam, count, f"Costwerk {count}")
    sam = sign_in("sam")
    sam.get("/")
    addresses = {
        "trend-list": "/audit-trends/",
        "trend-list-of-cmo": f"/audit-trends/?cmo={site.vendor.number}",
        "cmo-trends": f"/cmos/{site.vendor.number}/audit-trends/",
        "site-trends": f"/sites/{site.number}/audit-trends/",
        "trend-export": "/audit-trends/export/csv/",
        "api-audit-trends": "/api/v1/audit-trends/",
    }
    for code in ("notice", "report", "response", "review", "correction", "check"):
        addresses[f"trend-step-{code}"] = f"/audit-trends/steps/{code}/?cmo={site.vendor.number}"
    addresses["trend-step-waiting"] = f"/audit-trends/steps/closure/?show=waiting&cmo={site.vendor.number}"
    addresses["trend-step-export"] = f"/audit-trends/steps/response/export/csv/?cmo={site.vendor.number}"
    for name, address in addresses.items():
        answer = query_count("trends", name, partial(sam.get, address))
        assert answer.status_code == 200, address
