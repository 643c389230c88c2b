"""Throw-away installations for measurements: a database of their own on each engine, fresh for every measurement."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.run import Report, postgres_environment

ROOT = Path(__file__).resolve().parent.parent
ENGINE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL")
SERVICES = ("CMO_BROKER_URL", "CMO_CACHE_URL")


@cache
def server() -> dict[str, str]:
    """Addresses of a PostgreSQL server whose owner role may make databases; empty where there is none.

    Those of the environment where it names both, else the roles that the tests make on a local server.
    """
    if all(os.environ.get(name) for name in ENGINE_VARIABLES):
        return {name: os.environ[name] for name in ENGINE_VARIABLES}
    report = Report()
    found = postgres_environment(report) or {}
    for reason in report.left_out:
        print(f"Not measured. {reason}", flush=True)
    return {name: found[name] for name in ENGINE_VARIABLES if name in found}


def engines() -> list[str]:
    """`sqlite` always, `postgresql` where a server answers; BENCH_ENGINES chooses among them."""
    chosen = os.environ.get("BENCH_ENGINES", "sqlite postgresql").split()
    return [name for name in ("sqlite", "postgresql") if name in chosen and (name == "sqlite" or server())]


class Installation:
    """A migrated database to start from; `measure` runs a module on a copy of it, in a process of its own."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.name = f"cmo_bench_{os.getpid()}"
        dropped = (*ENGINE_VARIABLES, *(SERVICES if engine == "sqlite" else ()))
        self.environment = {key: value for key, value in os.environ.items() if key not in dropped}
        self.environment |= {"CMO_PORTAL_DATA": str(folder / "var"), "LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        if engine == "postgresql":
            self.environment |= {name: self.address(name) for name in ENGINE_VARIABLES}
            self.environment.setdefault("SECRET_KEY", "only-for-measurements-" + "x" * 40)
            self.as_owner(f"drop database if exists {self.name}", f"create database {self.name}")
        self.kept: list[str] = []
        self.command([sys.executable, "manage.py", "migrate", "-v0"])
        self.keep("start")

    def keep(self, name: str) -> None:
        """Puts the database aside as it is now, for `renew` to begin with."""
        self.kept.append(name)
        if self.engine == "postgresql":
            self.as_owner(f"alter database {self.name} rename to {self.name}_{name}")
            return
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        self.database.rename(self.folder / f"{name}.sqlite3")

    @property
    def database(self) -> Path:
        """The file of SQLite."""
        return self.folder / "var" / "db.sqlite3"

    def address(self, variable: str) -> str:
        return urlunsplit(urlsplit(server()[variable])._replace(path=f"/{self.name}"))

    def as_owner(self, *statements: str, database: str = "postgres") -> None:
        import psycopg2

        address = urlunsplit(urlsplit(server()["DATABASE_OWNER_URL"])._replace(path=f"/{database}"))
        connection = psycopg2.connect(address.replace("postgres://", "postgresql://", 1))
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def renew(self, start: str = "start") -> None:
        """The empty, migrated database again, or another that was kept."""
        if self.engine == "postgresql":
            drop = f"drop database if exists {self.name} with (force)"
            self.as_owner(drop, f"create database {self.name} template {self.name}_{start}")
            return
        for path in (self.folder / "var").glob("db.sqlite3*"):
            path.unlink()
        shutil.copy(self.folder / f"{start}.sqlite3", self.database)

    def vacuum(self) -> None:
        """What PostgreSQL does by itself a minute later; SQLite needs none."""
        if self.engine == "postgresql":
            self.as_owner("vacuum analyze", database=self.name)

    def command(self, words: list[str]) -> str:
        done = subprocess.run(words, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def measure(self, module: str, *words: str) -> dict[str, Any]:
        """What `python -m module words` prints as JSON on its last line, asked of an empty database."""
        self.renew()
        return self.told(module, *words)

    def told(self, module: str, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command([sys.executable, "-m", module, *words]).splitlines()[-1])
        return found

    def remove(self) -> None:
        if self.engine == "postgresql":
            names = [self.name, *(f"{self.name}_{name}" for name in self.kept)]
            self.as_owner(*(f"drop database if exists {name} with (force)" for name in names))


@contextmanager
def installation(engine: str) -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="cmo-bench-") as folder:
        made = Installation(engine, Path(folder))
        try:
            yield made
        finally:
            made.remove()


def seeded(engine: str, module: str, **counts: int) -> dict[str, Any]:
    """What `module` measures in an installation with the demo and what `seed_scale` adds, like `vendors=100`."""
    with installation(engine) as place:
        place.renew()
        place.command([sys.executable, "manage.py", "seed_demo"])
        for name, count in counts.items():
            place.command([sys.executable, "manage.py", "seed_scale", f"--{name}", str(count)])
        return place.told("bench.worker", module)
