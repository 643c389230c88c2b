"""Every setting is documented, and a bad value is refused with a sentence that says what to write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cmo_portal.lib.environment import BadSetting, Environment, mail_server, postgres

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]
READERS = (ROOT / "cmo_portal" / "settings.py", ROOT / "cmo_portal" / "web.py")
LOOK_UP = re.compile(r"""ENV\.\w+\(\s*["']([A-Z_]+)["']""")


def read_by_the_code() -> set[str]:
    return {name for file in READERS for name in LOOK_UP.findall(file.read_text())}


def read_by_compose() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def documented() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def refusal(**values: str) -> str:
    """What the settings say when the portal starts with these variables."""
    environment = {name: value for name, value in os.environ.items() if name not in documented()}
    code = "import cmo_portal.settings"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment | values, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0, f"{values} was accepted"
    return answer.stderr.strip().splitlines()[-1]


def test_every_variable_is_documented() -> None:
    assert read_by_the_code() - documented().keys() == set()


def test_every_documented_variable_is_read() -> None:
    assert documented().keys() - read_by_the_code() - read_by_compose() == set()


def test_every_documented_variable_is_explained() -> None:
    explained = False
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line.startswith("# ") and not line.startswith("# ---"):
            explained = True
        elif "=" in line and not line.startswith("#"):
            assert explained, f"{line} has no explanation above it"
        else:
            explained = False


def test_the_documented_defaults_are_accepted(tmp_path: Path) -> None:
    values = {**os.environ, **documented(), "CMO_PORTAL_DATA": str(tmp_path), "DATABASE_URL": ""}
    code = "import cmo_portal.settings as s; print(s.PORT, s.SITE_URL, s.EMBEDDED)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )
    assert answer.stdout.split() == ["8000", "http://127.0.0.1:8000", "True"], answer.stderr


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"PORT": "eight"}, "PORT is 'eight': write a whole number."),
        ({"PORT": "70000"}, "PORT is 70000: write a number from 1 to 65535."),
        ({"DEBUG": "maybe"}, "DEBUG is 'maybe': write 1 or 0."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD': write one of DEBUG, ERROR, INFO, WARNING."),
        ({"SWEEP_SECONDS": "1"}, "SWEEP_SECONDS is 1: write a number from 10 to 3600."),
        ({"MAIL_LEASE_SECONDS": "1"}, "MAIL_LEASE_SECONDS is 1: write a number from 960 to 86400."),
        (
            {"CLOCK_OFFSET_FILE": "/tmp/clock"},  # noqa: S108 - never opened
            "CLOCK_OFFSET_FILE moves the clock of reminders, which only tests may do: leave it out.",
        ),
        ({"SESSION_IDLE_MINUTES": "1"}, "SESSION_IDLE_MINUTES is 1: write a number from 5 to 720."),
        ({"DATABASE_URL": "postgres://u:p@h/d"}, "SECRET_KEY is missing"),
        ({"DATABASE_URL": "mysql://u:p@h/d", "SECRET_KEY": "x" * 50}, "DATABASE_URL must begin with postgres://"),
        ({"REPLY_DOMAIN": "reply@x"}, "REPLY_DOMAIN is 'reply@x': write the name of a mail domain"),
        ({"INBOUND_SECRET": "short"}, "INBOUND_SECRET is too short: set 20 or more random characters."),
        ({"EMAIL_URL": "pigeon://loft"}, "EMAIL_URL must begin with smtp://"),
    ],
)
def test_bad_value_is_refused_with_a_sentence(values: dict[str, str], sentence: str, tmp_path: Path) -> None:
    assert sentence in refusal(CMO_PORTAL_DATA=str(tmp_path), **values)


def test_port_moves_the_address_people_are_sent_to(tmp_path: Path) -> None:
    values = {**os.environ, "CMO_PORTAL_DATA": str(tmp_path), "PORT": "8123"}
    values.pop("SITE_URL", None)
    code = "import cmo_portal.settings as s; print(s.SITE_URL)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )
    assert answer.stdout.strip() == "http://127.0.0.1:8123"


def test_database_address_is_taken_apart_with_its_escapes() -> None:
    settings = postgres("postgres://own%40er:p%2Fw@db.example:5433/portal?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"]) == ("own@er", "p/w", "db.example")
    assert (settings["PORT"], settings["NAME"], settings["OPTIONS"]) == ("5433", "portal", {"sslmode": "require"})


def test_database_address_without_a_database_is_refused() -> None:
    with pytest.raises(BadSetting, match="DATABASE_OWNER_URL names no database"):
        postgres("postgres://owner@db", "DATABASE_OWNER_URL")


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtps", 465), ("smtp+tls", 587)])
def test_mail_server_takes_its_usual_port(scheme: str, port: int) -> None:
    settings = mail_server(f"{scheme}://user:secret@mail.example")
    assert settings["EMAIL_PORT"] == port
    assert settings["EMAIL_USE_SSL"] is (scheme == "smtps")
    assert settings["EMAIL_USE_TLS"] is (scheme == "smtp+tls")


def test_lists_lose_blanks_and_empty_parts() -> None:
    assert Environment({"HOSTS": " a.example , ,b.example,"}).listing("HOSTS") == ["a.example", "b.example"]
