"""Who has the ball while a selection is scored: each evaluator until their scores are in, then who owns it.

One day stands for all of them, `scoring_due_date`. What each owes depends on rows beside theirs: on the selection's
status, its day, and candidates that came later. So whoever writes one of these brings the due items in step here, in
the same transaction.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cmo_portal.records import deadlines
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as
from vendors.selection.models import Candidate, PanelMember, Selection, Status


def unfinished() -> Any:
    """Seats whose scores are not in, or miss a candidate that came after they were."""
    later = Candidate.objects.filter(
        selection=OuterRef("selection"), is_withdrawn=False, created_at__gt=OuterRef("submitted_at")
    )
    return Q(is_retired=False) & (Q(submitted_at__isnull=True) | Exists(later))


def seats_that_owe() -> Any:
    return PanelMember.objects.filter(unfinished(), selection__status=Status.SCORING)


def selections_to_close() -> Any:
    """Those in scoring whose panel is done: the next move is the owner's."""
    waiting = PanelMember.objects.filter(unfinished(), selection=OuterRef("pk"))
    return Selection.objects.filter(~Exists(waiting), status=Status.SCORING)


def keep_due(selection: Selection) -> None:
    """Brings what the panel and the owner owe in step. The bookkeeper looks, not the person: an evaluator who hands in
    need not be the one who may close."""
    now = timezone.now()
    with acting_as(SWEEP):
        seats = list(PanelMember.objects.filter(selection=selection.pk).select_related("person"))
        for seat in seats:
            seat.selection = selection
        deadlines.keep(seats, now)
        deadlines.keep([selection], now)
