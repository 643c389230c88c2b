"""Verbs of a CMO's joining: its sponsor invites it, its first person or its administrator accepts.

Nothing here guesses by names which company a CMO is, and nothing tells the sponsor whether the company was there
before: the address goes by mail alone, and what it opens depends on the reader's own account.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.actions import create_company, create_person, hold_open, renew
from cmo_portal.accounts.models import Company, Kind, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.joining import join_company
from vendors.registry.models import Vendor

ADMINISTRATOR = "partner_admin"
TAKEN = "This address has an account already: sign in with it to accept."
CLOSED = "The invitation cannot be accepted as things stand. Ask the person who invited you."


def invite_cmo(vendor: Vendor, *, email: str, name: str, by: User) -> CmoInvitation:
    """Invites the CMO by one person of it. Raises PermissionDenied, WrongState or ValidationError.

    The answer is the same whether or not the address has an account at some company.
    """
    if not by.may(P.CMO_INVITE):
        raise PermissionDenied
    email = email.lower()
    if vendor.is_retired:
        raise WrongState(f"{vendor.name} is retired: bring it back before you invite it.")
    if vendor.company_id is not None:
        raise WrongState(f"{vendor.name} has joined already: its administrator invites its other people.")
    if User.objects.visible_to(by).filter(email=email).exists():
        raise ValidationError({"email": "This is a colleague of yours: give the address of somebody at the CMO."})
    if vendor.joining_invitations.filter(status=CmoInvitation.Status.OPEN).exists():
        raise WrongState("This CMO is invited already: resend the invitation, or withdraw it first.")
    invitation = CmoInvitation(vendor=vendor, email=email, name=name)
    renew(invitation)
    write(invitation, by=by, action="joining.send")
    return invitation


def of_address(token: str) -> CmoInvitation | None:
    """The open invitation behind a mail's address. The signed token is the right to it, whoever reads."""
    with acting_as(SETUP):
        invitation = CmoInvitation.of_token(token)
    return invitation if invitation is not None and invitation.is_open(timezone.now()) else None


def has_account(invitation: CmoInvitation) -> bool:
    with acting_as(SETUP):
        return User.objects.filter(email=invitation.email).exists()


def accept_as_new(invitation: CmoInvitation, *, company: str, country: str, name: str, password: str) -> User:
    """Makes the CMO's company with its first administrator, and joins. Raises ValidationError; nothing is kept then."""
    with acting_as(SETUP), transaction.atomic():
        hold_open(invitation)
        if User.objects.filter(email=invitation.email).exists():
            raise ValidationError(TAKEN)
        made = create_company(company, kind=Kind.PARTNER, country=country, by=SETUP)
        person = create_person(
            made, email=invitation.email, name=name, password=password, roles=[ADMINISTRATOR], by=SETUP
        )
        close(invitation, made, by=person)
    return person


def refusal(invitation: CmoInvitation, person: User) -> str:
    """Why `person` cannot accept for their company; empty where they can."""
    if person.email != invitation.email:
        return "The invitation went to another address. Sign out, and sign in with the address it went to."
    if person.company_kind != Kind.PARTNER:
        return "Your account is not one of a CMO. Ask the person who invited you to send it to another address."
    if not person.may(P.COMPANY_EDIT):
        return "Only an administrator of your company can accept: ask for the invitation to be sent to one."
    return ""


def accept_for_company(invitation: CmoInvitation, *, by: User) -> None:
    """Joins as the company that `by` administers already. Raises ValidationError."""
    sentence = refusal(invitation, by)
    if sentence:
        raise ValidationError(sentence)
    with acting_as(SETUP), transaction.atomic():
        hold_open(invitation)
        close(invitation, by.company, by=by)


def close(invitation: CmoInvitation, company: Company, *, by: User) -> None:
    """Links the two. Why it may be impossible is the sponsor's own business, so the person reads one sentence."""
    lock(invitation.vendor.sponsor)  # of two CMOs of a sponsor that join as one company, the second is refused
    vendor = Vendor.objects.select_related("sponsor", "company").get(pk=invitation.vendor_id)
    invitation.status = CmoInvitation.Status.ACCEPTED
    write(invitation, by=by, action="joining.accept")
    try:
        join_company(vendor, company, by=by)
    except ValidationError as error:
        raise ValidationError(CLOSED) from error
