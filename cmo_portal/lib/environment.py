"""Reads settings from the environment and refuses a bad value with a sentence that says what to write instead."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BadSetting(ValueError):
    """A variable of the environment holds a value that cannot be used."""


@dataclass(frozen=True)
class Environment:
    """Typed look-ups over a mapping of strings; every refusal names the variable."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if value.strip().lower() in TRUE:
            return True
        if value.strip().lower() in FALSE:
            return False
        raise BadSetting(f"{name} is {value!r}: write 1 or 0.")

    def integer(self, name: str, default: int, *, low: int = 0, high: int = 10**9) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            raise BadSetting(f"{name} is {value!r}: write a whole number.") from None
        if not low <= number <= high:
            raise BadSetting(f"{name} is {number}: write a number from {low} to {high}.")
        return number

    def listing(self, name: str, default: str = "") -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def domain(self, name: str) -> str:
        value = self.text(name).lower()
        if value and not DOMAIN.fullmatch(value):
            raise BadSetting(f"{name} is {value!r}: write the name of a mail domain, like reply.example.com.")
        return value

    def choice(self, name: str, default: str, allowed: set[str]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise BadSetting(f"{name} is {value!r}: write one of {', '.join(sorted(allowed))}.")
        return value


def environment() -> Environment:
    return Environment(os.environ)


def postgres(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's connection settings from `postgres://user:password@host:port/database?option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(f"{name} must begin with postgres://; leave it out to use the embedded SQLite database.")
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise BadSetting(f"{name} names no database: end it with /DATABASE.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def mail_server(url: str) -> dict[str, Any]:
    """Django's mail settings from `smtp://user:password@host:port` (`smtps://` for TLS from the start,
    `smtp+tls://` for STARTTLS), `console://`, `file:///folder`, or the demo's `mailbox://`."""
    parts = urlsplit(url)
    backend = "django.core.mail.backends."
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "mailbox":
        return {"EMAIL_BACKEND": "communications.notices.mailbox.Backend"}
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise BadSetting("EMAIL_URL must begin with smtp://, smtps://, smtp+tls://, file:/// or be console://.")
    return {
        "EMAIL_BACKEND": backend + "smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 20,
    }
