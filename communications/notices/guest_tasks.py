"""The mails of links for guests: the address, the one-time code, and the wish for an account.

Secrets are drawn where they are sent, so that neither the queue nor the database ever holds one. A mail that is tried
again carries a new one, and the one before is worth nothing.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Membership, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.permissions import grants_of
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import write
from communications.guests import entering
from communications.guests.kinds import kinds
from communications.guests.models import GuestLink
from communications.guests.vocabulary import OPEN
from communications.notices.delivery import MAIL
from communications.notices.mail import send


def open_link(number: str) -> GuestLink | None:
    link: GuestLink | None = GuestLink.objects.filter(number=number).first()
    return link if link is not None and link.state(timezone.now()) in OPEN else None


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def mail_guest_link(number: str) -> None:
    """Sends the address once; one that was revoked, answered, ended or sent already is left alone."""
    with acting_as(MAIL):
        link = open_link(number)
        if link is None or link.delivered_at is not None:
            return
        secret = entering.draw_secret(link)
        address = settings.SITE_URL + reverse("communications:guest-open", args=[link.number, secret])
        context = {"link": link, "address": address}
        send(link.email, "guest_link", context, key=f"guest-{number}-{link.secret_digest[:16]}")
        entering.note_delivered(link, by=MAIL)


@shared_task(autoretry_for=(OSError,), retry_backoff=10, max_retries=5)
def mail_guest_code(number: str) -> None:
    """Sends the code that a visitor wants. The mail names neither company nor matter, and holds no link: who has only
    this mail has nothing. A receipt is read with a code as well."""
    with acting_as(MAIL):
        link: GuestLink | None = GuestLink.objects.filter(number=number).first()
        if link is None or link.code_wanted_at is None or link.closed(timezone.now()):
            return
        code = entering.draw_code(link, by=MAIL)
        key = entering.code_digest(link, code)[:16]
        send(link.email, "guest_code", {"link": link, "code": code}, key=f"guest-code-{number}-{key}")
        entering.note_code_sent(link, by=MAIL)


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def mail_account_wish(number: str) -> None:
    """Tells those who can invite the guest: the CMO's administrators, or where it has not joined the sponsor's people
    who invite CMOs. Whether the guest gets an account is theirs to decide, by the invitations there are."""
    with acting_as(MAIL):
        link: GuestLink | None = GuestLink.objects.filter(number=number).first()
        if link is None or link.account_wanted_at is None or link.account_mailed_at is not None:
            return
        kind = kinds[link.about_type]
        vendor = kind.vendor(kind.get(MAIL, link.about_number))
        if vendor.company is not None:
            people, page = holders(vendor.company_id, P.PEOPLE_MANAGE), reverse("accounts:people-invite")
        else:
            people = holders(vendor.sponsor_id, P.CMO_INVITE)
            page = reverse("vendors:cmo-invite", args=[vendor.number])
        page += f"?{urlencode({'email': link.email, 'name': link.name})}"
        for person in people:
            context = {"link": link, "person": person, "address": settings.SITE_URL + page, "cmo": vendor.name}
            send(person.email, "account_wish", context, key=f"account-wish-{number}-{person.number}")
        with transaction.atomic():
            held: Any = entering.locked(link)
            held.account_mailed_at = timezone.now()
            write(held, by=MAIL, action="guest_link.mail_account_wish")


def holders(company: int, permission: str) -> list[User]:
    """The active people of the company who hold `permission`."""
    rows = Membership.objects.filter(company=company, user__is_active=True).select_related("user").order_by("pk")
    return [row.user for row in rows if permission in grants_of(row.roles)]
