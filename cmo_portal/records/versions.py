"""A change over the API names the version it was made from, so that a script overwrites nobody's text unseen.

A page's form carries the version it was opened with; a `PATCH` sends it. `trail.write` refuses one that is not the
stored one any more, with what was stored meanwhile.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

CHANGES = frozenset({"update", "partial_update"})  # actions of a collection that write over what stands
ASKED = "Send the version of the record that you have read: it keeps you from overwriting what others wrote since."


def require_version(data: Any) -> None:
    """Raises ValidationError where a change does not say which version its sender has read."""
    if not isinstance(data, dict) or data.get("version") is None:
        raise ValidationError({"version": ASKED})


def required_in_schema(result: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A hook of the schema: what a `PATCH` takes is optional but for the version."""
    for name, part in result.get("components", {}).get("schemas", {}).items():
        if name.startswith("Patched") and "version" in part.get("properties", {}):
            part["required"] = ["version"]
            part["properties"]["version"]["description"] = ASKED
    return result
