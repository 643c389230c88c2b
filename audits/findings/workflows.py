"""How a finding moves from draft through the CMO's factual check to issue, response and closure, as rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, DisputeOutcome, FindingClass, Verdict
from audits.findings.vocabulary import FindingStatus as F
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning
from cmo_portal.records.workflow import Guard, Transition, Workflow

checks: dict[str, list[Guard]] = {}  # move -> guards that upper subjects add
# What upper subjects do when a finding is issued, in the same transaction: `after_issue.append(open_its_link)`.
after_issue: list[Callable[[Finding, Actor], None]] = []


def add_check(move: str, guard: Guard) -> None:
    """`add_check("close", its_capa_is_closed)`, in a subject's hooks."""
    checks.setdefault(move, []).append(guard)


def asked(move: str) -> Guard:
    def guard(record: Any, by: Actor) -> str | None:
        return next((sentence for each in checks.get(move, ()) if (sentence := each(record, by))), None)

    return guard


FEWEST = 2  # findings of a combination


def missing(finding: Finding) -> dict[str, str]:
    """field -> what it lacks before anybody else reads it; a good practice needs its words only."""
    lacks = {}
    if not finding.classification:
        lacks["classification"] = "its class"
    if not finding.statement.strip():
        lacks["statement"] = "what was found"
    if finding.classification != FindingClass.POSITIVE:
        if not finding.evidence.strip():
            lacks["evidence"] = "the objective evidence"
        if not finding.refs:
            lacks["refs"] = "a clause"
        if not finding.system:
            lacks["system"] = "its system"
    if finding.classification in NEEDS_RESPONSE and not finding.classification_reason.strip():
        lacks["classification_reason"] = "why this class"
    if finding.is_late and not finding.late_reason.strip():
        lacks["late_reason"] = "why the close-out meeting did not hear it"
    return lacks


def is_complete(finding: Finding, by: Actor) -> str | None:
    """Classified, with reason, clause and objective evidence."""
    lacks = list(missing(finding).values())
    if not lacks:
        return None
    words = lacks[0] if len(lacks) == 1 else ", ".join(lacks[:-1]) + " and " + lacks[-1]
    return f"{finding.label} lacks {words}."


def may_be_sent(finding: Finding, by: Actor) -> str | None:
    """Alone it is sent only while its audit is in the factual check."""
    if finding.audit.status != AuditStatus.FACTUAL_CHECK:
        return "Findings go to the CMO together: start the factual check of the audit."
    return is_complete(finding, by)


def answer_of(finding: Finding) -> FactualComment | None:
    """What the CMO said in the round in which the finding was last sent."""
    comment: FactualComment | None = finding.comments.filter(round=finding.factual_round).first()
    return comment


def is_not_answered(finding: Finding, by: Actor) -> str | None:
    """What the CMO has said stays with the finding: it cannot vanish from the CMO's eyes any more."""
    if answer_of(finding) is None:
        return None
    return f"The CMO has answered {finding.label}: settle, classify anew or withdraw it instead."


def is_no_needed_part(finding: Finding, by: Actor) -> str | None:
    """A combination joins at least two findings."""
    whole = finding.combined_into
    if whole is None or whole.status == F.WITHDRAWN or whole.parts.exclude(status=F.WITHDRAWN).count() > FEWEST:
        return None
    return f"{whole.label} combines only {FEWEST} findings, this one among them: withdraw {whole.label} first."


def is_disputed(finding: Finding, by: Actor) -> str | None:
    comment = answer_of(finding)
    if comment is not None and comment.verdict == Verdict.DISPUTE:
        return None
    return "The CMO has not disputed this finding."


def is_conceded(finding: Finding, by: Actor) -> str | None:
    comment = answer_of(finding)
    if comment is not None and comment.verdict != Verdict.DISPUTE:
        return None
    return "The CMO still sees it differently: change the answer first."


def is_settled(finding: Finding, by: Actor) -> str | None:
    if finding.dispute_outcome and finding.dispute_note.strip():
        return None
    return "Write how the disagreement was settled: both sides read the note."


def stands(finding: Finding, by: Actor) -> str | None:
    """What was promised when a disagreement was settled has been done, and the finding is complete."""
    if finding.dispute_outcome == DisputeOutcome.WITHDRAWN:
        return f"The disagreement about {finding.label} ended with the finding withdrawn: withdraw it instead."
    if finding.dispute_outcome == DisputeOutcome.RECLASSIFIED:
        last = finding.comments.exclude(outcome="").order_by("-round").first()
        if last is not None and last.class_then == finding.classification:
            return f"The disagreement about {finding.label} ended with another class: classify it anew first."
    return is_complete(finding, by)


def nothing_is_disputed(audit: Audit, by: Actor) -> str | None:
    """What the audit's report has to wait for: a disagreement that nobody has settled."""
    labels = list(audit.findings.filter(status=F.DISPUTED).order_by("label").values_list("label", flat=True))
    if not labels:
        return None
    return f"The CMO sees {listed(labels)} differently: the owner of the programme settles it first."


def everything_is_answered(audit: Audit, by: Actor) -> str | None:
    """What the audit's report has to wait for: answers of the CMO, as long as their round runs."""
    waiting, last = awaited(audit)
    if not waiting or last is None:
        return None
    labels = listed([row.label for row in waiting])
    return f"The CMO has until {full_day(last)} to answer {labels}: wait, or end the round if it has no more to say."


def awaited(audit: Audit) -> tuple[list[Finding], date | None]:
    """The findings on which the CMO may still speak and has not, and the last day of their rounds."""
    today = timezone.localdate()
    running = {each.round: each.due_date for each in FactualCheck.objects.filter(audit=audit) if each.is_running(today)}
    waiting = [row for row in unanswered(audit) if row.factual_round in running] if running else []
    return waiting, max((running[row.factual_round] for row in waiting), default=None)


def unanswered(audit: Audit) -> list[Finding]:
    """The findings on which the CMO has not spoken in the round they were last sent in."""
    sent = audit.findings.filter(status=F.IN_FACTUAL_CHECK).order_by("label")
    spoken = set(FactualComment.objects.filter(finding__audit=audit).values_list("finding_id", "round"))
    return [row for row in sent if (row.pk, row.factual_round) not in spoken]


def findings_are_complete(audit: Audit, by: Actor) -> str | None:
    """Before the report goes to review: every finding of the audit is whole."""
    rows = audit.findings.filter(status=F.DRAFT).order_by("label")
    found = [sentence for row in rows if (sentence := is_complete(row, by))]
    return " ".join(found[:3]) + (f" And {len(found) - 3} more." if len(found) > 3 else "") if found else None


def findings_stand(audit: Audit, by: Actor) -> str | None:
    """Before the report is issued: no draft is left, and every finding is as it was promised."""
    rows = audit.findings.filter(status__in=(F.DRAFT, F.IN_FACTUAL_CHECK)).order_by("label")
    for row in rows:
        if row.status == F.DRAFT:
            return f"{row.label} is a draft that the CMO has not seen: send it, or withdraw it."
        if sentence := stands(row, by):
            return sentence
    return None


def listed(labels: list[str]) -> str:
    """`F-01`, `F-01 and F-02`, `F-01, F-02 and 3 more`."""
    shown = labels if len(labels) < 5 else [*labels[:3], f"{len(labels) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


FINDING = Workflow(
    Finding,
    Transition(
        "send", sources=(F.DRAFT,), target=F.IN_FACTUAL_CHECK, permission=P.REPORT_REVIEW,
        label="Send to the CMO for factual accuracy", guard=may_be_sent,
    ),
    Transition(
        "recall", sources=(F.IN_FACTUAL_CHECK,), target=F.DRAFT, permission=P.REPORT_REVIEW,
        label="Take back into draft", reason_needed=True, guard=is_not_answered,
    ),
    Transition(
        "dispute", sources=(F.IN_FACTUAL_CHECK,), target=F.DISPUTED, permission=P.FINDING_COMMENT,
        label="See it differently", guard=is_disputed,
    ),
    Transition(
        "concede", sources=(F.DISPUTED,), target=F.IN_FACTUAL_CHECK, permission=P.FINDING_COMMENT,
        label="Take the disagreement back", guard=is_conceded,
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
        "record_response", sources=(F.ISSUED,), target=F.RESPONDED, permission=P.CAPA_RECORD,
        label="Record its answer", guard=asked("respond"),
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
        guard=is_no_needed_part,
    ),
    noun="finding",
)  # fmt: skip

# Not a row of the table: the status stays. Page and API treat it as a move, with the same form and signature.
RECLASSIFY = Transition(
    "reclassify", sources=(F.IN_FACTUAL_CHECK, F.DISPUTED, F.ISSUED, F.RESPONDED), target="",
    permission=P.FINDING_RECLASSIFY, label="Classify anew", signature=Meaning.APPROVED, reason_needed=True,
)  # fmt: skip
