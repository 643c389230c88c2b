"""A finding told as one story: what was found, what the CMO says, how it was settled, and what upper subjects add.

A subject adds a chapter with `chapters.append(function)`: (request, finding) -> Chapter or None, in the order in which
things happen. It adds clocks with `more_clocks.append(function)`: (finding, reader) -> clocks of either side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.vocabulary import FindingStatus, Verdict
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.attachments import Attachment

CLASS_PILLS = {
    "critical": ("bad", "octagon-alert"),
    "major": ("bad", "triangle-alert"),
    "other": ("", "minus"),
    "observation": ("info", "eye"),
    "positive": ("ok", "star"),
    "": ("", "circle-dashed"),
}
STATUS_PILLS = {
    FindingStatus.DRAFT: "",
    FindingStatus.IN_FACTUAL_CHECK: "info",
    FindingStatus.DISPUTED: "warn",
    FindingStatus.ISSUED: "info",
    FindingStatus.RESPONDED: "warn",
    FindingStatus.CLOSED: "ok",
    FindingStatus.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Chapter:
    """A part of the story: the template that tells it, and what it needs."""

    template: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Clock:
    """What one side owes, by when, and the day it was done."""

    label: str
    side: str
    due: date | None
    met: date | None = None


@dataclass(frozen=True)
class Said:
    """One answer of the CMO with its files, and how it was settled."""

    comment: FactualComment
    files: list[Attachment]


chapters: list[Callable[[PersonRequest, Finding], Chapter | None]] = []
more_clocks: list[Callable[[Finding, Actor], list[Clock]]] = []


def dressed(finding: Any) -> Any:
    """Adds the pills of class and status to a finding for a template."""
    finding.class_pill, finding.class_icon = CLASS_PILLS.get(finding.classification, ("", "circle-dashed"))
    finding.class_words = finding.get_classification_display() or "Not classified"
    finding.status_pill = STATUS_PILLS.get(finding.status, "")
    return finding


def sides(finding: Finding, reader: Actor) -> tuple[str, str]:
    """What the reader calls the sponsor and the CMO: oneself is `you`."""
    vendor = finding.audit.site.vendor
    return (vendor.sponsor.name, "You") if reader.company_kind == PARTNER else ("We", vendor.name)


def answers(finding: Finding, reader: Actor) -> list[Said]:
    """What the CMO has said, round by round. Two queries."""
    rows = list(FactualComment.objects.visible_to(reader).filter(finding=finding).order_by("round"))
    files = files_of(FactualComment.record_type(), [row.number for row in rows], reader)
    for row in rows:
        row.finding = finding
    return [Said(row, files.get(row.number, [])) for row in rows]


def files_of(record_type: str, numbers: list[str], reader: Actor) -> dict[str, list[Attachment]]:
    """number -> files that the reader may open; one query for any number of records."""
    found: dict[str, list[Attachment]] = {}
    if not numbers:
        return found
    rows = Attachment.objects.visible_to(reader).filter(about_type=record_type, about_number__in=numbers)
    for row in rows.filter(is_retired=False).order_by("pk"):
        found.setdefault(row.about_number, []).append(row)
    return found


def clocks_of(finding: Finding, said: list[Said], reader: Actor) -> list[Clock]:
    """Both sides' clocks on this finding: the CMO's answers, the sponsor's word, then what upper subjects count."""
    sponsor, cmo = sides(finding, reader)
    found = []
    rounds = FactualCheck.objects.visible_to(reader).filter(audit=finding.audit_id).order_by("round")
    by_round = {each.comment.round: each.comment for each in said}
    for check in rounds if finding.factual_round else ():
        comment = by_round.get(check.round)
        if comment is None and check.round != finding.factual_round:
            continue
        label = "Facts checked" if check.round == 1 else f"Facts checked, round {check.round}"
        over = check.ended_date or (check.due_date if check.due_date < timezone.localdate() else None)
        found.append(Clock(label, cmo, check.due_date, comment.said_date if comment else over))
        if comment is not None and comment.verdict == Verdict.DISPUTE:
            found.append(Clock("Disagreement settled", sponsor, comment.answer_due_date, comment.answered_date))
    if not more_clocks and finding.response_due_date:
        found.append(Clock("Response", cmo, finding.response_due_date, finding.closed_date))
    for count in more_clocks:
        found += count(finding, reader)
    return found


def ball_of(finding: Finding, said: list[Said], reader: Actor) -> str:
    """Who has to act now, in one line."""
    sponsor, cmo = sides(finding, reader)
    answered = bool(said) and said[-1].comment.round == finding.factual_round
    lines = {
        FindingStatus.DRAFT: f"{sponsor} write it",
        FindingStatus.IN_FACTUAL_CHECK: f"{sponsor} issue it with the report" if answered else f"{cmo} check the facts",
        FindingStatus.DISPUTED: f"{sponsor} settle the disagreement",
        FindingStatus.ISSUED: f"{cmo} answer it" if finding.needs_response else "Nobody: it asks for no answer",
        FindingStatus.RESPONDED: f"{sponsor} review the response",
        FindingStatus.CLOSED: "Nobody: it is closed",
        FindingStatus.WITHDRAWN: "Nobody: it was withdrawn",
    }
    return lines[FindingStatus(finding.status)]
