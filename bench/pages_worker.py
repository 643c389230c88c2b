"""Measures pages in one seeded installation, in its own process: CPU milliseconds and queries of each request."""

from __future__ import annotations

import json
import os
import statistics
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cmo_portal.accounts.models import User  # noqa: E402
from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from vendors.registry.models import Vendor  # noqa: E402

ROUNDS = 25
FLOOR = {
    "ROOT_URLCONF": "bench.floor_urls",
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
}


def cpu(client: Client, path: str) -> float:
    start = time.process_time()
    answer = client.get(path)
    spent = time.process_time() - start
    assert answer.status_code == 200, (path, answer.status_code)
    return spent * 1000


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured.captured_queries)


def measure(client: Client, paths: dict[str, str]) -> dict[str, Any]:
    """Interleaved, so that a slow moment of the machine hits both sides; the median of the rounds.

    A change of settings empties Django's table of addresses, which no server pays for at a request: each side is asked
    once before it is measured.
    """
    spent: dict[str, list[float]] = {name: [] for name in (*paths, "floor")}
    for _ in range(ROUNDS):
        cpu(client, paths["list"])
        for name, path in paths.items():
            spent[name].append(cpu(client, path))
        with override_settings(**FLOOR):
            cpu(client, "/")
            spent["floor"].append(cpu(client, "/"))
    return {name: statistics.median(values) for name, values in spent.items()}


def main() -> None:
    with acting_as(SETUP):
        sam = User.objects.get(email__startswith="sam@")
        rows = Vendor.objects.filter(wall_owner=sam.company_id, is_retired=False)
        some = rows.order_by("sort_name", "number")[0]
        from cmo_portal.lib.keyset import encode

        count = rows.count()
        deep = rows.order_by("sort_name", "number")[max(count - 30, 0)]
        cursor = encode([deep.sort_name, deep.number])
        # No test environment: it would note down every template drawn, which no server does.
        client = Client(headers={"host": "localhost"})
        client.force_login(sam, backend="cmo_portal.accounts.backend.Backend")
    paths = {
        "list": "/cmos/",
        "deep": f"/cmos/?after={cursor}",
        "search": "/cmos/?q=scaleton",
        "detail": f"/cmos/{some.number}/",
        "api": "/api/v1/vendors/",
    }
    for path in paths.values():
        client.get(path)
    counted = {name: queries(client, path) for name, path in paths.items()}
    print(json.dumps({"rows": count, "cpu": measure(client, paths), "queries": counted}))


main()
