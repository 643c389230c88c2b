"""The folder of real regulatory files, which the project never holds a copy of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def real_files() -> Path:
    folder = os.environ.get("REAL_FILES", "")
    if not folder:
        pytest.skip("REAL_FILES names no folder: the real regulatory files are not read")
    return Path(folder)
