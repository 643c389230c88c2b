"""Something that happens in the middle of an act: right after one of its queries, once, as another person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def right_after(words: str, act: Callable[[], Any]) -> Iterator[list[str]]:
    """Runs `act` after the first query that holds all of `words`; gives the queries it came after, one or none."""
    seen: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not seen and all(word in sql for word in words.split()):
            seen.append(sql)
            act()
        return result

    with connection.execute_wrapper(wrapper):
        yield seen
