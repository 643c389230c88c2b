"""Makes a value what JSON and both databases give back, so that it can be hashed before it is stored.

Text keys, lists, finite numbers. PostgreSQL keeps the numbers of JSON as decimals: it knows no minus zero, and hands a
float from 1e16 on back as a whole number.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

DEEPEST = 100


class NotJson(ValueError):
    """The value holds what JSON cannot; the text is a sentence for the person who typed it."""


def settled(value: Any, depth: int = 0) -> Any:
    """`value` as it will be read back. Raises NotJson."""
    if depth > DEEPEST:
        raise NotJson("This is nested too deeply to be kept.")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, (list, tuple)):
        return [settled(each, depth + 1) for each in value]
    if isinstance(value, dict):
        pairs = [(key_of(key), settled(each, depth + 1)) for key, each in value.items()]
        if len({key for key, _ in pairs}) < len(pairs):
            raise NotJson("Two entries have the same name once written: 1 and “1” are one name here.")
        return dict(pairs)
    raise NotJson(f"A {type(value).__name__} cannot be kept here: write text, a number, a list or yes and no.")


def text(value: str) -> str:
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise NotJson("The text holds a character that cannot be kept: type it again.")
    return str.__str__(value)


def number(value: float) -> float | int:
    if not math.isfinite(value):
        raise NotJson("Write a number that is neither infinite nor “not a number”, or leave it empty.")
    return int(Decimal(repr(value))) if abs(value) >= 1e16 else value + 0.0  # minus zero becomes zero


def key_of(key: Any) -> str:
    """The name as JSON writes it."""
    if isinstance(key, str):
        return text(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, int):
        return str(int(key))
    raise NotJson("An entry needs a name that is text.")
