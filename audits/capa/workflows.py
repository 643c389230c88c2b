"""A response in rounds and the CAPA behind it, as rows of two tables over one sponsor's link."""

from __future__ import annotations

from audits.capa.models import CapaLink, Response
from audits.capa.vocabulary import CapaLinkStatus as C
from audits.capa.vocabulary import ResponseStatus as R
from audits.findings.vocabulary import FindingClass
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.signing import Meaning
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import Transition, Workflow


def has_a_new_round(link: CapaLink, by: Actor) -> str | None:
    """The response of this round stands as a row before the link moves."""
    if Response.objects.filter(link=link, round=link.rounds, status=R.SUBMITTED).exists():
        return None
    return "Write the response first."


RESPONSE = Workflow(
    CapaLink,
    Transition(
        "submit", sources=(R.DUE, R.RETURNED), target=R.SUBMITTED, permission=P.CAPA_ANSWER,
        label="Send the response", guard=has_a_new_round,
    ),
    Transition(
        "record", sources=(R.DUE, R.RETURNED), target=R.SUBMITTED, permission=P.CAPA_RECORD,
        label="Record a response from outside", guard=has_a_new_round,
    ),
    Transition(
        "return", sources=(R.SUBMITTED,), target=R.RETURNED, permission=P.CAPA_REVIEW, label="Return for more",
        reason_needed=True,
    ),
    Transition(
        "accept", sources=(R.SUBMITTED,), target=R.ACCEPTED, permission=P.CAPA_REVIEW, label="Accept the response",
    ),
    Transition(
        "reopen", sources=(R.ACCEPTED,), target=R.RETURNED, permission=P.CAPA_REVIEW, label="Ask for a new response",
        reason_needed=True,
    ),
    field="response_status",
    noun="response",
)  # fmt: skip


def response_is_accepted(link: CapaLink, by: Actor) -> str | None:
    return None if link.response_status == R.ACCEPTED else "The response is not accepted yet."


def date_is_agreed(link: CapaLink, by: Actor) -> str | None:
    return None if link.agreed_date else "No date is agreed yet: agree one first."


def actions_are_done(link: CapaLink, by: Actor) -> str | None:
    """Every action is done, and something shows it: a note with each, or a file."""
    open_actions = link.actions.filter(is_removed=False, done_date__isnull=True)
    if open_actions.exists():
        return "Some actions are not done yet: record what was done, or agree with the sponsor to drop them."
    if not link.actions.filter(is_removed=False).exists():
        return "The CAPA names no action yet."
    return None


def has_evidence(link: CapaLink, by: Actor) -> str | None:
    """Evidence of implementation: a file with the CAPA or one of its actions, visible to whoever moves it."""
    numbers = [link.number, *link.actions.filter(is_removed=False).values_list("number", flat=True)]
    if Attachment.objects.visible_to(by).filter(about_number__in=numbers, is_retired=False).exists():
        return None
    return "Add evidence of what was implemented: a file with the CAPA or with an action."


def implemented_well(link: CapaLink, by: Actor) -> str | None:
    return (
        response_is_accepted(link, by)
        or date_is_agreed(link, by)
        or actions_are_done(link, by)
        or has_evidence(link, by)
    )


def check_is_planned(link: CapaLink, by: Actor) -> str | None:
    missing = []
    missing += [] if link.effectiveness_criterion.strip() else ["how effectiveness shows"]
    missing += [] if link.effectiveness_sample.strip() else ["the sample"]
    missing += [] if link.effectiveness_date else ["the date"]
    return f"Set ahead {' and '.join(missing)}: the check is planned before it is made." if missing else None


def verdict_is_written(link: CapaLink, by: Actor) -> str | None:
    return None if link.effectiveness_note.strip() else "Write what the check showed."


def check_may_be_left_out(link: CapaLink, by: Actor) -> str | None:
    if link.finding.classification in (FindingClass.CRITICAL, FindingClass.MAJOR):
        return "A critical or major finding needs its effectiveness check."
    return None


def not_by_its_author(link: CapaLink, by: Actor) -> str | None:
    """Closed by somebody other than whoever answered it, accepted the response, or judged its effectiveness."""
    acts = TrailEvent.objects.filter(
        record_type=link.record_type(),
        record_number=link.number,
        actor_ref=by.ref,
        action__in=("capa.judge_effective", "capa.leave_out_check", "response.submit", "response.record"),
    )
    if acts.exists():
        return "You judged or answered this CAPA yourself: somebody else closes it."
    return None


CAPA = Workflow(
    CapaLink,
    Transition(
        "agree_date", sources=(C.PROPOSED,), target=C.DATE_AGREED, permission=P.CAPA_DATE, label="Agree the date",
        guard=date_is_agreed,
    ),
    Transition(
        "implement", sources=(C.DATE_AGREED, C.NOT_EFFECTIVE), target=C.IMPLEMENTING, permission=P.CAPA_ANSWER,
        label="Begin to implement", guard=response_is_accepted,
    ),
    Transition(
        "report_done", sources=(C.DATE_AGREED, C.IMPLEMENTING), target=C.IMPLEMENTED, permission=P.CAPA_ANSWER,
        label="Report as implemented", guard=implemented_well,
    ),
    Transition(
        "record_done", sources=(C.DATE_AGREED, C.IMPLEMENTING), target=C.IMPLEMENTED, permission=P.CAPA_RECORD,
        label="Record as implemented", guard=implemented_well,
    ),
    Transition(
        "send_back", sources=(C.IMPLEMENTED,), target=C.IMPLEMENTING, permission=P.CAPA_REVIEW,
        label="Ask for more evidence", reason_needed=True,
    ),
    Transition(
        "plan_check", sources=(C.IMPLEMENTED,), target=C.EFFECTIVENESS_DUE, permission=P.CAPA_REVIEW,
        label="Plan the effectiveness check", form_guard=check_is_planned,
    ),
    Transition(
        "leave_out_check", sources=(C.IMPLEMENTED,), target=C.EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Accept without a check", guard=check_may_be_left_out, reason_needed=True,
    ),
    Transition(
        "judge_effective", sources=(C.EFFECTIVENESS_DUE,), target=C.EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Effective", form_guard=verdict_is_written,
    ),
    Transition(
        "judge_not_effective", sources=(C.EFFECTIVENESS_DUE,), target=C.NOT_EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Not effective", form_guard=verdict_is_written, reason_needed=True,
    ),
    Transition(
        "close", sources=(C.EFFECTIVE,), target=C.CLOSED, permission=P.CAPA_CLOSE, signature=Meaning.APPROVED,
        guard=not_by_its_author,
    ),
    noun="capa",
)  # fmt: skip
