"""Decisions on findings: take back, withdraw and classify anew, both signed; issue them all, and close one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.findings.factual import reckon, send_one, settle_answer
from audits.findings.models import FactualCheck, Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, DisputeOutcome, FindingClass, FindingStatus
from audits.findings.workflows import (
    FINDING,
    RECLASSIFY,
    after_issue,
    everything_is_answered,
    findings_stand,
    nothing_is_disputed,
)
from audits.programme.interval_actions import refresh_interval
from audits.programme.limits import due, response_limit
from audits.programme.models import Audit
from audits.programme.trigger_actions import record_trigger
from audits.programme.vocabulary import TriggerKind
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.signing import Credentials, prove, sign
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState


def move(
    finding: Finding,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """The moves that a person makes on one finding alone; every other follows from the report or from a response."""
    if name == "send":
        send_one(finding, by=by, version=version)
    elif name == "recall":
        recall(finding, by=by, reason=reason, version=version)
    elif name == "withdraw":
        withdraw(finding, by=by, reason=reason, credentials=credentials, version=version)
    else:
        raise WrongState(f"{FINDING.by_name[name].verb} follows from another act: it is not made by itself.")


ALONE = ("send", "recall", "withdraw")


def recall(finding: Finding, *, by: Actor, reason: str, version: int | None = None) -> None:
    """Back into draft, out of the CMO's sight with its files, as long as the CMO has not answered."""
    with transaction.atomic():
        finding.is_shared = False
        try:
            FINDING.perform(finding, "recall", by=by, reason=reason, version=version)
        except Exception:
            finding.is_shared = True
            raise
        reckon(finding.audit, by=by)
        for file in attachments_of(finding, by).filter(is_shared=True):
            file.is_shared = False
            write(file, by=by, action="attachment.unshare", reason=reason)


def withdraw(
    finding: Finding,
    *,
    by: Actor,
    reason: str,
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Signed, with a reason that the CMO reads where it has read the finding. A combination lets its parts go, and an
    open disagreement is settled by it: all of it in the transaction of the signature."""
    is_disputed = finding.status == FindingStatus.DISPUTED
    before = finding.dispute_outcome, finding.dispute_note
    if is_disputed:
        finding.dispute_outcome, finding.dispute_note = DisputeOutcome.WITHDRAWN, reason.strip()

    def follow() -> None:
        if is_disputed:
            settle_answer(finding, by=by, day=timezone.localdate())
        reckon(finding.audit, by=by)
        if finding.issued_date is not None:
            refresh_interval(finding.audit.site, by=by)  # it counted in the site's record until now
        for part in finding.parts.exclude(status=FindingStatus.WITHDRAWN):
            part.combined_into = None
            write(part, by=by, action="finding.separate", reason=f"{finding.label} was withdrawn.")

    try:
        FINDING.perform(
            finding, "withdraw", by=by, reason=reason, credentials=credentials, version=version, then=follow
        )
    except Exception:
        finding.dispute_outcome, finding.dispute_note = before
        raise


def reclassify(
    finding: Finding,
    *,
    by: Actor,
    classification: str,
    reason: str,
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Another class for what the CMO has read: signed, with a reason that both sides read.

    Raises PermissionDenied, WrongState, ValidationError, StaleRecord, BadCredentials.
    """
    if not by.may(RECLASSIFY.permission):
        raise PermissionDenied
    if finding.status not in RECLASSIFY.sources:
        raise WrongState(f"{finding.label} stands at {finding.get_status_display()}: its class is not changed now.")
    if classification not in FindingClass.values or classification == finding.classification:
        raise ValidationError({"classification": "Choose a class other than the present one."})
    if not reason.strip():
        raise ValidationError({"reason": "Write why the class changes: both sides read it."})
    proof = prove(by, credentials)  # outside the transaction: a failed proof is counted and trailed
    before = finding.classification, finding.classification_reason, finding.response_due_date
    finding.classification, finding.classification_reason = classification, reason.strip()
    finding.response_due_date = answer_by(finding, before[0])
    try:
        with transaction.atomic():
            write(finding, by=by, action="finding.reclassify", reason=reason, version=version)
            sign(finding, proof=proof, meaning=RECLASSIFY.signature, reason=reason)
            if finding.issued_date is not None:
                raise_alarm(finding, by)
                for act in after_reclassify:
                    act(finding, by)
                refresh_interval(finding.audit.site, by=by)
    except Exception:
        finding.classification, finding.classification_reason, finding.response_due_date = before
        raise


def answer_by(finding: Finding, class_before: str) -> date | None:
    """By when the CMO answers a finding whose class is new: within the days of the new class, which start today, and
    never later than it was told while it still owes the answer to the old one."""
    told = finding.response_due_date
    if finding.issued_date is None or not finding.needs_response:
        return told
    day = due(finding.audit, response_limit(finding.classification), timezone.localdate())
    if told is None or class_before not in NEEDS_RESPONSE:
        return day
    return min(told, day) if finding.status == FindingStatus.ISSUED else told


# What upper subjects do when an issued finding changes its class: one that now needs a response gets its link.
after_reclassify: list[Callable[[Finding, Actor], None]] = []


def issue_all(audit: Audit, *, by: Actor, on: date | None = None) -> list[Finding]:
    """Issues every finding with its report; called inside the report's own signed transaction. Returns them.

    on: the day of the report, where it is recorded later; today otherwise. Raises PermissionDenied, or WrongState with
    what still stands against it.
    """
    if not by.may(P.REPORT_ISSUE):
        raise PermissionDenied
    for guard in (nothing_is_disputed, everything_is_answered, findings_stand):
        if sentence := guard(audit, by):
            raise WrongState(sentence)
    day = on or timezone.localdate()
    respond_by: dict[str, date] = {}  # by class: each has its own clock
    issued = []
    with transaction.atomic():
        for finding in audit.findings.filter(status=FindingStatus.IN_FACTUAL_CHECK).order_by("label"):
            finding.audit = audit
            finding.issued_date = day
            if finding.needs_response and finding.classification not in respond_by:
                respond_by[finding.classification] = due(audit, response_limit(finding.classification), day)
            finding.response_due_date = respond_by[finding.classification] if finding.needs_response else None
            FINDING.perform(finding, "issue", by=by)
            raise_alarm(finding, by)
            for act in after_issue:
                act(finding, by)
            issued.append(finding)
        for check in FactualCheck.objects.filter(audit=audit, ended_date=None):
            check.audit, check.ended_date, check.end_note = audit, day, "The report was issued."
            write(check, by=by, action="factual_check.end")
    return issued


def raise_alarm(finding: Finding, by: Actor) -> None:
    """A critical finding calls for a decision on an audit for cause; the same finding never twice."""
    if finding.classification != FindingClass.CRITICAL or finding.issued_date is None:
        return
    what = f"Critical finding {finding.label} of {finding.audit.number}: {finding.title}"[:300]
    site = finding.audit.site
    record_trigger(site, TriggerKind.CRITICAL_FINDING, what, finding.issued_date, source=finding, by=by)


def close_finding(finding: Finding, *, by: Actor) -> None:
    """Closes it with the parts it combines; called by CAPA once the finding's own link is closed."""
    with transaction.atomic():
        finding.closed_date = timezone.localdate()
        try:
            FINDING.perform(finding, "close", by=by)
        except Exception:
            finding.closed_date = None
            raise
        for part in finding.parts.filter(status__in=FINDING.by_name["close"].sources):
            part.closed_date = finding.closed_date
            FINDING.perform(part, "close", by=by)
