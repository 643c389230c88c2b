"""A response in rounds and the CAPA behind it, as rows of two tables over one sponsor's link."""

from __future__ import annotations

from django.utils import timezone

from audits.capa import planned
from audits.capa.models import CapaLink, EffectivenessCheck, Response, ResponseDraft
from audits.capa.vocabulary import CapaLinkStatus as C
from audits.capa.vocabulary import ResponseStatus as R
from audits.findings.vocabulary import FindingClass
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.signing import Meaning
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import BY_THE_SYSTEM, Transition, Workflow

SERIOUS = (FindingClass.CRITICAL, FindingClass.MAJOR)


def is_not_over(link: CapaLink) -> str | None:
    return "The CAPA is closed." if link.status in (C.CLOSED, C.WITHDRAWN) else None


def draft_is_complete(link: CapaLink, by: Actor) -> str | None:
    """What a response lacks before it can go, in the words of the page that shows the same list."""
    draft = ResponseDraft.objects.visible_to(by).filter(link=link).first()
    lacking = what_lacks(draft)
    return is_not_over(link) or (" ".join(lacking) if lacking else None)


def what_lacks(draft: ResponseDraft | None) -> list[str]:
    """One sentence for each thing that is missing; empty when the draft can be sent."""
    if draft is None:
        return ["Write the response first."]
    found = [] if draft.root_cause.strip() else ["Write the root cause."]
    found += [] if draft.containment.strip() else ["Write what was done at once, or why nothing was needed."]
    return found + planned.missing(draft.actions, timezone.localdate())


def has_a_new_round(link: CapaLink, by: Actor) -> str | None:
    """The response of this round stands as a row before the link moves."""
    if Response.objects.filter(link=link, round=link.rounds, status=R.SUBMITTED).exists():
        return None
    return "Write the response first."


def cmo_is_absent(link: CapaLink, by: Actor) -> str | None:
    """A sponsor speaks for a CMO only as long as the CMO cannot speak here itself."""
    return "The CMO has joined the portal and answers here itself." if link.has_joined else is_not_over(link)


def work_has_not_ended(link: CapaLink, by: Actor) -> str | None:
    if link.status in (C.PROPOSED, C.DATE_AGREED, C.IMPLEMENTING, C.NOT_EFFECTIVE):
        return None
    return "The work is reported as implemented: ask for more evidence instead."


RESPONSE = Workflow(
    CapaLink,
    Transition(
        "submit", sources=(R.DUE, R.RETURNED), target=R.SUBMITTED, permission=P.CAPA_ANSWER,
        label="Send the response", guard=draft_is_complete, form_guard=has_a_new_round,
    ),
    Transition(
        "record_response", sources=(R.DUE, R.RETURNED), target=R.SUBMITTED, permission=P.CAPA_RECORD,
        label="Record a response from outside", guard=cmo_is_absent, form_guard=has_a_new_round,
    ),
    Transition(
        "return", sources=(R.SUBMITTED,), target=R.RETURNED, permission=P.CAPA_REVIEW, label="Return for more",
        reason_needed=True,
    ),
    Transition(
        "accept", sources=(R.SUBMITTED,), target=R.ACCEPTED, permission=P.CAPA_REVIEW, label="Accept the response",
    ),
    Transition(
        "reask", sources=(R.ACCEPTED,), target=R.RETURNED, permission=P.CAPA_REVIEW, label="Ask for a new response",
        guard=work_has_not_ended, reason_needed=True,
    ),
    field="response_status",
    noun="response",
)  # fmt: skip


def response_is_accepted(link: CapaLink, by: Actor) -> str | None:
    return None if link.response_status == R.ACCEPTED else "The response is not accepted yet."


def date_is_agreed(link: CapaLink, by: Actor) -> str | None:
    return None if link.agreed_date else "No date is agreed yet: agree one first."


def actions_are_done(link: CapaLink, by: Actor) -> str | None:
    """Every action is done, each with a note of what was done."""
    if link.actions.filter(is_removed=False, done_date__isnull=True).exists():
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


def no_question_is_open(link: CapaLink, by: Actor) -> str | None:
    if link.extensions.filter(status="requested").exists():
        return "A later date is asked for and not answered yet."
    return None


def implemented_well(link: CapaLink, by: Actor) -> str | None:
    return (
        response_is_accepted(link, by)
        or date_is_agreed(link, by)
        or no_question_is_open(link, by)
        or actions_are_done(link, by)
        or has_evidence(link, by)
    )


def recorded_well(link: CapaLink, by: Actor) -> str | None:
    return cmo_is_absent(link, by) or implemented_well(link, by)


def open_check(link: CapaLink) -> EffectivenessCheck | None:
    return EffectivenessCheck.objects.filter(link=link, verdict="").first()


def check_is_planned(link: CapaLink, by: Actor) -> str | None:
    """Criterion, sample and a day to come stand before anybody looks at the result (ICH Q10 3.2.2)."""
    if open_check(link) is None:
        return "Set ahead how effectiveness shows, the sample and the date: the check is planned before it is made."
    return None


def check_has_come(link: CapaLink, by: Actor) -> str | None:
    if link.check_date and link.check_date > timezone.localdate():
        return f"The check is set for {full_day(link.check_date)}: judge it then, or set it anew with a reason."
    return None


def verdict_is_written(link: CapaLink, by: Actor) -> str | None:
    check = EffectivenessCheck.objects.filter(link=link).order_by("-pk").first()
    return None if check is not None and check.verdict and check.note.strip() else "Write what the check showed."


def check_may_be_left_out(link: CapaLink, by: Actor) -> str | None:
    if link.finding.classification in SERIOUS:
        return "A critical or major finding needs its effectiveness check."
    return None


AUTHORS_ACTS = (
    "response.submit",
    "response.record_response",
    "response.accept",
    "capa.report_done",
    "capa.record_done",
    "capa.leave_out_check",
    "capa.judge_effective",
)


def not_by_its_author(link: CapaLink, by: Actor) -> str | None:
    """Closed by somebody other than whoever answered it, accepted the response, or judged its effectiveness."""
    acts = TrailEvent.objects.filter(
        record_type=link.record_type(), record_number=link.number, actor_ref=by.ref, action__in=AUTHORS_ACTS
    )
    if acts.exists():
        return "You answered, accepted or judged this CAPA yourself: somebody else closes it."
    return None


CAPA = Workflow(
    CapaLink,
    Transition(
        "agree_date", sources=(C.PROPOSED, C.NOT_EFFECTIVE), target=C.DATE_AGREED, permission=P.CAPA_DATE,
        label="Agree the date", form_guard=date_is_agreed,
    ),
    Transition(
        "implement", sources=(C.DATE_AGREED,), target=C.IMPLEMENTING, permission=P.CAPA_ANSWER,
        label="Begin to implement", guard=response_is_accepted,
    ),
    Transition(
        "report_done", sources=(C.DATE_AGREED, C.IMPLEMENTING), target=C.IMPLEMENTED, permission=P.CAPA_ANSWER,
        label="Report as implemented", guard=implemented_well,
    ),
    Transition(
        "record_done", sources=(C.DATE_AGREED, C.IMPLEMENTING), target=C.IMPLEMENTED, permission=P.CAPA_RECORD,
        label="Record as implemented", guard=recorded_well,
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
        "replan_check", sources=(C.EFFECTIVENESS_DUE,), target=C.EFFECTIVENESS_DUE, permission=P.CAPA_REVIEW,
        label="Set the check anew", form_guard=check_is_planned, reason_needed=True,
    ),
    Transition(
        "leave_out_check", sources=(C.IMPLEMENTED,), target=C.EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Accept without a check", guard=check_may_be_left_out, reason_needed=True,
    ),
    Transition(
        "judge_effective", sources=(C.EFFECTIVENESS_DUE,), target=C.EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Effective", guard=check_has_come, form_guard=verdict_is_written,
    ),
    Transition(
        "judge_not_effective", sources=(C.EFFECTIVENESS_DUE,), target=C.NOT_EFFECTIVE, permission=P.CAPA_REVIEW,
        label="Not effective", guard=check_has_come, form_guard=verdict_is_written,
    ),
    Transition(
        "close", sources=(C.EFFECTIVE,), target=C.CLOSED, permission=P.CAPA_CLOSE, signature=Meaning.APPROVED,
        guard=not_by_its_author,
    ),
    Transition(
        "withdraw", sources=(C.PROPOSED, C.DATE_AGREED, C.IMPLEMENTING, C.IMPLEMENTED, C.NOT_EFFECTIVE,
                             C.EFFECTIVENESS_DUE, C.EFFECTIVE),
        target=C.WITHDRAWN, permission=BY_THE_SYSTEM, label="Withdrawn with its finding",
    ),
    Transition(
        "reopen", sources=(C.WITHDRAWN,), target=C.PROPOSED, permission=BY_THE_SYSTEM,
        label="Taken up again with its finding's class",
    ),
    noun="capa",
)  # fmt: skip
