"""Tells machines whether the portal lives, is ready and how it fares, without saying anything about its data.

`/healthz` answers while the process lives. `/readyz` answers 200 when the database, its migrations and the broker are
fine and 503 otherwise, with the state of each part. `/metrics` speaks the Prometheus text format to whoever brings the
bearer token of METRICS_TOKEN. Errors are logged; answers never carry an address, a path or an error's own words.
"""

from __future__ import annotations

import hmac
import os
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cmo_portal.celery import BEAT, HEARTBEAT, app
from cmo_portal.records import roles
from cmo_portal.records.gate import public
from cmo_portal.records.readiness import add, age_in_words, is_ready, states

SILENT_AFTER_SECONDS = 90  # four beats missed


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrations() -> str:
    pending = pending_migrations()
    return "ok" if pending == 0 else f"{pending} not applied: run manage.py migrate"


def role() -> str:
    return "ok" if roles.fault() is None else "the application's role owns tables: see docs/how-to/operate.md"


def broker() -> str:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        folders = [Path(options["data_folder_out"]), Path(options["control_folder"])]
        writable = all(folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) for folder in folders)
        return "ok" if writable else "its folder cannot be written"
    with app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, interval_start=0.1, interval_step=0)
    return "ok"


def age_of(key: str) -> float | None:
    """Seconds since a heartbeat, or None where none was ever heard."""
    beaten_at = cache.get(key)
    return None if beaten_at is None else max(0.0, time.time() - beaten_at)


def heartbeat_age() -> float | None:
    """Seconds since a worker last ran the task that beat sends, or None where none ever did."""
    return age_of(HEARTBEAT)


def worker() -> str:
    return age_in_words(heartbeat_age(), SILENT_AFTER_SECONDS)


def beat() -> str:
    """The scheduler by itself: where it lives and the worker is silent, it is the worker or the broker that ails."""
    return age_in_words(age_of(BEAT), SILENT_AFTER_SECONDS)


for required in (database, migrations, role, broker):
    add(required.__name__, required, is_required=True)
add("worker", worker)  # pages work without them; work waits
add("beat", beat)


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@public
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    parts = states()
    ready = is_ready(parts)
    return JsonResponse({"status": "ready" if ready else "not ready", "parts": parts}, status=200 if ready else 503)


@public
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound(
            "Metrics are off: set METRICS_TOKEN to switch them on.\n", content_type="text/plain"
        )
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        refusal = "Send the header Authorization: Bearer followed by the token of METRICS_TOKEN.\n"
        return HttpResponse(refusal, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def exposition() -> str:
    """The Prometheus text exposition format 0.0.4: a HELP, a TYPE and the samples of each metric."""
    started = time.perf_counter()
    parts = states()
    seconds = time.perf_counter() - started
    lines = [
        "# HELP cmo_portal_ready 1 when the portal can serve pages.",
        "# TYPE cmo_portal_ready gauge",
        f"cmo_portal_ready {int(is_ready(parts))}",
        "# HELP cmo_portal_part_ok 1 when this part is fine.",
        "# TYPE cmo_portal_part_ok gauge",
        *(f'cmo_portal_part_ok{{part="{name}"}} {int(state == "ok")}' for name, state in parts.items()),
        "# HELP cmo_portal_check_seconds How long looking at all parts took.",
        "# TYPE cmo_portal_check_seconds gauge",
        f"cmo_portal_check_seconds {seconds:.6f}",
    ]
    age = heartbeat_age() if parts["worker"] != "does not answer" else None
    if age is not None:
        lines += [
            "# HELP cmo_portal_worker_heartbeat_age_seconds Time since a worker last showed life.",
            "# TYPE cmo_portal_worker_heartbeat_age_seconds gauge",
            f"cmo_portal_worker_heartbeat_age_seconds {age:.3f}",
        ]
    return "\n".join(lines) + "\n"
