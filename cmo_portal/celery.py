"""The Celery application: finds every subject's `tasks.py` and runs each task as a named system actor."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, worker_ready
from django.core.cache import cache
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
HEARTBEAT = "worker-heartbeat"  # the cache key of the last beat, seconds since the epoch
BEAT = "beat-heartbeat"  # the same of the scheduler, before anything goes to the broker

app = Celery("cmo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "cmo_portal.records",
        "vendors.registry",
        "vendors.regulatory",
        "vendors.selection",
        "audits.capa",
        "audits.programme",
        "communications.notices",
    ]
)


@app.task(name="cmo_portal.heartbeat", expires=60)  # type: ignore[untyped-decorator, unused-ignore]
def heartbeat() -> None:
    """Proof that beat, broker and worker work together; `/readyz` tells its age."""
    cache.set(HEARTBEAT, time.time(), timeout=3600)


@before_task_publish.connect(sender="cmo_portal.heartbeat")  # type: ignore[untyped-decorator, unused-ignore]
def beat_lives(**_: Any) -> None:
    """Only beat sends this task. Celery logs what goes wrong here and sends it all the same."""
    close_old_connections()  # beat has no requests that would drop a connection whose database was restarted
    cache.set(BEAT, time.time(), timeout=3600)


@worker_ready.connect  # type: ignore[untyped-decorator, unused-ignore]
def first_heartbeat(**_: Any) -> None:
    heartbeat()
