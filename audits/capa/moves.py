"""How a link is written: one act, one transaction, the clocks in step, and nothing left behind by a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from audits.capa import clocks
from audits.capa.models import CapaLink
from audits.capa.workflows import CAPA
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials, Proof, prove
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import Workflow, WrongState

Acts = Callable[[], None]


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
    **values: Any,
) -> None:
    """One move with what belongs to it, in one transaction: rows written `before`, `values` of the link, the clocks,
    the move itself, rows written `after`. A refusal leaves the link as it was.

    Raises PermissionDenied, WrongState, StaleRecord, ValidationError, BadCredentials.
    """
    today, transition = timezone.localdate(), workflow.by_name[name]
    if not by.may(transition.permission):
        raise PermissionDenied
    closed = workflow.closed(link, transition, by)
    if closed:
        raise WrongState(closed)
    if transition.reason_needed and not reason.strip():
        raise WrongState(f"{transition.verb} needs a reason: write why.")
    # Outside the transaction: a failed proof is counted and trailed, and must not be rolled back with the move.
    proof: Proof | None = prove(by, credentials) if transition.signature else None
    kept = clocks.snapshot(link, (*values, workflow.field, "version", "trail_length", "trail_head"))
    try:
        with transaction.atomic():
            if before:
                before()
            for field, value in values.items():
                setattr(link, field, value)
            clocks.settle(link, today, **{workflow.field: transition.target})
            workflow.perform(link, name, by=by, reason=reason, version=version, proof=proof)
            if after:
                after()
    except Exception:
        clocks.put_back(link, kept)
        raise


def note_clocks(link: CapaLink, *, by: Actor, action: str, version: int | None = None, **values: Any) -> None:
    """Writes the link's clocks after an act that moves no status. A refusal leaves the link as it was."""
    kept = clocks.snapshot(link, (*values, "version", "trail_length", "trail_head"))
    for name, value in values.items():
        setattr(link, name, value)
    clocks.settle(link, timezone.localdate())
    try:
        write(link, by=by, action=action, version=version)
    except Exception:
        clocks.put_back(link, kept)
        raise
