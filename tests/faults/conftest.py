"""One world for all fault tests of a process: its servers, seeded once; each test finds it quiet and leaves it so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.world import ITEMS, World
from tests.private_servers import Mailbox, cluster, missing, redis


@pytest.fixture(scope="session")
def only_world() -> Iterator[World]:
    if missing():
        pytest.skip(missing())
    with cluster() as postgres, redis() as broker, tempfile.TemporaryDirectory(prefix="cmo-portal-faults-") as data:
        postgres.create("portal")
        noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        made = World(Path(data), postgres, broker, Mailbox(), noon)
        made.mailbox.start()
        try:
            made.crew(beats=0, wait=False)  # they start beside what fills the database, and have nothing to do yet
            made.run("manage.py", "migrate", "--run-syncdb", "-v0")
            made.run("-m", "tests.faults.seed", str(ITEMS))
            yield made
        finally:
            made.end()
            made.mailbox.stop()


@pytest.fixture
def world(only_world: World) -> Iterator[World]:
    """Two workers and a beat at work."""
    only_world.crew()
    yield only_world
    only_world.mailbox.on_mail = None
