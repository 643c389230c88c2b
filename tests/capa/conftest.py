"""A link of Northgate and one of Otter, both of findings at the same site of Alpenglow."""

from __future__ import annotations

from typing import Any

import pytest

from audits.capa.models import CapaLink
from tests.capa.makers import fresh, open_link, site_of


@pytest.fixture
def link(cast: Any) -> CapaLink:
    return fresh(open_link(cast.leo, site_of("Northgate")))


@pytest.fixture
def otters(cast: Any) -> CapaLink:
    return fresh(open_link(cast.otto, site_of("Otter"), title="Otter's own finding on stoppers"))


@pytest.fixture
def absent(cast: Any) -> CapaLink:
    """A link of a CMO that has not joined."""
    return fresh(open_link(cast.leo, site_of("Northgate", "Parma"), title="Cleaning limits not justified"))
