"""The moves of a selection: weights first, then marks, then the result; each refusal says what is missing."""

from __future__ import annotations

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.workflow import Transition, Workflow
from vendors.selection.criteria_tree import weight_problems
from vendors.selection.models import Candidate, Criterion, PanelMember, Selection, Status
from vendors.selection.querysets import marked_leaves
from vendors.selection.rows import grown

LEAST_CANDIDATES = 2


def ready_to_score(selection: Selection, by: Actor) -> str | None:
    """What keeps scoring from beginning, in one text; None when nothing does."""
    missing = []
    if Candidate.objects.filter(selection=selection, is_withdrawn=False).count() < LEAST_CANDIDATES:
        missing.append("Add at least two candidates.")
    criteria = Criterion.objects.filter(selection=selection, is_retired=False)
    if not marked_leaves(criteria).exists():
        missing.append("Add criteria: at least one must be marked on the scale.")
    tree = grown(criteria, selection)
    missing += [problem.sentence for problem in weight_problems(tree)] if tree else []
    if not PanelMember.objects.filter(selection=selection, is_retired=False).exists():
        missing.append("Name the people who score.")
    return " ".join(missing) or None


def somebody_submitted(selection: Selection, by: Actor) -> str | None:
    """A result needs the marks of at least one person who says they are done."""
    done = PanelMember.objects.filter(selection=selection, is_retired=False, submitted_at__isnull=False)
    return None if done.exists() else "Nobody has submitted scores yet: the result needs at least one scorecard."


SELECTION = Workflow(
    Selection,
    Transition(
        "open",
        sources=(Status.DRAFT,),
        target=Status.SCORING,
        permission=P.SELECTION_EDIT,
        label="Open scoring",
        guard=ready_to_score,
    ),
    Transition(
        "close",
        sources=(Status.SCORING,),
        target=Status.SCORED,
        permission=P.SELECTION_EDIT,
        label="Close scoring",
        guard=somebody_submitted,
    ),
    Transition(
        "reopen",
        sources=(Status.SCORED,),
        target=Status.SCORING,
        permission=P.SELECTION_EDIT,
        label="Reopen scoring",
        reason_needed=True,
    ),
    Transition(
        "cancel",
        sources=(Status.DRAFT, Status.SCORING),
        target=Status.CANCELLED,
        permission=P.SELECTION_EDIT,
        label="Cancel selection",
        reason_needed=True,
    ),
)
