"""The address in a notice to which a person can answer by e-mail: it names the person, the thread and its last day.

A local part has 64 characters at most and mail servers change its case, so the token is base 32 without case: whom and
what it names as the pages do (never a key of the database), the day, and a message authentication code under a key of
its own derived from SECRET_KEY. It is no secret that opens anything: a mail to it is looked at like any other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from cmo_portal.records.numbers import CROCKFORD

PREFIX = "reply+"
PERSON = re.compile(rf"[{CROCKFORD}]{{16}}")
THREAD = re.compile(rf"THR-(2[0-9]{{3}})-([{CROCKFORD}]{{5}})")
MAC = 25  # characters: 125 bits
BORN = date(2020, 1, 1)
ALIKE = str.maketrans("ILO", "110")  # as Crockford has it: people who type the address may misread these


@dataclass(frozen=True)
class ReplyTo:
    """Whom and what an address names. until: the last day on which it works."""

    person: str
    thread: str
    until: date

    def is_over(self, today: date) -> bool:
        return today > self.until


def is_on() -> bool:
    return bool(settings.REPLY_DOMAIN)


def address_for(person: str, thread: str, today: date) -> str:
    """The reply address of a person in a thread; empty where replies by e-mail are off."""
    if not is_on():
        return ""
    return f"{PREFIX}{token_for(person, thread, today + timedelta(days=settings.REPLY_DAYS))}@{settings.REPLY_DOMAIN}"


def token_for(person: str, thread: str, until: date) -> str:
    """52 characters: 16 name the person, 7 the thread, 4 the day, 25 prove them."""
    found = THREAD.fullmatch(thread)
    if found is None or not PERSON.fullmatch(person):
        raise ValueError(f"No reply address can name {person} and {thread}.")
    said = person + digits(int(found[1]) - 2000, 2) + found[2] + digits((until - BORN).days, 4)
    return (said + code_of(said, settings.SECRET_KEY)).lower()


def read(address: str) -> ReplyTo | None:
    """What an address names, whatever its case; None for one that this installation never made. The caller asks
    whether its days are over."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    if not is_on() or domain.lower() != settings.REPLY_DOMAIN or not local.lower().startswith(PREFIX):
        return None
    token = local[len(PREFIX) :].upper().translate(ALIKE)
    said, code = token[:27], token[27:]
    if len(code) != MAC or any(letter not in CROCKFORD for letter in token):
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if True not in [hmac.compare_digest(code, code_of(said, key)) for key in keys]:  # none is left out
        return None
    year, day = number_of(said[16:18]), number_of(said[23:27])
    return ReplyTo(said[:16], f"THR-{year + 2000}-{said[18:23]}", BORN + timedelta(days=day))


def code_of(said: str, secret: str) -> str:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cmo-portal reply address").derive(secret.encode())
    number = int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256)[:16], "big")
    return digits(number >> 3, MAC)


def digits(number: int, length: int) -> str:
    """`number` in base 32."""
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(length)))


def number_of(text: str) -> int:
    found = 0
    for letter in text:
        found = found << 5 | CROCKFORD.index(letter)
    return found
