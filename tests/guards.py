"""Which guards the workflows have, and which of them refused while a test ran: what `refuses` on a test is held to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from types import FrameType, FunctionType
from typing import Any

from audits.programme.waiting import waits_for
from cmo_portal.records.workflow import Workflow

SHOWING = (Workflow.offers.__code__, waits_for.__code__)
SENTENCE = "str | None"  # what a guard returns: why not, or nothing


def name_of(guard: Callable[..., Any]) -> str:
    """`capa.not_by_its_author`: the subject and the guard."""
    return f"{guard.__module__.split('.')[1]}.{guard.__name__}"


def looks_like_a_guard(thing: Any) -> bool:
    if not isinstance(thing, FunctionType):
        return False
    told = dict(thing.__annotations__)
    return told.pop("return", "") == SENTENCE and list(told) == [*list(told)[:1], "by"] and told["by"] == "Actor"


def asked_by(guard: Any) -> set[Any]:
    """The guard itself, or those that it was put together from: what its closure holds."""
    if "<locals>" not in guard.__qualname__:
        return {guard}
    held = [cell.cell_contents for cell in guard.__closure__ or ()]
    parts = {part for each in held for part in (each if isinstance(each, tuple) else (each,))}
    return {leaf for part in parts if isinstance(part, FunctionType) for leaf in asked_by(part)}


def guards() -> dict[str, FunctionType]:
    """Every guard by its name: those of the rows, those that they ask in turn, and those that upper subjects added.

    A guard that asks others stands beside them in its module; what was added stands in a list of guards there.
    """
    rows = [row for workflow in Workflow.declared for row in workflow.transitions]
    named = [guard for row in rows for guard in (row.guard, row.form_guard) if guard is not None]
    found: set[Any] = set()
    for module in {sys.modules[guard.__module__] for guard in named}:
        found |= {each for each in vars(module).values() if looks_like_a_guard(each)}
        for name, told in vars(module).get("__annotations__", {}).items():
            if "list[Guard]" in str(told):
                added = getattr(module, name)
                found |= set(chain(*added.values())) if isinstance(added, dict) else set(added)
    found |= {leaf for guard in named for leaf in asked_by(guard)}
    return {name_of(guard): guard for guard in found}


def is_shown(frame: FrameType | None) -> bool:
    """Whether the guard is asked for what a page shows, and not by an act."""
    while frame is not None and frame.f_code not in SHOWING:
        frame = frame.f_back
    return frame is not None


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names of the guards that refuse a move meanwhile, seen from outside: nothing is put in their place.

    A page that lists moves, or says what an audit lacks, asks guards as well. That refuses nobody and does not count.
    """
    codes = {guard.__code__: name for name, guard in guards().items()}
    seen: set[str] = set()

    def look(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and frame.f_code in codes and isinstance(value, str) and not is_shown(frame):
            seen.add(codes[frame.f_code])

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(before)
