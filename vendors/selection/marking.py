"""Verbs of evaluators: give, explain, clear a mark, add evidence, hand in; and numbers behind calculated cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState
from vendors.selection.assembling import Board
from vendors.selection.holding import held, only_in
from vendors.selection.models import Candidate, Criterion, Evidence, Mark, PanelMember, Reading, Selection, Status
from vendors.selection.owed import keep_due

NOT_APPLICABLE = "x"


def seat_of(selection: Selection, person: User) -> PanelMember:
    """The person's open seat. Raises PermissionDenied for anybody else, WrongState when marks are closed."""
    member = PanelMember.objects.filter(selection=selection, person=person, is_retired=False).first()
    if member is None or not person.may(P.SCORE_GIVE):
        raise PermissionDenied
    member.selection = selection
    only_in(selection, Status.SCORING, to="give a mark")
    return member


def open_seat_of(selection: Selection, person: User) -> PanelMember:
    member = seat_of(selection, person)
    if member.submitted_at is not None:
        raise WrongState("You have submitted your scores: take them back before you change a mark.")
    return member


@contextmanager
def open_scorecard(selection: Selection, person: User) -> Iterator[PanelMember]:
    """The person's own scorecard, open until the transaction ends: closing waits for it, or it is shut already."""
    with held(selection):
        yield open_seat_of(selection, person)


def read_mark(text: str, low: int, high: int) -> tuple[Decimal | None, bool]:
    """(value, not applicable) of what stands in a cell: a digit of the scale, x, or nothing. Raises ValidationError."""
    text = text.strip().lower()
    if not text:
        return None, False
    if text in {NOT_APPLICABLE, "n/a"}:
        return None, True
    if not text.isascii() or not text.isdigit() or not low <= int(text[:4]) <= high:
        raise ValidationError(
            {"value": f"Enter a whole number from {low} to {high}, or {NOT_APPLICABLE} where it does not apply."}
        )
    return Decimal(int(text)), False


def own_mark(criterion: Criterion, candidate: Candidate, person: User) -> Mark:
    """The person's mark in the cell, or a new one that is not stored yet."""
    found = Mark.objects.filter(criterion=criterion, candidate=candidate, evaluator=person).first()
    mark = found or Mark(criterion=criterion, candidate=candidate, evaluator=person)
    mark.selection, mark.criterion, mark.candidate, mark.evaluator = candidate.selection, criterion, candidate, person
    return mark


def check_cell(selection: Selection, criterion: Criterion, candidate: Candidate) -> None:
    if criterion.is_retired or criterion.is_calculated:
        raise ValidationError(f"{criterion.name} is calculated from a number: it takes no marks.")
    if Criterion.objects.filter(parent=criterion, is_retired=False).exists():
        raise ValidationError(f"{criterion.name} is a group: mark the criteria below it.")
    if candidate.is_withdrawn:
        raise WrongState(f"{candidate} is withdrawn: it takes no marks.")


def put_mark(mark: Mark, *, by: User, action: str, version: int | None) -> None:
    """Writes the mark. `version`: as the page knew it, 0 for none; StaleRecord when the stored one is newer."""
    if mark._state.adding and version:
        raise ValidationError("This mark is not there any more: open the scores again.")
    write(mark, by=by, action=action, version=version)


def give_mark(
    criterion: Criterion, candidate: Candidate, text: str, *, by: User, version: int | None = None, **words: Any
) -> Mark:
    """Puts a digit of the scale, x, or nothing into the person's own cell.

    words: comment, confidence, evidence_level, where they come with the mark. Raises PermissionDenied, WrongState,
    ValidationError (out of scale) or StaleRecord.
    """
    selection = candidate.selection
    with open_scorecard(selection, by):
        check_cell(selection, criterion, candidate)
        value, is_not_applicable = read_mark(text, selection.scale_low, selection.scale_high)
        mark = own_mark(criterion, candidate, by)
        if not words and (mark.value, mark.is_not_applicable) == (value, is_not_applicable):
            return mark  # also when an answer was lost on its way and the page asks again: that is no conflict
        mark.value, mark.is_not_applicable = value, is_not_applicable
        for name, value in words.items():
            setattr(mark, name, value)
        put_mark(mark, by=by, action="mark.give" if mark.is_given else "mark.clear", version=version)
    return mark


def explain_mark(
    criterion: Criterion, candidate: Candidate, *, by: User, version: int | None = None, **values: Any
) -> Mark:
    """Why the mark is as it is: comment, confidence, evidence_level."""
    with open_scorecard(candidate.selection, by):
        check_cell(candidate.selection, criterion, candidate)
        mark = own_mark(criterion, candidate, by)
        if all(getattr(mark, name) == value for name, value in values.items()):
            return mark  # the same words again, as when one leaves their field: no conflict with a newer mark
        for name, value in values.items():
            setattr(mark, name, value)
        put_mark(mark, by=by, action="mark.explain", version=version)
    return mark


def add_evidence(criterion: Criterion, candidate: Candidate, *, by: User, **values: Any) -> Evidence:
    """A link, or a record of the portal, behind a cell: facts, which the whole panel shares."""
    selection = candidate.selection
    with held(selection, Status.DRAFT, Status.SCORING, to="add evidence"):
        if not by.may(P.SELECTION_EDIT):
            seat_of(selection, by)
        evidence = Evidence(selection=selection, criterion=criterion, candidate=candidate, given_by=by, **values)
        write(evidence, by=by, action="evidence.add")
    return evidence


def retire_evidence(evidence: Evidence, *, by: User) -> None:
    """Takes a piece of evidence away: by who gave it, or who runs the selection."""
    if evidence.given_by_id != by.pk and not by.may(P.SELECTION_EDIT):
        raise PermissionDenied
    with held(evidence.selection, Status.DRAFT, Status.SCORING, to="take evidence away"):
        evidence.is_retired = True
        write(evidence, by=by, action="evidence.retire")


def set_reading(
    criterion: Criterion, candidate: Candidate, *, by: User, version: int | None = None, **values: Any
) -> Reading:
    """The number behind a calculated cell: value, is_not_applicable, source. `version`: 0 where the form found none."""
    if not by.may(P.SELECTION_EDIT):
        raise PermissionDenied
    with held(candidate.selection, Status.DRAFT, Status.SCORING, to="enter a number"):
        if not criterion.is_calculated:
            raise ValidationError(f"{criterion.name} is marked by people: it takes no number.")
        found = Reading.objects.filter(criterion=criterion, candidate=candidate).first()
        reading = found or Reading(criterion=criterion, candidate=candidate)
        reading.selection, reading.criterion, reading.candidate = candidate.selection, criterion, candidate
        for name, value in values.items():
            setattr(reading, name, value)
        write(reading, by=by, action="reading.set", version=version)
    return reading


@dataclass(frozen=True)
class Gap:
    """A cell that keeps a scorecard from being whole: `is_blocking` where the reason for an extreme mark is missing."""

    criterion: Criterion
    candidate: Candidate
    sentence: str
    is_blocking: bool


def gaps(board: Board) -> Iterator[Gap]:
    """What is missing in the reader's own scorecard, in the order of the matrix."""
    low, high = board.selection.scale_low, board.selection.scale_high
    for leaf in board.marked_leaves:
        for candidate in board.standing:
            mark = board.own.get((leaf.pk, candidate.pk))
            if mark is None or not mark.is_given:
                yield Gap(leaf, candidate, "Not scored yet.", False)
            elif not mark.comment.strip() and mark.is_not_applicable:
                yield Gap(leaf, candidate, "Say why it does not apply.", True)
            elif not mark.comment.strip() and needs_reason(mark.value, low, high):
                yield Gap(leaf, candidate, f"Say why it is a {mark.value:.0f}.", True)


def needs_reason(value: Decimal | None, low: int, high: int) -> bool:
    """The two lowest marks and the highest one need a reason; the middle of the scale speaks for itself."""
    return value is not None and (value <= low + 1 or value == high)


def submit_marks(board: Board, *, by: User, with_gaps: bool = False) -> None:
    """Hands in the reader's scorecard. Raises ValidationError naming what is missing.

    with_gaps: cells that were not scored may stay empty; reasons of extreme marks may not be missing.
    """
    with open_scorecard(board.selection, by) as member:
        found = list(gaps(board))
        blocking = [gap for gap in found if gap.is_blocking]
        if blocking:
            raise ValidationError([f"{gap.candidate}, {gap.criterion.name}: {gap.sentence}" for gap in blocking])
        if found and not with_gaps:
            raise ValidationError(f"{len(found)} cells are not scored: score them, or confirm that they stay empty.")
        member.submitted_at = timezone.now()
        write(member, by=by, action="panel.submit", details={"not_scored": len(found)})
        keep_due(board.selection)


def take_back_marks(selection: Selection, *, by: User) -> None:
    """Opens the person's own scorecard again while scoring runs."""
    with held(selection):
        member = seat_of(selection, by)
        member.submitted_at = None
        write(member, by=by, action="panel.take_back")
        keep_due(selection)
