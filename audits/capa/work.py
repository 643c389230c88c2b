"""Verbs after the response: what is done, that it was done, whether it worked, and the signed end.

Closing a link closes its finding, in the same transaction and under the same signature.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.capa.models import CapaAction, CapaLink, EffectivenessCheck
from audits.capa.moves import as_it_stands, move
from audits.capa.vocabulary import OVER, CapaLinkStatus, CheckVerdict, ResponseStatus
from audits.capa.workflows import CAPA, is_not_over, open_check, work_has_not_ended
from audits.findings.actions import close_finding
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState

CHECK, VERDICT = frozenset({"criterion", "sample", "check_date"}), frozenset({"note"})
# move -> what it takes besides reason and proof; it takes all of it
TAKES = {"plan_check": CHECK, "replan_check": CHECK, "judge_effective": VERDICT, "judge_not_effective": VERDICT}


def may_work(link: CapaLink, by: Actor) -> bool:
    """Whether `by` speaks for the CMO here: the CMO itself, or the sponsor's recorder where it has not joined."""
    if by.company_kind == PARTNER:
        return by.may(P.CAPA_ANSWER)
    return by.may(P.CAPA_RECORD) and not link.has_joined


def must_work(link: CapaLink, by: Actor) -> None:
    if may_work(link, by):
        return
    if by.company_kind != PARTNER and by.may(P.CAPA_RECORD):
        raise WrongState("The CMO has joined the portal and answers here itself.")
    raise PermissionDenied


def add_action(link: CapaLink, *, by: Actor, **values: Any) -> CapaAction:
    """An action beyond those of the response. Raises WrongState before it is accepted and after the work is done."""
    must_work(link, by)
    with transaction.atomic():
        now = as_it_stands(link)
        refusal = is_not_over(now) or work_has_not_ended(now, by)
        if now.response_status != ResponseStatus.ACCEPTED:
            refusal = refusal or "Write the action into the response: it is sent with it."
        if refusal:
            raise WrongState(refusal)
        action = CapaAction(link=link, **values)
        write(action, by=by, action="action.add")
    return action


def finish_action(
    action: CapaAction, *, by: Actor, done_date: date, done_note: str, version: int | None = None
) -> None:
    """Records that an action was done, and what was done. Files that show it stand with the action."""
    must_work(action.link, by)
    refusal = is_not_over(action.link) or work_has_not_ended(action.link, by)
    if refusal:
        raise WrongState(refusal)
    if action.is_removed:
        raise WrongState("This action is not planned any more.")
    if done_date > timezone.localdate():
        raise ValidationError({"done_date": "An action was done today or before."})
    if not done_note.strip():
        raise ValidationError({"done_note": "Write what was done: it is the evidence's first line."})
    action.done_date, action.done_note = done_date, done_note
    write(action, by=by, action="action.finish", version=version)


def drop_action(action: CapaAction, *, by: Actor, reason: str) -> None:
    """The sponsor agrees that an action is not needed any more."""
    if not by.may(P.CAPA_REVIEW):
        raise PermissionDenied
    over = is_not_over(action.link)
    if over:
        raise WrongState(over)
    if action.done_date is not None or action.is_removed:
        raise WrongState("Only an action that is still open can be dropped.")
    if not reason.strip():
        raise ValidationError({"reason": "Write why it is not needed any more."})
    action.is_removed = True
    write(action, by=by, action="action.drop", reason=reason)


def plan_check(
    link: CapaLink,
    *,
    by: Actor,
    criterion: str,
    sample: str,
    check_date: date,
    reason: str = "",
    version: int | None = None,
    on: date | None = None,
) -> EffectivenessCheck:
    """Sets ahead how effectiveness will show, over which sample, on which day; again with a reason until it has come.

    Raises ValidationError for a day that is not ahead, WrongState out of order.
    """
    if check_date <= (on or timezone.localdate()):
        raise ValidationError({"check_date": "Set the check ahead: a day after today."})
    again = link.status == CapaLinkStatus.EFFECTIVENESS_DUE
    check = (open_check(link) if again else None) or EffectivenessCheck(link=link)
    check.criterion, check.sample, check.date, check.planned_by_name = criterion, sample, check_date, by.name

    def before() -> None:
        write(check, by=by, action="effectiveness_check.plan", reason=reason)

    name = "replan_check" if again else "plan_check"
    move(link, name, by=by, before=before, reason=reason, version=version, on=on, check_date=check_date)
    return check


def judge(
    link: CapaLink,
    name: str,
    *,
    by: Actor,
    note: str,
    reason: str = "",
    version: int | None = None,
    on: date | None = None,
) -> None:
    """The verdict of the check. Not effective goes back to the CMO: the agreed date is void, a new one is agreed."""
    check = open_check(link)
    values: dict[str, Any] = {}
    if name == "judge_not_effective":
        values = {"agreed_date": None, "implemented_date": None, "check_date": None}
    if not note.strip():
        raise ValidationError({"note": "Write what the check showed."})

    def before() -> None:
        if check is None:
            return
        check.verdict = CheckVerdict.EFFECTIVE if name == "judge_effective" else CheckVerdict.NOT_EFFECTIVE
        check.note, check.judged_by_name = note, by.name
        check.judged_date = on or timezone.localdate()
        write(check, by=by, action="effectiveness_check.judge")

    move(link, name, by=by, before=before, reason=reason, version=version, on=on, **values)


def close(
    link: CapaLink,
    *,
    by: Actor,
    credentials: Credentials | None,
    reason: str = "",
    version: int | None = None,
    on: date | None = None,
) -> None:
    """The signed end, by somebody who neither answered nor accepted nor judged it; the finding closes with it."""
    move(
        link, "close", by=by, reason=reason, credentials=credentials, version=version,
        after=lambda: close_finding(link.finding, by=by), on=on,
        closed_date=on or timezone.localdate(),
    )  # fmt: skip


def move_link(
    link: CapaLink,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    on: date | None = None,
    **values: Any,
) -> None:
    """Any move of the CAPA by its name, with the values it takes; a value that it does not take is refused.

    plan_check and replan_check: criterion, sample, check_date. judge_effective and judge_not_effective: note.
    """
    takes = TAKES.get(name, frozenset())
    unknown = sorted(set(values) - takes)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This move does not take it."))
    lacking = sorted(takes - set(values))
    if lacking:
        raise ValidationError(dict.fromkeys(lacking, "This move needs it."))
    closed = CAPA.closed(link, CAPA.by_name[name], by)
    if not by.may(CAPA.by_name[name].permission):
        raise PermissionDenied
    if closed:
        raise WrongState(closed)
    keywords: dict[str, Any] = {"by": by, "reason": reason, "version": version, "on": on}
    if name in ("plan_check", "replan_check"):
        plan_check(link, **keywords, **values)
    elif name.startswith("judge_"):
        judge(link, name, **keywords, **values)
    elif name == "close":
        close(link, credentials=credentials, **keywords)
    else:
        done: dict[str, Any] = {}
        if name in ("report_done", "record_done"):
            done = {"implemented_date": on or timezone.localdate()}
        elif name == "send_back":
            done = {"implemented_date": None}
        move(link, name, **keywords, **done)


def unverified(audit: Any) -> list[CapaLink]:
    """The critical and major CAPAs of an audit whose effect nobody has verified yet."""
    rows = CapaLink.objects.filter(finding__audit=audit, finding__classification__in=("critical", "major"))
    verified = (CapaLinkStatus.EFFECTIVE, *OVER)
    return list(rows.exclude(status__in=verified).select_related("finding").order_by("finding__label"))


def every_capa_is_verified(audit: Any, by: Actor) -> str | None:
    """Guard of the audit's close (domain: CLOSED requires every critical and major CAPA verified)."""
    open_links = unverified(audit)
    if not open_links:
        return None
    labels = ", ".join(link.finding.label for link in open_links[:6])
    more = f" and {len(open_links) - 6} more" if len(open_links) > 6 else ""
    return f"The CAPAs of critical and major findings are not all verified yet: {labels}{more}."
