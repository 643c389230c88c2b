"""The programme by itself: what the subjects above ask before a move is proved in their own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audits.programme.workflows import checks


@pytest.fixture(autouse=True)
def _own_rules_only() -> Iterator[None]:
    kept = {move: list(guards) for move, guards in checks.items()}
    checks.clear()
    yield
    checks.clear()
    checks.update(kept)
