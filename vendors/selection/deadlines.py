"""The dated obligations of a selection: scores of its panel, then its close. No CMO learns of them."""

from __future__ import annotations

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.deadlines import DeadlineKind, add
from vendors.selection.models import PanelMember, Selection
from vendors.selection.owed import seats_that_owe, selections_to_close

OFFSETS = (7, 2, 1, 0, -3, -7)


def declare() -> None:
    add(
        "scores.due",
        DeadlineKind(
            PanelMember,
            "selection__scoring_due_date",
            None,
            Q(pk__in=seats_that_owe().values("pk")),
            lambda seat: f"Scores of {seat.person.name} for {seat.selection.title}",
            holder=lambda seat: seat.person.ref,
            owner=lambda seat: seat.selection.owner.ref,
            offsets=OFFSETS,
            names=("person__name",),
            permission=P.SCORE_GIVE,
            acts=P.SELECTION_EDIT,  # once an evaluator has left: who may name another
            mail_title=lambda seat: f"Scores of {seat.person.name} for selection {seat.selection.number}",
        ),
    )
    add(
        "selection.close",
        DeadlineKind(
            Selection,
            "scoring_due_date",
            None,
            Q(pk__in=selections_to_close().values("pk")),
            lambda selection: f"Close scoring of {selection.title}",
            holder=lambda selection: selection.owner.ref,
            owner=lambda selection: selection.owner.ref,
            offsets=OFFSETS,
            permission=P.SCORE_GIVE,
            acts=P.SELECTION_EDIT,
            label="Scoring to be closed",
            mail_title=lambda selection: f"Close scoring of selection {selection.number}",
        ),
    )
