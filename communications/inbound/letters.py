"""A mail as it came, taken apart without trust: its head, what was written anew, and its files. Pure.

Nothing in here raises for a mail's sake: what cannot be read is told in `faults`, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from communications.inbound.charsets import header_text, text_of
from communications.inbound.html_text import text_of_html
from communications.inbound.quotes import answer_of

AS_IT_STOOD = compat32.clone(mangle_from_=False)
MOST_PARTS = 200
MOST_FILES = 20
MOST_HTML = 2_000_000  # characters of HTML that are read
EXTENSIONS = {
    "application/pdf": "pdf",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
}
SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
PGP_TEXT, PGP_SIGNATURE, PGP_END = (f"-----{words}-----" for words in (
    "BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE"))  # fmt: skip
MESSAGE_ID = re.compile(r"<[^<>\s]{1,240}>")


@dataclass(frozen=True)
class Piece:
    """A file in a mail, as it was sent."""

    name: str
    data: bytes


@dataclass
class Letter:
    """What a mail says. authors: the addresses in From, in lower case. answer: what was written anew. faults: codes of
    what kept it from being read (`sealed`, `broken`, `many_parts`)."""

    message: Message = field(repr=False)
    authors: list[str]
    sender: str
    subject: str
    message_id: str
    written: str = ""
    answer: str = ""
    files: list[Piece] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def head(self, name: str) -> str:
        """The first header of this name, in one line; empty where there is none."""
        value = self.message.get(name)
        return header_text(value) if value is not None else ""

    @property
    def recipients(self) -> list[str]:
        """Addresses that a mail server or the sender wrote on it, for ways that bring no envelope."""
        names = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "To", "Cc")
        return [address for name in names for address in addresses(self.message, name)]


def read(raw: bytes) -> Letter:
    """The mail in `raw`."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
    except (RecursionError, MessageError, ValueError, LookupError):
        message = BytesParser(policy=compat32).parsebytes(raw.partition(b"\n\n")[0], headersonly=True)
        letter = head_of(message)
        letter.faults.append("broken")
        return letter
    letter = head_of(message)
    try:
        take_apart(letter)
    except (RecursionError, MessageError, ValueError, LookupError, AttributeError, TypeError):
        letter.faults.append("broken")
    return letter


def head_of(message: Message) -> Letter:
    identity = MESSAGE_ID.search(header_text(message.get("Message-ID", "")))
    return Letter(
        message=message,
        authors=addresses(message, "From"),
        sender=header_text(message.get("From", ""))[:320],
        subject=header_text(message.get("Subject", ""))[:250],
        message_id=identity.group() if identity else "",
    )


def addresses(message: Message, name: str) -> list[str]:
    """Every address of every header of this name, in lower case."""
    values = [header_text(value) for value in message.get_all(name, [])]
    return [address.lower() for _, address in getaddresses(values) if "@" in address]


def take_apart(letter: Letter) -> None:
    plain, html = list[str](), list[str]()
    for count, part in enumerate(parts_of(letter.message)):
        if count >= MOST_PARTS:
            letter.faults.append("many_parts")
            break
        kind = part.get_content_type()
        if kind in SIGNATURES:
            continue
        if kind in SEALED:
            letter.faults.append("sealed")
        elif is_body(part, kind, plain, html):
            (html if kind == "text/html" else plain).append(body_of(part))
        else:
            add_file(letter, part, kind)
    written = "\n\n".join(text for text in plain if text.strip())
    if not written:
        written = "\n\n".join(text_of_html(text[:MOST_HTML]) for text in html)
    letter.written = without_pgp(written)
    if "-----BEGIN PGP MESSAGE-----" in written:
        letter.faults.append("sealed")
    letter.answer = answer_of(letter.written)


def parts_of(message: Message) -> Iterator[Message]:
    """The leaves of the mail in order; a mail within the mail is one leaf. No recursion, so no depth is too deep."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            if part.get_content_type() == "multipart/encrypted":
                yield part
            else:
                waiting += [each for each in reversed(payload) if isinstance(each, Message)]
        else:
            yield part


def is_body(part: Message, kind: str, plain: list[str], html: list[str]) -> bool:
    """Whether a part is the mail's text, not a file: text that is not sent as a file. A mail whose boundaries are lost
    is read as text too."""
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return False
    return kind in ("text/plain", "text/html", "text/enriched") or part.get_content_maintype() == "multipart"


def body_of(part: Message) -> str:
    return text_of(data_of(part), str(part.get_content_charset("") or ""))


def data_of(part: Message) -> bytes:
    """The bytes of a part, also where its encoding is broken or unknown."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner:
            return inner[0].as_bytes(policy=AS_IT_STOOD)  # type: ignore[union-attr]
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    text = part.get_payload()
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b""


def add_file(letter: Letter, part: Message, kind: str) -> None:
    data, name = data_of(part), name_of(part, kind, len(letter.files) + 1)
    if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
        letter.unread.append("winmail.dat is a format of Outlook alone: what is in it was not filed. Attach it again.")
    elif any(piece.data == data for piece in letter.files):
        return  # the same picture in the answer and in what it quotes
    elif len(letter.files) >= MOST_FILES:
        letter.unread.append(f"“{name}” was not filed: {MOST_FILES} files come with one mail at most.")
    elif data:
        letter.files.append(Piece(name, data))
    else:
        letter.unread.append(f"“{name}” was not filed: it is empty.")


def name_of(part: Message, kind: str, place: int) -> str:
    name = header_text(part.get_filename() or "")
    if name:
        return name
    stem = "image" if kind.startswith("image/") else "message" if kind == "message/rfc822" else "attachment"
    return f"{stem}-{place}.{EXTENSIONS.get(kind, 'bin')}"


def without_pgp(text: str) -> str:
    """Signed text without its frame; lines that the signing escaped stand as they were."""
    begin = text.find(PGP_TEXT)
    middle = text.find(PGP_SIGNATURE, begin) if begin >= 0 else -1
    end = text.find(PGP_END, middle) if middle >= 0 else -1
    head_ends = text.find("\n\n", begin, middle) if end >= 0 else -1  # its headers end with an empty line
    if head_ends < 0:
        return text
    signed = text[head_ends + 2 : middle].removesuffix("\n")
    signed = "\n".join(line.removeprefix("- ") for line in signed.split("\n"))
    return f"{text[:begin]}{signed}{text[end + len(PGP_END) :]}"
