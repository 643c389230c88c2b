"""The demo's selections and their cells, found by what they are: for tests of pages, API and walls."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cmo_portal.accounts.models import User
from vendors.selection import marking
from vendors.selection.models import Candidate, Criterion, Mark, Selection, Status


def scoring() -> Selection:
    return Selection.objects.get(status=Status.SCORING, sponsor__name="Northgate Biopharma")


def scored() -> Selection:
    return Selection.objects.get(status=Status.SCORED, sponsor__name="Northgate Biopharma")


def draft() -> Selection:
    return Selection.objects.get(status=Status.DRAFT, sponsor__name="Northgate Biopharma")


def leaf(selection: Selection, name: str = "Process and dosage form") -> Criterion:
    found = Criterion.objects.get(selection=selection, name=name)
    found.selection = selection
    return found


def candidate(selection: Selection, position: int = 0) -> Candidate:
    found = Candidate.objects.select_related("site__vendor").get(selection=selection, position=position)
    found.selection = selection
    return found


def address(name: str, selection: Selection, *more: Any) -> str:
    return reverse(f"vendors:{name}", args=[selection.number, *(each.number for each in more)])


def clear(person: User, node: Criterion, stands: Candidate) -> None:
    """Takes the person's mark away, through the action."""
    if Mark.objects.filter(criterion=node, candidate=stands, evaluator=person).exists():
        marking.give_mark(node, stands, "", by=person)
