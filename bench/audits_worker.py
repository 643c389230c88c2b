"""Measures the pages of audits in one seeded installation, in its own process: CPU milliseconds and queries of each."""

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
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from audits.findings.models import Finding  # noqa: E402
from audits.programme.models import Audit  # noqa: E402
from cmo_portal.accounts.models import User  # noqa: E402
from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402

ROUNDS = 9
FLOOR = {
    "ROOT_URLCONF": "bench.floor_urls",
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
}
PATHS = {
    "list": "/audits/",
    "findings": "/findings/",
    "calendar": "/audits/calendar/",
    "trends": "/audit-trends/",
    "api": "/api/v1/audit-trends/",
}


def cpu(client: Client, path: str) -> float:
    start = time.process_time()
    answer = client.get(path)
    spent = time.process_time() - start
    assert answer.status_code == 200, (path, answer.status_code)
    return spent * 1000


class Statements:
    """Keeps what a page asks of the database, to ask it again without the page."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.kept.append((sql, params))
        return execute(sql, params, many, context)

    def again(self) -> float:
        start = time.process_time()
        with connection.cursor() as cursor:
            for sql, params in self.kept:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
        return (time.process_time() - start) * 1000


def asked_by(client: Client, path: str) -> Statements:
    statements = Statements()
    with connection.execute_wrapper(statements):
        client.get(path)
    statements.kept = [(sql, params) for sql, params in statements.kept if sql.lower().startswith(("select", "with"))]
    return statements


def measure(client: Client, alone: Statements) -> dict[str, float]:
    """Interleaved, so that a slow moment of the machine hits all of them; the median of the rounds."""
    spent: dict[str, list[float]] = {name: [] for name in (*PATHS, "floor", "statements")}
    for _ in range(ROUNDS):
        for name, path in PATHS.items():
            spent[name].append(cpu(client, path))
        with acting_as(SETUP):
            spent["statements"].append(alone.again())
        with override_settings(**FLOOR):
            spent["floor"].append(cpu(client, "/"))
    return {name: statistics.median(values) for name, values in spent.items()}


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured.captured_queries)


def main() -> None:
    setup_test_environment()
    with acting_as(SETUP):
        sam = User.objects.get(email__startswith="sam@")
        rows = {"audits": Audit.objects.count(), "findings": Finding.objects.count()}
        client = Client()
        client.force_login(sam, backend="cmo_portal.accounts.backend.Backend")
    for path in PATHS.values():
        client.get(path)
    counted = {name: queries(client, path) for name, path in PATHS.items()}
    alone = asked_by(client, PATHS["trends"])
    print(json.dumps({"rows": rows, "cpu": measure(client, alone), "queries": counted}))


main()
