"""Measures pages of the registry in one seeded installation, in its own process: CPU milliseconds and queries."""

from __future__ import annotations

import json

from bench.asking import manager, measure, queries, signed_in
from cmo_portal.lib.keyset import encode
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from vendors.registry.models import Vendor

ROUNDS = 25


def addresses(company_id: int) -> tuple[int, dict[str, str]]:
    """How many CMOs there are, and name -> path of what is asked."""
    with acting_as(SETUP):
        rows = Vendor.objects.filter(wall_owner=company_id, is_retired=False).order_by("sort_name", "number")
        count, some = rows.count(), rows[0]
        deep = rows[max(count - 30, 0)]
    return count, {
        "list": "/cmos/",
        "deep": f"/cmos/?after={encode([deep.sort_name, deep.number])}",
        "search": "/cmos/?q=scaleton",
        "detail": f"/cmos/{some.number}/",
        "api": "/api/v1/vendors/",
    }


def main() -> None:
    sam = manager()
    client, (count, paths) = signed_in(sam), addresses(sam.company_id)
    for path in paths.values():
        client.get(path)
    counted = {name: queries(client, path) for name, path in paths.items()}
    print(json.dumps({"rows": count, "cpu": measure(client, paths, ROUNDS), "queries": counted}))
