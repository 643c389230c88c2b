"""How a link is written: one act, one transaction, the clocks in step, and nothing left behind by a refusal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.capa import clocks
from audits.capa.models import CapaLink
from audits.capa.workflows import CAPA
from cmo_portal.records import deadlines
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import Workflow, WrongState

Acts = Callable[[], None]


def as_it_stands(link: CapaLink) -> CapaLink:
    """The link as it is stored now, held until the transaction ends: nobody moves it while something is added."""
    return lock(link) or link  # type: ignore[return-value]


def move(
    link: CapaLink,
    name: str,
    *,
    by: Actor,
    workflow: Workflow = CAPA,
    before: Acts | None = None,
    after: Acts | None = None,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    on: date | None = None,
    **values: Any,
) -> None:
    """One move with what belongs to it, in one transaction: rows written `before`, `values` of the link, the clocks,
    the move itself, rows written `after`. A refusal leaves the link as it was. before: of an unsigned move only.
    on: the day it happened, where it is recorded later; today otherwise.

    Raises PermissionDenied, WrongState, StaleRecord, ValidationError, BadCredentials.
    """
    day, transition = on or timezone.localdate(), workflow.by_name[name]
    if day > timezone.localdate():
        raise ValidationError({"on": "What happened is dated today or earlier."})
    if not by.may(transition.permission):
        raise PermissionDenied
    closed = workflow.closed(link, transition, by)
    if closed:
        raise WrongState(closed)
    if transition.reason_needed and not reason.strip():
        raise WrongState(f"{transition.verb} needs a reason: write why.")
    hold = link.finding if moves_the_finding(workflow, name) else None
    kept = clocks.snapshot(link, (*values, workflow.field, "version", "trail_length", "trail_head"))
    # A signed move opens its transaction itself, after the proof: a failed proof is trailed, and never rolled back.
    whole = nullcontext() if transition.signature else transaction.atomic()
    try:
        with whole:
            if not transition.signature:
                if hold is not None:
                    lock(hold)
                lock(link)
            if before:
                before()
            for field, value in values.items():
                setattr(link, field, value)
            clocks.settle(link, day, **{workflow.field: transition.target})
            workflow.perform(
                link, name, by=by, reason=reason, credentials=credentials, version=version, then=after,
                hold=hold if transition.signature else None,
            )  # fmt: skip
    except Exception:
        clocks.put_back(link, kept)
        raise


def moves_the_finding(workflow: Workflow, name: str) -> bool:
    """Whether the move goes on to the finding, which is then locked before the link, as by who classifies it."""
    return name == "close" if workflow is CAPA else name != "accept"


def note_clocks(
    link: CapaLink, *, by: Actor, action: str, version: int | None = None, on: date | None = None, **values: Any
) -> None:
    """Writes the link's clocks after an act that moves no status. A refusal leaves the link as it was."""
    kept = clocks.snapshot(link, (*values, "version", "trail_length", "trail_head"))
    for name, value in values.items():
        setattr(link, name, value)
    clocks.settle(link, on or timezone.localdate())
    try:
        if write(link, by=by, action=action, version=version) is None:
            deadlines.keep([link], timezone.now())  # no clock moved, but a question was put or answered
    except Exception:
        clocks.put_back(link, kept)
        raise
