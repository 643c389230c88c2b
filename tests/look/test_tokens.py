"""The colour tokens keep their contrast in both themes (WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 edges 3:1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "tokens.css"
GROUNDS = ("bg-canvas", "bg-surface", "bg-subtle", "bg-hover", "bg-selected", "bg-overlay")
STATES = ("ok", "warn", "bad", "info")
PAIRS = (
    [(text, ground, 4.5) for text in ("fg", "fg-2", "fg-3", "accent") for ground in GROUNDS]
    + [(f"{state}-fg", f"{state}-bg", 4.5) for state in (*STATES, "mute")]
    + [(f"{state}-fg", "bg-surface", 4.5) for state in STATES]
    + [("on-cat", f"cat-{number}", 4.5) for number in range(1, 6)]
    + [("ramp-fg", f"ramp-{number}", 4.5) for number in range(5)]
    + [("ramp-fg-hi", f"ramp-{number}", 4.5) for number in (5, 6)]
    + [
        ("fg-inverse", "bg-inverse", 4.5),
        ("line-control", "bg-surface", 3),
        ("focus", "bg-surface", 3),
        ("focus", "bg-canvas", 3),
    ]
    + [(f"{state}-solid", "bg-surface", 3) for state in STATES]
)


def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", TOKENS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` as WCAG 2 defines it, 0 to 1."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_pair_is_readable(theme: int) -> None:
    known = tokens()
    poor = [
        (a, b, round(contrast(known[a][theme], known[b][theme]), 2))
        for a, b, need in PAIRS
        if contrast(known[a][theme], known[b][theme]) < need
    ]
    assert not poor


def test_white_on_the_main_button_is_readable() -> None:
    assert all(
        contrast("#ffffff", colour) >= 4.5 for name in ("action-bg", "action-hover") for colour in tokens()[name]
    )
