"""What the tests of the visit share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from audits.conduct.makers import finding_makers
from audits.findings.models import Finding
from cmo_portal.records.trail import write
from tests.line import Line
from tests.server import Installation


@pytest.fixture
def finding_maker() -> Iterator[None]:
    """Whoever makes findings: the subject above where it has registered itself, else a draft through the one door."""
    if finding_makers:
        yield
        return

    def make(audit: Any, *, by: Any, item: Any = None, client_key: str = "", **values: Any) -> Finding:
        same = audit.findings.filter(client_key=client_key).first() if client_key else None
        if same is not None:
            return same
        label = f"F-{audit.findings.count() + 1:02}"
        finding = Finding(audit=audit, item=item, label=label, client_key=client_key, raised_by=by, **values)
        write(finding, by=by, action="finding.raise")
        return finding

    finding_makers.append(make)
    yield
    finding_makers.clear()


@pytest.fixture
def line(portal: Installation) -> Iterator[Line]:
    made = Line(portal.url)
    yield made
    made.cut()


@pytest.fixture
def through(portal: Installation, line: Line) -> Installation:
    """The same installation at the far end of the line."""
    return replace(portal, url=line.url)
