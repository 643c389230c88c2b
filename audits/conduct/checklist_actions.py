"""Verbs of an audit's checklist: put questions on it, answer them, note what was said, keep photos, raise a finding.

Pages, API and devices that come back from a place without a network call the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.conduct import questions
from audits.conduct.makers import finding_makers
from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote
from audits.conduct.template_actions import copied, live
from audits.conduct.vocabulary import Answer, TemplateStatus
from audits.programme.models import Audit, TeamMember
from audits.programme.vocabulary import AuditStatus as S
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment, attach, kept_or_gone
from cmo_portal.records.record import Record
from cmo_portal.records.trail import lock, write, write_many
from cmo_portal.records.workflow import WrongState

PREPARED_IN = (S.PROPOSED, S.PLANNED, S.NOTIFIED, S.IN_PROGRESS, S.CLOSEOUT_HELD, S.REPORT_DRAFT)
ANSWERED_IN = (S.IN_PROGRESS, S.CLOSEOUT_HELD, S.REPORT_DRAFT)
CLOCK_SLACK = timedelta(minutes=5)  # a device's clock may run ahead by so much before we take our own time


def put_template(audit: Audit, template: ChecklistTemplate, *, by: Actor) -> int:
    """Copies the questions of a published checklist that are not on the audit yet; returns how many."""
    if template.status != TemplateStatus.PUBLISHED:
        raise WrongState("Only a published checklist goes onto an audit.")
    rows = [copied(row) for row in live(template).order_by("position", "pk")]
    return put(audit, rows, by=by, template_number=template.number)


def put_questions(audit: Audit, codes: Iterable[str], *, by: Actor) -> int:
    """Copies the library questions of `codes` that are not on the audit yet; returns how many."""
    return put(audit, [question.copied for question in questions.chosen(codes)], by=by)


def put(audit: Audit, rows: list[dict[str, Any]], *, by: Actor, template_number: str = "") -> int:
    """Raises PermissionDenied, or WrongState once the report is in review."""
    with preparing(audit, by):
        have = set(on(audit).values_list("code", flat=True))
        fresh = [row for row in rows if row["code"] not in have]
        start = next_position(audit)
        new = [
            ChecklistItem(audit=audit, template_number=template_number, position=start + at, **row)
            for at, row in enumerate(fresh)
        ]
        return write_many(new, by=by, action="checklist.put")


def add_item(audit: Audit, *, by: Actor, **values: Any) -> ChecklistItem:
    """A question of this audit alone. Raises ValidationError where its code is taken."""
    with preparing(audit, by):
        item = ChecklistItem(audit=audit, position=next_position(audit), **values)
        write(item, by=by, action="checklist.add")
    return item


def remove_item(item: ChecklistItem, *, by: Actor, reason: str) -> None:
    """Takes a question off the audit. One that is answered stays: "not applicable" keeps what was said of it."""
    with preparing(item.audit, by):
        if item.answer or item.note:
            raise WrongState("This question is answered: answer it with “not applicable” instead of taking it off.")
        item.is_removed = True
        write(item, by=by, action="checklist.remove", reason=reason)


def answer_item(
    item: ChecklistItem,
    *,
    by: User,
    answer: str,
    note: str | None = None,
    at: datetime | None = None,
    version: int | None = None,
    reason: str = "",
) -> None:
    """The team's answer; empty opens the question again. note None leaves the note as it is.

    at: when it was given, on the auditor's own clock.
    Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    with answering(item.audit, by):
        if item.is_removed:
            raise WrongState("This question is no longer on the checklist.")
        if answer not in {"", *Answer.values}:
            raise ValidationError({"answer": "Choose one of the answers."})
        item.answer = answer
        item.note = item.note if note is None else note
        item.answered_by = by if answer or item.note else None
        item.answered_at = given_at(at) if answer or item.note else None
        write(item, by=by, action="checklist.answer", version=version, reason=reason)


def write_note(
    audit: Audit,
    *,
    by: User,
    text: str,
    item: ChecklistItem | None = None,
    at: datetime | None = None,
    corrects: ScribeNote | None = None,
    client_key: str = "",
) -> ScribeNote:
    """A note with its time. A note is never changed: a correction is a new one that names the old."""
    with answering(audit, by):
        if not text.strip():
            raise ValidationError({"text": "Write what you saw or heard."})
        if corrects is not None and corrects.audit_id != audit.pk:
            raise ValidationError({"corrects": "A correction names a note of the same audit."})
        if item is not None and item.audit_id != audit.pk:
            raise ValidationError({"item": "This question is not on this audit's checklist."})
        note = ScribeNote(
            audit=audit,
            item=item if item is not None else (corrects.item if corrects else None),
            author=by,
            noted_at=given_at(at),
            text=text.strip(),
            corrects=corrects,
            client_key=client_key,
        )
        write(note, by=by, action="note.correct" if corrects else "note.add")
    return note


def add_photo(record: ChecklistItem | ScribeNote, upload: File[Any], *, by: User, title: str = "") -> Attachment:
    """A photo or file to a question or note; it stays inside the company. Raises RefusedUpload with its sentence."""
    with kept_or_gone(), answering(record.audit, by):
        return attach(record, upload, by=by, title=title, shared=False)


def make_finding(
    audit: Audit, *, by: User, title: str, item: ChecklistItem | None = None, client_key: str = "", **values: Any
) -> Record:
    """Hands a line or a note with its evidence to whoever makes findings. Raises WrongState where nobody does."""
    with kept_or_gone(), answering(audit, by):
        if not finding_makers:
            raise WrongState("Findings are not recorded in this installation.")
        if not title.strip():
            raise ValidationError({"title": "Say in a few words what was found."})
        if item is not None:
            values = {"system": item.system, "refs": item.refs} | values
        return finding_makers[0](audit, by=by, item=item, client_key=client_key, title=title.strip()[:200], **values)


def on(audit: Audit) -> Any:
    """The questions that stand on the audit."""
    return ChecklistItem.objects.filter(audit=audit, is_removed=False)


def next_position(audit: Audit) -> int:
    last = ChecklistItem.objects.filter(audit=audit).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def given_at(at: datetime | None) -> datetime:
    """The device's time, unless it lies ahead of ours: then our own."""
    now = timezone.now()
    return now if at is None or at > now + CLOCK_SLACK else at


def why_not(audit: Audit, by: Actor) -> str | None:
    """The sentence why `by` cannot answer now; None when they can. A missing right is not a sentence but a 403."""
    if audit.status not in ANSWERED_IN:
        if audit.status in PREPARED_IN:
            return "The audit has not begun: its checklist is answered once it has."
        return "The report is under review or issued: the answers stand as they are."
    in_team = TeamMember.objects.filter(audit=audit, person__number=by.ref, is_removed=False).exists()
    if not in_team and audit.lead_ref != by.ref:
        return "Only the team of this audit answers its checklist."
    return None


@contextmanager
def answering(audit: Audit, by: Actor) -> Iterator[None]:
    """A transaction in which the audit stays where it is: its report does not go to review while an answer is written.

    Raises PermissionDenied, or WrongState with the sentence why nothing is answered now.
    """
    with transaction.atomic():
        refuse_unless_answering(as_it_stands(audit), by)
        yield


def refuse_unless_answering(audit: Audit, by: Actor) -> None:
    if not by.may(P.AUDIT_CONDUCT):
        raise PermissionDenied
    sentence = why_not(audit, by)
    if sentence:
        raise WrongState(sentence)


@contextmanager
def preparing(audit: Audit, by: Actor) -> Iterator[None]:
    """The same for putting questions on an audit and taking them off."""
    if not by.may(P.CHECKLIST_EDIT):
        raise PermissionDenied
    with transaction.atomic():
        if as_it_stands(audit).status not in PREPARED_IN:
            raise WrongState("The report is under review or issued: no question comes in or goes.")
        yield


def as_it_stands(audit: Audit) -> Audit:
    """The audit as it is stored now, held until the transaction ends."""
    return lock(audit) or audit  # type: ignore[return-value]
