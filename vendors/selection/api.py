"""The API of this subject."""

from typing import Any

ROUTES: tuple[tuple[str, Any], ...] = ()
