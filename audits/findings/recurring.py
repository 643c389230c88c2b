"""Repeats: earlier findings that look the same are proposed; the auditor confirms one or rules it out, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.findings import (
    clauses,
    limits,  # noqa: F401 - declares the number of years
    repeats,
)
from audits.findings.models import Finding
from audits.findings.vocabulary import STEP_UP, FindingClass, FindingStatus
from audits.programme.limits import limit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState

MOST = 500  # earlier findings of a site that are looked through, the newest first
SHOWN = 5


@dataclass(frozen=True)
class Proposal:
    """An earlier finding of the site that looks the same, and why."""

    finding: Finding
    why: str
    points: int


def earlier_like(finding: Finding, reader: Actor) -> list[Proposal]:
    """Earlier findings that may be the same, the strongest first. One query, whatever their number."""
    years = limit(finding.audit, "repeat_years")
    rows = (
        Finding.objects.visible_to(reader)
        .standing()
        .filter(audit__site_id=finding.audit.site_id, issued_date__isnull=False)
        .exclude(audit_id=finding.audit_id)
        .exclude(classification=FindingClass.POSITIVE)
        .select_related("audit__site")
        .order_by("-issued_date", "number")[:MOST]
    )
    by_number = {row.number: row for row in rows}
    found = repeats.find(
        facts_of(finding),
        [facts_of(row) for row in by_number.values()],
        years=years,
        ruled_out=finding.ruled_out,
    )
    return [Proposal(by_number[match.number], match.why, match.points) for match in found[:SHOWN]]


def facts_of(finding: Finding) -> repeats.Facts:
    return repeats.Facts(
        number=finding.number,
        site=str(finding.audit.site_id),
        system=finding.system,
        clauses=frozenset(clauses.topic(ref) for ref in finding.refs),
        words=repeats.words_of(finding.title, finding.statement),
        day=finding.issued_date or timezone.localdate(),
    )


def confirm_repeat(finding: Finding, *, by: Actor, earlier: Finding, reason: str, version: int | None = None) -> None:
    """Says that the finding was found before: the class goes one step up, and the reason says why it is the same."""
    draft_of_auditor(finding, by)
    if not reason.strip():
        raise ValidationError({"reason": "Write why it is the same: the CMO reads it."})
    if earlier.audit.site_id != finding.audit.site_id or earlier.issued_date is None:
        raise ValidationError({"earlier": "Choose an issued finding of the same site."})
    if earlier.audit_id == finding.audit_id:
        raise ValidationError({"earlier": "A finding of the same audit is no repeat: combine the two instead."})
    before = finding.class_before or finding.classification
    if before not in STEP_UP:
        raise ValidationError({"earlier": "Choose the class first: a repeat moves it one step up."})
    finding.repeat_of, finding.repeat_reason, finding.class_before = earlier, reason.strip(), before
    finding.classification = STEP_UP[FindingClass(before)]
    write(finding, by=by, action="finding.confirm_repeat", reason=reason, version=version)


def clear_repeat(finding: Finding, *, by: Actor, reason: str, version: int | None = None) -> None:
    """Takes the repeat back: the class is again what it was."""
    draft_of_auditor(finding, by)
    if finding.repeat_of_id is None:
        raise WrongState(f"{finding.label} is not marked as a repeat.")
    finding.classification, finding.class_before = finding.class_before, ""
    finding.repeat_of, finding.repeat_reason = None, ""
    write(finding, by=by, action="finding.clear_repeat", reason=reason, version=version)


def rule_out(finding: Finding, *, by: Actor, earlier: Finding, reason: str = "") -> None:
    """Says that an earlier finding is another matter: it is not proposed again."""
    draft_of_auditor(finding, by)
    if earlier.number not in finding.ruled_out:
        finding.ruled_out = [*finding.ruled_out, earlier.number]
        write(finding, by=by, action="finding.rule_out", reason=reason)


def draft_of_auditor(finding: Finding, by: Actor) -> None:
    if not by.may(P.FINDING_EDIT):
        raise PermissionDenied
    if finding.status != FindingStatus.DRAFT:
        raise WrongState(f"{finding.label} is no draft any more: whether it is a repeat is decided before it is sent.")
