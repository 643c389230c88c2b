"""Who reads what of a selection, and the counts its lists show, each one lazy SQL."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.texts import search_words
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import RecordQuerySet

SCORED, SCORING = "scored", "scoring"
GIVEN = Q(value__isnull=False) | Q(is_not_applicable=True)


def works_on_selections(actor: Actor) -> bool:
    """Whether they run or score selections; others with the right to read see a selection once it is scored."""
    return actor.may(P.SELECTION_EDIT) or actor.may(P.SCORE_GIVE)


def counted(rows: QuerySet[Any], of: str) -> Any:
    """The number of `rows` of one selection as a subquery, 0 where there are none."""
    found = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found, output_field=IntegerField()), Value(0))


class SelectionQuerySet(RecordQuerySet):
    """Selections with what their lists show."""

    def open_to(self, actor: Actor) -> Self:
        rows = self.visible_to(actor)
        return rows if works_on_selections(actor) else rows.filter(status=SCORED)

    def matching(self, words: str) -> Self:
        """Title, product or number holds all the words."""
        rows = self
        for word in search_words(words):
            product = Q(product__code__icontains=word) | Q(product__name__icontains=word)
            rows = rows.filter(Q(title__icontains=word) | Q(number__iexact=word) | product)
        return rows

    def with_counts(self) -> Self:
        """Adds `standing` candidates, `seats` of the panel, marked `leaves`, `given` marks and `wanted` marks."""
        from vendors.selection.models import Candidate, Criterion, Mark, PanelMember

        marks = Mark.objects.filter(GIVEN, criterion__is_retired=False, candidate__is_withdrawn=False)
        seated = PanelMember.objects.filter(
            selection=OuterRef("selection"), person=OuterRef("evaluator"), is_retired=False
        )
        return self.annotate(
            standing=counted(Candidate.objects.filter(is_withdrawn=False), "selection"),
            seats=counted(PanelMember.objects.filter(is_retired=False), "selection"),
            leaves=counted(marked_leaves(Criterion.objects.all()), "selection"),
            given=counted(marks.filter(Exists(seated)), "selection"),
        ).annotate(wanted=F("standing") * F("seats") * F("leaves"))

    def with_own_marks(self, actor: Actor) -> Self:
        """Adds `own_given`: the cells this person has marked."""
        from vendors.selection.models import Mark

        own = Mark.objects.filter(GIVEN, criterion__is_retired=False, candidate__is_withdrawn=False)
        return self.annotate(own_given=counted(own.filter(evaluator__number=actor.ref), "selection"))


def marked_leaves(criteria: QuerySet[Any]) -> QuerySet[Any]:
    """The live criteria that people mark: without children, on the scale."""
    below = criteria.model._default_manager.filter(parent=OuterRef("pk"), is_retired=False)
    return criteria.filter(~Exists(below), is_retired=False, kind="scale")


class MarkQuerySet(RecordQuerySet):
    """Marks, blind first: a colleague's mark opens with one's own mark in the same cell, or when scoring is over."""

    def open_to(self, actor: Actor) -> Self:
        from vendors.selection.models import PanelMember

        own = self.model._default_manager.filter(
            GIVEN, criterion=OuterRef("criterion"), candidate=OuterRef("candidate"), evaluator__number=actor.ref
        )
        # Who was taken off the panel is told nothing more by marks of their own that count no more.
        seat = PanelMember.objects.filter(selection=OuterRef("selection"), person__number=actor.ref, is_retired=False)
        mine = Q(evaluator__number=actor.ref)
        rows = self.visible_to(actor)
        if not works_on_selections(actor):
            return rows.filter(selection__status=SCORED)
        colleague = Q(selection__status=SCORING) & Exists(own) & Exists(seat)
        return rows.filter(mine | Q(selection__status=SCORED) | colleague)


class EvidenceQuerySet(RecordQuerySet):
    """What stands behind the marks; facts, which the whole panel shares."""

    def live(self) -> Self:
        return self.filter(is_retired=False)
