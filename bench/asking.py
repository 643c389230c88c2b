"""Asks pages of a seeded installation as its CMO manager, beside the bare page of `floor_urls` (see `worker.py`).

Nothing here sets up Django's test environment: that would note down every template drawn, which no server does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as

FLOOR = {
    "ROOT_URLCONF": "bench.floor_urls",
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
}


def manager() -> User:
    """Who asks: the demo's CMO manager, whose company `seed_scale` fills."""
    with acting_as(SETUP):
        found: User = User.objects.select_related("membership").get(email__startswith="sam@")
    return found


def signed_in(person: User) -> Client:
    client = Client(headers={"host": "localhost"})
    with acting_as(SETUP):
        client.force_login(person, backend="cmo_portal.accounts.backend.Backend")
    return client


def cpu(client: Client, path: str) -> float:
    """CPU milliseconds of one request in this process; what a database server spends is not in it."""
    start = time.process_time()
    answer = client.get(path)
    spent = time.process_time() - start
    assert answer.status_code == 200, (path, answer.status_code)
    return spent * 1000


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured.captured_queries)


def measure(
    client: Client, paths: Mapping[str, str], rounds: int, beside: Mapping[str, Callable[[], float]] | None = None
) -> dict[str, float]:
    """Median milliseconds of each path, of `floor`, and of what else is given `beside` them.

    Interleaved, so that a slow moment of the machine hits all of them. A change of settings empties Django's table of
    addresses, which no server pays for at a request: each side is asked once before it is measured.
    """
    further = dict(beside or {})
    first = next(iter(paths.values()))
    spent: dict[str, list[float]] = {name: [] for name in (*paths, *further, "floor")}
    for _ in range(rounds):
        cpu(client, first)
        for name, path in paths.items():
            spent[name].append(cpu(client, path))
        for name, once in further.items():
            spent[name].append(once())
        with override_settings(**FLOOR):
            cpu(client, "/")
            spent["floor"].append(cpu(client, "/"))
    return {name: statistics.median(values) for name, values in spent.items()}
