"""The composition and the image name only what exists, and give each service no more than it needs."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.house.test_settings import documented, read_by_compose, read_by_the_code

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def instructions(word: str) -> list[str]:
    """The arguments of every Dockerfile instruction of this name, continuation lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith(f"{word} ")]


def commands() -> list[list[str]]:
    """Every command of ours that the composition and the image start, as words."""
    found: list[list[str]] = []
    for service in OURS.values():
        found.append(service["command"])
        if test := service.get("healthcheck", {}).get("test"):
            found.append(test[1:] if test[0] == "CMD" else shlex.split(test[1]))
    checks = [text.split(" CMD ", 1)[1] for text in instructions("HEALTHCHECK")]
    return found + [yaml.safe_load(line) for line in instructions("CMD") + checks]


def test_composition_is_valid() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_variable_of_the_composition_is_documented() -> None:
    assert read_by_compose() - documented().keys() == set()


def test_every_variable_given_to_our_services_is_read() -> None:
    given = {name for service in OURS.values() for name in service["environment"]}
    assert given - read_by_the_code() == set()


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    program = command[0]
    if program == "gunicorn":
        settings = importlib.import_module(command[command.index("-c") + 1].removeprefix("python:"))
        module, _, name = settings.wsgi_app.partition(":")
        assert importlib.util.find_spec(module) is not None
        assert name == "application"
    elif program == "celery":
        module = importlib.import_module(command[command.index("-A") + 1])
        assert module.app.main == "cmo_portal"
        assert {"worker", "beat", "inspect"} & set(command)
    elif command[:2] == ["python", "manage.py"]:
        assert command[2] in get_commands()
    elif command[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(command[2]) is not None
    else:
        pytest.fail(f"Nobody checked what {program} starts")


def test_only_migrations_know_the_owner_of_the_tables() -> None:
    knowing = {name for name, service in SERVICES.items() if "OWNER_DB_PASSWORD" in str(service)}
    assert knowing == {"db", "migrate"}
    assert all("cmo_portal_app:" in service["environment"]["DATABASE_URL"] for service in OURS.values())


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_services_have_few_privileges(name: str) -> None:
    service = OURS[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_web_server_is_published() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]


def test_there_is_one_beat_apart_from_the_worker() -> None:
    beats = [name for name, service in OURS.items() if "beat" in service["command"]]
    assert beats == ["beat"]
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
    assert not {"-B", "--beat"} & set(SERVICES["worker"]["command"])


def test_everything_the_image_copies_exists() -> None:
    sources = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert "cmo_portal" in sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(sources) - allowed == set()


def test_image_does_not_run_as_root() -> None:
    assert instructions("USER")[-1] == SERVICES["web"]["user"]


def test_database_volume_gets_the_role_scripts() -> None:
    mounts = [volume.split(":")[0] for volume in SERVICES["db"]["volumes"]]
    assert "./deploy/initdb" in mounts
    script = ROOT / "deploy" / "initdb" / "10-roles.sh"
    assert script.stat().st_mode & 0o111
    used = set(re.findall(r"\$([A-Z_]+)", script.read_text())) - {"POSTGRES_USER"}
    assert used <= SERVICES["db"]["environment"].keys()
