"""Decides whether an uploaded attachment may be kept: allowed name, content that fits the name, bounded size."""

from __future__ import annotations

import email.parser
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

from cmo_portal.lib.contents import CHUNK, UTF16_MARKS, Content, content_of, describe, is_binary, unpacked_size

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 25 * MEGABYTE
UNPACKED_LIMIT = 500 * MEGABYTE
LONGEST_NAME = 120


class RefusedUpload(ValueError):
    """The file is not taken; the message is the sentence for the person who sent it."""


@dataclass(frozen=True)
class FileType:
    """A type of file that may be attached: what its bytes must be, and the media type it is handed out with."""

    content: Content
    media_type: str


OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED: dict[str, FileType] = {
    "pdf": FileType(Content.PDF, "application/pdf"),
    "png": FileType(Content.PNG, "image/png"),
    "jpg": FileType(Content.JPEG, "image/jpeg"),
    "jpeg": FileType(Content.JPEG, "image/jpeg"),
    "heic": FileType(Content.HEIC, "image/heic"),
    "docx": FileType(Content.DOCUMENT, OFFICE + "wordprocessingml.document"),
    "xlsx": FileType(Content.WORKBOOK, OFFICE + "spreadsheetml.sheet"),
    "pptx": FileType(Content.SLIDES, OFFICE + "presentationml.presentation"),
    "csv": FileType(Content.TEXT, "text/csv"),
    "txt": FileType(Content.TEXT, "text/plain"),
    "eml": FileType(Content.TEXT, "message/rfc822"),
}
OFFICE_CONTENTS = {Content.DOCUMENT, Content.WORKBOOK, Content.SLIDES}


@dataclass(frozen=True)
class UploadFacts:
    """What is known of an accepted file; the media type follows from its content, never from what a browser claims."""

    name: str
    extension: str
    media_type: str
    size: int
    sha256: str


def check_upload(stream: BinaryIO, name: str, *, size_limit: int = SIZE_LIMIT) -> UploadFacts:
    """The facts of an acceptable attachment, read once in chunks; the seekable stream is left at its start.

    `size_limit` is in bytes. Raises RefusedUpload with a sentence that says what would be accepted. It looks at types
    only: a virus scanner is another door.
    """
    name = clean_name(name)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in ALLOWED:
        kinds = ", ".join(ALLOWED)
        raise RefusedUpload(f"“{name}” cannot be attached: allowed are files that end in {kinds}.")
    wanted = ALLOWED[extension]
    sha256, size, is_text = _read_through(stream, name, size_limit)
    content = content_of(stream)
    if content is Content.TEXT and not is_text:
        content = Content.OTHER
    if content is not wanted.content:
        raise RefusedUpload(_mismatch_sentence(stream, name, extension, content))
    if content in OFFICE_CONTENTS:
        _refuse_bomb(stream, name)
    if extension == "eml":
        _refuse_unless_mail(stream, name)
    return UploadFacts(name, extension, wanted.media_type, size, sha256)


def clean_name(name: str) -> str:
    """The bare file name, without folders, control or direction-changing characters, at most 120 characters long."""
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # "Cc" and "Cf" hold line breaks, NUL and the marks that make "fdp.exe" read as "exe.pdf".
    shown = "".join(character for character in bare if unicodedata.category(character) not in ("Cc", "Cf", "Cs"))
    shown = " ".join(shown.split()).strip(". ") or "file"
    if len(shown) <= LONGEST_NAME:
        return shown
    stem, dot, extension = shown.rpartition(".")
    if not dot or len(extension) > 10:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def _read_through(stream: BinaryIO, name: str, size_limit: int) -> tuple[str, int, bool]:
    """SHA-256, size and whether all of it is text; stops reading as soon as the limit is passed."""
    digest, size, is_text, is_wide = hashlib.sha256(), 0, True, False
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        if size == 0:
            is_wide = chunk.startswith(UTF16_MARKS)
        size += len(chunk)
        if size > size_limit:
            limit = f"{size_limit / MEGABYTE:,.1f}".removesuffix(".0")
            raise RefusedUpload(f"“{name}” is larger than {limit} MB, the most that can be attached: send it in parts.")
        digest.update(chunk)
        is_text = is_text and (is_wide or not is_binary(chunk))
    if size == 0:
        raise RefusedUpload(f"“{name}” is empty: attach the file again.")
    return digest.hexdigest(), size, is_text


def _mismatch_sentence(stream: BinaryIO, name: str, extension: str, content: Content) -> str:
    if content is Content.MACROS:
        return f"“{name}” holds macros, which are not accepted: save it without macros and attach that file."
    if content is Content.PROTECTED:
        return f"“{name}” is protected with a password: remove the password and attach it again."
    return (
        f"“{name}” ends in .{extension} but is {describe(stream, content)}: attach {ALLOWED[extension].content.value}."
    )


def _refuse_bomb(stream: BinaryIO, name: str) -> None:
    try:
        unpacked = unpacked_size(stream)
    except ValueError as refusal:
        raise RefusedUpload(f"“{name}” cannot be attached. {refusal}") from None
    if unpacked > UNPACKED_LIMIT:
        raise RefusedUpload(f"“{name}” unpacks to more than {UNPACKED_LIMIT // MEGABYTE} MB: send it in parts.")


def _refuse_unless_mail(stream: BinaryIO, name: str) -> None:
    headers = email.parser.BytesHeaderParser().parsebytes(stream.read(4 * CHUNK))
    stream.seek(0)
    if not headers["From"] or not (headers["Date"] or headers["Message-ID"] or headers["Subject"]):
        raise RefusedUpload(f"“{name}” ends in .eml but is no e-mail: save the message from your mail program as .eml.")
