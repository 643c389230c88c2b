"""The installation's own Ed25519 key: signs documents, so that whoever holds one can prove it without the portal.

The private key lies in a file of the data folder (`SIGNING_KEY`), or is the setting itself. The public keys, old ones
included, are records with a trail: rotation retires a key for new signatures and keeps it for what it signed, and the
old key signs the new one. A key is named by its fingerprint, the SHA-256 of its 32 public bytes as 64 hex digits.

A signed document is an envelope and its signature:

    {"envelope": {"format": "cmo-portal-document/1", "number": "AUD-2026-7K3QD", "version": 3, "sha256": "<64 hex>",
                  "kind": "audit-report", "issued_at": "2026-11-23T09:30:00.000000+00:00",
                  "issuer": "Northgate Biopharma", "key_id": "<fingerprint>"},
     "public_key": "<64 hex>", "signature": "<128 hex>"}

The signature is over the envelope's canonical JSON in UTF-8: keys sorted, no blanks, no escapes but the needed ones.
`sha256` is that of the file's bytes when the signature lies beside it (`NAME.sig.json`), and of the canonical JSON of
the member `document` when the signed file carries its own content. `docs/verify/verify_document.py` checks both with
nothing but Python. Ed25519: RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cmo_portal.records.actors import Actor, SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import Record, canonical
from cmo_portal.records.scope import Scope
from cmo_portal.records.trail import write

KEYS = SystemActor("installation_key")
PREFIX = "ed25519:"  # before the base64url of a private key's 32 bytes
FORMAT = "cmo-portal-document/1"
MEMBERS = ("format", "number", "version", "sha256", "kind", "issued_at", "issuer", "key_id")


class BadKey(ValueError):
    """The signing key cannot be read or used; the text says what to do."""


class InstallationKey(Record):
    """A public key of this installation. No company owns it: the system reads and writes it, `/keys/` shows it."""

    scope = Scope()
    read_permission = "trail.view"

    key_id = models.CharField(max_length=64, unique=True)
    public_key = models.CharField(max_length=64)
    endorsed_by = models.CharField(max_length=64, blank=True)  # the key before it, when that one signed it
    endorsement = models.CharField(max_length=128, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.CharField(max_length=200, blank=True)

    @property
    def is_endorsed(self) -> bool:
        """Whether the key before it vouches for this one."""
        if not self.endorsed_by:
            return False
        before = key_of(self.endorsed_by)
        return before is not None and holds(before.public_key, endorsement_text(self.key_id), self.endorsement)


# --- the private key -------------------------------------------------------------------------------
def new_secret() -> str:
    """A new private key as the file and the setting hold it."""
    return PREFIX + base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def private_of(secret: str, where: str) -> Ed25519PrivateKey:
    try:
        raw = base64.b64decode(secret.strip().removeprefix(PREFIX), altchars=b"-_", validate=True)
        if not secret.strip().startswith(PREFIX) or len(raw) != 32:
            raise ValueError
    except (ValueError, binascii.Error):
        raise BadKey(f"{where} holds no signing key: it must be {PREFIX} and 32 bytes in base64url.") from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def key_file() -> Path | None:
    """The file that holds the key; None where the setting is the key itself."""
    return None if settings.SIGNING_KEY.startswith(PREFIX) else Path(settings.SIGNING_KEY)


def keep_secret(secret: str, path: Path, *, replace: bool) -> None:
    """Puts the key into `path` in one step, readable by its owner only. FileExistsError unless it may be replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".signing_key")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
        else:
            os.link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def private_key() -> Ed25519PrivateKey:
    """The key that signs now; read each time, so that a rotation reaches every process. Made when there is none."""
    path = key_file()
    if path is None:
        return private_of(settings.SIGNING_KEY, "SIGNING_KEY")
    try:
        if not path.exists():
            keep_secret(new_secret(), path, replace=False)
    except FileExistsError:
        pass  # another process made it first
    except OSError as error:
        raise BadKey(
            f"The signing key cannot be made: {error.strerror}. Set SIGNING_KEY to a file it may write."
        ) from None
    return private_of(path.read_text(), "The file of SIGNING_KEY")


# --- public keys -----------------------------------------------------------------------------------
def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()


def endorsement_text(key_id: str) -> bytes:
    """What an old key signs of a new one; it is no JSON, so that it can never pass for an envelope."""
    return f"CMO Portal key {key_id}".encode()


def holds(public_key: str, data: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def introduce(
    private: Ed25519PrivateKey, *, by: Actor = KEYS, before: Ed25519PrivateKey | None = None
) -> InstallationKey:
    """The record of a private key's public half, made when there is none. `before`: the key that vouches for it."""
    public = private.public_key().public_bytes_raw()
    key_id = fingerprint(public)
    found = key_of(key_id)
    if found is not None:
        return found
    made = InstallationKey(key_id=key_id, public_key=public.hex())
    if before is not None:
        made.endorsed_by = fingerprint(before.public_key().public_bytes_raw())
        made.endorsement = before.sign(endorsement_text(key_id)).hex()
    try:
        with acting_as(KEYS), transaction.atomic():
            write(made, by=by, action="installation_key.introduce")
    except (IntegrityError, ValidationError):
        found = key_of(key_id)  # another process introduced it a moment ago
        if found is None:
            raise
        return found
    return made


def current_key() -> InstallationKey:
    """The key that signs now. Raises BadKey."""
    return introduce(private_key())


def key_of(key_id: str) -> InstallationKey | None:
    """The key of that fingerprint, old or new."""
    with acting_as(KEYS):
        found: InstallationKey | None = InstallationKey.objects.visible_to(KEYS).filter(key_id=key_id).first()
    return found


def all_keys() -> list[InstallationKey]:
    """Every key that ever signed here, the newest first."""
    with acting_as(KEYS):
        return list(InstallationKey.objects.visible_to(KEYS).order_by("-created_at", "-pk"))


def rotate(*, reason: str, by: Actor = KEYS, into: Path | None = None) -> tuple[InstallationKey, InstallationKey]:
    """(old, new): a new key signs from now on, and the old one stays known for what it signed.

    into: the file for the new key where SIGNING_KEY is the key itself and cannot be replaced from here; the old key
    then signs until the setting names the file. Raises BadKey.
    """
    path = into or key_file()
    if path is None:
        raise BadKey(
            "SIGNING_KEY is the key itself: name a file for the new one with --into, then set SIGNING_KEY to it."
        )
    if into is not None and into.exists():
        raise BadKey(f"{into} exists already: name a file that does not.")
    before = private_key()
    old, secret = introduce(before), new_secret()
    with acting_as(KEYS), transaction.atomic():
        new = introduce(private_of(secret, "The new key"), by=by, before=before)
        old.retired_at, old.retired_because = timezone.now(), reason
        write(old, by=by, action="installation_key.retire", reason=reason)
        keep_secret(secret, path, replace=into is None)  # last: when it fails, nothing was rotated
    return old, new


# --- signing ---------------------------------------------------------------------------------------
def sign_bytes(data: bytes) -> tuple[str, bytes]:
    """(key_id, signature of 64 bytes). Raises BadKey."""
    private = private_key()
    return introduce(private).key_id, private.sign(data)


def verify_bytes(data: bytes, signature: bytes, key_id: str) -> bool:
    """Whether the installation's key of that fingerprint, old or new, signed exactly these bytes."""
    key = key_of(key_id)
    if key is None or fingerprint(bytes.fromhex(key.public_key)) != key_id:
        return False
    return holds(key.public_key, data, signature.hex())


def sign_document(
    data: bytes, *, number: str, version: int, kind: str, issuer: str, issued_at: datetime | None = None
) -> dict[str, Any]:
    """The envelope of a document's bytes with its signature, as `NAME.sig.json` holds it. Raises BadKey."""
    private = private_key()
    key = introduce(private)
    at = (issued_at or timezone.now()).astimezone(UTC)
    envelope = {
        "format": FORMAT,
        "number": number,
        "version": version,
        "sha256": hashlib.sha256(data).hexdigest(),
        "kind": kind,
        "issued_at": at.isoformat(timespec="microseconds"),
        "issuer": issuer,
        "key_id": key.key_id,
    }
    signature = private.sign(canonical(envelope).encode())
    return {"envelope": envelope, "public_key": key.public_key, "signature": signature.hex()}


def sign_json(document: Any, **about: Any) -> dict[str, Any]:
    """A signed file that carries its own content; keywords as for `sign_document`. Write fractions as text."""
    return {"document": document, **sign_document(canonical(document).encode(), **about)}


def verify_document(signed: Any, data: bytes | None = None) -> str | None:
    """None when the envelope is ours and belongs to the bytes (without any: to its own `document`), else why not."""
    try:
        envelope, signature = signed["envelope"], bytes.fromhex(signed["signature"])
        if sorted(envelope) != sorted(MEMBERS) or envelope["format"] != FORMAT:
            return "This is no signed document of CMO Portal."
        content = canonical(signed["document"]).encode() if data is None else data
        text = canonical(envelope).encode()
    except (KeyError, TypeError, ValueError):
        return "This is no signed document of CMO Portal."
    if not verify_bytes(text, signature, str(envelope["key_id"])):
        return "The signature is not this installation's, or the envelope was altered."
    if hashlib.sha256(content).hexdigest() != envelope["sha256"]:
        return "The document was altered after it was signed."
    return None


def as_file(signed: dict[str, Any]) -> bytes:
    """The bytes of a signed file as people download it."""
    return (json.dumps(signed, ensure_ascii=False, indent=1) + "\n").encode()
