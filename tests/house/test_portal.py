"""`manage.py portal`: ready when it says so, heals itself, and leaves no process behind however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cmo_portal.lib.probe import ask
from tests.run import ENGINE_VARIABLES
from tests.server import patterns

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.embedded,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc, which only Linux has"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """True as soon as the condition holds; False when the time is over."""
    over_at = time.monotonic() + seconds
    while time.monotonic() < over_at:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


@dataclass
class Portal:
    """A portal of its own on a free port, with a data folder that names its processes."""

    data: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in ENGINE_VARIABLES}
        self.variables = {**kept, "CMO_PORTAL_DATA": str(self.data), "PORT": str(self.port), "DEMO": "0"}
        self.log = self.data.parent / f"{self.data.name}.log"

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, "manage.py", "portal"]
            self.supervisor = subprocess.Popen(command, cwd=ROOT, env=self.variables, stdout=log, stderr=log)
        return self.supervisor

    def said(self) -> str:
        return self.log.read_text()

    def processes(self) -> dict[int, str]:
        """Process id and command line of everything that runs with this portal's data folder."""
        mark = f"CMO_PORTAL_DATA={self.data}".encode()
        found = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def children(self, word: str) -> set[int]:
        return {pid for pid, line in self.processes().items() if word in line and "manage.py" not in line}

    def is_ready(self) -> bool:
        return "ready: http" in self.said() and ask(self.port, "/readyz")[0] == 200

    def end(self) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.supervisor.wait(10)


@contextmanager
def running(data: Path) -> Iterator[Portal]:
    portal = Portal(data)
    portal.start()
    try:
        yield portal
    finally:
        portal.end()


@pytest.fixture
def first_start(tmp_path: Path) -> Iterator[Portal]:
    """In an empty folder: it makes its database, which takes longest."""
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as portal:
        yield portal


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """In a folder whose database is there already."""
    patterns.copy("empty", tmp_path / "data", "")
    with running(tmp_path / "data") as portal:
        yield portal


def started(portal: Portal) -> None:
    until(lambda: portal.is_ready() or portal.supervisor.poll() is not None, 600)
    assert portal.is_ready(), portal.said()


def test_killed_supervisor_leaves_no_process_behind(first_start: Portal) -> None:
    portal = first_start
    started(portal)
    words = ("gunicorn", "worker", "beat")
    assert all(portal.children(word) for word in words), portal.processes()
    portal.supervisor.kill()
    portal.supervisor.wait(5)
    assert until(lambda: not portal.processes(), 10), portal.processes()
    portal.start()  # and the data is fit for the next start
    assert until(lambda: portal.said().count("ready: http") == 2, 120), portal.said()


def test_each_dead_child_comes_back_and_term_stops_everything(portal: Portal) -> None:
    started(portal)
    for word in ("gunicorn", " worker ", " beat "):
        before = portal.children(word)
        assert before, f"no {word} runs"
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda word=word, before=before: bool(portal.children(word) - before), 15), portal.said()
    assert until(lambda: ask(portal.port, "/readyz")[0] == 200, 20), portal.said()

    begun = time.monotonic()
    portal.supervisor.terminate()
    assert portal.supervisor.wait(15) == 0
    assert time.monotonic() - begun < 15
    assert not portal.processes()


def test_killed_web_server_takes_its_workers_along(portal: Portal) -> None:
    started(portal)
    web = portal.children("gunicorn")
    parents = {pid: int(re.sub(r".*\) ", "", Path(f"/proc/{pid}/stat").read_text()).split()[1]) for pid in web}
    master = next(pid for pid, parent in parents.items() if parent not in web)
    assert web - {master}, "gunicorn runs no worker"
    os.kill(master, signal.SIGKILL)
    assert until(lambda: not (portal.children("gunicorn") & web), 5), portal.processes()


def test_second_portal_is_refused_with_a_sentence(portal: Portal, tmp_path: Path) -> None:
    started(portal)
    same_data = subprocess.run(
        [sys.executable, "manage.py", "portal"],
        cwd=ROOT,
        env=portal.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert same_data.returncode == 1
    assert "already runs" in same_data.stderr
    other = {**portal.variables, "CMO_PORTAL_DATA": str(tmp_path / "other")}
    same_port = subprocess.run(
        [sys.executable, "manage.py", "portal"], cwd=ROOT, env=other, capture_output=True, text=True, check=False
    )
    assert same_port.returncode == 1
    assert f"Port {portal.port} is in use" in same_port.stderr
    assert "Traceback" not in same_port.stderr + same_data.stderr
