"""The way in: a secret that only the mail knows, a one-time code, and a visit to one link that ends by itself.

Secrets are stored as digests and compared in constant time. Before the code is right nobody knows who is there, so the
acts up to then stand in the trail under the name of the system's part; from then on under the guest's own.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from cmo_portal.records.actors import PARTNER, Actor, Guest, SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import lock, note, write
from communications.guests.kinds import Answerable, kinds
from communications.guests.models import WRONG_CODES, GuestLink

VISITOR = SystemActor("link_visitor")
CODE_LIFE = timedelta(minutes=10)
NOTHING_STORED = "0" * 64  # compared with where there is no link, so that both take as long
SESSION = "guest-session"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def code_digest(link: GuestLink, code: str) -> str:
    """Keyed: a code has too few digits for a bare digest to hide it."""
    return salted_hmac("guest-code", f"{link.number}:{code}", algorithm="sha256").hexdigest()


# --- what the mails carry; only `communications.notices` calls these ---------------------------------------
def draw_secret(link: GuestLink) -> str:
    """The secret of the mail's address, drawn as it is sent; an earlier one opens nothing from now on."""
    secret = secrets.token_urlsafe(32)
    link.secret_digest = sha256(secret)
    with opened_door():  # no content: what the trail tells is the mail, once it went
        GuestLink.objects.filter(pk=link.pk).update(secret_digest=link.secret_digest)
    return secret


def note_delivered(link: GuestLink, *, by: Actor) -> None:
    with transaction.atomic():
        held = locked(link)
        held.delivered_at = timezone.now()
        write(held, by=by, action="guest_link.deliver_link")


def draw_code(link: GuestLink, *, by: Actor) -> str:
    """A code, drawn as it is sent; an earlier one is worth nothing from now on."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        held = locked(link)
        held.code_digest, held.code_made_at = code_digest(held, code), timezone.now()
        write(held, by=by, action="guest_link.draw_code")
    return code


def note_code_sent(link: GuestLink, *, by: Actor) -> None:
    """`link` as it was when the code was wanted: who asked again meanwhile waits for another."""
    with transaction.atomic():
        held = locked(link)
        if held.code_wanted_at == link.code_wanted_at:
            held.code_wanted_at = None
            write(held, by=by, action="guest_link.send_code")


# --- the visitor -------------------------------------------------------------------------------------------
def of_address(number: str, secret: str) -> GuestLink | None:
    """The link whose mail carries `secret`, whatever has become of it."""
    with acting_as(VISITOR):
        link: GuestLink | None = GuestLink.objects.filter(number=number).first()
    stored = link.secret_digest if link is not None and link.secret_digest else NOTHING_STORED
    return link if constant_time_compare(stored, sha256(secret)) else None


def use(link: GuestLink, action: str, *, by: Actor, **values: Any) -> None:
    """Writes one use of the link; a write always, since each use counts."""
    for name, value in values.items():
        setattr(link, name, value)
    link.uses, link.last_used_at = link.uses + 1, timezone.now()
    write(link, by=by, action=f"guest_link.{action}")


def locked(link: GuestLink) -> GuestLink:
    """The link as it is stored now, held until the transaction ends."""
    held: Any = lock(link)
    return held  # type: ignore[no-any-return]


def note_opened(link: GuestLink) -> None:
    """Somebody looked at the mail's address, a person or a program: it changes nothing and sends nothing. Noted once in
    ten minutes, so that no program fills the trail."""
    if cache.add(f"guest-opened:{link.number}", 1, int(CODE_LIFE.total_seconds())):
        with acting_as(VISITOR):
            note(link, by=VISITOR, action="guest_link.open_link")


def want_code(link: GuestLink) -> None:
    """Asks for a code; the mail follows."""
    with acting_as(VISITOR), transaction.atomic():
        use(locked(link), "want_code", by=VISITOR, code_wanted_at=timezone.now())


def enter(link: GuestLink, code: str) -> tuple[str, str]:
    """(visit, "") where `code` opens the link, else ("", the sentence why not). A code opens once; the newest visit is
    the only one. A wrong try is counted and stored, so this never raises for one."""
    with acting_as(VISITOR), transaction.atomic():
        held = locked(link)
        now = timezone.now()
        refusal = held.closed(now) or unfit(held, now)
        if refusal:
            return "", refusal
        if not constant_time_compare(held.code_digest, code_digest(held, code)):
            return "", refuse_code(held)
        visit = secrets.token_urlsafe(24)
        kind = kinds[held.about_type]
        record = kind.get(VISITOR, held.about_number)
        guest = guest_of(held, record, kind)
        with acting_as(guest):
            spent: dict[str, Any] = {"code_digest": "", "code_made_at": None, "wrong_codes": 0}
            use(held, "enter_link", by=guest, entry_digest=sha256(visit), **spent)
            note(record, by=guest, action="guest_link.enter_link", details={"link": held.number})
    return visit, ""


def unfit(link: GuestLink, now: datetime) -> str:
    if not link.code_digest or link.code_made_at is None or now - link.code_made_at >= CODE_LIFE:
        return "That code is used, or older than ten minutes: ask for a new one."
    return ""


def refuse_code(link: GuestLink) -> str:
    """Counts the wrong try, and says how many are left."""
    wrong = link.wrong_codes + 1
    over = {"code_digest": "", "code_made_at": None} if wrong >= WRONG_CODES else {}
    use(link, "wrong_code", by=VISITOR, wrong_codes=wrong, **over)
    left = WRONG_CODES - wrong
    if not left:
        return link.closed(timezone.now())
    return f"That is not the code. {'One try is' if left == 1 else f'{left} tries are'} left."


def cookie_of(link: GuestLink, visit: str) -> str:
    return TimestampSigner(salt=SESSION).sign(f"{link.number}:{visit}")


def visited(number: str, cookie: str) -> GuestLink | None:
    """The link whose visit the cookie carries, while both last. Asked at every request: a link that is revoked, renewed
    or over ends a visit at once."""
    age = settings.GUEST_SESSION_MINUTES * 60
    try:
        named, visit = TimestampSigner(salt=SESSION).unsign(cookie, max_age=age).split(":")
    except (BadSignature, ValueError):
        return None
    with acting_as(VISITOR):
        link: GuestLink | None = GuestLink.objects.filter(number=number).first() if named == number else None
    if link is None or not link.entry_digest or not constant_time_compare(link.entry_digest, sha256(visit)):
        return None
    return None if link.closed(timezone.now()) else link


def guest_of(link: GuestLink, record: Any, kind: Answerable) -> Guest:
    """The guest, for whom there is this record, what must be read beside it, the link, and nothing else.

    Runs as the system's part, once a request: what the list says is the wall on both engines.
    """
    writes = {record.number, link.number, link.ref}
    return Guest(
        ref=link.ref,
        name=link.trail_name,
        spoken_name=link.spoken_name,
        company_name=kind.vendor(record).name,
        side=PARTNER,
        reads=frozenset({*writes, *kind.shown(record, link.created_at)}),
        writes=frozenset(writes),
        grants=kind.grants,
    )


def guest_at(link: GuestLink) -> Guest:
    with acting_as(VISITOR):
        kind = kinds[link.about_type]
        return guest_of(link, kind.get(VISITOR, link.about_number), kind)


def leave(link: GuestLink, *, by: Guest) -> None:
    with transaction.atomic():
        use(locked(link), "leave_link", by=by, entry_digest="")
