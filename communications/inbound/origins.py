"""What the receiving mail server found out about a mail's origin (Authentication-Results, RFC 8601). Pure.

Anybody can write such a header. Only that of the server which is named in the settings counts, and of several only the
topmost, which that server wrote last; a server that checks mail takes others of its name away (RFC 8601, section 5).
"""

from __future__ import annotations

import re
from email.message import Message

from communications.inbound.charsets import header_text

RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*=\s*([a-z]+)", re.IGNORECASE)
PROPERTY = re.compile(r"\b(header\.(?:d|i|from)|smtp\.(?:mailfrom|helo))\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]*\)")


def doubt_about(message: Message, author: str, authserv: str) -> str:
    """Why the origin of a mail from the address `author` is not proved, as a sentence; empty where it is.

    Proved is DMARC, or DKIM or SPF for the very domain of the address or one above it.
    """
    results = results_of(message, authserv)
    if results is None:
        return "Its origin was not checked: the mail server that is trusted with it wrote nothing."
    domain = author.rpartition("@")[2]
    dmarc = [value for method, value, _ in results if method == "dmarc"]
    if "pass" in dmarc:
        return ""
    if "fail" in dmarc:
        return "Its origin is doubtful: the domain of its sender disowns it (DMARC)."
    for method, value, properties in results:
        if value == "pass" and method in ("dkim", "spf") and any(is_aligned(each, domain) for each in properties):
            return ""
    return "Its origin is not proved: neither DKIM nor SPF speaks for the domain of its sender."


def results_of(message: Message, authserv: str) -> list[tuple[str, str, list[str]]] | None:
    """(method, result, domains) of the trusted server; None where it wrote nothing."""
    for value in message.get_all("Authentication-Results", []):
        text = COMMENT.sub(" ", header_text(value))
        server, _, told = text.partition(";")
        if server.split()[:1] != [authserv] and server.strip().lower().split(" ")[0] != authserv.lower():
            continue
        found = []
        for part in told.split(";"):
            if match := RESULT.match(part):
                names = [name.rpartition("@")[2].lower() for _, name in PROPERTY.findall(part)]
                found.append((match[1].lower(), match[2].lower(), names))
        return found
    return None


def is_aligned(found: str, domain: str) -> bool:
    """Relaxed: the domain itself, or one that it stands under; a bare top-level domain speaks for nobody."""
    found = found.strip(".").lower()
    return "." in found and (domain == found or domain.endswith(f".{found}"))
