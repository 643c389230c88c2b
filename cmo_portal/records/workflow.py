"""When somebody may act: each subject's statuses and moves as rows of one table, from which everything follows.

Buttons, API actions, refusals, trail entries and the state diagram of the docs are made from the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.signing import Credentials, Proof, prove, sign
from cmo_portal.records.trail import lock, write

BY_THE_SYSTEM = "by.the_system"  # a right that no role holds: moves that follow from a date or from another move

Guard = Callable[[Any, Actor], str | None]


class WrongState(Exception):
    """The move is not open now; the text is the sentence the person reads."""


@dataclass(frozen=True)
class Transition:
    """One row: who may move a record from which statuses to which, and what it takes.

    signature: the meaning under which it is signed (21 CFR 11.50), empty for none. guard: returns the sentence of its
    refusal, or None. form_guard: the same for what the move's own form answers, asked when the move is made.
    reason_needed: the person must say why.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: str = ""
    signature: str = ""
    guard: Guard | None = None
    form_guard: Guard | None = None
    reason_needed: bool = False

    @property
    def verb(self) -> str:
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Offer:
    """A move as a page shows it: open, or closed with the sentence why."""

    transition: Transition
    refusal: str | None


class Workflow:
    """The moves of one model. Every workflow registers itself, for the docs and the house tests."""

    declared: ClassVar[list[Workflow]] = []

    def __init__(self, model: type[Record], *transitions: Transition, field: str = "status", noun: str = "") -> None:
        self.model, self.transitions, self.field = model, transitions, field
        self.noun = noun or model._meta.model_name or ""
        self.by_name = {t.name: t for t in transitions}
        self.declared.append(self)

    def status(self, record: Record) -> str:
        return str(getattr(record, self.field))

    def refusal(self, record: Record, transition: Transition, by: Actor) -> str | None:
        """Why the move cannot be made as the record stands; None when it can."""
        closed = self.closed(record, transition, by)
        if closed or transition.form_guard is None:
            return closed
        return transition.form_guard(record, by)

    def closed(self, record: Record, transition: Transition, by: Actor) -> str | None:
        """Why there is no point in filling in the move's form; None when there is."""
        if self.status(record) not in transition.sources:
            words = dict(self.model._meta.get_field(self.field).flatchoices)  # type: ignore[union-attr]
            sources = " or ".join(str(words.get(s, s)) for s in transition.sources)
            now = words.get(self.status(record), self.status(record))
            return f"{transition.verb} needs the status {sources}; this stands at {now}."
        return transition.guard(record, by) if transition.guard else None

    def offers(self, record: Record, by: Actor) -> list[Offer]:
        """The moves from the record's status that `by` has the right to, each with its refusal if a guard closes it."""
        here = [t for t in self.transitions if self.status(record) in t.sources and by.may(t.permission)]
        return [Offer(t, t.guard(record, by) if t.guard else None) for t in here]

    def perform(
        self,
        record: Record,
        name: str,
        *,
        by: Actor,
        reason: str = "",
        credentials: Credentials | None = None,
        version: int | None = None,
        proof: Proof | None = None,
        hold: Record | None = None,
        first: Callable[[], Any] | None = None,
        then: Callable[[], Any] | None = None,
    ) -> None:
        """Moves the record, signs it where the row asks for it, all in one transaction. The guards are asked under the
        record's lock, and before a proof as well.

        proof: made by the caller just before a transaction of its own, in which this move is one of several acts.
        hold: what is locked before the record, where the move goes on to it: everybody takes the two in one order.
        first, then: what else happens in that transaction, before and after; the proof is given once, before it.
        Raises PermissionDenied, WrongState, StaleRecord, or signing.BadCredentials.
        """
        transition = self.by_name[name]
        if not by.may(transition.permission):
            raise PermissionDenied
        # Outside the transaction: a failed proof is counted and trailed, and must not be rolled back with the move. Who
        # is refused anyway is not asked for it.
        if transition.signature and proof is None:
            self.refuse(record, transition, by, reason)
            proof = prove(by, credentials)
        before = {name: getattr(record, name) for name in (self.field, "version", "trail_length", "trail_head")}
        try:
            with transaction.atomic():
                if hold is not None:
                    lock(hold)
                held = lock(record)  # whoever adds to the record takes it too, so what the guards see stays so
                self.refuse(record, transition, by, reason)
                if first is not None:
                    first()
                    held = None
                setattr(record, self.field, transition.target)
                action = f"{self.noun}.{name}"
                write(record, by=by, action=action, reason=reason, version=version, held=held)
                if transition.signature and proof is not None:
                    sign(record, proof=proof, meaning=transition.signature, reason=reason)
                if then is not None:
                    then()
        except Exception:
            for field, value in before.items():
                setattr(record, field, value)
            raise

    def refuse(self, record: Record, transition: Transition, by: Actor, reason: str) -> None:
        """Raises WrongState where a guard closes the move, or where it lacks its reason."""
        refusal = self.refusal(record, transition, by)
        if refusal:
            raise WrongState(refusal)
        if transition.reason_needed and not reason.strip():
            raise WrongState(f"{transition.verb} needs a reason: write why.")
