"""The life of an audit, of the annual plan, of an interval and of an auditor's qualification, as rows.

What upper subjects have to say before an audit moves on (a close-out meeting, complete findings, a signed report,
verified CAPAs) they say by adding a guard to `checks`, from their `hooks.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from audits.programme.limits import limit
from audits.programme.models import Audit, Auditor, AuditPlan
from audits.programme.querysets import HELD
from audits.programme.steering import AuditInterval, AuditTrigger
from audits.programme.vocabulary import AuditorStatus as R
from audits.programme.vocabulary import AuditStatus as S
from audits.programme.vocabulary import IntervalStatus as I
from audits.programme.vocabulary import PlanStatus as L
from audits.programme.vocabulary import TriggerStatus as G
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import BY_THE_SYSTEM, Guard, Transition, Workflow

# move of an audit -> guards that upper subjects add; each returns its sentence or None
checks: dict[str, list[Guard]] = {}


def add_check(move: str, guard: Guard) -> None:
    """`add_check("close", every_capa_is_verified)`, in a subject's hooks."""
    checks.setdefault(move, []).append(guard)


def asked(move: str, *own: Guard) -> Guard:
    """Asks the subject's own guards, then those that were added for `move`; the first refusal counts."""

    def guard(record: Any, by: Actor) -> str | None:
        everyone = [*own, *checks.get(move, ())]
        return next((sentence for each in everyone if (sentence := each(record, by))), None)

    return guard


def site_stands(audit: Audit, by: Actor) -> str | None:
    if audit.site.is_retired or audit.site.vendor.is_retired:
        return f"{audit.site.name} is retired: a retired site is not audited."
    return None


def dates_are_set(audit: Audit, by: Actor) -> str | None:
    if audit.start_date and audit.end_date:
        return None
    return "The audit has no dates yet: agree them with the CMO, or set them."


def lead_may_audit(audit: Audit, by: Actor) -> str | None:
    """The lead auditor is named, qualified on the first day, and has declared independence of the site."""
    if audit.lead_id is None:
        return "Name the lead auditor first."
    auditor = Auditor.objects.filter(person=audit.lead_id).first()
    day = audit.start_date or timezone.localdate()
    if auditor is None or not auditor.may_audit(day) or auditor.level != "lead":
        return f"{audit.lead_name} is not qualified as lead auditor on {full_day(day)}."
    return None


def team_is_independent(audit: Audit, by: Actor) -> str | None:
    """Everybody in the team has declared, and no conflict is left that quality has not cleared."""
    for member in audit.team.filter(is_removed=False).select_related("declaration").order_by("pk"):
        declaration = getattr(member, "declaration", None)
        if declaration is None:
            return f"{member} has not declared their independence of the site yet."
        if not declaration.stands:
            return f"{member} has declared ties to the site: quality clears them, or somebody else audits."
    return None


def scope_is_written(audit: Audit, by: Actor) -> str | None:
    if audit.services and audit.purpose.strip():
        return None
    return "Write the purpose and choose the services in scope: the notification names both."


def has_begun(audit: Audit, by: Actor) -> str | None:
    today: date = timezone.localdate()
    if audit.start_date and audit.start_date > today:
        return f"The first day is {full_day(audit.start_date)}: move the dates if the audit begins earlier."
    return None


AUDIT = Workflow(
    Audit,
    Transition(
        "plan", sources=(S.PROPOSED,), target=S.PLANNED, permission=P.AUDIT_PLAN, label="Take into the programme",
        guard=site_stands,
    ),
    Transition(
        "notify", sources=(S.PLANNED,), target=S.NOTIFIED, permission=P.AUDIT_PLAN, label="Notify the CMO",
        guard=asked("notify", site_stands, dates_are_set, scope_is_written, lead_may_audit, team_is_independent),
    ),
    Transition(
        "start", sources=(S.NOTIFIED,), target=S.IN_PROGRESS, permission=P.AUDIT_CONDUCT, label="Begin the audit",
        guard=asked("start", has_begun, lead_may_audit, team_is_independent),
    ),
    Transition(
        "hold_closeout", sources=(S.IN_PROGRESS,), target=S.CLOSEOUT_HELD, permission=P.AUDIT_CONDUCT,
        label="Close-out meeting held", guard=asked("hold_closeout"),
    ),
    Transition(
        "draft_report", sources=(S.CLOSEOUT_HELD,), target=S.REPORT_DRAFT, permission=P.REPORT_WRITE,
        label="Begin the report", guard=asked("draft_report"),
    ),
    Transition(
        "submit_review", sources=(S.REPORT_DRAFT,), target=S.REPORT_REVIEW, permission=P.REPORT_WRITE,
        label="Send to review", guard=asked("submit_review"),
    ),
    Transition(
        "return_report", sources=(S.REPORT_REVIEW, S.FACTUAL_CHECK), target=S.REPORT_DRAFT,
        permission=P.REPORT_REVIEW, label="Return to the author", reason_needed=True,
    ),
    Transition(
        "start_factual_check", sources=(S.REPORT_REVIEW,), target=S.FACTUAL_CHECK, permission=P.REPORT_REVIEW,
        label="Send to the CMO for factual accuracy", guard=asked("start_factual_check"),
    ),
    Transition(
        "issue_report", sources=(S.FACTUAL_CHECK,), target=S.REPORT_ISSUED, permission=P.REPORT_ISSUE,
        label="Issue the report", guard=asked("issue_report"),
    ),
    Transition(
        "follow_up", sources=(S.REPORT_ISSUED,), target=S.FOLLOW_UP, permission=P.REPORT_ISSUE,
        label="Begin the follow-up",
    ),
    Transition(
        "close", sources=(S.REPORT_ISSUED, S.FOLLOW_UP), target=S.CLOSED, permission=P.CAPA_CLOSE,
        label="Close the audit", signature=Meaning.APPROVED, guard=asked("close"),
    ),
    Transition(
        "cancel", sources=(S.PROPOSED, S.PLANNED, S.NOTIFIED), target=S.CANCELLED, permission=P.AUDIT_PLAN,
        label="Cancel the audit", reason_needed=True,
    ),
    noun="audit",
)  # fmt: skip


def has_lines(plan: AuditPlan, by: Actor) -> str | None:
    if plan.audits.exclude(status=S.CANCELLED).exists():
        return None
    return "The plan holds no audit yet: add the audits of the year first."


def not_who_submitted(plan: AuditPlan, by: Actor) -> str | None:
    """Who sent the plan for approval does not approve it: two people, two looks."""
    rows = TrailEvent.objects.filter(record_type=plan.record_type(), record_number=plan.number, action="plan.submit")
    last = rows.order_by("-seq").first()
    return "You sent this plan for approval: somebody else approves it." if last and last.actor_ref == by.ref else None


PLAN = Workflow(
    AuditPlan,
    Transition(
        "submit", sources=(L.DRAFT,), target=L.SUBMITTED, permission=P.AUDIT_PLAN, label="Send for approval",
        guard=has_lines,
    ),
    Transition(
        "return", sources=(L.SUBMITTED,), target=L.DRAFT, permission=P.PLAN_APPROVE, label="Return for changes",
        reason_needed=True,
    ),
    Transition(
        "approve", sources=(L.SUBMITTED,), target=L.APPROVED, permission=P.PLAN_APPROVE, signature=Meaning.APPROVED,
        guard=not_who_submitted,
    ),
    Transition(
        "reopen", sources=(L.APPROVED,), target=L.DRAFT, permission=P.AUDIT_PLAN, label="Revise the plan",
        reason_needed=True,
    ),
    noun="plan",
)  # fmt: skip


def is_not_longer(interval: AuditInterval, by: Actor) -> str | None:
    """What comes into force unsigned: the first interval of a site, or one no longer than that in force."""
    rows = AuditInterval.objects.filter(site_id=interval.site_id, status=I.IN_FORCE)
    longest = rows.exclude(pk=interval.pk).order_by("-months").values_list("months", flat=True).first()
    if longest is None or interval.months <= longest:
        return None
    return "A longer interval comes into force with the signature of quality only."


INTERVAL = Workflow(
    AuditInterval,
    Transition(
        "enter", sources=(I.PROPOSED,), target=I.IN_FORCE, permission=BY_THE_SYSTEM,
        label="Comes into force", guard=is_not_longer,
    ),
    Transition(
        "accept", sources=(I.PROPOSED,), target=I.IN_FORCE, permission=P.INTERVAL_SIGN,
        label="Accept the longer interval", signature=Meaning.APPROVED, reason_needed=True,
    ),
    Transition(
        "reject", sources=(I.PROPOSED,), target=I.REJECTED, permission=P.INTERVAL_SIGN,
        label="Keep the shorter interval", reason_needed=True,
    ),
    Transition(
        "replace", sources=(I.IN_FORCE, I.PROPOSED), target=I.REPLACED, permission=BY_THE_SYSTEM,
        label="Replaced by a newer one",
    ),
    noun="interval",
)  # fmt: skip


def enough_experience(auditor: Auditor, by: Actor) -> str | None:
    """So many audits as co-auditor before leading one (three by default): here, or before as `audits_before` says."""
    if auditor.level != "lead":
        return None
    needed = limit(auditor.sponsor, "co_audits")
    here = auditor.person.audit_teams.filter(role="co_auditor", is_removed=False, audit__status__in=HELD).count()
    if here + auditor.audits_before >= needed:
        return None
    return (
        f"A lead auditor has taken part in {needed} audits as co-auditor; {here + auditor.audits_before} are on record."
    )


def not_oneself(auditor: Auditor, by: Actor) -> str | None:
    return "Nobody qualifies themselves: somebody else signs." if auditor.person.ref == by.ref else None


def has_basis(auditor: Auditor, by: Actor) -> str | None:
    return None if auditor.basis.strip() else "Write the training and experience that the qualification rests on."


def qualified_well(auditor: Auditor, by: Actor) -> str | None:
    return not_oneself(auditor, by) or has_basis(auditor, by) or enough_experience(auditor, by)


AUDITOR = Workflow(
    Auditor,
    Transition(
        "qualify", sources=(R.PROPOSED, R.SUSPENDED, R.ENDED, R.QUALIFIED), target=R.QUALIFIED,
        permission=P.AUDITOR_QUALIFY, signature=Meaning.APPROVED, guard=qualified_well,
    ),
    Transition(
        "suspend", sources=(R.QUALIFIED,), target=R.SUSPENDED, permission=P.AUDITOR_QUALIFY, reason_needed=True,
    ),
    Transition(
        "end", sources=(R.PROPOSED, R.QUALIFIED, R.SUSPENDED), target=R.ENDED, permission=P.AUDITOR_QUALIFY,
        label="End the qualification", reason_needed=True,
    ),
    noun="auditor",
)  # fmt: skip


def has_an_audit(trigger: AuditTrigger, by: Actor) -> str | None:
    return None if trigger.audit_id else "Plan the audit from this event first."


TRIGGER = Workflow(
    AuditTrigger,
    Transition(
        "plan_audit", sources=(G.OPEN,), target=G.AUDIT_PLANNED, permission=P.AUDIT_PLAN, guard=has_an_audit,
        label="Answer it with an audit",
    ),
    Transition(
        "dismiss", sources=(G.OPEN,), target=G.DISMISSED, permission=P.AUDIT_PLAN, label="No audit needed",
        reason_needed=True,
    ),
    Transition("reopen", sources=(G.DISMISSED,), target=G.OPEN, permission=P.AUDIT_PLAN, reason_needed=True),
    noun="trigger",
)  # fmt: skip
