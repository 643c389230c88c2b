"""An offer of capacity or a certificate that an update tells of becomes the registry's record: one click of a person.

Never by itself: an update is what somebody said, the registry is what stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.workflow import WrongState
from communications.updates.actions import hold_fresh, note_fact
from communications.updates.catalogue import CERTIFICATE, OFFER
from communications.updates.models import Update
from communications.updates.vocabulary import UpdateStatus
from vendors.registry.models import CapacityOffer, Certificate
from vendors.registry.site_actions import add_certificate, add_offer

RIGHTS: dict[str, str] = {OFFER: P.CAPACITY_OFFER, CERTIFICATE: P.CERTIFICATE_ADD}
ADD: dict[str, Callable[..., Record]] = {OFFER: add_offer, CERTIFICATE: add_certificate}
MODELS: dict[str, type[Record]] = {OFFER: CapacityOffer, CERTIFICATE: Certificate}
WORDS = {OFFER: "capacity offer", CERTIFICATE: "certificate"}


def refusal(update: Update, by: Actor) -> str | None:
    """Why it cannot be taken over; None when it can. `by` has the right or learns nothing here."""
    if not update.kind.proposes:
        return "This update tells of nothing that the registry keeps."
    if update.fact_number:
        return f"It is kept already: {update.fact_number}."
    if update.status in (UpdateStatus.WITHDRAWN, UpdateStatus.ASKED):
        return "It is withdrawn." if update.status == UpdateStatus.WITHDRAWN else "A question about it is open."
    return None


def may_take_over(update: Update, by: Actor) -> bool:
    right = RIGHTS.get(update.kind.proposes)
    return right is not None and by.may(right) and refusal(update, by) is None


def take_over(update: Update, *, by: User) -> Any:
    """Adds the offer or the certificate as the last version tells of it, and names it on the update.

    Raises PermissionDenied, WrongState where it was done already, ValidationError where the registry refuses it.
    """
    right = RIGHTS.get(update.kind.proposes)
    if right is not None and not by.may(right):
        raise PermissionDenied
    with transaction.atomic():
        held = hold_fresh(update)
        closed = refusal(held, by)
        if closed:
            raise WrongState(closed)
        site: Any = held.site
        try:
            made = ADD[held.kind.proposes](site, by=by, **held.kind.read(held.details))
        except ValidationError as error:
            raise WrongState(" ".join(error.messages)) from error
        note_fact(held, made.number, by=by)
    return made


def fact_of(update: Update, reader: Actor) -> Any:
    """The record it became, where the reader may see it."""
    if not update.fact_number:
        return None
    return MODELS[update.kind.proposes].objects.visible_to(reader).filter(number=update.fact_number).first()
