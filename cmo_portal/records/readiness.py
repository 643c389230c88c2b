"""The parts of an installation and how each fares: whoever knows a part adds its check, `/readyz` and the desk ask all.

A check answers "ok" or a few words without an address, a path or an error's own words: strangers read them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One part. is_required: pages cannot be served without it; without the others work waits."""

    check: Callable[[], str]
    is_required: bool = False


parts: dict[str, Part] = {}


def add(name: str, check: Callable[[], str], *, is_required: bool = False) -> None:
    parts[name] = Part(check, is_required)


def state_of(name: str) -> str:
    try:
        return parts[name].check()
    except Exception:  # whatever a driver raises, the answer is the same and the log has the rest
        logger.exception("The health check of %s failed", name)
        return "does not answer"


def states() -> dict[str, str]:
    """The state of every part by name; "ok" or a few words."""
    return {name: state_of(name) for name in parts}


def is_ready(found: dict[str, str]) -> bool:
    return all(found[name] == "ok" for name, part in parts.items() if part.is_required)


def age_in_words(age: float | None, silent_after: float) -> str:
    """Of something that is heard from time to time: "ok", "not heard yet" or "silent for 100 s"."""
    if age is None:
        return "not heard yet"
    return "ok" if age < silent_after else f"silent for {age:.0f} s"
