"""Verbs about people: each is one act of one person, trailed, and refuses what must not happen."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from cmo_portal.accounts.models import (
    ApiToken,
    Company,
    Invitation,
    Membership,
    OneTimeInvitation,
    Partnership,
    User,
)
from cmo_portal.accounts.permissions import Permission, grants_of
from cmo_portal.records.actors import PARTNER, SETUP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import wake
from cmo_portal.records.record import Record, digests
from cmo_portal.records.trail import lock, note, write
from cmo_portal.records.workflow import WrongState

INVITATION_DAYS = 14
PLACE = {"time_zone", "country", "subdivision"}  # where days are counted


def create_company(
    name: str, *, kind: str, by: Actor, country: str = "", subdivision: str = "", time_zone: str = "UTC"
) -> Company:
    company = Company(name=name, kind=kind, country=country, subdivision=subdivision, time_zone=time_zone)
    company.wall_owner = company.pk
    write(company, by=by, action="company.create")
    return company


def create_person(
    company: Company, *, email: str, name: str, password: str, roles: list[str], by: Actor, title: str = ""
) -> User:
    """A person with a place in `company`. Raises ValidationError for a weak password or a taken address."""
    user = User(email=email.lower(), name=name, title=title, time_zone=company.time_zone, wall_owner=company.pk)
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        write(user, by=by, action="person.create", details=digests(user))
        place_in_company(user, company, roles=roles, by=by)
    return user


def place_in_company(user: User, company: Company, *, roles: list[str], by: Actor) -> Membership:
    membership = Membership(user=user, company=company, roles=roles)
    write(membership, by=by, action="membership.create")
    user.belongs = membership  # type: ignore[misc]
    return membership


def link_companies(sponsor: Company, partner: Company, *, by: Actor) -> Partnership:
    """Records that the two work together, once."""
    found = Partnership.objects.filter(sponsor=sponsor, partner=partner).first()
    if found:
        return found
    partnership = Partnership(sponsor=sponsor, partner=partner)
    write(partnership, by=by, action="partnership.create")
    return partnership


def invite(company: Company, *, email: str, name: str, roles: list[str], by: Actor) -> Invitation:
    """Invites somebody into the inviter's own company. An address that has an account elsewhere is invited all the
    same: the answer here must not tell whether it has one."""
    if not roles:
        raise ValidationError({"roles": "Choose at least one role."})
    email = email.lower()
    if User.objects.visible_to(by).filter(email=email).exists():
        raise ValidationError({"email": "This person already has an account in your company."})
    if Invitation.objects.visible_to(by).filter(email=email, status=Invitation.Status.OPEN).exists():
        raise ValidationError({"email": "This person is already invited: resend the invitation instead."})
    invitation = Invitation(company=company, email=email, name=name, roles=roles)
    renew(invitation)
    write(invitation, by=by, action="invitation.send")
    return invitation


def renew(invitation: OneTimeInvitation) -> None:
    invitation.nonce = secrets.token_hex(8)
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.delivered_at = None


def resend(invitation: OneTimeInvitation, *, by: Actor) -> None:
    """A new address by a new mail; the old address ends. Raises WrongState."""
    if invitation.status != invitation.Status.OPEN:
        raise WrongState("This invitation is closed: invite the person again.")
    renew(invitation)
    write(invitation, by=by, action=f"{invitation.noun}.send")


def withdraw(invitation: OneTimeInvitation, *, by: Actor) -> None:
    """The address ends at once. Raises WrongState."""
    if invitation.status != invitation.Status.OPEN:
        raise WrongState("This invitation is closed already.")
    invitation.status = invitation.Status.WITHDRAWN
    write(invitation, by=by, action=f"{invitation.noun}.withdraw")


ENDED = "This invitation has ended: ask for a new one."


def hold_open(invitation: OneTimeInvitation) -> None:
    """Inside a transaction: of two who accept at once one waits, and then finds it used. Raises ValidationError."""
    lock(invitation)
    invitation.refresh_from_db(fields=["status"])
    if not invitation.is_open(timezone.now()):
        raise ValidationError(ENDED)


def accept(invitation: Invitation, *, name: str, password: str) -> User:
    """Makes the account. The invited person acts, but has no account yet: the system acts under its own name."""
    with acting_as(SETUP), transaction.atomic():
        hold_open(invitation)
        if User.objects.filter(email=invitation.email).exists():
            raise ValidationError("This address already has an account. Sign in, or ask for another address.")
        user = create_person(
            invitation.company,
            email=invitation.email,
            name=name,
            password=password,
            roles=invitation.roles,
            by=SETUP,
        )
        invitation.status = Invitation.Status.ACCEPTED
        write(invitation, by=user, action="invitation.accept")
    return user


def give_roles(membership: Membership, roles: list[str], *, by: Actor, reason: str, version: int | None = None) -> None:
    """Changes what a person may do. Nobody gives themselves roles, and a company keeps an administrator."""
    if membership.user.ref == by.ref:
        raise ValidationError("You cannot change your own roles: ask another administrator.")
    if not roles:
        raise ValidationError({"roles": "Choose at least one role, or deactivate the person."})
    require_reason(reason)
    with transaction.atomic():
        if Permission.PEOPLE_MANAGE not in grants_of(roles):
            keep_an_administrator(membership)
        membership.roles = roles
        write(membership, by=by, action="membership.give_roles", reason=reason, version=version)


def revise_member(
    membership: Membership, *, name: str, roles: list[str], by: Actor, reason: str, version: int | None = None
) -> None:
    """A colleague's name and roles, by an administrator, with a reason; nothing is kept when one of them is refused."""
    with transaction.atomic():
        give_roles(membership, roles, by=by, reason=reason, version=version)
        edit(membership.user, by=by, action="person.rename", reason=reason, name=name)


def deactivate(membership: Membership, *, by: Actor, reason: str) -> None:
    """Ends a person's access at once; the account and everything it did stay. Part 11: R22."""
    if membership.user.ref == by.ref:
        raise ValidationError("You cannot deactivate yourself.")
    require_reason(reason)
    with transaction.atomic():
        keep_an_administrator(membership)
        membership.user.is_active = False
        write(membership.user, by=by, action="person.deactivate", reason=reason)
        sign_out_everywhere(membership.user, by=by)


def reactivate(membership: Membership, *, by: Actor, reason: str) -> None:
    require_reason(reason)
    membership.user.is_active = True
    write(membership.user, by=by, action="person.reactivate", reason=reason)


def sign_out_everywhere(user: User, *, by: Actor) -> int:
    """Ends every session and API token of the person; returns how many sessions there were."""
    sessions = list(UserSession.objects.filter(user=user))
    tokens = list(ApiToken.objects.filter(user=user, is_revoked=False))
    for session in sessions:
        session.end()
    for token in tokens:
        token.is_revoked = True
        write(token, by=by, action="token.revoke")
    details = {"sessions": len(sessions), "tokens": len(tokens)}
    note(user, by=by, action="person.sign_out_everywhere", details=details)
    return len(sessions)


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})


def keep_an_administrator(leaving: Membership) -> None:
    """Holds the company's row, so that two administrators cannot send each other away at once."""
    lock(leaving.company)
    others = Membership.objects.filter(company=leaving.company, user__is_active=True).exclude(pk=leaving.pk)
    if Permission.PEOPLE_MANAGE not in grants_of(leaving.roles):
        return
    if not any(Permission.PEOPLE_MANAGE in grants_of(other.roles) for other in others):
        raise ValidationError("The company would be left without an administrator: name another one first.")


def edit(
    record: Record, *, by: Actor, action: str, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Sets `values` on a person or company. Raises StaleRecord when somebody was faster.

    Where the place changed at which days are counted, the reminders that hang on it are planned again.
    """
    for name, value in values.items():
        setattr(record, name, value)
    with transaction.atomic():
        event = write(record, by=by, action=action, version=version, reason=reason)
        if event is not None and PLACE & set(event.says["changes"]):
            wake(counted_there(record), timezone.now())


def counted_there(record: Record) -> Q:
    """The due items whose days are counted at the place of a person who holds them, or of a company on their side."""
    if isinstance(record, Company):
        return Q(wall_partner=record.pk) if record.kind == PARTNER else Q(wall_owner=record.pk)
    return Q(holder_ref=record.number)


def set_up(*, company: str, name: str, email: str, password: str) -> User:
    """The first sponsor and its administrator, who then invites everybody else."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer at a time
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(726121)")
        if User.objects.exists():
            raise ValidationError("This installation has its first administrator already.")
        sponsor = create_company(company, kind="sponsor", by=SETUP)
        roles = ["administrator"]
        return create_person(sponsor, email=email, name=name, password=password, roles=roles, by=SETUP)
