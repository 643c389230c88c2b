"""Secrets of authenticators and seeds of recovery codes, encrypted at rest: the database alone makes no code.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from SECRET_KEY by HKDF. A secret of an earlier key opens
while that key stands in SECRET_KEY_FALLBACKS. Text that is not encrypted is refused, or whoever writes into the
database could plant a secret of their own.
"""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "fernet:"
SECRETS = ("secret", "seed")  # where allauth keeps them


class UnreadableSecret(Exception):
    """A stored secret opens with no key of this installation."""


def fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key))) for key in keys])


def derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cmo-portal authenticators").derive(key.encode())


def encrypt(text: str) -> str:
    return MARK + fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Raises UnreadableSecret."""
    try:
        if not stored.startswith(MARK):
            raise InvalidToken
        return fernet().decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise UnreadableSecret(
            "An authenticator's secret does not open: put the earlier SECRET_KEY into SECRET_KEY_FALLBACKS, or run"
            " manage.py encrypt_authenticators if it was stored before secrets were encrypted."
        ) from None


class EncryptingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


def encrypt_all() -> int:
    """Encrypts every stored secret with today's key, also one that lay open; returns how many."""
    count = 0
    for row in Authenticator.objects.order_by("pk").iterator():
        for name in SECRETS:
            stored = row.data.get(name)
            if stored:
                row.data[name] = encrypt(decrypt(stored) if stored.startswith(MARK) else stored)
                count += 1
        row.save(update_fields=["data"])
    return count
