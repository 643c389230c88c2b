"""One selection in memory: everything its pages show, read in a handful of queries, and the scorecards made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from cmo_portal.records.actors import Actor
from vendors.selection.criteria_tree import CriteriaTree, weight_problems
from vendors.selection.models import Candidate, Criterion, Evidence, Mark, PanelMember, Reading, Selection
from vendors.selection.panel_statistics import PanelStatistics, panel_statistics
from vendors.selection.rows import contenders, grown, in_order, leaves_of
from vendors.selection.scoring import Cell, MissingPolicy, Scorecard
from vendors.selection.scoring import Mark as PureMark
from vendors.selection.value_functions import Absent

Place = tuple[int, int]  # (pk of the criterion, pk of the candidate)


@dataclass(frozen=True)
class Board:
    """A selection as one person may read it: `marks` are those open to them (blind first)."""

    selection: Selection
    nodes: list[Criterion]
    candidates: list[Candidate]
    panel: list[PanelMember]
    marks: list[Mark]
    readings: dict[Place, Reading]
    evidence: dict[Place, int]
    reader: str

    @cached_property
    def leaves(self) -> list[Criterion]:
        return leaves_of(self.nodes)

    @cached_property
    def marked_leaves(self) -> list[Criterion]:
        return [leaf for leaf in self.leaves if not leaf.is_calculated]

    @cached_property
    def standing(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if not candidate.is_withdrawn]

    @cached_property
    def is_balanced(self) -> bool:
        """Whether the weights can be counted with; in a draft they need not add up yet."""
        return not weight_problems(grown(self.nodes, self.selection))

    @cached_property
    def tree(self) -> CriteriaTree:
        """Raises UnbalancedWeights, and ValueError without any criterion."""
        return CriteriaTree(grown(self.nodes, self.selection))

    @cached_property
    def own(self) -> dict[Place, Mark]:
        return {place(mark): mark for mark in self.marks if mark.evaluator.ref == self.reader}

    @cached_property
    def given(self) -> dict[Place, list[Mark]]:
        """Marks by cell, only those that say something, in order of the evaluators' names."""
        found: dict[Place, list[Mark]] = {}
        for mark in self.marks:
            if mark.is_given:
                found.setdefault(place(mark), []).append(mark)
        return found

    @cached_property
    def statistics(self) -> dict[Place, PanelStatistics]:
        """Of every cell with a number in it, in scale points."""
        found = {
            where: panel_statistics([mark.value for mark in marks if mark.value is not None])
            for where, marks in self.given.items()
        }
        return {where: each for where, each in found.items() if each is not None}

    @property
    def seat(self) -> PanelMember | None:
        """The reader's own place on the panel."""
        return next((each for each in self.panel if each.person.ref == self.reader), None)

    def card(self, marks: Iterable[Mark], tree: CriteriaTree | None = None) -> Scorecard:
        """The scorecard of these marks and of every reading, under the selection's missing-data policy."""
        cells: dict[tuple[str, str], list[PureMark]] = {}
        for mark in marks:
            if mark.is_given:
                where = (mark.candidate.number, mark.criterion.number)
                cells.setdefault(where, []).append(pure(mark))
        leaves, names = {leaf.pk: leaf.number for leaf in self.leaves}, {c.pk: c.number for c in self.candidates}
        filled = {where: Cell(marks=tuple(given)) for where, given in cells.items()}
        for (leaf, candidate), reading in self.readings.items():
            if leaf in leaves and candidate in names:
                filled[names[candidate], leaves[leaf]] = settled(reading)
        policy = MissingPolicy(self.selection.missing)
        return Scorecard(tree or self.tree, contenders(self.candidates), filled, policy)

    @cached_property
    def own_card(self) -> Scorecard:
        return self.card(self.own.values())

    @cached_property
    def panel_card(self) -> Scorecard:
        return self.card(self.marks)


def place(mark: Mark) -> Place:
    return mark.criterion_id, mark.candidate_id


def pure(mark: Mark) -> PureMark:
    """The mark for the arithmetic; its evaluator goes by number, since two people may share a name."""
    score = Absent.NOT_APPLICABLE if mark.value is None else mark.value
    return PureMark(mark.evaluator.ref, score, mark.confidence, mark.evidence_level, mark.comment)


def settled(reading: Reading) -> Cell:
    if reading.is_not_applicable:
        return Cell(settled=Absent.NOT_APPLICABLE, source=reading.source)
    return Cell(settled=Absent.MISSING if reading.value is None else reading.value, source=reading.source)


def load(selection: Selection, reader: Actor) -> Board:
    """The board of `selection` as `reader` may see it, in six queries however large it is."""
    nodes = in_order(Criterion.objects.filter(selection=selection, is_retired=False))
    candidates = list(
        Candidate.objects.filter(selection=selection).select_related("site__vendor").order_by("position", "pk")
    )
    panel = list(
        PanelMember.objects.filter(selection=selection, is_retired=False)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    by_pk, standing = {node.pk: node for node in nodes}, {candidate.pk: candidate for candidate in candidates}
    marks = list(
        Mark.objects.open_to(reader)
        .filter(selection=selection)
        .select_related("evaluator")
        .order_by("evaluator__name", "pk")
    )
    seated = {member.person_id for member in panel}
    marks = [mark for mark in marks if mark.criterion_id in by_pk and mark.evaluator_id in seated]
    for mark in marks:  # in hand already: no query, and one object a row
        mark.criterion, mark.candidate, mark.selection = (
            by_pk[mark.criterion_id],
            standing[mark.candidate_id],
            selection,
        )
    readings = Reading.objects.filter(selection=selection)
    counts = (
        Evidence.objects.live()
        .filter(selection=selection)
        .order_by()
        .values_list("criterion", "candidate")
        .annotate(n=Count("pk"))
    )
    return Board(
        selection=selection,
        nodes=nodes,
        candidates=candidates,
        panel=panel,
        marks=marks,
        readings={(each.criterion_id, each.candidate_id): each for each in readings},
        evidence={(criterion, candidate): n for criterion, candidate, n in counts},
        reader=reader.ref,
    )
