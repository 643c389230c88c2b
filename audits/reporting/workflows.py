"""The report's way from draft through review to issue, as rows; its audit moves along."""

from __future__ import annotations

from audits.programme.vocabulary import AuditStatus
from audits.programme.workflows import AUDIT
from audits.reporting.models import Report
from audits.reporting.models import ReportStatus as R
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning, Signature
from cmo_portal.records.workflow import Guard, Transition, Workflow

AFTER_ISSUE = (AuditStatus.REPORT_ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.CLOSED)

# EMA's minimum content, as far as it is written by hand; the rest comes from the audit's own rows.
WRITTEN = {
    "introduction": "the introduction",
    "background": "the background of the site",
    "duration_note": "why the audit took as long as it did",
    "on_behalf_of": "on whose behalf it was made",
    "contact": "the contact person at the site",
    "high_risk_areas": "the high-risk areas",
    "conclusion": "the conclusion",
}


def is_written(report: Report, by: Actor) -> str | None:
    missing = [words for name, words in WRITTEN.items() if not getattr(report, name).strip()]
    missing += ["the days on site"] if report.day_equivalents is None else []
    missing += [] if report.result else ["the overall result"]
    return f"The report lacks {', '.join(missing)}." if missing else None


def not_its_author(report: Report, by: Actor) -> str | None:
    """Whoever signed it as its author does not approve it as well."""
    if by.ref in authors_of(report):
        return "You signed this report as its author: somebody else reviews and issues it."
    return None


def authors_of(report: Report) -> set[str]:
    """Who signed it as its author, by number."""
    signed = Signature.objects.filter(
        record_type=report.record_type(), record_number=report.number, meaning=Meaning.AUTHORED
    )
    return set(signed.values_list("signer_ref", flat=True))


def is_first(report: Report) -> bool:
    """Whether the report moves its audit: a later edition corrects one that was issued, and the audit goes on."""
    return report.audit.status not in AFTER_ISSUE


def audit_moves_along(move: str, *own: Guard) -> Guard:
    """Asks the report's own guards, then what its audit says to its own `move`: before anybody signs, not after."""

    def guard(report: Report, by: Actor) -> str | None:
        sentence = next((words for each in own if (words := each(report, by))), None)
        if sentence is None and is_first(report):
            return AUDIT.refusal(report.audit, AUDIT.by_name[move], by)
        return sentence

    return guard


REPORT = Workflow(
    Report,
    Transition(
        "submit", sources=(R.DRAFT,), target=R.IN_REVIEW, permission=P.REPORT_WRITE, label="Sign and send to review",
        signature=Meaning.AUTHORED, guard=audit_moves_along("submit_review", is_written),
    ),
    Transition(
        "return", sources=(R.IN_REVIEW, R.READY), target=R.DRAFT, permission=P.REPORT_REVIEW,
        label="Return to the author", reason_needed=True,
    ),
    Transition(
        "review", sources=(R.IN_REVIEW,), target=R.READY, permission=P.REPORT_REVIEW, label="Reviewed",
        signature=Meaning.REVIEWED, guard=not_its_author,
    ),
    Transition(
        "issue", sources=(R.READY,), target=R.ISSUED, permission=P.REPORT_ISSUE, signature=Meaning.APPROVED,
        guard=audit_moves_along("issue_report", not_its_author),
    ),
    Transition("supersede", sources=(R.ISSUED,), target=R.SUPERSEDED, permission=P.REPORT_ISSUE),
    noun="report",
)  # fmt: skip
