"""The factual-accuracy round: every finding goes to the CMO, which answers it; what is disputed is settled in words.

Both sides have a clock: the CMO for its answers, the sponsor for its word on a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from audits.findings import limits  # noqa: F401 - declares the limits of this subject
from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.vocabulary import DisputeOutcome, FindingStatus, Verdict
from audits.findings.workflows import FINDING, answer_of, unanswered
from audits.programme.actions import move_audit
from audits.programme.limits import due
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.attachments import Attachment, attach, attachments_of, kept_or_gone
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState

WORDING = ("title", "statement", "evidence")


def start_factual_check(
    audit: Audit,
    *,
    by: Actor,
    due_date: date | None = None,
    share: Iterable[str] = (),
    version: int | None = None,
    on: date | None = None,
) -> FactualCheck | None:
    """Moves the audit and sends every draft to the CMO, with the files whose numbers are in `share`.

    due_date: ten business days ahead where none is given. on: the day it was sent, where it is recorded later. Returns
    None where there is no draft to send. Raises PermissionDenied, WrongState with the first finding that lacks
    something, ValidationError.
    """
    chosen, day = set(share), on or timezone.localdate()
    with transaction.atomic():
        move_audit(audit, "start_factual_check", by=by, version=version, on=on)
        drafts = list(audit.findings.filter(status=FindingStatus.DRAFT).order_by("label"))
        if not drafts:
            return None
        check = open_round(audit, by=by, day=day, due_date=due_date or due(audit, "factual_check_days", day))
        for finding in drafts:
            send(finding, check, by=by)
            share_files(finding, chosen, by=by)
    return check


def open_round(audit: Audit, *, by: Actor, due_date: date, day: date | None = None) -> FactualCheck:
    last = FactualCheck.objects.filter(audit=audit).order_by("-round").first()
    sent = day or timezone.localdate()
    check = FactualCheck(audit=audit, round=last.round + 1 if last else 1, sent_date=sent, due_date=due_date)
    write(check, by=by, action="factual_check.start")
    return check


def running_round(audit: Audit, number: int | None = None, day: date | None = None) -> FactualCheck | None:
    """The newest round that runs on `day`, today otherwise, or round `number` if it does."""
    rows = FactualCheck.objects.filter(audit=audit).order_by("-round")
    when = day or timezone.localdate()
    return next((row for row in rows if row.is_running(when) and number in (None, row.round)), None)


def send(finding: Finding, check: FactualCheck, *, by: Actor) -> None:
    finding.audit = check.audit
    before = finding.is_shared, finding.factual_round
    finding.is_shared, finding.factual_round = True, check.round
    try:
        FINDING.perform(finding, "send", by=by)
    except Exception:
        finding.is_shared, finding.factual_round = before
        raise


def send_one(finding: Finding, *, by: Actor, version: int | None = None) -> None:
    """Sends a finding that was raised or taken back after the round began; it has the days of a new wording."""
    if version is not None and version != finding.version:
        raise WrongState(f"{finding.label} changed meanwhile: read it again, then send it.")
    with transaction.atomic():
        audit = finding.audit
        shortest = due(audit, "recheck_days", timezone.localdate())
        check = running_round(audit)
        if audit.status == AuditStatus.FACTUAL_CHECK and (check is None or check.due_date < shortest):
            check = open_round(audit, by=by, due_date=shortest)
        send(finding, check or FactualCheck(audit=audit), by=by)
        reckon(audit, by=by)


def share_files(finding: Finding, chosen: set[str], *, by: Actor) -> None:
    for file in attachments_of(finding, by):
        if file.number in chosen and not file.is_shared:
            file.is_shared = True
            write(file, by=by, action="attachment.share")


def comment(
    finding: Finding,
    *,
    by: Actor,
    verdict: str,
    text: str = "",
    files: Sequence[File[Any]] = (),
    said_by: str = "",
    on: date | None = None,
) -> FactualComment:
    """The CMO's answer on one finding; until its round is over it can be changed, a disagreement also taken back.

    said_by: who said it outside the portal, written down by the sponsor where the CMO has not joined. on: the day it
    was said, where it is recorded later. Raises PermissionDenied, WrongState, ValidationError,
    lib.uploads.RefusedUpload: with any of them nothing is kept.
    """
    is_outside = refuse_speaker(finding, by, said_by)
    if finding.status not in (FindingStatus.IN_FACTUAL_CHECK, FindingStatus.DISPUTED):
        raise WrongState(f"{finding.label} is not in its factual check.")
    day = on or timezone.localdate()
    if running_round(finding.audit, finding.factual_round, day) is None:
        raise WrongState("This round of the factual check is over: write to the sponsor if something is still wrong.")
    said = answer_of(finding)
    if said is not None and said.outcome:
        raise WrongState("This disagreement is settled: the answer stands as it was given.")
    if said is None:
        said = FactualComment(finding=finding, round=finding.factual_round, said_date=day)
    said.finding, said.verdict, said.text, said.is_outside = finding, verdict, text.strip(), is_outside
    speaker: Any = by
    said.author, said.author_name = speaker, said_by.strip() or by.name
    is_dispute = verdict == Verdict.DISPUTE
    said.answer_due_date = due(finding.audit, "settle_days", day) if is_dispute else None
    with kept_or_gone(), transaction.atomic():
        write(said, by=by, action="finding.answer")
        for file in files:
            attach(said, file, by=by)
        follow(finding, is_dispute, is_outside, by=by)
        reckon(finding.audit, by=by)
    return said


def refuse_speaker(finding: Finding, by: Actor, said_by: str) -> bool:
    """Whether it was said outside the portal. Only the CMO speaks for itself once it has joined."""
    if by.company_kind == PARTNER:
        if not by.may(P.FINDING_COMMENT):
            raise PermissionDenied
        return False
    if not by.may(P.CAPA_RECORD):
        raise PermissionDenied
    if finding.audit.site.vendor.company_id is not None:
        raise WrongState("The CMO has joined the portal: it answers here itself.")
    if not said_by.strip():
        raise ValidationError({"said_by": "Write who at the CMO said it, and how, like: Livia Bonfanti, by mail."})
    return True


def follow(finding: Finding, is_dispute: bool, is_outside: bool, *, by: Actor) -> None:
    """The finding follows the answer: into the disagreement, or out of it."""
    name = {True: "dispute", False: "concede"}[is_dispute]
    transition = FINDING.by_name[name]
    if finding.status not in transition.sources:
        return
    if not is_outside:
        FINDING.perform(finding, name, by=by)
        return
    # Written down for a CMO without an account: nobody here holds its right to disagree.
    finding.status = transition.target
    write(finding, by=by, action=f"finding.{name}", reason="Said outside the portal.")


def reckon(audit: Audit, *, by: Actor) -> None:
    """Notes on every round whether all is answered, so that nobody is reminded of what is done."""
    waiting = {row.factual_round for row in unanswered(audit)}
    for check in FactualCheck.objects.filter(audit=audit, ended_date=None):
        is_done = check.round not in waiting
        if is_done != (check.answered_date is not None):
            check.audit, check.answered_date = audit, timezone.localdate() if is_done else None
            write(check, by=by, action="factual_check.answered" if is_done else "factual_check.waits")


def settle(
    finding: Finding,
    *,
    by: Actor,
    outcome: str,
    note: str,
    version: int | None = None,
    on: date | None = None,
    **wording: str,
) -> None:
    """The programme owner's word on a disagreement; both sides read the note.

    A new wording opens a new round for the CMO. Classified anew and withdrawn are promises that a signed act fulfils
    before the report is issued. Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    day = on or timezone.localdate()
    values: dict[str, Any] = new_wording(finding, outcome, note, wording)
    values |= {"dispute_outcome": outcome, "dispute_note": note.strip()}
    kept = (*values, "status", "factual_round", "version", "trail_length", "trail_head")
    before = {name: getattr(finding, name) for name in kept}
    for name, value in values.items():
        setattr(finding, name, value)
    try:
        with transaction.atomic():
            FINDING.perform(finding, "settle", by=by, reason=note, version=version)
            settle_answer(finding, by=by, day=day)
            if outcome == DisputeOutcome.REWORDED:
                last = due(finding.audit, "recheck_days", day)
                finding.factual_round = open_round(finding.audit, by=by, due_date=last, day=day).round
                write(finding, by=by, action="finding.send_again")
            reckon(finding.audit, by=by)
    except Exception:
        for name, value in before.items():
            setattr(finding, name, value)
        raise


def new_wording(finding: Finding, outcome: str, note: str, wording: dict[str, str]) -> dict[str, str]:
    """The texts that change. A rewording changes at least one, any other outcome none."""
    if outcome not in DisputeOutcome.values:
        raise ValidationError({"outcome": "Choose how the disagreement ends."})
    if not note.strip():
        raise ValidationError({"note": "Write how the disagreement was settled: both sides read the note."})
    unknown = sorted(set(wording) - set(WORDING))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "A settlement does not take it."))
    if outcome != DisputeOutcome.REWORDED:
        return {}
    changed = {name: text for name, text in wording.items() if text.strip() and text != getattr(finding, name)}
    if not changed:
        raise ValidationError(
            {"statement": "Write the new wording: a reworded finding says something else than before."}
        )
    return changed


def settle_answer(finding: Finding, *, by: Actor, day: date) -> None:
    """Keeps the outcome with the answer it belongs to: a later round has an answer of its own."""
    said = answer_of(finding)
    if said is None:
        return
    said.finding, said.outcome, said.answer = finding, finding.dispute_outcome, finding.dispute_note
    said.answered_by_name, said.answered_date = by.name, day
    said.class_then = finding.classification
    write(said, by=by, action="finding.settle_answer")


def end_factual_check(
    check: FactualCheck, *, by: Actor, note: str, version: int | None = None, on: date | None = None
) -> None:
    """Ends a round before its day, because the CMO has no more to say; a disagreement is settled all the same."""
    if not by.may(P.REPORT_REVIEW):
        raise PermissionDenied
    if check.ended_date is not None:
        raise WrongState("This round is over already.")
    if not note.strip():
        raise ValidationError({"note": "Write why the round ends now: both sides read it."})
    check.ended_date, check.end_note = on or timezone.localdate(), note.strip()
    write(check, by=by, action="factual_check.end", reason=note, version=version)


def extend_factual_check(
    check: FactualCheck, *, by: Actor, due_date: date, reason: str, version: int | None = None
) -> None:
    """Gives the CMO more time, never less."""
    if not by.may(P.REPORT_REVIEW):
        raise PermissionDenied
    if check.ended_date is not None:
        raise WrongState("This round is over: a new wording opens the next one.")
    if due_date <= max(check.due_date, timezone.localdate()):
        raise ValidationError({"due_date": f"Give a day after {full_day(check.due_date)} that lies ahead."})
    check.due_date = due_date
    write(check, by=by, action="factual_check.extend", reason=reason, version=version)


def files_for_the_cmo(audit: Audit, reader: Actor) -> list[Attachment]:
    """Files of the audit's drafts, from which the sender chooses what goes with them."""
    numbers = audit.findings.filter(status=FindingStatus.DRAFT).values("number")
    rows = Attachment.objects.visible_to(reader).filter(
        about_type=Finding.record_type(), about_number__in=numbers, is_retired=False
    )
    return list(rows.order_by("about_number", "name")[:500])
