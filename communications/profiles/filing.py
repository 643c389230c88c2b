"""Verbs of profiles as signed files: a CMO hands one out; a sponsor, or a CMO that moved, takes one in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records import attachments
from cmo_portal.records.actors import SPONSOR, Actor
from cmo_portal.records.installation_key import as_file, key_of, sign_json
from cmo_portal.records.record import Record
from cmo_portal.records.trail import lock, note, write
from cmo_portal.records.workflow import WrongState
from communications.profiles import publishing
from communications.profiles.actions import answers_of, mark_confidential, must_write, profile_of, save_answer
from communications.profiles.models import Publication, PublishedContent
from communications.profiles.questionnaire import QUESTIONS, SECTIONS
from communications.profiles.signed_file import KIND, OpenedFile, RefusedFile, open_file, packed
from vendors.registry.models import Vendor


def export(sections: Collection[str], *, by: Actor, text: str, with_files: bool = False) -> tuple[bytes, str]:
    """(the bytes of the file, its name). The trail keeps who took it, what it holds and its digest."""
    publishing.must_publish(by)
    profile = profile_of(by)
    if profile is None:
        raise WrongState("There is no answer yet: answer something first.")
    content, files = publishing.content_of(profile, sections, by)
    if not content["sections"]:
        raise WrongState("No answer stands in these sections: answer something first.")
    company = profile.company.name
    signed = sign_json(
        {"content": content, "note": text.strip()}, number=profile.number, version=profile.version, kind=KIND,
        issuer=company,
    )  # fmt: skip
    data, ending = as_file(signed), "json"
    if with_files:
        data, ending = packed(data, {file.sha256: bytes_of(file) for file in files}), "zip"
    details = {"sections": sorted(sections), "digest": signed["envelope"]["sha256"], "files": with_files}
    note(profile, by=by, action="profile.export", reason=text.strip(), details=details)
    return data, f"profile-{timezone.localdate().isoformat()}.{ending}"


def bytes_of(file: attachments.Attachment) -> bytes:
    with file.file.open("rb") as stream:
        return bytes(stream.read())


def opened_for(vendor: Vendor | None, data: bytes, key: str, by: Actor) -> OpenedFile:
    """The file, with whether its key is one that somebody compared: given now, pinned by an earlier file of this CMO
    that was compared, or this installation's own. Raises RefusedFile."""
    opened = open_file(data, key)
    if opened.is_expected or vendor is None:
        opened.is_expected = opened.is_expected or key_of(opened.key_id) is not None
        return opened
    earlier = Publication.objects.visible_to(by).filter(vendor=vendor, is_verified=True).exclude(key_id="")
    pinned = earlier.order_by("-published_at", "-pk").values_list("key_id", flat=True).first()
    if pinned is not None and pinned != opened.key_id:
        raise RefusedFile(
            f"Earlier files of this CMO were signed by the key {pinned[:16]}…, this one by {opened.key_id[:16]}…. "
            "Ask the CMO whether it has a new key, and give that key to take the file."
        )
    opened.is_expected = pinned is not None or key_of(opened.key_id) is not None
    return opened


def import_for(vendor: Vendor, data: bytes, *, by: Actor, key: str = "") -> Publication:
    """Keeps the file's rows as a version of this CMO that only the importing company reads. Raises RefusedFile."""
    if by.company_kind != SPONSOR or not by.may(P.PROFILE_IMPORT) or vendor.sponsor_id != by.company_id:
        raise PermissionDenied
    if vendor.is_retired:
        raise ValidationError("This CMO is retired: take it back into use first.")
    opened = opened_for(vendor, data, key, by)
    with attachments.kept_or_gone(), transaction.atomic():
        lock(vendor)
        mark = publishing.digest_of(opened.content)
        earlier = PublishedContent.objects.open_to(by).filter(publication__vendor=vendor)
        if earlier.filter(digest=mark, publication__is_shared=False).exists():
            raise RefusedFile("This file was imported already.")
        count = Publication.objects.visible_to(by).filter(vendor=vendor, is_shared=False).count()
        fact = Publication(
            vendor=vendor, revision=count + 1, digest=mark, published_at=timezone.now(), author_name=by.name,
            is_shared=False, issuer=opened.issuer, key_id=opened.key_id, is_verified=opened.is_expected,
        )  # fmt: skip
        details = {"file": opened.sha256, "issued_at": opened.issued_at, "public_key": opened.public_key}
        write(fact, by=by, action="publication.import", details=details)
        keep_content(fact, opened, earlier, by=by)
    return fact


def keep_content(fact: Publication, opened: OpenedFile, earlier: Any, *, by: Actor) -> None:
    """The rows and files of an imported version, behind the importing company's own wall."""
    company: Any = by.company_id
    said = PublishedContent(
        publication=fact, company_id=company, digest=fact.digest, content=opened.content, note=opened.note,
        faults=opened.faults,
    )  # fmt: skip
    write(said, by=by, action="publication.say")
    refused = attach_all(said, opened, files_named(opened), by=by)
    if refused:
        said.faults = [*opened.faults, *refused]
        write(said, by=by, action="publication.note")
    for row in earlier.filter(is_latest=True, publication__is_shared=False).exclude(pk=said.pk):
        row.is_latest = False
        write(row, by=by, action="publication.follow")


def files_named(opened: OpenedFile) -> list[dict[str, Any]]:
    """The evidence whose bytes came along, each once."""
    found: dict[str, dict[str, Any]] = {}
    for section in opened.content["sections"]:
        for row in section["answers"]:
            for each in row["evidence"]:
                if each["sha256"] in opened.files:
                    found.setdefault(each["sha256"], each)
    return list(found.values())


def attach_all(record: Record, opened: OpenedFile, named: list[dict[str, Any]], *, by: Actor) -> list[list[str]]:
    """Keeps files with `record`; [name, why] of those that cannot be kept."""
    refused = []
    for each in named:
        try:
            file = ContentFile(opened.files[each["sha256"]], name=each["name"])
            attachments.attach(record, file, by=by, title=each["title"])
        except RefusedUpload as error:
            refused.append([each["name"], str(error)])
    return refused


def import_own(data: bytes, *, by: Actor, key: str = "") -> tuple[OpenedFile, int, int]:
    """(the file, answers taken, answers left as they are): a CMO that moved takes its answers along.

    What stands here is replaced only by an answer of a later day. Raises RefusedFile.
    """
    must_write(by)
    opened = opened_for(None, data, key, by)
    taken = left = 0
    with attachments.kept_or_gone(), transaction.atomic():
        standing = answers_of(profile_of(by), by)
        for section in opened.content["sections"]:
            if section["confidential"] and section["code"] in {each.code for each in SECTIONS}:
                mark_confidential(section["code"], by=by, confidential=True)
            for row in section["answers"]:
                done = take_answer(row, standing.get(row["code"]), opened, by=by)
                taken, left = taken + (done is True), left + (done is False)
    return opened, taken, left


def take_answer(row: dict[str, Any], there: Any, opened: OpenedFile, *, by: Actor) -> bool | None:
    """True where the answer was taken, False where a later one stands here, None where it cannot be."""
    asked, code = QUESTIONS.get(row["code"]), row["code"]
    if asked is None or asked.kind != row["type"]:
        opened.faults.append([code, "This edition of the questionnaire does not ask it."])
        return None
    day = min(date.fromisoformat(max(row["as_of"], row["confirmed"])), timezone.localdate())
    if there is not None and there.is_given and max(there.as_of_date, there.confirmed_date or date.min) >= day:
        return False
    try:
        with transaction.atomic():
            answer = save_answer(code, by=by, value=row["value"], as_of_date=day)
    except ValidationError as error:
        opened.faults.append([code, " ".join(error.messages)])
        return None
    have = set(attachments.attachments_of(answer, by).values_list("sha256", flat=True))
    fresh = [each for each in row["evidence"] if each["sha256"] in opened.files and each["sha256"] not in have]
    opened.faults += attach_all(answer, opened, fresh, by=by)
    return True
