"""A profile as a signed file: written, opened again, checked. Nothing is stored here.

The file is the house's signed JSON (records/installation_key.py) with the member `document`: {"content", "note"}. With
evidence it is a ZIP of `profile.json` and `files/<SHA-256>`. Once handed out it cannot be taken back.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cmo_portal.lib.uploads import MEGABYTE
from cmo_portal.records.installation_key import FORMAT as SIGNED_FORMAT
from cmo_portal.records.installation_key import MEMBERS, fingerprint, holds
from cmo_portal.records.record import canonical
from communications.profiles.publishing import FORMAT
from communications.profiles.questionnaire.asking import KINDS
from communications.profiles.values import plain, problem, tidy

KIND, INSIDE, FOLDER = "cmo-profile", "profile.json", "files/"
LARGEST_JSON, LARGEST_ZIP, MOST_FILES = 20 * MEGABYTE, 500 * MEGABYTE, 500
MOST_SECTIONS, MOST_ANSWERS = 50, 2000
NO_PROFILE = "This is no profile that CMO Portal exported."


class RefusedFile(ValueError):
    """The file is not taken; the text says why."""


@dataclass
class OpenedFile:
    """A file whose signature fits. faults: [where, why] of rows that were left out. files: SHA-256 -> bytes."""

    content: dict[str, Any]
    note: str
    issuer: str
    key_id: str
    public_key: str
    issued_at: str
    sha256: str
    is_expected: bool = False
    faults: list[list[str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(len(section["answers"]) for section in self.content["sections"])


def packed(signed: bytes, files: dict[str, bytes]) -> bytes:
    """The ZIP of a signed profile with its evidence."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(INSIDE, signed)
        for name, data in sorted(files.items()):
            archive.writestr(f"{FOLDER}{name}", data)
    return made.getvalue()


def open_file(data: bytes, key: str = "") -> OpenedFile:
    """Opens a file and checks it. key: the public key it must be signed with, in hex; empty where none is known.

    Raises RefusedFile with the sentence why it is not taken.
    """
    text, files = unpacked(data) if data[:2] == b"PK" else (data, {})
    if len(text) > LARGEST_JSON:
        raise RefusedFile("The profile in this file is larger than 20 MB: no export from here is.")
    try:
        signed = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedFile(NO_PROFILE) from None
    opened = checked(signed, key)
    opened.sha256 = hashlib.sha256(data).hexdigest()
    opened.files = named_files(opened, files)
    return opened


def unpacked(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """(profile.json, the files beside it by their digest). Sizes are looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_ZIP:
                raise RefusedFile("This ZIP holds more than an export can: ask for one without the evidence.")
            text, files = b"", {}
            for entry in entries:
                if entry.filename == INSIDE:
                    text = read(archive, entry, LARGEST_JSON)
                elif entry.filename.startswith(FOLDER):
                    files[entry.filename.removeprefix(FOLDER)] = read(archive, entry, LARGEST_ZIP)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise RefusedFile("This ZIP cannot be read: it is damaged or protected.") from None
    for name, bytes_ in files.items():
        if hashlib.sha256(bytes_).hexdigest() != name:
            raise RefusedFile(f"The evidence {name[:12]} was altered after the export.")
    return text, files


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(entry) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise RefusedFile("This ZIP holds more than it says.")
    return data


def checked(signed: Any, key: str) -> OpenedFile:
    """The profile of a signed JSON whose signature fits its content, and the key where one is expected."""
    try:
        envelope, signature, public = signed["envelope"], signed["signature"], str(signed["public_key"]).lower()
        document = signed["document"]
        if sorted(envelope) != sorted(MEMBERS) or envelope["format"] != SIGNED_FORMAT or envelope["kind"] != KIND:
            raise RefusedFile(NO_PROFILE)
        key_id, raw = str(envelope["key_id"]), bytes.fromhex(public)
        body, said = canonical(document).encode(), canonical(envelope).encode()
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise error if isinstance(error, RefusedFile) else RefusedFile(NO_PROFILE) from None
    if fingerprint(raw) != key_id or not holds(public, said, str(signature)):
        raise RefusedFile("The signature does not fit: the envelope was altered, or another key signed it.")
    if hashlib.sha256(body).hexdigest() != envelope["sha256"]:
        raise RefusedFile("The profile was altered after it was signed.")
    if key and key not in (public, key_id):
        raise RefusedFile(f"Another key signed this file than the one you gave. Its fingerprint is {key_id}.")
    content, faults = read_content(document)
    content["issued_at"] = str(envelope["issued_at"])[:40]
    note = plain(str(document.get("note") or ""))[:1000]
    issuer = plain(str(envelope["issuer"]))[:200] or "unknown"
    return OpenedFile(
        content, note, issuer, key_id, public, content["issued_at"], "", is_expected=bool(key), faults=faults
    )


def read_content(document: Any) -> tuple[dict[str, Any], list[list[str]]]:
    """(the content with the rows that can be read, the others as [where, why])."""
    said = document.get("content") if isinstance(document, dict) else None
    if not isinstance(said, dict) or said.get("format") != FORMAT or not isinstance(said.get("sections"), list):
        raise RefusedFile(NO_PROFILE)
    if len(said["sections"]) > MOST_SECTIONS:
        raise RefusedFile(f"The file has more than {MOST_SECTIONS} sections.")
    sections, faults, seen = [], list[list[str]](), set[str]()
    for section in said["sections"]:
        made = read_section(section, faults, seen)
        if made is not None and made["answers"]:
            sections.append(made)
    if len(seen) > MOST_ANSWERS:
        raise RefusedFile(f"The file has more than {MOST_ANSWERS} answers.")
    kept = {"format": FORMAT, "questionnaire": short(said.get("questionnaire"), 20),
            "company": short(said.get("company"), 200), "sections": sections}  # fmt: skip
    return kept, faults


def short(value: Any, length: int) -> str:
    return plain(value)[:length] if isinstance(value, str) else ""


def read_section(section: Any, faults: list[list[str]], seen: set[str]) -> dict[str, Any] | None:
    if (
        not isinstance(section, dict)
        or not isinstance(section.get("answers"), list)
        or not short(section.get("title"), 80)
    ):
        faults.append(["a section", "It has no title or no answers."])
        return None
    answers = []
    for row in section["answers"]:
        code = short(row.get("code"), 20) if isinstance(row, dict) else ""
        fault = row_fault(row, code, seen)
        if fault:
            faults.append([code or short(section["title"], 80), fault])
            continue
        seen.add(code)
        answers.append(read_row(row, code))
    return {"code": short(section.get("code"), 20), "title": short(section["title"], 80),
            "confidential": section.get("confidential") is True, "answers": answers}  # fmt: skip


def row_fault(row: Any, code: str, seen: set[str]) -> str:
    """Why a row cannot be taken; empty where it can."""
    if not isinstance(row, dict) or not code:
        return "It names no question."
    if code in seen:
        return "The question stands twice."
    if not short(row.get("question"), 500):
        return "The words of the question are missing."
    if not isinstance(row.get("type"), str) or row["type"] not in KINDS:
        return "Its kind is not known here."
    if not is_day(row.get("as_of")) or not (row.get("confirmed") in ("", None) or is_day(row["confirmed"])):
        return "A date is missing or cannot be read."
    if not evidence_fits(row.get("evidence", [])):
        return "Its evidence cannot be read."
    value = tidy(row["type"], row.get("value"))
    return problem(row["type"], value) if value not in ("", None, [], {}) else "It holds no answer."


def is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def evidence_fits(rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, dict) and short(row.get("name"), 200) and isinstance(row.get("sha256"), str)
        and len(row["sha256"]) == 64 and isinstance(row.get("size"), int)
        for row in rows
    )  # fmt: skip


def read_row(row: dict[str, Any], code: str) -> dict[str, Any]:
    evidence = [
        {"name": short(each["name"], 200), "title": short(each.get("title"), 200), "size": each["size"],
         "sha256": each["sha256"], "media_type": short(each.get("media_type"), 100)}
        for each in row.get("evidence", [])
    ]  # fmt: skip
    return {
        "code": code, "question": short(row["question"], 500), "type": row["type"], "unit": short(row.get("unit"), 40),
        "value": tidy(row["type"], row["value"]), "as_of": row["as_of"], "confirmed": row.get("confirmed") or "",
        "evidence": evidence,
    }  # fmt: skip


def named_files(opened: OpenedFile, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files that an answer names; the others are left out and said."""
    named = {each["sha256"] for section in opened.content["sections"] for row in section["answers"]
             for each in row["evidence"]}  # fmt: skip
    opened.faults += [[name[:12], "No answer names this file."] for name in files if name not in named]
    return {name: data for name, data in files.items() if name in named}
