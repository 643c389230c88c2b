"""A thread that Pat was told of, with the address at which Pat's answer is awaited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from communications.inbound.models import InboundMail
from communications.inbound.receiving import Envelope, receive
from communications.messages import actions
from communications.messages.models import Message, Thread
from communications.notices.mail import host
from communications.notices.reply_addresses import address_for
from tests.messages.makers import make_thread

CORPUS = Path(__file__).parent / "corpus"
DOMAIN = "reply.northgate.example"


@dataclass
class Box:
    """Where mail comes in."""

    thread: Thread
    address: str

    def raw(self, name: str, key: str = "") -> bytes:
        """A mail of the corpus, to the address of this box."""
        data = (CORPUS / f"{name}.eml").read_bytes()
        names = {b"@@REPLY@@": self.address, b"@@HOST@@": host(), b"@@KEY@@": key}
        for mark, value in names.items():
            data = data.replace(mark, value.encode())
        return data

    def take(self, raw: bytes, sender: str | None = "pat@alpenglow.example", to: str | None = None) -> InboundMail:
        to = self.address if to is None else to
        (mail,) = receive(raw, Envelope("smtp", sender, (to,) if to else ()))
        return mail

    @property
    def said(self) -> list[Message]:
        return list(Message.objects.filter(thread=self.thread.pk).order_by("sequence"))


@pytest.fixture
def reply_domain(settings: Any) -> str:
    settings.REPLY_DOMAIN = DOMAIN
    return DOMAIN


@pytest.fixture
def box(cast: Any, reply_domain: str) -> Box:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Please map the shelves.")
    return Box(thread, address_for(cast.pat.ref, thread.number, timezone.now().date()))


@pytest.fixture
def written() -> Callable[..., bytes]:
    """`written("Text", to=...)`: a plain mail."""

    def make(text: str, *, to: str, sender: str = "pat@alpenglow.example", head: str = "", ident: str = "one") -> bytes:
        lines = [f"From: {sender}", f"To: {to}", f"Message-ID: <{ident}@alpenglow.example>", *head.splitlines()]
        return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()

    return make
