"""How a finding moves from draft through the CMO's factual check to issue, response and closure, as rows."""

from __future__ import annotations

from typing import Any

from audits.findings.models import Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, DisputeOutcome, FindingClass, Verdict
from audits.findings.vocabulary import FindingStatus as F
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning
from cmo_portal.records.workflow import Guard, Transition, Workflow

checks: dict[str, list[Guard]] = {}  # move -> guards that upper subjects add


def add_check(move: str, guard: Guard) -> None:
    """`add_check("close", its_capa_is_closed)`, in a subject's hooks."""
    checks.setdefault(move, []).append(guard)


def asked(move: str) -> Guard:
    def guard(record: Any, by: Actor) -> str | None:
        return next((sentence for each in checks.get(move, ()) if (sentence := each(record, by))), None)

    return guard


def is_complete(finding: Finding, by: Actor) -> str | None:
    """Classified, with reason, clause and objective evidence; a good practice needs its words only."""
    missing = []
    if not finding.classification:
        missing.append("its class")
    if not finding.statement.strip():
        missing.append("what was found")
    if finding.classification != FindingClass.POSITIVE:
        missing += [] if finding.evidence.strip() else ["the objective evidence"]
        missing += [] if finding.refs else ["a clause"]
    if finding.classification in NEEDS_RESPONSE and not finding.classification_reason.strip():
        missing.append("why this class")
    if not missing:
        return None
    words = missing[0] if len(missing) == 1 else ", ".join(missing[:-1]) + " and " + missing[-1]
    return f"{finding.label} lacks {words}."


def is_disputed(finding: Finding, by: Actor) -> str | None:
    comment = finding.comments.order_by("-round").first()
    if comment is not None and comment.verdict == Verdict.DISPUTE:
        return None
    return "The CMO has not disputed this finding."


def is_settled(finding: Finding, by: Actor) -> str | None:
    if finding.dispute_outcome and finding.dispute_note.strip():
        return None
    return "Write how the disagreement was settled: both sides read the note."


def stands(finding: Finding, by: Actor) -> str | None:
    if finding.dispute_outcome == DisputeOutcome.WITHDRAWN:
        return "The disagreement ended with the finding withdrawn: withdraw it instead."
    return is_complete(finding, by)


FINDING = Workflow(
    Finding,
    Transition(
        "send", sources=(F.DRAFT,), target=F.IN_FACTUAL_CHECK, permission=P.REPORT_REVIEW,
        label="Send to the CMO for factual accuracy", guard=is_complete,
    ),
    Transition(
        "recall", sources=(F.IN_FACTUAL_CHECK,), target=F.DRAFT, permission=P.REPORT_REVIEW,
        label="Take back into draft", reason_needed=True,
    ),
    Transition(
        "dispute", sources=(F.IN_FACTUAL_CHECK,), target=F.DISPUTED, permission=P.FINDING_COMMENT,
        label="See it differently", guard=is_disputed,
    ),
    Transition(
        "settle", sources=(F.DISPUTED,), target=F.IN_FACTUAL_CHECK, permission=P.DISPUTE_SETTLE,
        label="Settle the disagreement", guard=is_disputed, form_guard=is_settled,
    ),
    Transition(
        "issue", sources=(F.IN_FACTUAL_CHECK,), target=F.ISSUED, permission=P.REPORT_ISSUE, guard=stands,
    ),
    Transition(
        "respond", sources=(F.ISSUED,), target=F.RESPONDED, permission=P.CAPA_ANSWER, label="Answer it",
        guard=asked("respond"),
    ),
    Transition(
        "reask", sources=(F.RESPONDED,), target=F.ISSUED, permission=P.CAPA_REVIEW, label="Ask for a new response",
        reason_needed=True,
    ),
    Transition(
        "close", sources=(F.ISSUED, F.RESPONDED), target=F.CLOSED, permission=P.CAPA_CLOSE, guard=asked("close"),
    ),
    Transition(
        "withdraw", sources=(F.DRAFT, F.IN_FACTUAL_CHECK, F.DISPUTED, F.ISSUED), target=F.WITHDRAWN,
        permission=P.FINDING_RECLASSIFY, signature=Meaning.APPROVED, reason_needed=True,
    ),
    noun="finding",
)  # fmt: skip
