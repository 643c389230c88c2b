"""The health addresses tell a stranger the truth about every part, and nothing else."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery.signals import before_task_publish
from django.core.cache import cache
from django.test import Client

from cmo_portal.celery import BEAT, HEARTBEAT, heartbeat
from communications.notices.models import SweepRun
from tests.run import ENGINE_VARIABLES

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-the-operator"
PARTS = ("database", "migrations", "role", "broker", "worker", "beat", "sweep")
ASK = """
import django, json
django.setup()
from django.test import Client
answer = Client().get("/readyz", headers={"host": "127.0.0.1"})
print(json.dumps([answer.status_code, answer.json()]))
"""


def readiness_elsewhere(data: Path, **variables: str) -> tuple[int, dict[str, str], str]:
    """Status, parts and whole answer of /readyz in a process of its own with these settings."""
    kept = {name: value for name, value in os.environ.items() if name not in ENGINE_VARIABLES}
    environment = {**kept, "CMO_PORTAL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "cmo_portal.settings", **variables}
    answer = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    status, body = json.loads(answer.stdout.splitlines()[-1])
    return status, body["parts"], answer.stdout


@pytest.fixture
def _no_heartbeat(db: None) -> None:
    cache.delete_many([HEARTBEAT, BEAT])
    SweepRun.objects.all().delete()


def test_healthz_answers_a_stranger_without_touching_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # pytest-django refuses the database here
    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}


@pytest.mark.usefixtures("_no_heartbeat")
def test_readyz_is_ready_without_a_worker_and_says_so(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["parts"] == {
        "database": "ok",
        "migrations": "ok",
        "role": "ok",
        "broker": "ok",
        "worker": "not heard yet",
        "beat": "not heard yet",
        "sweep": "not heard yet",
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_worker_is_ok_after_its_heartbeat_and_silent_later(client: Client) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC), tick=False) as clock:
        heartbeat()
        assert client.get("/readyz").json()["parts"]["worker"] == "ok"
        clock.shift(100)
        assert client.get("/readyz").json()["parts"]["worker"] == "silent for 100 s"


@pytest.mark.usefixtures("_no_heartbeat")
def test_beat_is_heard_when_it_sends_its_heartbeat_and_by_nothing_else(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmo_portal.celery.close_old_connections", lambda: None)  # the test's is not beat's
    before_task_publish.send(sender="cmo_portal.records.tasks.seal_trail")
    assert client.get("/readyz").json()["parts"]["beat"] == "not heard yet"
    before_task_publish.send(sender="cmo_portal.heartbeat")
    assert client.get("/readyz").json()["parts"]["beat"] == "ok"


@pytest.mark.embedded
def test_unmigrated_database_is_not_ready(tmp_path: Path) -> None:
    status, parts, _ = readiness_elsewhere(tmp_path)
    assert status == 503
    assert parts["database"] == "ok"
    assert parts["migrations"].endswith("not applied: run manage.py migrate")


@pytest.mark.embedded
def test_unreachable_database_and_broker_are_named_without_their_secrets(tmp_path: Path) -> None:
    status, parts, whole = readiness_elsewhere(
        tmp_path,
        DATABASE_URL="postgres://portal:hidden-one@127.0.0.1:1/portal",
        CMO_BROKER_URL="redis://:hidden-two@127.0.0.1:1/0",
        CMO_CACHE_URL="redis://:hidden-two@127.0.0.1:1/1",
        SECRET_KEY="hidden-three" * 5,
    )
    assert status == 503
    assert parts == dict.fromkeys(PARTS, "does not answer")
    assert "hidden" not in whole
    assert "127.0.0.1" not in whole


@pytest.mark.embedded
@pytest.mark.django_db
def test_missing_queue_folder_is_not_ready(client: Client, settings: Any, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": gone, "control_folder": gone}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"] == "its folder cannot be written"
    assert str(tmp_path) not in answer.content.decode()


def test_metrics_are_off_without_a_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}é"])
def test_metrics_refuse_another_token(client: Client, settings: Any, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": header})
    assert answer.status_code == 401
    assert "cmo_portal_" not in answer.content.decode()


@pytest.mark.django_db
def test_metrics_give_every_part_to_the_bearer(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    heartbeat()
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    samples = dict(line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#"))
    assert samples["cmo_portal_ready"] == "1"
    assert {f'cmo_portal_part_ok{{part="{part}"}}' for part in ("database", "migrations", "broker", "worker")} <= set(
        samples
    )
    assert float(samples["cmo_portal_worker_heartbeat_age_seconds"]) < 60
