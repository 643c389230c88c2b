"""Verbs of whoever asks: a link is made, renewed and revoked, and each is told on the record that it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.record import Record
from cmo_portal.records.trail import note, write
from cmo_portal.records.workflow import WrongState
from communications.guests.kinds import Answerable, kinds
from communications.guests.models import GuestLink
from communications.guests.vocabulary import RENEWABLE, LinkState


def need(by: User, kind: Answerable) -> None:
    if not by.may(P.GUEST_ASK) or not kind.may_ask(by):
        raise PermissionDenied


def ask(record: Record, *, by: User, email: str, name: str, days: int | None = None) -> GuestLink:
    """Asks the person at `email` to answer `record`. The mail follows; only it knows the link's secret.

    days: how long it lasts, by the installation's setting where none is given. Raises PermissionDenied, WrongState
    where the record awaits nothing, or ValidationError.
    """
    kind = kinds[record.record_type()]
    need(by, kind)
    refuse_closed(kind, record)
    email = email.strip().lower()
    refuse_colleague(email, by)
    link = GuestLink(
        about_type=record.record_type(),
        about_number=record.number,
        email=email,
        name=" ".join(name.split()),
        made_by_ref=by.ref,
        made_by_name=by.name,
        company_name=by.company_name,
        expires_at=end_of(days),
        wall_owner=by.company_id,
    )
    with transaction.atomic():
        write(link, by=by, action="guest_link.make_link")
        tell(record, link, by=by, action="guest_link.ask_by_link")
    return link


def refuse_closed(kind: Answerable, record: Any) -> None:
    refusal = kind.refusal(record)
    if refusal:
        raise WrongState(refusal)


def refuse_colleague(email: str, by: User) -> None:
    """Only of one's own company: of another's nobody learns here who has an account."""
    if User.objects.visible_to(by).filter(email=email, is_active=True).exists():
        raise ValidationError({"email": "This is a colleague with an account: they answer without a link."})


def end_of(days: int | None) -> Any:
    days = days or settings.GUEST_LINK_DAYS
    if not 1 <= days <= 90:
        raise ValidationError({"days": "A link lasts from 1 to 90 days."})
    return timezone.now() + timedelta(days=days)


def tell(record: Record, link: GuestLink, *, by: Any, action: str, reason: str = "") -> None:
    """The record's own trail says whom the link is for, whichever side made it."""
    note(record, by=by, action=action, reason=reason, details={"link": link.number, "guest": str(link)})


def renew(link: GuestLink, *, by: User, days: int | None = None, version: int | None = None) -> None:
    """A new secret by a new mail and a new end; the older mail's address opens nothing from now on."""
    kind, record = found(link, by)
    refuse_closed(kind, record)
    state = link.state(timezone.now())
    if state not in RENEWABLE:
        raise WrongState(f"This link is {state.label.lower()}: ask anew.")
    link.expires_at = end_of(days)
    link.secret_digest = link.code_digest = link.entry_digest = ""
    link.delivered_at = link.code_made_at = link.code_wanted_at = None
    link.wrong_codes = 0
    with transaction.atomic():
        write(link, by=by, action="guest_link.renew_link", version=version)
        tell(record, link, by=by, action="guest_link.renew_link")


def revoke(link: GuestLink, *, by: User, reason: str, version: int | None = None) -> None:
    """Ends the link at once, and the visit of whoever has it open."""
    _, record = found(link, by)
    if link.state(timezone.now()) in (LinkState.ANSWERED, LinkState.REVOKED):
        raise WrongState("This link is over already: nothing is left to revoke.")
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})
    link.revoked_at, link.revoked_by_name, link.revoke_reason = timezone.now(), by.name, reason.strip()
    link.code_digest = link.entry_digest = ""  # the secret's digest stays: its holder is told that it was withdrawn
    with transaction.atomic():
        write(link, by=by, action="guest_link.revoke_link", reason=reason, version=version)
        tell(record, link, by=by, action="guest_link.revoke_link", reason=reason)


def found(link: GuestLink, by: User) -> tuple[Answerable, Any]:
    """The link's kind and record, for somebody who may ask for it."""
    kind = kinds[link.about_type]
    need(by, kind)
    return kind, kind.get(by, link.about_number)
