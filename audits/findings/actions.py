"""Verbs of findings: raise, revise, combine, note, share a file; and, handed on, those of the check and the issue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction

from audits.conduct.models import ChecklistItem
from audits.findings.deciding import ALONE, close_finding, issue_all, move, recall, reclassify, withdraw
from audits.findings.factual import (
    comment,
    end_factual_check,
    extend_factual_check,
    settle,
    start_factual_check,
)
from audits.findings.models import Finding, InternalNote
from audits.findings.recurring import clear_repeat, confirm_repeat, earlier_like, rule_out
from audits.findings.vocabulary import FindingClass, FindingStatus
from audits.findings.workflows import FEWEST
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment, attach, attachments_of, kept_or_gone
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState

__all__ = [
    "ALONE",
    "add_note",
    "clear_repeat",
    "close_finding",
    "combine",
    "comment",
    "confirm_repeat",
    "earlier_like",
    "end_factual_check",
    "extend_factual_check",
    "issue_all",
    "move",
    "raise_finding",
    "recall",
    "reclassify",
    "revise_finding",
    "rule_out",
    "separate",
    "set_file_sharing",
    "settle",
    "start_factual_check",
    "withdraw",
]

FIELDS = (
    "title",
    "statement",
    "evidence",
    "system",
    "refs",
    "classification",
    "classification_reason",
    "product_impact",
    "is_site_wide",
    "late_reason",
)
RAISED_IN = (AuditStatus.IN_PROGRESS, AuditStatus.CLOSEOUT_HELD, AuditStatus.REPORT_DRAFT)


def raise_finding(
    audit: Audit, *, by: Actor, item: ChecklistItem | None = None, client_key: str = "", **values: Any
) -> Finding:
    """A new draft with the audit's next label; from a checklist line it takes system, clauses, note and files.

    The same `client_key` twice is the same finding: a device that sends again over a bad line gets the first one back.
    After the close-out meeting it can still be raised; it then says why that meeting did not hear it.
    """
    need(by, P.FINDING_EDIT)
    refuse_unknown(values)
    with kept_or_gone(), transaction.atomic():
        stored: Any = lock(audit)
        same = stored.findings.filter(client_key=client_key).first() if client_key else None
        if same is not None:
            return same  # type: ignore[no-any-return]
        may_be_raised(stored)
        label = f"F-{stored.findings.count() + 1:02}"
        # What a device wrote during the visit was written before the meeting, whenever it arrives.
        is_late = stored.status != AuditStatus.IN_PROGRESS and not client_key
        finding = Finding(
            audit=audit,
            item=item,
            label=label,
            client_key=client_key,
            raised_by=by if isinstance(by, User) else None,
            is_late=is_late,
            **(taken_from(item) | values),
        )
        write(finding, by=by, action="finding.raise")
        if item is not None:
            bring_files(item, finding, by=by)
    return finding


def may_be_raised(audit: Audit) -> None:
    if audit.status in RAISED_IN:
        return
    raise WrongState(
        "Findings are raised from the first day of the audit until its report goes to review; "
        f"this audit stands at {audit.get_status_display()}."
    )


def taken_from(item: ChecklistItem | None) -> dict[str, Any]:
    """What a checklist line already knows; whoever raises the finding may say otherwise."""
    if item is None:
        return {}
    return {"title": item.topic[:200], "statement": item.note, "system": item.system, "refs": list(item.refs or [])}


def bring_files(item: ChecklistItem, finding: Finding, *, by: Actor) -> None:
    """Copies the line's photos and papers to the finding, for the sponsor alone."""
    for kept in attachments_of(item, by):
        with kept.file.open("rb") as content:
            attach(finding, File(content, name=kept.name), by=by, title=kept.title, shared=False)


def revise_finding(finding: Finding, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Changes a draft. What the CMO has read changes by a settled disagreement or a signed re-classification only."""
    need(by, P.FINDING_EDIT)
    refuse_unknown(values)
    if finding.status != FindingStatus.DRAFT:
        raise WrongState(
            f"{finding.label} is no draft any more: it changes when a disagreement is settled, or is classified anew."
        )
    for name, value in values.items():
        setattr(finding, name, value)
    if finding.repeat_of_id and finding.classification == FindingClass.POSITIVE:
        raise ValidationError({"classification": "A good practice is no repeat: take the repeat back first."})
    write(finding, by=by, action="finding.revise", reason=reason, version=version)


def refuse_unknown(values: dict[str, Any]) -> None:
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "A finding does not take it."))


def combine(audit: Audit, *, by: Actor, parts: list[Finding], title: str, reason: str) -> Finding:
    """A major made of several others of the audit, with the explanation that carries the class (PIC/S PI 040-1)."""
    need(by, P.FINDING_EDIT)
    refuse_parts(audit, parts)
    if not reason.strip():
        raise ValidationError({"reason": "Explain what they add up to: it is all that carries the class."})
    with held_parts(audit, parts):
        ordered = sorted(parts, key=lambda part: part.label)
        systems = {part.system for part in ordered}
        refs = [ref for part in ordered for ref in part.refs]
        whole = raise_finding(
            audit,
            by=by,
            title=title,
            statement="\n".join(f"{part.label}: {part.title}" for part in ordered),
            evidence="\n\n".join(f"{part.label}: {part.evidence}" for part in ordered if part.evidence.strip()),
            system=systems.pop() if len(systems) == 1 else "quality",
            refs=[ref for place, ref in enumerate(refs) if ref not in refs[:place]],
            classification=FindingClass.MAJOR,
            classification_reason=reason,
            is_site_wide=any(part.is_site_wide for part in ordered),
            late_reason="A combination of findings that the close-out meeting heard one by one.",
        )
        for part in ordered:
            part.combined_into = whole
            write(part, by=by, action="finding.combine", reason=reason)
    return whole


@contextmanager
def held_parts(audit: Audit, parts: list[Finding]) -> Iterator[None]:
    """Holds the audit and the parts until the transaction ends, brings the caller's copies to what is stored, and looks
    at them again: a colleague may have written, withdrawn or combined one meanwhile."""
    with transaction.atomic():
        lock(audit)
        for part in sorted(parts, key=lambda part: part.pk):
            part.catch_up(lock(part) or part)
        refuse_parts(audit, parts)
        yield


def refuse_parts(audit: Audit, parts: list[Finding]) -> None:
    """Parts are drafts of this audit, classified as other, each in one combination at most."""
    if len({part.pk for part in parts}) < FEWEST:
        raise ValidationError({"parts": f"Choose at least {FEWEST} findings."})
    for part in parts:
        if part.audit_id != audit.pk or part.status != FindingStatus.DRAFT:
            raise ValidationError({"parts": f"{part.label} is no draft of this audit."})
        if part.classification != FindingClass.OTHER:
            raise ValidationError({"parts": f"{part.label} is not classified as other: only those are combined."})
        if part.combined_into_id is not None:
            raise ValidationError({"parts": f"{part.label} is part of a combination already."})


def separate(part: Finding, *, by: Actor, reason: str) -> None:
    """Takes a finding out of its combination, which keeps at least two."""
    need(by, P.FINDING_EDIT)
    whole = part.combined_into
    if whole is None:
        raise WrongState(f"{part.label} is part of no combination.")
    if part.status != FindingStatus.DRAFT:
        raise WrongState(f"{part.label} is no draft any more: the combination stands.")
    if whole.parts.exclude(status=FindingStatus.WITHDRAWN).count() <= FEWEST:
        raise WrongState(f"{whole.label} combines only {FEWEST} findings: withdraw it instead.")
    part.combined_into = None
    write(part, by=by, action="finding.separate", reason=reason)


def add_note(audit: Audit, *, by: Actor, text: str, finding: Finding | None = None) -> InternalNote:
    """A note among colleagues. It never leaves the company: no CMO reads it, and no report prints it."""
    need(by, P.AUDIT_DRAFTS)
    author: Any = by
    note = InternalNote(audit=audit, finding=finding, author=author, text=text)
    write(note, by=by, action="internal_note.add")
    return note


def set_file_sharing(finding: Finding, file: Attachment, *, is_shared: bool, by: Actor) -> None:
    """Chooses whether the CMO reads a file of the finding; of a draft it reads none."""
    need(by, P.FINDING_EDIT)
    if is_shared and not finding.is_shared:
        raise WrongState(f"The CMO does not read {finding.label} yet: choose its files when it is sent.")
    if file.about_type != finding.record_type() or file.about_number != finding.number:
        raise ValidationError("This file belongs to another record.")
    if file.is_shared != is_shared:
        file.is_shared = is_shared
        write(file, by=by, action="attachment.share" if is_shared else "attachment.unshare")


def need(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise PermissionDenied
