#!/usr/bin/env python3
"""Checks a document that a CMO Portal signed. Needs Python 3.9 or newer and this file: no portal, no network.

    python3 verify_document.py REPORT.pdf --key FINGERPRINT         reads the signature from REPORT.pdf.sig.json
    python3 verify_document.py REPORT.pdf OTHER.sig.json --key KEYS the signature lies elsewhere
    python3 verify_document.py DECISION.json --key KEYS             a signed file that carries its own content

KEY is what you trust: a fingerprint (64 hex digits, blanks allowed) that you got from the installation's page /keys/ or
from its owner, or a file: /keys.json as you saved it, a PEM public key, or 64 hex digits of a public key. A key inside
the signed file proves nothing by itself and is used only when its fingerprint is the one you gave.

Exit 0: the document is exactly what the key signed. Exit 1: it is not, and a sentence says why. Exit 2: could not look.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

Point = Any  # four whole numbers
Keys = Any  # a set of fingerprints, and a dictionary of public keys by fingerprint

FORMAT = "cmo-portal-document/1"
MEMBERS = {"format", "number", "version", "sha256", "kind", "issued_at", "issuer", "key_id"}
PEM_HEAD = bytes.fromhex("302a300506032b6570032100")  # an Ed25519 public key in DER, before its 32 bytes

# --- Ed25519 (RFC 8032, section 5.1): a point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z -------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of -1


def add(a: Point, b: Point) -> Point:
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    cross, double = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, double - cross, double + cross, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(text: bytes) -> Point:
    """The point that 32 bytes name; ValueError when they name none."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(text) != 32 or y >= P:
        raise ValueError("no point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point")
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message."""
    try:
        if len(signature) != 64:
            return False
        key, commitment = point_of(public), point_of(signature[:32])
    except ValueError:
        return False
    answer = int.from_bytes(signature[32:], "little")
    if answer >= ORDER or same(times(8, key), (0, 1, 1, 0)):  # a key of small order would sign everything
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(answer, BASE), add(commitment, times(challenge, key)))


# --- the document ----------------------------------------------------------------------------------------------------
class Refused(Exception):
    """Not what the key signed; the text says why."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a name stands twice in it")
    return dict(pairs)


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"), object_pairs_hook=once, parse_constant=no_constant)


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def is_hex(text: Any, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and set(text.lower()) <= set("0123456789abcdef")


def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()


def trusted_keys(given: str) -> Keys:
    """(fingerprints, {fingerprint: public key}) of what the reader trusts."""
    text = "".join(given.split())
    if is_hex(text, 64) and not Path(given).exists():
        return {text.lower()}, {}
    content = Path(given).read_text("utf-8").strip()
    if content.startswith("{"):
        listed = [bytes.fromhex(key["public_key"]) for key in json.loads(content)["keys"]]
    elif content.startswith("-----BEGIN PUBLIC KEY-----"):
        der = base64.b64decode("".join(content.splitlines()[1:-1]))
        if not der.startswith(PEM_HEAD) or len(der) != len(PEM_HEAD) + 32:
            raise ValueError("the PEM file holds no Ed25519 key")
        listed = [der[len(PEM_HEAD) :]]
    elif is_hex(content, 64):
        listed = [bytes.fromhex(content)]
    else:
        raise ValueError("the key file holds no public key")
    keys = {fingerprint(public): public for public in listed}
    return set(keys), keys


def check(signed: Any, data: bytes | None, trusted: Keys) -> dict[str, Any]:
    """The envelope, when it is signed by a trusted key and belongs to the data (None: to its own `document`)."""
    fingerprints, keys = trusted
    if not isinstance(signed, dict) or not isinstance(signed.get("envelope"), dict):
        raise Refused("This is no signed document of CMO Portal.")
    envelope = signed["envelope"]
    if set(envelope) != MEMBERS or envelope["format"] != FORMAT or not is_hex(signed.get("signature"), 128):
        raise Refused("This is no signed document of CMO Portal.")
    name = envelope["key_id"]
    if name not in fingerprints:
        raise Refused(f"It names the key {name}, which is not the one you trust.")
    if name not in keys and is_hex(signed.get("public_key"), 64):
        keys = {name: bytes.fromhex(signed["public_key"])}
    public = keys.get(name, b"")
    if fingerprint(public) != name:
        raise Refused("The public key in the file does not have the fingerprint you trust.")
    if not signed_by(public, canonical(envelope), bytes.fromhex(signed["signature"])):
        raise Refused("The signature does not hold: the envelope was altered, or another key signed it.")
    if data is None:
        if "document" not in signed:
            raise Refused("The file carries no content: name the document it belongs to.")
        data = canonical(signed["document"])
    if hashlib.sha256(data).hexdigest() != envelope["sha256"]:
        raise Refused("The document was altered after it was signed.")
    return envelope


def look(options: argparse.Namespace) -> dict[str, Any]:
    document, trusted = Path(options.document), trusted_keys(options.key)
    beside = Path(options.signature or f"{options.document}.sig.json")
    if options.signature or beside.exists():
        return check(read_json(beside), document.read_bytes(), trusted)
    if document.suffix != ".json":
        raise ValueError(f"{beside} is not there: name the signature's file")
    return check(read_json(document), None, trusted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document")
    parser.add_argument("signature", nargs="?")
    parser.add_argument("--key", required=True, help="a fingerprint, or a file with public keys")
    try:
        envelope = look(parser.parse_args())
    except Refused as refusal:
        print(f"NOT GENUINE. {refusal}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"Could not look: {error}", file=sys.stderr)
        return 2
    print("Genuine: these are the bytes that the key signed.")
    for name in ("kind", "number", "version", "issuer", "issued_at", "key_id"):
        print(f"  {name:<10} {envelope[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
