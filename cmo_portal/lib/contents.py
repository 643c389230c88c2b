"""Tells what a file is from its bytes, never from its name, in words that can stand in a refusal."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from enum import StrEnum
from typing import BinaryIO

import filetype

HEAD = 8192
CHUNK = 1 << 16
# Control characters that no text file needs; tab, line feed, form feed, carriage return and escape are left out.
BINARY_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MOST_PARTS = 10_000
# What zipfile raises on a damaged or encrypted archive.
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)


class Content(StrEnum):
    """What the bytes are. The value is the phrase that a sentence to a person uses."""

    EMPTY = "an empty file"
    TEXT = "plain text"
    WEB_PAGE = "a web page"
    SCRIPT = "a script"
    PROGRAM = "a program"
    PDF = "a PDF document"
    PNG = "a PNG picture"
    JPEG = "a JPEG picture"
    HEIC = "an HEIC picture"
    WORKBOOK = "an Excel workbook (.xlsx)"
    DOCUMENT = "a Word document (.docx)"
    SLIDES = "a PowerPoint presentation (.pptx)"
    MACROS = "an Office file with macros"
    ARCHIVE = "a zip archive"
    OLD_WORKBOOK = "an old Excel file (.xls)"
    OLD_OFFICE = "an old Office file"
    PROTECTED = "an Office file protected with a password"
    OTHER = "a file of another kind"


MAGIC: tuple[tuple[bytes, Content], ...] = (
    (b"%PDF-", Content.PDF),
    (b"\x89PNG\r\n\x1a\n", Content.PNG),
    (b"\xff\xd8\xff", Content.JPEG),
    (b"\x7fELF", Content.PROGRAM),
    (b"\xca\xfe\xba\xbe", Content.PROGRAM),  # Mach-O for several processors, and Java classes
    (b"\xfe\xed\xfa\xce", Content.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Content.PROGRAM),
    (b"\xce\xfa\xed\xfe", Content.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Content.PROGRAM),
    (b"\x00asm", Content.PROGRAM),
    (b"#!", Content.SCRIPT),
)
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
WEB_MARKS = (b"<!doctype html", b"<html", b"<head", b"<script", b"<svg", b"<iframe", b"<body")
MACRO_PARTS = ("vbaproject.bin", "/macrosheets/", "/activex/")


def content_of(stream: BinaryIO) -> Content:
    """What `stream` holds, judged from its first 8 KiB (and the directory of a zip); the stream is left at its start.

    A text can still turn binary further on: whoever reads it to the end must look (`is_binary`).
    """
    stream.seek(0)
    head = stream.read(HEAD)
    content = _from_head(head)
    if head.startswith(ZIP_MARKS):
        content = _inside_zip(stream)
    elif head.startswith(OLE_MARK):
        content = _inside_ole(stream, head)
    stream.seek(0)
    return content


def describe(stream: BinaryIO, content: Content) -> str:
    """The phrase for a refusal; for a kind outside our own table the `filetype` package knows a better word."""
    if content is not Content.OTHER:
        return content.value
    stream.seek(0)
    guess = filetype.guess(stream.read(HEAD))
    stream.seek(0)
    return f"a file of the type {guess.extension.upper()}" if guess else content.value


def is_binary(chunk: bytes) -> bool:
    """True where the bytes hold control characters that no text of an 8-bit encoding or UTF-8 needs."""
    return len(chunk.translate(None, BINARY_BYTES)) != len(chunk)


def fingerprint(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hexadecimal and the size in bytes of the whole stream, read in chunks; it is left at its start."""
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return digest.hexdigest(), size


def unpacked_size(stream: BinaryIO) -> int:
    """Bytes that the parts of a zip declare to unpack to (reading stops there, so a lying zip is cut off, not obeyed).

    Raises ValueError where the zip is damaged or holds more than 10,000 parts.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except DAMAGE:
        raise ValueError("The file is damaged: open it in the program it comes from and save it again.") from None
    stream.seek(0)
    if len(parts) > MOST_PARTS:
        raise ValueError(f"The file is packed from {len(parts):,} parts, more than the {MOST_PARTS:,} allowed.")
    return sum(part.file_size for part in parts)


def _from_head(head: bytes) -> Content:
    if not head:
        return Content.EMPTY
    for mark, content in MAGIC:
        if head.startswith(mark):
            return content
    if head[4:8] == b"ftyp":
        return Content.HEIC if head[8:12] in HEIC_BRANDS else Content.OTHER
    if head.startswith(UTF16_MARKS):
        return Content.TEXT
    if is_binary(head):
        return Content.PROGRAM if head.startswith(b"MZ") else Content.OTHER
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2000].lower()
    if opening.startswith(WEB_MARKS) or (
        opening.startswith((b"<?xml", b"<!--")) and any(m in opening for m in WEB_MARKS)
    ):
        return Content.WEB_PAGE
    return Content.SCRIPT if opening.startswith(b"#!") else Content.TEXT


def _inside_zip(stream: BinaryIO) -> Content:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = [name.lower() for name in archive.namelist()]
            types = _content_types(archive)
    except DAMAGE:
        return Content.ARCHIVE
    if "[content_types].xml" not in names:
        return Content.ARCHIVE
    if b"macroenabled" in types or any(mark in f"/{name}" for name in names for mark in MACRO_PARTS):
        return Content.MACROS
    for part, content in (
        ("xl/workbook.xml", Content.WORKBOOK),
        ("word/document.xml", Content.DOCUMENT),
        ("ppt/presentation.xml", Content.SLIDES),
    ):
        if part in names:
            return content
    return Content.ARCHIVE


def _content_types(archive: zipfile.ZipFile) -> bytes:
    """The lower-cased list of types inside an Office file; at most 1 MB is unpacked."""
    for part in archive.infolist():
        if part.filename.lower() == "[content_types].xml":
            with archive.open(part) as source:
                return source.read(1_000_000).lower()
    return b""


def _inside_ole(stream: BinaryIO, head: bytes) -> Content:
    """Old Office files keep a directory of named streams, which tells what they hold ([MS-CFB] 2.6)."""
    sector_size = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    start = int.from_bytes(head[48:52], "little")
    stream.seek((start + 1) * sector_size)
    directory = stream.read(8 * sector_size)
    names = set()
    for offset in range(0, len(directory) - 127, 128):
        length = int.from_bytes(directory[offset + 64 : offset + 66], "little")
        names.add(directory[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
    if "EncryptedPackage" in names:
        return Content.PROTECTED
    return Content.OLD_WORKBOOK if names & {"Workbook", "Book"} else Content.OLD_OFFICE
