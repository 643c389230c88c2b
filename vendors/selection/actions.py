"""Verbs of a selection itself: create and revise it, who stands, who scores, and its moves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState
from vendors.registry.models import Site
from vendors.selection.holding import held, only_in
from vendors.selection.models import Candidate, PanelMember, Selection, Status
from vendors.selection.owed import keep_due
from vendors.selection.tree_actions import plant
from vendors.selection.workflows import SELECTION

SCALE = ("scale_low", "scale_high")


def create_selection(sponsor: Company, *, by: Actor, owner: User, preset: str = "", **values: Any) -> Selection:
    """A draft; `preset` names the weights of the template (templates_library.PRESETS), empty for no criteria yet."""
    selection = Selection(sponsor=sponsor, owner=owner, **values)
    with transaction.atomic():
        write(selection, by=by, action="selection.create")
        if preset:
            plant(selection, preset, by=by)
    return selection


def revise_selection(selection: Selection, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Raises ValidationError, StaleRecord, or WrongState once scored; the scale stands fixed when scoring begins."""
    only_in(selection, Status.DRAFT, Status.SCORING, to="revise the brief")
    moved = any(values.get(name, getattr(selection, name)) != getattr(selection, name) for name in SCALE)
    if moved and selection.status != Status.DRAFT:
        raise WrongState("The scale cannot change any more: marks are being given on it.")
    for name, value in values.items():
        setattr(selection, name, value)
    with transaction.atomic():
        write(selection, by=by, action="selection.revise", version=version)
        keep_due(selection)


def move(selection: Selection, name: str, *, by: Actor, reason: str = "", version: int | None = None) -> None:
    """One of the workflow's moves. Raises PermissionDenied, WrongState or StaleRecord."""
    with held(selection):
        SELECTION.perform(selection, name, by=by, reason=reason, version=version)
        keep_due(selection)


def add_candidate(selection: Selection, site: Site, *, by: Actor, note: str = "", reason: str = "") -> Candidate:
    """Lets a site stand for choice. Raises ValidationError when it stands already or is no site of the sponsor's.

    reason: why it comes; needed while scoring is open, because evaluators who were done have something to do again.
    """
    reason = reason.strip()
    with held(selection, Status.DRAFT, Status.SCORING, to="add a candidate"):
        if selection.status == Status.SCORING and not reason:
            raise ValidationError({"reason": "Say why it comes while scoring is open: the panel reads the reason."})
        if site.is_retired:
            raise ValidationError({"site": "This site is retired: choose another one."})
        if Candidate.objects.filter(selection=selection, site=site).exists():
            raise ValidationError({"site": "This site stands in the selection already."})
        last = Candidate.objects.filter(selection=selection).aggregate(last=Max("position"))["last"]
        candidate = Candidate(selection=selection, site=site, position=0 if last is None else last + 1, note=note)
        candidate.why_added = reason if selection.status == Status.SCORING else ""
        write(candidate, by=by, action="candidate.add", reason=reason)
        keep_due(selection)
    return candidate


def withdraw_candidate(candidate: Candidate, *, by: Actor, reason: str) -> None:
    """Takes a candidate out of the ranking; it stays visible with everything that was found about it."""
    reason = reason.strip()
    with held(candidate.selection, Status.DRAFT, Status.SCORING, to="withdraw a candidate"):
        if candidate.is_withdrawn:
            raise WrongState(f"{candidate} is withdrawn already.")
        if not reason:
            raise ValidationError({"reason": "Say why the candidate is withdrawn: it stays visible with the reason."})
        candidate.is_withdrawn, candidate.why_withdrawn = True, reason
        write(candidate, by=by, action="candidate.withdraw", reason=reason)
        keep_due(candidate.selection)


def return_candidate(candidate: Candidate, *, by: Actor) -> None:
    with held(candidate.selection, Status.DRAFT, Status.SCORING, to="bring a candidate back"):
        candidate.is_withdrawn, candidate.why_withdrawn = False, ""
        if candidate.selection.status == Status.SCORING:  # whoever left its cells empty is told, as of one that is new
            candidate.why_added = candidate.why_added or "It was withdrawn and stands again."
        write(candidate, by=by, action="candidate.return")
        keep_due(candidate.selection)


def seat(selection: Selection, person: User, *, by: Actor) -> PanelMember:
    """Names an evaluator: a person of the sponsor's own company with the right to score."""
    with held(selection, Status.DRAFT, Status.SCORING, to="name an evaluator"):
        if person.company_id != selection.sponsor_id or not person.is_active or not person.may(P.SCORE_GIVE):
            raise ValidationError({"person": f"{person.name} has no right to score: choose somebody else."})
        member = PanelMember.objects.filter(selection=selection, person=person).first()
        if member is not None and not member.is_retired:
            raise ValidationError({"person": f"{person.name} is on the panel already."})
        member = member or PanelMember(selection=selection, person=person)
        member.is_retired = False
        write(member, by=by, action="panel.seat")
        keep_due(selection)
    return member


def unseat(member: PanelMember, *, by: Actor, reason: str = "") -> None:
    """Takes somebody off the panel: their marks stay on record and count no more.

    Once scoring runs it takes a reason: raises ValidationError at `reason` without one.
    """
    with held(member.selection, Status.DRAFT, Status.SCORING, to="change the panel"):
        if member.selection.status == Status.SCORING and not reason.strip():
            raise ValidationError({"reason": f"Say why the marks of {member.person.name} are not to count."})
        member.is_retired, member.submitted_at = True, None
        write(member, by=by, action="panel.unseat", reason=reason)
        keep_due(member.selection)
