"""Verbs of what leaves the company: a version is published to sponsors, read by them, and withdrawn.

A version is a copy: what is written afterwards changes nothing of it. Nothing that a sponsor reads says whether, to
whom else or how often something was published.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import attachments
from cmo_portal.records.actors import PARTNER, SPONSOR, Actor, SystemActor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import canonical, digest
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.profiles.actions import answers_of, profile_of, sections_of
from communications.profiles.models import Answer, Profile, ProfileReading, Publication, PublishedContent
from communications.profiles.questionnaire import SECTION_OF, SECTIONS, VERSION
from vendors.registry.models import Vendor
from vendors.registry.supply import cda_in_force

CDA_CHECK = SystemActor(
    "cda_check"
)  # agreements are rows of the sponsor; a CMO learns only whether one of theirs holds
FORMAT = "cmo-portal-profile/1"


def must_publish(by: Actor) -> None:
    if by.company_kind != PARTNER or not by.may(P.PROFILE_PUBLISH):
        raise PermissionDenied


def relations(by: Actor) -> list[Vendor]:
    """The sponsors that the CMO works with here."""
    rows = Vendor.objects.visible_to(by).live().filter(company=by.company_id).select_related("sponsor", "company")
    return list(rows.order_by("sponsor__name", "number"))


def has_cda(vendor: Vendor, day: Any) -> bool:
    with acting_as(CDA_CHECK):
        return cda_in_force(vendor, day)


# --- what a version says ----------------------------------------------------------------------------


def evidence_of(answers: Collection[Answer], by: Actor) -> dict[str, list[Attachment]]:
    """number of an answer -> its files, in one query."""
    found: dict[str, list[Attachment]] = {}
    rows = Attachment.objects.visible_to(by).filter(
        about_type=Answer.record_type(), about_number__in=[row.number for row in answers], is_retired=False
    )
    for file in rows.order_by("pk"):
        found.setdefault(file.about_number, []).append(file)
    return found


def answer_row(answer: Answer, files: list[Attachment]) -> dict[str, Any]:
    asked = answer.asked
    return {
        "code": asked.code, "question": asked.text, "type": asked.kind, "unit": asked.unit, "value": answer.value,
        "as_of": answer.as_of_date.isoformat(),
        "confirmed": answer.confirmed_date.isoformat() if answer.confirmed_date else "",
        "evidence": [
            {"name": file.name, "title": file.title, "size": file.size, "sha256": file.sha256,
             "media_type": file.content_type}
            for file in files
        ],
    }  # fmt: skip


def content_of(profile: Profile, chosen: Collection[str], by: Actor) -> tuple[dict[str, Any], list[Attachment]]:
    """(what a version with the chosen sections says, the files that go with it). Unanswered questions stay out."""
    answers, kept = answers_of(profile, by), sections_of(profile, by)
    given = {code: row for code, row in answers.items() if row.is_given}
    files = evidence_of(list(given.values()), by)
    sections, taken = [], []
    for section in SECTIONS:
        rows = [given[question.code] for question in section.questions if question.code in given]
        if section.code not in chosen or not rows:
            continue
        confidential = section.code in kept and kept[section.code].is_confidential
        said = [answer_row(row, files.get(row.number, [])) for row in rows]
        sections.append({"code": section.code, "title": section.title, "confidential": confidential, "answers": said})
        taken += [file for row in rows for file in files.get(row.number, [])]
    content = {
        "format": FORMAT, "questionnaire": VERSION, "company": profile.company.name, "sections": sections,
    }  # fmt: skip
    return content, taken


def digest_of(content: dict[str, Any]) -> str:
    return digest(canonical(content))


def seen_now(profile: Profile | None, by: Actor) -> str:
    """A digest of all answers as they stand: whoever publishes says which state was looked at."""
    if profile is None:
        return ""
    return digest_of(content_of(profile, SECTION_OF.keys(), by)[0])[:16]


# --- publishing -------------------------------------------------------------------------------------


def publish(
    vendors: Sequence[Vendor],
    sections: Collection[str],
    *,
    by: Actor,
    note: str,
    seen: str = "",
    at: datetime | None = None,
) -> list[Publication]:
    """Publishes the chosen sections as they stand now; a sponsor that reads exactly the same already is left out.

    seen: what `seen_now` gave when the answers were looked at. Raises WrongState where they changed since, where no
    answer stands in them, a CDA is missing or nothing is new; ValidationError where something was not chosen.
    """
    must_publish(by)
    profile = profile_of(by)
    refuse_unchosen(vendors, sections, note, by)
    if profile is None:
        raise WrongState("There is no answer yet: answer something first.")
    with transaction.atomic():
        lock(profile)
        if seen and seen != seen_now(profile, by):
            raise WrongState("A colleague changed an answer while you looked: look again, then publish.")
        refuse_without_cda(profile, vendors, sections, by)
        content, files = content_of(profile, sections, by)
        if not content["sections"]:
            raise WrongState("No answer stands in these sections: answer something first.")
        made = [one for vendor in vendors if (one := publish_to(vendor, content, files, by=by, note=note, at=at))]
        if not made:
            raise WrongState("Nothing is new: they read exactly this already.")
    return made


def refuse_unchosen(vendors: Sequence[Vendor], sections: Collection[str], note: str, by: Actor) -> None:
    errors: dict[str, str] = {}
    if not vendors:
        errors["vendors"] = "Choose at least one sponsor."
    if any(vendor.company_id != by.company_id or vendor.is_retired for vendor in vendors):
        raise PermissionDenied
    if not sections or set(sections) - set(SECTION_OF):
        errors["sections"] = "Choose at least one section."
    if not note.strip():
        errors["note"] = "Say in a line what changed."
    if errors:
        raise ValidationError(errors)


def refuse_without_cda(profile: Profile, vendors: Sequence[Vendor], sections: Collection[str], by: Actor) -> None:
    kept = sections_of(profile, by)
    secret = [section.title for section in SECTIONS if section.code in sections and section.code in kept
              and kept[section.code].is_confidential]  # fmt: skip
    today = timezone.localdate()
    without = [vendor.sponsor.name for vendor in vendors if not has_cda(vendor, today)] if secret else []
    if without:
        raise WrongState(
            f"No CDA is in force with {' and '.join(without)}, and {' and '.join(secret)} "
            f"{'is' if len(secret) == 1 else 'are'} marked as confidential. Leave "
            f"{'it' if len(secret) == 1 else 'them'} out, or ask the sponsor to record the CDA under Agreements."
        )


def newest(vendor: Vendor, reader: Actor) -> PublishedContent | None:
    """The newest version of a relation that `reader` may read at this moment."""
    rows = PublishedContent.objects.open_to(reader).filter(is_open=True).newest_of(vendor)
    found: PublishedContent | None = rows.select_related("publication").first()
    return found


def publish_to(
    vendor: Vendor, content: dict[str, Any], files: list[Attachment], *, by: Actor, note: str, at: datetime | None
) -> Publication | None:
    """One version for one sponsor; None where it reads exactly this already. Whoever calls holds the profile."""
    mark, now = digest_of(content), at or timezone.now()
    earlier = PublishedContent.objects.visible_to(by).filter(publication__vendor=vendor)
    last = earlier.filter(is_open=True, is_latest=True).newest_of(vendor).first()
    if last is not None and last.digest == mark:
        return None
    count = Publication.objects.visible_to(by).filter(vendor=vendor, is_shared=True).count()
    made = Publication(vendor=vendor, revision=count + 1, digest=mark, published_at=now, author_name=by.name)
    write(made, by=by, action="publication.publish")
    said = PublishedContent(publication=made, company=vendor.company, digest=mark, content=content, note=note.strip())
    said.wall_partner = vendor.sponsor_id
    write(said, by=by, action="publication.say")
    for row in earlier.filter(is_latest=True).exclude(pk=said.pk):
        row.is_latest = False
        write(row, by=by, action="publication.follow")
    for file in files:
        attachments.copy_to(file, said, by=by)
    return made


def withdraw(vendor: Vendor, *, by: Actor, reason: str) -> int:
    """Ends at once what one sponsor may read: all versions and their files. The sponsor keeps that there was a version,
    its digest and the reason. Returns how many versions were open."""
    must_publish(by)
    profile = profile_of(by)
    if vendor.company_id != by.company_id or profile is None:
        raise PermissionDenied
    with transaction.atomic():
        lock(profile)
        rows = PublishedContent.objects.visible_to(by).filter(publication__vendor=vendor, is_open=True)
        open_ones = list(rows.select_related("publication").order_by("pk"))
        if not open_ones:
            raise WrongState("This sponsor reads nothing of your profile: there is nothing to withdraw.")
        for said in open_ones:
            close(said, by=by, reason=reason)
    return len(open_ones)


def discard_import(publication: Publication, *, by: Actor, reason: str) -> None:
    """Takes an imported file out of use, by the sponsor that imported it."""
    if not by.may(P.PROFILE_IMPORT) or not publication.is_imported:
        raise PermissionDenied
    with transaction.atomic():
        said = PublishedContent.objects.open_to(by).select_related("publication").filter(publication=publication)
        found = said.first()
        if found is None:
            raise WrongState("It is out of use already.")
        close(found, by=by, reason=reason)


def close(said: PublishedContent, *, by: Actor, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the other side reads it."})
    said.is_open = said.is_latest = False
    write(said, by=by, action="publication.close")
    files = Attachment.objects.visible_to(by).filter(about_type=said.record_type(), about_number=said.number)
    for file in files.filter(is_shared=True):
        file.is_shared = False
        write(file, by=by, action="attachment.close")
    fact = said.publication
    fact.withdrawn_at, fact.withdrawn_by_name, fact.withdrawn_reason = timezone.now(), by.name, reason.strip()
    write(fact, by=by, action="publication.withdraw", reason=reason)


# --- reading ----------------------------------------------------------------------------------------


def mark_read(publication: Publication, *, by: Actor) -> ProfileReading:
    """Says for the sponsor that this version was read. Raises WrongState where it cannot be read any more."""
    if by.company_kind != SPONSOR or not by.may(P.PROFILE_MARK):
        raise PermissionDenied
    with transaction.atomic():
        fact = lock(publication)
        if not PublishedContent.objects.open_to(by).filter(publication=publication).exists():
            raise WrongState("This version was withdrawn: it cannot be marked as read.")
        found: ProfileReading | None = ProfileReading.objects.visible_to(by).filter(publication=publication).first()
        if fact is None or found is not None:
            return found  # type: ignore[return-value]  # a colleague was faster: its mark stands
        made = ProfileReading(
            publication=publication, revision=publication.revision, digest=publication.digest, reader_name=by.name,
            read_at=timezone.now(), is_shared=publication.is_shared,
        )  # fmt: skip
        write(made, by=by, action="publication.read")
    return made


def last_look(vendor: Vendor, reader: Actor) -> ProfileReading | None:
    """The newest version that the sponsor marked as read."""
    rows = ProfileReading.objects.visible_to(reader).filter(publication__vendor=vendor)
    found: ProfileReading | None = rows.select_related("publication").order_by("-read_at", "-pk").first()
    return found


def read_content(reading: ProfileReading | None, reader: Actor) -> dict[str, Any] | None:
    """What the last look saw, where it may still be read: a withdrawn version is no ground to compare from."""
    if reading is None:
        return None
    rows = PublishedContent.objects.open_to(reader).filter(publication=reading.publication_id)
    found: dict[str, Any] | None = rows.values_list("content", flat=True).first()
    return found


def shared_with(by: Actor) -> int:
    """With how many sponsors the CMO shares its profile now."""
    rows = PublishedContent.objects.visible_to(by).filter(is_open=True, company=by.company_id)
    return int(rows.values("publication__vendor").distinct().count())
