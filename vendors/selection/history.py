"""The trail of a selection and of its parts in words: who did what to which cell, criterion or candidate, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import TrailEvent
from vendors.registry.history import HIDDEN, Line, label_of, value_of
from vendors.selection.models import Candidate, Criterion, Evidence, Mark, PanelMember, Reading, Selection

ACTS = {
    "selection.create": "created the selection",
    "selection.revise": "changed the brief",
    "selection.open": "opened scoring",
    "selection.close": "closed scoring",
    "selection.reopen": "opened scoring again",
    "selection.cancel": "cancelled the selection",
    "candidate.add": "added a candidate",
    "candidate.withdraw": "withdrew a candidate",
    "candidate.return": "brought a candidate back",
    "criterion.plant": "took over a criterion of the template",
    "criterion.add": "added a criterion",
    "criterion.revise": "changed a criterion",
    "criterion.weigh": "changed a weight",
    "criterion.retire": "removed a criterion",
    "panel.seat": "named an evaluator",
    "panel.unseat": "took an evaluator off the panel",
    "panel.submit": "handed the scores in",
    "panel.take_back": "took the scores back",
    "mark.give": "scored a cell",
    "mark.explain": "said why",
    "reading.set": "entered a number",
    "evidence.add": "added evidence",
    "evidence.retire": "removed evidence",
}
PARTS: dict[type[Record], tuple[str, ...]] = {
    Criterion: ("parent",),
    Candidate: ("site__vendor",),
    PanelMember: ("person",),
    Mark: ("evaluator", "criterion", "candidate__site__vendor"),
    Evidence: ("criterion", "candidate__site__vendor"),
    Reading: ("criterion", "candidate__site__vendor"),
}
NAMED = (Criterion, Candidate, PanelMember)  # few, and named by other entries: read whole
SAID_ABOVE = {"selection", "sponsor", "criterion", "candidate", "site", "evaluator", "person", "given_by"}


@dataclass(frozen=True)
class Entry:
    """One entry of the trail; `about` is the part that it changed."""

    event: TrailEvent
    act: str
    about: str
    lines: list[Line]


def of_selection(selection: Selection) -> Q:
    """The entries of the selection and of all its parts."""
    whole = Q(record_type=Selection.record_type(), record_number=selection.number)
    for model in PARTS:
        numbers = model._base_manager.filter(selection=selection).values("number")  # type: ignore[misc]
        whole |= Q(record_type=model.record_type(), record_number__in=numbers)
    return whole


def entries(events: list[TrailEvent], selection: Selection, reader: Actor) -> list[Entry]:
    """Each entry with its changes: a mark's are opened to its evaluator, and to all once scoring is over."""
    parts = parts_of(events, selection)
    models: dict[str, type[Record]] = {Selection.record_type(): Selection}
    models |= {model.record_type(): model for model in PARTS}
    opened = {event.hash: is_open(event, parts.get(event.record_number), reader) for event in events}
    names = names_of(parts, selection)
    return [
        Entry(
            event,
            ACTS.get(event.action, event.action.rpartition(".")[2].replace("_", " ")),
            about(parts.get(event.record_number)),
            lines_of(models[event.record_type], event, names, opened=opened[event.hash]),
        )
        for event in events
    ]


def parts_of(events: list[TrailEvent], selection: Selection) -> dict[str, Any]:
    """The parts that the entries speak of, by number: always one query a kind, whatever stands on the page."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for event in events:
        numbers[event.record_type].add(event.record_number)
    found: dict[str, Any] = {}
    for model, related in PARTS.items():
        rows = model._base_manager.filter(selection=selection).select_related(*related)  # type: ignore[misc]
        if model not in NAMED:
            rows = rows.filter(number__in=[*numbers[model.record_type()], ""])
        found |= {row.number: row for row in rows}
    for row in found.values():
        row.selection = selection
    return found


def is_open(event: TrailEvent, part: Any, reader: Actor) -> bool:
    if event.record_type != Mark.record_type():
        return True
    return part is not None and bool(part.opened_to(reader))


def about(part: Any) -> str:
    """`Linz, Data integrity` of a cell, a person, a site or a criterion."""
    if isinstance(part, Mark | Evidence | Reading):
        return f"{part.candidate}, {part.criterion.name}"
    if isinstance(part, PanelMember):
        return str(part.person.name)
    return part.name if isinstance(part, Criterion) else str(part or "")


def names_of(parts: dict[str, Any], selection: Selection) -> dict[str, str]:
    """The names behind the numbers that stand in a change: criteria, people of the panel, owner and product."""
    names = {row.number: about(row) for row in parts.values() if isinstance(row, NAMED)}
    names |= {row.person.number: row.person.name for row in parts.values() if isinstance(row, PanelMember)}
    names[selection.owner.number] = selection.owner.name
    if selection.product is not None:
        names[selection.product.number] = str(selection.product)
    return names


def lines_of(model: type[Record], event: TrailEvent, names: dict[str, str], *, opened: bool) -> list[Line]:
    lines = []
    for name, old, new in event.changes(opened=opened):
        if name in SAID_ABOVE or name in HIDDEN or (event.seq == 1 and new in (None, "", False)):
            continue
        if not opened and new == "sealed":
            lines.append(Line(label_of(model, name), "empty", "sealed until scoring is over"))
        else:
            lines.append(
                Line(label_of(model, name), value_of(model, name, old, names), value_of(model, name, new, names))
            )
    return lines
