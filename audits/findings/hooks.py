"""What findings add to others: tabs, files, search, cards, deadlines, guards of an audit and of a qualification."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from audits.conduct.makers import finding_makers
from audits.findings import clauses, workflows
from audits.findings.actions import raise_finding
from audits.findings.limits import YEARS  # noqa: F401 - declares the limits of this subject
from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.vocabulary import MOST_MAJORS, STANDS_OPEN, FindingClass, FindingStatus, Verdict
from audits.programme.facts import compliance_facts
from audits.programme.frame import move_pages
from audits.programme.frequency import Compliance
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from audits.programme.waiting import Waits, add_teller
from audits.programme.workflows import add_check
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.texts import folded
from cmo_portal.lib.wording import counted, full_day
from cmo_portal.records import deadlines
from cmo_portal.records.actors import PARTNER, SPONSOR, Actor
from cmo_portal.records.deadlines import DeadlineKind
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN, VALUES
from vendors.registry.models import Site
from vendors.registry.supply import Qualification
from vendors.registry.workflows import approval_checks

HITS, ROWS = 7, 8
WORK = "vendors/_home_work.html"


def find_findings(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Finding.objects.open_to(actor).alive().select_related("audit__site")
    for word in words.split()[:8]:
        rows = rows.filter(Q(search_text__contains=folded(word)) | Q(number__iexact=word))
    return [
        (str(row), f"{row.audit.site.name} · {row.get_classification_display() or 'Not classified'} · {row.number}",
         row.get_absolute_url())
        for row in rows.order_by("-created_at", "number")[:HITS]
    ]  # fmt: skip


def item(
    kind: str, url: str, title: str, meta: str, due: Any, verb: str, icon: str = "triangle-alert"
) -> dict[str, Any]:
    return {"icon": icon, "kind": kind, "url": url, "title": title, "meta": meta, "due": due, "verb": verb}


def place_of(finding: Finding, actor: Any) -> str:
    site = finding.audit.site
    side = site.vendor.sponsor.name if actor.company_kind == PARTNER else site.vendor.name
    return f"{side} · {site.name} · {finding.audit.number}"


def to_finish(actor: Any) -> Any:
    """The person's own drafts, the newest first."""
    rows = Finding.objects.visible_to(actor).filter(status=FindingStatus.DRAFT, raised_by__number=actor.ref)
    found = rows.select_related("audit__site__vendor__sponsor").order_by("-created_at", "number")[:ROWS]
    return [
        item("", reverse("audits:finding-edit", args=[row.number]), str(row), place_of(row, actor),
             row.audit.report_due_date, "Write on", "pen-line")
        for row in found
    ] or None  # fmt: skip


def open_critical(row: Qualification, by: Actor) -> str | None:
    """A site with an open critical finding is not approved; with conditions it can be (domain: qualification rules)."""
    rows = Finding.objects.filter(audit__site=row.site_id, classification=FindingClass.CRITICAL, status__in=STANDS_OPEN)
    found = rows.select_related("audit").order_by("created_at").first()
    if found is None:
        return None
    return (
        f"Critical finding {found.label} of {found.audit.number} is open at {row.site.name}: "
        "a site is approved once it is closed."
    )


def too_many_majors(row: Qualification, by: Actor) -> str | None:
    """More than five open major findings, or one that repeats, allow a conditional approval at most."""
    rows = Finding.objects.filter(audit__site=row.site_id, classification=FindingClass.MAJOR, status__in=STANDS_OPEN)
    repeats = list(rows.values_list("repeat_of", flat=True))
    if len(repeats) > MOST_MAJORS:
        why = f"{len(repeats)} major findings are open at {row.site.name}, more than {MOST_MAJORS}"
    elif any(repeats):
        why = f"A major finding at {row.site.name} repeats an earlier one and is open"
    else:
        return None
    return f"{why}: approve conditionally, or once they are closed."


def deficiencies(site: Site, today: date) -> Compliance:
    """Critical and major findings of the site that are open, or that its last issued audit found (PIC/S PI 037-1)."""
    rows = Finding.objects.filter(audit__site=site).standing()
    last = Audit.objects.filter(site=site, report_issued_date__isnull=False).order_by("-end_date", "pk").first()
    counted = rows.filter(Q(pk__in=rows.open().values("pk")) | Q(audit=last))
    numbers = dict(counted.order_by().values_list("classification").annotate(number=Count("pk")))
    return Compliance(critical=numbers.get(FindingClass.CRITICAL, 0), major=numbers.get(FindingClass.MAJOR, 0))


def during_the_check(audit: Audit, reader: Any) -> Waits | None:
    """A disagreement waits for the owner of the programme, an answer for the CMO; then the report can be issued."""
    disputed = workflows.nothing_is_disputed(audit, reader)
    if disputed:
        return Waits(SPONSOR, disputed, P.DISPUTE_SETTLE, told_to_both=True)
    waiting, last = workflows.awaited(audit)
    if not waiting or last is None:
        return None
    labels, verb = workflows.listed([row.label for row in waiting]), "is" if len(waiting) == 1 else "are"
    words = f"{counted(len(waiting), 'answer')} {verb} missing, until {full_day(last)}: {labels}."
    return Waits(PARTNER, words, P.FINDING_COMMENT)


def is_waiting(check: FactualCheck) -> bool:
    return check.ended_date is None and check.answered_date is None


def is_unsettled(comment: FactualComment) -> bool:
    return comment.verdict == Verdict.DISPUTE and not comment.outcome


deadlines.add(
    "factual_check.due",
    DeadlineKind(
        FactualCheck,
        "due_date",
        is_waiting,
        Q(ended_date__isnull=True, answered_date__isnull=True),
        lambda check: f"Factual check of the findings at {check.audit.site.name}, {check.audit.number}",
        offsets=(5, 2, 1, 0),
        permission=P.AUDIT_DRAFTS,
        acts=P.FINDING_COMMENT,
        side=PARTNER,
        owner=lambda check: check.audit.lead_ref,
    ),
)
deadlines.add(
    "dispute.settle",
    DeadlineKind(
        FactualComment,
        "answer_due_date",
        is_unsettled,
        Q(verdict=Verdict.DISPUTE, outcome=""),
        lambda comment: f"Word on a disagreement at {comment.finding.audit.site.name}, {comment.finding.audit.number}",
        offsets=(2, 1, 0, -3, -7),
        permission=P.AUDIT_DRAFTS,
        acts=P.DISPUTE_SETTLE,
        label="Word on a disagreement",
        owner=lambda comment: comment.finding.audit.lead_ref,
    ),
)

for move, guard in (
    ("submit_review", workflows.findings_are_complete),
    ("start_factual_check", workflows.findings_are_complete),
    ("issue_report", workflows.nothing_is_disputed),
    ("issue_report", workflows.everything_is_answered),
    ("issue_report", workflows.findings_stand),
):
    add_check(move, guard)
add_teller(AuditStatus.FACTUAL_CHECK, during_the_check)
approval_checks.extend([open_critical, too_many_majors])
compliance_facts["findings"] = deficiencies
move_pages["start_factual_check"] = "audits:factual-check-start"

ACTS.update(
    {
        "raise": "recorded it",
        "send": "sent it to the CMO for factual accuracy",
        "send_again": "sent the new wording to the CMO",
        "recall": "took it back into draft",
        "answer": "answered it",
        "dispute": "sees it differently",
        "concede": "took the disagreement back",
        "settle": "settled the disagreement",
        "settle_answer": "settled the disagreement",
        "confirm_repeat": "confirmed that it is a repeat",
        "clear_repeat": "took the repeat back",
        "rule_out": "ruled out an earlier finding",
        "combine": "combined it into a major",
        "separate": "took it out of its combination",
        "reclassify": "classified it anew",
        "issue": "issued it",
        "respond": "answered it",
        "reask": "asked for a new response",
        "close": "closed it",
        "share": "let the CMO read it",
        "unshare": "stopped sharing it",
    }
)
HIDDEN.update({"clause_text", "client_key"})
VALUES["refs"] = clauses.in_words
register("audits.finding", Rule(P.FINDING_VIEW, P.FINDING_EDIT, P.FINDING_EDIT, "audits:finding-detail"))
register("audits.factualcomment", Rule(P.FINDING_VIEW, P.FINDING_COMMENT, P.FINDING_COMMENT, "audits:comment-detail"))
panels.add("audit", Panel("Findings", "audits:audit-findings", P.FINDING_VIEW, order=50))
panels.add("vendor", Panel("Findings", "audits:cmo-findings", P.CMO_VIEW, order=60))
panels.add("site", Panel("Findings", "audits:site-findings", P.FINDING_VIEW, order=60))
search_sources.add("", SearchSource("Findings", P.FINDING_VIEW, find_findings, order=60))
home_cards.add(SPONSOR, HomeCard("Findings you are writing", WORK, P.FINDING_EDIT, to_finish, order=14))

finding_makers.append(raise_finding)
