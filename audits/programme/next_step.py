"""What comes next on an audit, in a sentence for each side, and the tab where it happens; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audits.programme.vocabulary import AuditStatus as S


@dataclass(frozen=True)
class NextStep:
    """`words` say who does what; `tab` is the label of the tab that leads there, "" where the page itself does."""

    words: str
    tab: str = ""


PREPARE = "The team declares its independence and puts a checklist on; the CMO provides the documents."
WRITTEN = NextStep("The sponsor writes its report. Its findings come to you first, to check the facts.", "Findings")
FOLLOWED = NextStep("Answer each finding: what was done at once, why it happened, what changes for good.", "CAPA")
ANSWERED = NextStep("The CMO answers each finding; you accept the answers, agree days and check the effect.", "CAPA")

SPONSORS: dict[str, NextStep] = {
    S.PROPOSED: NextStep("Take it into the plan, with a lead auditor and a month, or say why it is not needed."),
    S.PLANNED: NextStep("Agree the days with the CMO, name the team, write purpose and scope, then notify.",
                        "Team and dates"),
    S.NOTIFIED: NextStep(PREPARE, "Agenda and requests"),
    S.IN_PROGRESS: NextStep("The team asks and records what it finds; the close-out meeting ends the visit.",
                            "Checklist"),
    S.CLOSEOUT_HELD: NextStep("The lead auditor begins the report; visit and findings stand in it already.",
                              "Report"),
    S.REPORT_DRAFT: NextStep("The lead auditor completes the report, signs it and sends it to review.", "Report"),
    S.REPORT_REVIEW: NextStep("Somebody else reviews the report; then the findings go to the CMO.",
                              "Report"),
    S.FACTUAL_CHECK: NextStep("The CMO says whether the facts are right; then quality issues the report.",
                              "Findings"),
    S.REPORT_ISSUED: ANSWERED,
    S.FOLLOW_UP: ANSWERED,
}  # fmt: skip
PARTNERS: dict[str, NextStep] = {
    S.PLANNED: NextStep("Agree the days: take an offer that suits, or offer others.", "Team and dates"),
    S.NOTIFIED: NextStep("Provide the documents that are asked for before the first day.", "Agenda and requests"),
    S.IN_PROGRESS: NextStep("The team is with you. Who met whom, and when, stands under Meetings.", "Meetings"),
    S.CLOSEOUT_HELD: WRITTEN,
    S.REPORT_DRAFT: WRITTEN,
    S.REPORT_REVIEW: WRITTEN,
    S.FACTUAL_CHECK: NextStep("Say of each finding whether its facts are right.", "Findings"),
    S.REPORT_ISSUED: FOLLOWED,
    S.FOLLOW_UP: FOLLOWED,
}  # fmt: skip


def next_step(status: str, *, is_sponsor: bool) -> NextStep | None:
    """None once nothing comes any more, and for a CMO while the sponsor only thinks of an audit."""
    return (SPONSORS if is_sponsor else PARTNERS).get(status)


def with_address(step: NextStep | None, tabs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The step with the tab that the reader has; `tab` is None where the reader has none of that name."""
    if step is None:
        return None
    return {"words": step.words, "tab": next((tab for tab in tabs if tab["label"] == step.tab), None)}
