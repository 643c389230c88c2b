"""Takes mail over SMTP or LMTP from the mail server beside it: `manage.py receive_mail --listen`.

Mail is taken only for the portal's own addresses, and only once it is kept: a database that is away answers 450, and
the mail server tries again. It knows no TLS and no passwords: it listens on this machine or a network of its own.
"""

from __future__ import annotations

import asyncio
import logging
from email.utils import parseaddr
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.conf import settings
from django.db import close_old_connections

from cmo_portal.lib.uploads import MEGABYTE
from communications.inbound.models import Way
from communications.inbound.receiving import AWAY, Envelope, receive
from communications.notices.reply_addresses import read

log = logging.getLogger(__name__)
MOST_RECIPIENTS = 50
LONGEST_LINE = MEGABYTE  # RFC 5321 allows 1,000 bytes, and programs write longer ones
NO_SUCH = "550 5.1.1 There is no such address here"
LATER = "450 4.3.0 Not now: try again in a minute"
TAKEN = "250 2.0.0 Kept"


class Handler:
    """What aiosmtpd asks. Its names are those of SMTP."""

    def __init__(self, way: str) -> None:
        self.way = way

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients: send the rest in another mail"
        if not is_ours(address, envelope.mail_from or ""):
            return NO_SUCH
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        told = Envelope(self.way, envelope.mail_from or "", tuple(envelope.rcpt_tos))
        answer = await asyncio.to_thread(take_alone, bytes(envelope.original_content or b""), told)
        # LMTP answers for each recipient (RFC 2033, 4.2); all of them share one fate.
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self.way == Way.LMTP else 1))


def is_ours(address: str, sender: str) -> bool:
    """A reply address that this portal made, or its own sender's address for what comes back to it."""
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    return read(address) is not None or (not sender and address.lower() == own)


def take_alone(raw: bytes, envelope: Envelope) -> str:
    """`take` in a thread of its own, which leaves no dead connection to the next."""
    close_old_connections()
    try:
        return take(raw, envelope)
    finally:
        close_old_connections()


def take(raw: bytes, envelope: Envelope) -> str:
    """The answer to a mail, once it is kept or was not."""
    try:
        receive(raw, envelope)
    except AWAY:
        log.exception("a mail was not taken, because the database is away")
        return LATER
    except Exception:  # a full disk, or a mistake of ours: the mail server keeps the mail
        log.exception("a mail was not taken")
        return LATER
    return TAKEN


class Smtp(SMTP):  # type: ignore[misc]
    line_length_limit = LONGEST_LINE


class Lmtp(LMTP):  # type: ignore[misc]
    line_length_limit = LONGEST_LINE


class Listener(Controller):  # type: ignore[misc]
    """One server in a thread of its own; `start`, then `stop`."""

    def __init__(self, host: str, port: int, *, lmtp: bool = False) -> None:
        self.protocol = Lmtp if lmtp else Smtp
        super().__init__(Handler(Way.LMTP if lmtp else Way.SMTP), hostname=host, port=port)

    def factory(self) -> Any:
        limit = settings.INBOUND_LIMIT_MB * MEGABYTE
        return self.protocol(
            self.handler, data_size_limit=limit, hostname="cmo-portal", ident="CMO Portal", timeout=300
        )
