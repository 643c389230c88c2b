"""Bytes of a mail as text, whatever charset they claim: no mail is refused for one that nobody knows. Pure."""

from __future__ import annotations

import codecs
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Any

# What programs call what they write. Latin-1 is written as Windows-1252 by nearly everybody.
CALLED = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
LAST = "cp1252"


def text_of(data: bytes, charset: str = "") -> str:
    """`data` read as UTF-8 where it is, then as what it claims, then as what is usual."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return clean(data.decode("utf-16", "replace"))
    name = CALLED.get(charset.strip().strip("\"'").lower(), charset.strip().strip("\"'").lower())
    for tried in (name, "utf-8") if is_wide(name) else ("utf-8", name):
        try:
            return clean(data.decode(tried))
        except (LookupError, UnicodeError, ValueError):
            continue
    return clean(data.decode(LAST, "replace"))


def is_wide(name: str) -> bool:
    """Charsets whose bytes may look like UTF-8 or ASCII and mean something else."""
    return name.startswith(("utf-16", "utf-32", "utf-7", "iso-2022", "hz"))


def clean(text: str) -> str:
    """Without what no text has: NUL, control characters other than line breaks and tabs, halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs", "Cn"))


def header_text(value: Any) -> str:
    """A header's value in one line: encoded words decoded, raw bytes read, broken ones left as they stand."""
    text = raw_text(str(value))
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return one_line(text)
    return one_line("".join(part if isinstance(part, str) else text_of(part, charset or "") for part, charset in parts))


def raw_text(value: str) -> str:
    """A header that carries bytes beyond ASCII holds them as lone surrogates."""
    data = value.encode("utf-8", "surrogateescape")
    return text_of(data)


def one_line(text: str) -> str:
    """Line breaks and marks that change the direction of reading would let a header say what it does not."""
    shown = "".join(each for each in clean(text) if unicodedata.category(each) != "Cf")
    return " ".join(shown.split())
