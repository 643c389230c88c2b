"""Verbs of the criteria tree: plant a template, add, revise and retire a node, weigh siblings. Only in draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max

from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write, write_many
from cmo_portal.records.workflow import WrongState
from vendors.selection import criteria_tree
from vendors.selection.holding import held
from vendors.selection.models import Criterion, Reading, Selection, Status, ValueKind
from vendors.selection.templates_library import GROUPS, PRESETS, Leaf


def only_in_draft(selection: Selection) -> None:
    if selection.status != Status.DRAFT:
        raise WrongState(
            "Criteria and weights stand fixed since scoring opened, so that nobody can bend them afterwards."
        )


@contextmanager
def held_in_draft(selection: Selection) -> Iterator[None]:
    """Until the transaction ends, scoring cannot open: the weights that were agreed are those that count."""
    with held(selection):
        only_in_draft(selection)
        yield


def plant(selection: Selection, preset: str, *, by: Actor) -> None:
    """The template's tree under the weights of `preset`. Raises ValidationError when there are criteria already."""
    with held_in_draft(selection):
        plant_into(selection, preset, by=by)


def plant_into(selection: Selection, preset: str, *, by: Actor) -> None:
    if preset not in PRESETS:
        raise ValidationError({"preset": f"Choose one of {', '.join(PRESETS)}."})
    if Criterion.objects.filter(selection=selection, is_retired=False).exists():
        raise ValidationError("This selection has criteria already: retire them first, or edit them.")
    groups = [
        Criterion(selection=selection, name=group.name, weight=Decimal(weight), position=place, guidance=group.guidance)
        for place, (group, weight) in enumerate(zip(GROUPS, PRESETS[preset].weights, strict=True))
    ]
    write_many(groups, by=by, action="criterion.plant", details={"template": preset})
    leaves = [
        planted(selection, parent, leaf, place)
        for parent, group in zip(groups, GROUPS, strict=True)
        for place, leaf in enumerate(group.leaves)
    ]
    write_many(leaves, by=by, action="criterion.plant", details={"template": preset})


def planted(selection: Selection, parent: Criterion, leaf: Leaf, place: int) -> Criterion:
    return Criterion(
        selection=selection,
        parent=parent,
        name=leaf.name,
        guidance=leaf.guidance,
        weight=Decimal(leaf.weight),
        position=place,
        kind=leaf.kind,
        direction=leaf.direction,
        unit=leaf.unit,
        anchors={str(mark): words for mark, words in enumerate(leaf.anchors)},
    )


def add_criterion(selection: Selection, parent: Criterion | None, *, by: Actor, **values: Any) -> Criterion:
    """A new node under `parent` (None: the top level). Its siblings' weights are then to be set again."""
    with held_in_draft(selection):
        if parent is not None and (parent.selection_id != selection.pk or parent.is_retired):
            raise ValidationError("Choose a criterion of this selection to put it under.")
        if parent is not None and parent.is_calculated:
            raise ValidationError(f"{parent.name} is calculated from a number: it can hold no criteria.")
        siblings = Criterion.objects.filter(selection=selection, parent=parent)
        last = siblings.aggregate(last=Max("position"))["last"]
        node = Criterion(selection=selection, parent=parent, position=0 if last is None else last + 1, **values)
        write(node, by=by, action="criterion.add")
    return node


def revise_criterion(node: Criterion, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Raises ValidationError, StaleRecord or WrongState."""
    with held_in_draft(node.selection):
        for name, value in values.items():
            setattr(node, name, value)
        if node.is_calculated and Criterion.objects.filter(parent=node, is_retired=False).exists():
            sentence = f"{node.name} holds other criteria: only one without them can be calculated."
            raise ValidationError({"kind": sentence})
        if node.kind == ValueKind.PROPORTIONAL:
            refuse_numbers_without_a_ratio(node)
        write(node, by=by, action="criterion.revise", version=version)


def refuse_numbers_without_a_ratio(node: Criterion) -> None:
    """Raises ValidationError where a number was entered that nothing can stand in proportion to."""
    if Reading.objects.filter(criterion=node, value__lte=0).exists():
        sentence = f"{node.name} has a number of 0 or less: correct it before values stand in proportion to the best."
        raise ValidationError({"kind": sentence})


def retire_criterion(node: Criterion, *, by: Actor) -> None:
    """Takes a node and all below it out of the tree."""
    with held_in_draft(node.selection):
        for child in Criterion.objects.filter(parent=node, is_retired=False):
            child.selection = node.selection
            retire_criterion(child, by=by)
        node.is_retired = True
        write(node, by=by, action="criterion.retire")


def weigh(
    selection: Selection,
    siblings: Mapping[Criterion, Decimal],
    *,
    by: Actor,
    parent: Criterion | None,
    versions: Mapping[str, int | None],
) -> None:
    """Sets the weights of all siblings at once. Raises ValidationError with by how much they are off 100."""
    with held_in_draft(selection):
        problem = sibling_problem(siblings, parent)
        if problem:
            raise ValidationError(problem)
        for node, weight in siblings.items():
            node.weight = weight
            write(node, by=by, action="criterion.weigh", version=versions.get(node.number))


def sibling_problem(siblings: Mapping[Criterion, Decimal], parent: Criterion | None) -> str:
    """The sentence of these siblings under these weights, empty when they sum to 100."""
    nodes = tuple(
        criteria_tree.Criterion(node.number, node.name, Fraction(weight)) for node, weight in siblings.items()
    )
    problem = criteria_tree.weight_problem(parent.name if parent else "", nodes)
    return problem.sentence if problem else ""
