"""What the conduct screen shows of one audit, as one JSON document: for the page, and for a device to take along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audits.conduct import checklist_actions as actions
from audits.conduct.makers import finding_makers
from audits.conduct.models import ChecklistItem, ScribeNote
from audits.conduct.vocabulary import Answer, System
from audits.programme.models import Audit
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.attachments import Attachment


def state_of(audit: Audit, reader: User) -> dict[str, Any]:
    """The whole screen: the audit, the reader and what they may do, chapters, questions with answers, notes."""
    rows = items_of(audit, reader)
    notes = list(notes_of(audit, reader).order_by("noted_at", "pk"))
    photos = photos_of([*rows, *notes], reader)
    raised = findings_of(audit, reader)
    may = reader.may(P.AUDIT_CONDUCT)
    return {
        "now": stamp(timezone.now()),
        "audit": {"number": audit.number, "name": str(audit), "site": audit.site.name, "cmo": audit.site.vendor.name},
        "person": {"number": reader.ref, "name": reader.name, "keys": reader.single_keys},
        "closed": actions.why_not(audit, reader) if may else "You may read this checklist; the audit team answers it.",
        "may_make_findings": may and reader.may(P.FINDING_EDIT) and bool(finding_makers),
        "upload_limit": settings.UPLOAD_LIMIT_MB,
        "chapters": [{"code": code, "name": name} for code, name in System.choices],
        "answers": [{"code": code, "name": name} for code, name in Answer.choices],
        "items": [item_state(row, photos[row.number], raised[row.pk]) for row in rows],
        "notes": [note_state(note, photos[note.number]) for note in notes],
    }


def items_of(audit: Audit, reader: User) -> list[ChecklistItem]:
    """The questions in the order of the systems, then of the checklist."""
    rows = ChecklistItem.objects.visible_to(reader).filter(audit=audit, is_removed=False).select_related("answered_by")
    place = {system: at for at, system in enumerate(System.values)}
    return sorted(rows.order_by("position", "pk"), key=lambda row: place[row.system])


def notes_of(audit: Audit, reader: User) -> Any:
    return ScribeNote.objects.visible_to(reader).filter(audit=audit).select_related("author", "item", "corrects")


def photos_of(records: Iterable[ChecklistItem | ScribeNote], reader: User) -> dict[str, list[Attachment]]:
    """The files of questions and notes, by the number of what they belong to: one query."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    types = (ChecklistItem.record_type(), ScribeNote.record_type())
    numbers = [record.number for record in records]
    rows = Attachment.objects.visible_to(reader).filter(
        about_type__in=types, about_number__in=numbers, is_retired=False
    )
    for row in rows.order_by("pk"):
        found[row.about_number].append(row)
    return found


def findings_of(audit: Audit, reader: User) -> dict[int, list[dict[str, str]]]:
    """Findings that were made from each question: those of the subject above, read through the question's own rows."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    findings: Any = audit.findings  # type: ignore[attr-defined]
    for row in findings.visible_to(reader).filter(item__isnull=False).order_by("label"):
        found[row.item_id].append({"label": row.label, "title": row.title, "url": row.get_absolute_url()})
    return found


def item_state(row: ChecklistItem, photos: list[Attachment], findings: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "number": row.number,
        "version": row.version,
        "code": row.code,
        "system": row.system,
        "topic": row.topic,
        "question": row.question,
        "evidence": row.expected_evidence,
        "clauses": row.clauses,
        "weight": row.risk_weight,
        "answer": row.answer,
        "note": row.note,
        "by": row.answered_by.name if row.answered_by else "",
        "by_number": row.answered_by.ref if row.answered_by else "",
        "at": stamp(row.answered_at),
        "photos": [photo_state(photo) for photo in photos],
        "findings": findings,
    }


def note_state(note: ScribeNote, photos: list[Attachment]) -> dict[str, Any]:
    return {
        "number": note.number,
        "key": note.client_key,
        "text": note.text,
        "at": stamp(note.noted_at),
        "by": note.author.name,
        "item": note.item.number if note.item else "",
        "code": note.item.code if note.item else "",
        "corrects": note.corrects.number if note.corrects else "",
        "photos": [photo_state(photo) for photo in photos],
    }


def photo_state(photo: Attachment) -> dict[str, str]:
    return {"name": photo.name, "url": reverse("vendors:file-download", args=[photo.number])}


def stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def part_of(audit: Audit, reader: User, record_type: str, number: str) -> dict[str, Any]:
    """The one question or note that just changed, as the screen shows it now."""
    if record_type == ChecklistItem.record_type():
        rows = ChecklistItem.objects.visible_to(reader).filter(audit=audit, number=number)
        for row in rows.select_related("answered_by"):
            return {"item": item_state(row, photos_of([row], reader)[number], findings_of(audit, reader)[row.pk])}
    if record_type == ScribeNote.record_type():
        for note in notes_of(audit, reader).filter(number=number):
            return {"note": note_state(note, photos_of([note], reader)[number])}
    if record_type == Attachment.record_type():
        for photo in Attachment.objects.visible_to(reader).filter(number=number):
            return part_of(audit, reader, photo.about_type, photo.about_number)
    return {}
