"""Measures the pages of audits in one seeded installation, in its own process: CPU milliseconds and queries of each."""

from __future__ import annotations

import json
import time
from typing import Any

from django.db import connection
from django.test import Client

from audits.findings.models import Finding
from audits.programme.models import Audit
from bench.asking import manager, measure, queries, signed_in
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as

ROUNDS = 9
PATHS = {
    "list": "/audits/",
    "findings": "/findings/",
    "calendar": "/audits/calendar/",
    "trends": "/audit-trends/",
    "api": "/api/v1/audit-trends/",
}


class Statements:
    """Keeps what a page asks of the database, to ask it again without the page."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.kept.append((sql, params))
        return execute(sql, params, many, context)

    def again(self) -> float:
        start = time.process_time()
        with acting_as(SETUP), connection.cursor() as cursor:
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


def main() -> None:
    client = signed_in(manager())
    with acting_as(SETUP):
        rows = {"audits": Audit.objects.count(), "findings": Finding.objects.count()}
    for path in PATHS.values():
        client.get(path)
    counted = {name: queries(client, path) for name, path in PATHS.items()}
    spent = measure(client, PATHS, ROUNDS, {"statements": asked_by(client, PATHS["trends"]).again})
    print(json.dumps({"rows": rows, "cpu": spent, "queries": counted}))
