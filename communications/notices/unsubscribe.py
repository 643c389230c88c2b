"""The signed link by which a person stops e-mail about some kinds of deadline without signing in (RFC 8058)."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from communications.notices.preferences import Mute, company_of, may_rest

SALT = "unsubscribe"


def token_for(person: User, codes: Collection[str]) -> str:
    """Opens nothing but this: what is obligatory stands in no token."""
    return Signer(salt=SALT).sign(":".join([person.number, *sorted(codes)]))


def address_for(person: User, codes: Collection[str]) -> str:
    return settings.SITE_URL + reverse("communications:unsubscribe", args=[token_for(person, codes)])


def read(token: str) -> tuple[str, list[str]] | None:
    """The person's number and the kinds a link names; None where the link is not ours or nothing of it is left."""
    try:
        number, *codes = Signer(salt=SALT).unsign(token).split(":")
    except (BadSignature, ValueError):
        return None
    codes = [code for code in codes if may_rest(code)]
    return (number, codes) if codes else None


def mute(person: User, codes: Collection[str], *, by: Actor) -> None:
    """Stops e-mail about these kinds; done twice it is done once."""
    with transaction.atomic():
        off = set(Mute.objects.filter(user=person, is_retired=False).values_list("kind", flat=True))
        for code in sorted(set(codes) - off):
            write(Mute(user=person, kind=code, **company_of(person)), by=by, action="notices.mute")


def unmute(person: User, codes: Collection[str], *, by: Actor) -> None:
    with transaction.atomic():
        for row in Mute.objects.filter(user=person, is_retired=False, kind__in=list(codes)):
            row.is_retired = True
            write(row, by=by, action="notices.unmute")


def set_muted(person: User, codes: Collection[str], *, by: Actor) -> None:
    """Makes `codes` the kinds of which the person wants no e-mail."""
    with transaction.atomic():
        off = set(Mute.objects.filter(user=person, is_retired=False).values_list("kind", flat=True))
        unmute(person, off - set(codes), by=by)
        mute(person, codes, by=by)
