"""The demo's reports: one with the CMO for its facts, three issued, and a certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

from audits.findings.demo import ON_THE_WAY, check, end_check
from audits.programme.demo import PROOF, audit, bring, fitting_day
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from audits.reporting import actions
from audits.reporting.certifying import latest_day
from audits.reporting.models import Report, ReportStatus
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import write

WORDS: dict[str, dict[str, Any]] = {
    "closed": {
        "introduction": "Before NGB-204 moves to Linz, quality had to know whether the site can fill it aseptically.",
        "background": "The site has filled vials since 2009 on three lines, two of them with isolators, for eleven "
        "clients. The last FDA inspection ended with VAI; its two observations were closed.",
        "duration_note": "Four days with two auditors: a first visit, two sterile lines, lyophilisers.",
        "high_risk_areas": "Isolator interventions on line A2, loading of the lyophilisers, cleaning between clients.",
        "conclusion": "The site works under GMP in the scope of the audit. It can be qualified for NGB-204 once the "
        "actions agreed are in place.",
        "result": "satisfactory",
    },
    "follow_up": {
        "introduction": "Routine audit in the second year of supply, with the actions of the qualification audit.",
        "background": "Since the last audit the site has taken over a second lyophiliser and changed the cleaning of "
        "line A2. No authority has inspected it meanwhile.",
        "duration_note": "Three days instead of four: the quality system was seen in full two years ago.",
        "high_risk_areas": "Particle monitoring of line A2, data integrity of the counters, media fill interventions.",
        "conclusion": "The site works under GMP in the scope of the audit, with weaknesses in the review of audit "
        "trails that have come back and need a cause that reaches further.",
        "result": "satisfactory",
    },
    "otter_follow_up": {
        "introduction": "Routine audit of vial filling of OTX-9.",
        "background": "A long-standing supplier; the last audit was two years ago, without major findings.",
        "duration_note": "Two days, one auditor: one product, one line.",
        "high_risk_areas": "Stopper processing, environmental monitoring.",
        "conclusion": "Fit for continued supply of OTX-9.",
        "result": "good",
    },
    "absent": {
        "introduction": "Routine audit of the packaging of NGB-117 in its second year.",
        "background": "The site packs tablets and capsules on three lines for nine clients.",
        "duration_note": "Two days, one auditor: one product, one line.",
        "high_risk_areas": "Label control, line clearance, code reading after stops.",
        "conclusion": "Fit for continued packaging; two steps of label control need to be put in order.",
        "result": "satisfactory",
    },
    "factual_check": {
        "introduction": "Routine audit after the conditional qualification of the cartridge line.",
        "background": "The site fills cartridges and syringes for six clients. The cartridge line was rebuilt in 2024.",
        "duration_note": "Three days: line clearance and reconciliation were looked at on two shifts.",
        "high_risk_areas": "Line clearance, reconciliation, visual inspection.",
        "conclusion": "The conditions of the qualification are partly met; reconciliation after stops needs work.",
        "result": "satisfactory",
    },
}


def seed(cast: dict[str, User]) -> None:
    """Writes, reviews, checks and issues; runs after the demo of findings."""
    for key in ON_THE_WAY:
        write_report(key, audit(key), cast)
        check(key, cast)
        made = audit(key)
        if key != "factual_check" and made.status == AuditStatus.FACTUAL_CHECK:
            end_check(key, made, cast)
            issue(key, made, cast)
    certify(audit("follow_up"), cast)


def write_report(key: str, made: Audit, cast: dict[str, User]) -> None:
    """Leo writes and signs, Sam reviews. Otter has nobody who writes: the setup carries its over."""
    bring(made, AuditStatus.CLOSEOUT_HELD, cast)
    words = WORDS[key] | {"contact": contact(made)}
    if key.startswith("otter"):
        facts = actions.beginnings(made) | words
        report = Report(audit=made, status=ReportStatus.READY, **facts)
        write(report, by=SETUP, action="report.carry_over")
        bring(made, AuditStatus.REPORT_REVIEW, cast)
        return
    leo, sam = cast["leo"], cast["sam"]
    day = fitting_day(made, "submit_review")
    report = actions.open_report(made, by=leo, on=fitting_day(made, "draft_report"))
    actions.revise_report(report, by=leo, **words)
    actions.submit(report, by=leo, credentials=PROOF, on=day)
    actions.review(report, by=sam, credentials=PROOF, on=day)


def contact(made: Audit) -> str:
    people = {"Vilnius": "Bea Kazlauskas, quality manager", "Latina": "Livia Bonfanti, quality manager"}
    return people.get(made.site.name.split()[0], "Pat Huber, site quality head")


def issue(key: str, made: Audit, cast: dict[str, User]) -> None:
    report = Report.objects.get(audit=made, status=ReportStatus.READY)
    report.audit = made
    day: date = fitting_day(made, "issue_report")
    actions.issue(report, by=cast["otto"] if key.startswith("otter") else cast["quinn"], credentials=PROOF, on=day)


def certify(made: Audit, cast: dict[str, User]) -> None:
    """Quinn certifies the routine audit of Linz, which is qualified for what was audited."""
    latest = latest_day(made)
    if latest is None:
        return
    facts = {"scope_words": "Aseptic filling of vials, line A2", "standards": "; ".join(made.standards)}
    actions.issue_certificate(made, by=cast["quinn"], credentials=PROOF, valid_until_date=latest, **facts)
