"""Runs the whole suite on every engine that answers on this machine, and says what was left out and why.

`make test` calls it. Arguments are handed on to pytest. With `CI=true` nothing may be left out, except the tests of
real regulatory files where `REAL_FILES` names no folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "tests"
# The tests of a tampered trail become the owner by SET ROLE; without it the application's role has none of its rights.
TAMPERING = 'ALTER ROLE :"app" NOINHERIT;\nGRANT :"owner" TO :"app";\n'
ROLES = ROOT / "deploy" / "initdb" / "roles.psql"
OWNER, APPLICATION = (
    "cmo_portal_test_owner",
    "cmo_portal_test_app",
)  # never the roles of an installation on this machine
PASSWORD = "only-for-tests-on-this-machine"
ENGINE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "CMO_BROKER_URL", "CMO_CACHE_URL", "SECRET_KEY")
# One process more than processors, because one that drives a browser waits a third of its time; a few tests at a time,
# so that all of them end together.
PROCESSES = min((os.cpu_count() or 1) + 1, 6)
AT_A_TIME = 8
PARALLEL = ["-n", str(PROCESSES), f"--maxschedchunk={AT_A_TIME}"]
CHECKOUT = int(hashlib.sha256(str(ROOT).encode()).hexdigest()[:8], 16)  # two checkouts on one machine do not meet


@dataclass
class Report:
    """What ran, what failed and what was left out."""

    totals: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    failed: bool = False

    def leave_out(self, what: str) -> None:
        target = self.allowed if "REAL_FILES" in what and not os.environ.get("REAL_FILES") else self.left_out
        if what not in target:
            target.append(what)


def program(name: str) -> str | None:
    """Where it is: on the PATH, or where Debian keeps those of PostgreSQL's newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return shutil.which(name) or (str(found[-1]) if found else None)


def missing() -> str:
    """What the tests that start servers of their own do not find here, in words; empty where all is installed."""
    lacking = [name for name in ("initdb", "postgres", "psql", "redis-server") if program(name) is None]
    return f"no {' and no '.join(lacking)} is installed here" if lacking else ""


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def superuser_psql() -> list[str] | None:
    """A psql command that acts as a superuser of the local PostgreSQL, or None."""
    commands = [["psql"]]
    if shutil.which("runuser") and os.geteuid() == 0:
        commands.insert(0, ["runuser", "-u", "postgres", "--", "psql"])
    if shutil.which("sudo"):
        commands.append(["sudo", "-n", "-u", "postgres", "psql"])
    if os.environ.get("TEST_POSTGRES_URL"):
        commands = [["psql", os.environ["TEST_POSTGRES_URL"]]]
    question = "SELECT usesuper FROM pg_user WHERE usename = current_user"
    for command in commands:
        whole = command if len(command) == 2 else [*command, "-d", "postgres"]
        try:
            answer = subprocess.run(
                [*whole, "-w", "-XAtc", question], cwd="/", capture_output=True, text=True, check=False, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.stdout.strip() == "t":
            return whole
    return None


def make_roles(psql: list[str]) -> None:
    """The two roles made as an installation makes them; the owner may make test databases as well."""
    values = {"owner": OWNER, "owner_password": PASSWORD, "app": APPLICATION, "app_password": PASSWORD}
    variables = [word for name, value in values.items() for word in ("-v", f"{name}={value}")]
    script = (
        "SET client_min_messages = warning;\n" + ROLES.read_text() + '\nALTER ROLE :"owner" CREATEDB;\n' + TAMPERING
    )
    subprocess.run(
        [*psql, "-w", "-Xq", *variables, "-f", "-"], cwd="/", input=script, text=True, check=True, timeout=60
    )


def postgres_environment(report: Report) -> dict[str, str] | None:
    """The variables of the run on PostgreSQL and Redis, or None with the reason in the report."""
    if not shutil.which("psql"):
        report.leave_out("PostgreSQL: psql is not installed here")
        return None
    psql = superuser_psql()
    if psql is None:
        report.leave_out("PostgreSQL: no local server answers a superuser (start it, or set TEST_POSTGRES_URL)")
        return None
    make_roles(psql)
    host = os.environ.get("TEST_POSTGRES_HOST", "127.0.0.1:5432")
    name = f"cmo_portal_{CHECKOUT:08x}"
    variables = {
        "DATABASE_URL": f"postgres://{APPLICATION}:{PASSWORD}@{host}/{name}",
        "DATABASE_OWNER_URL": f"postgres://{OWNER}:{PASSWORD}@{host}/{name}",
        "SECRET_KEY": "only for tests " * 4,
        "DEMO": "1",
    }
    if answers("127.0.0.1", 6379):
        number = 2 * (CHECKOUT % 8)
        variables["CMO_BROKER_URL"] = f"redis://127.0.0.1:6379/{number}"
        variables["CMO_CACHE_URL"] = f"redis://127.0.0.1:6379/{number + 1}"
    else:
        report.leave_out("Redis: nothing answers on 127.0.0.1:6379")
    return variables


def collect_static(variables: Mapping[str, str]) -> None:
    """PostgreSQL goes with the hashed file names of production: a page that names a missing file fails there."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    with tempfile.TemporaryDirectory(prefix="cmo-portal-static-") as data:
        environment = {**os.environ, **variables, "CMO_PORTAL_DATA": data}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def count(report: Report, engine: str, results: Path) -> None:
    """Add one run's totals, and the reason of every skipped test, to the report."""
    if not results.exists():
        report.totals.append(f"{engine}: pytest wrote no results")
        report.failed = True
        return
    suite = ElementTree.parse(results).getroot()[0]  # noqa: S314 (written by our own run a moment ago)
    tests, skipped = int(suite.get("tests", "0")), int(suite.get("skipped", "0"))
    broken = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
    seconds = float(suite.get("time", "0"))
    report.totals.append(
        f"{engine}: {tests - skipped - broken} passed, {broken} failed, {skipped} skipped in {seconds:.0f} s"
    )
    for case in suite.iter("testcase"):
        for skip in case.iter("skipped"):
            report.leave_out(f"{engine}: {case.get('classname')}::{case.get('name')}: {skip.get('message')}")


def run(
    report: Report,
    engine: str,
    marks: str,
    variables: Mapping[str, str],
    extra: list[str],
    parallel: Sequence[str] = PARALLEL,
) -> None:
    """One pytest run in a data folder of its own."""
    results = REPORTS / f"{engine.lower()}.xml"
    results.unlink(missing_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in ENGINE_VARIABLES}
    print(f"\n=== The suite on {engine} ===", flush=True)
    with tempfile.TemporaryDirectory(prefix="cmo-portal-tests-") as data:
        command = [sys.executable, "-m", "pytest", *parallel, "--durations=10", f"--junitxml={results}", "-m", marks]
        environment = {**kept, **variables, "CMO_PORTAL_DATA": data}
        status = subprocess.run([*command, *extra], cwd=ROOT, env=environment, check=False).returncode
    nothing_chosen = 5 if extra else 0  # pytest's word for it; without arguments that is a failure
    report.failed = report.failed or status not in (0, nothing_chosen)
    count(report, engine, results)


def main(extra: list[str]) -> int:
    report = Report()
    REPORTS.mkdir(parents=True, exist_ok=True)
    browser = "" if shutil.which("chromium") else " and not browser"
    if browser:
        report.leave_out("The browser tests: no chromium is installed here")
    if not os.environ.get("REAL_FILES"):
        report.leave_out("The tests of real regulatory files: REAL_FILES names no folder")
    run(report, "SQLite", f"not bench and not faults and not postgres{browser}", {}, extra)
    if (variables := postgres_environment(report)) is not None:
        collect_static(variables)
        marks = f"not bench and not faults and not embedded and (not browser or walk){browser}"
        run(report, "PostgreSQL", marks, variables, extra)
    if lacking := missing():
        report.leave_out(f"The fault tests: {lacking}")
    else:  # alone, since they keep time
        run(report, "Faults", "faults", {}, extra, parallel=())

    print("\n=== What ran ===", *report.totals, sep="\n")
    print("Left out:", *(report.left_out + report.allowed or ["nothing"]), sep="\n  ")
    if os.environ.get("CI") == "true" and report.left_out:
        print("CI=true allows nothing of this to be left out, so the run counts as failed.")
        return 1
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
