"""The moves of a draft and of an update, as rows of two tables."""

from __future__ import annotations

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Meaning
from cmo_portal.records.workflow import Transition, Workflow
from communications.updates.models import Told, Update, UpdateDraft
from communications.updates.revisions import label_of
from communications.updates.vocabulary import DraftStatus as D
from communications.updates.vocabulary import UpdateStatus as S

NOT_YOURS = "Whoever posted it does this."
FOR_THE_OTHERS = "The other side does this: you posted it."


def what_lacks(told: Told) -> dict[str, str]:
    """{field or detail: one sentence} of what is missing; empty when it can be posted."""
    found = {} if told.title.strip() else {"title": "Say it in one line."}
    for name in told.kind.needs:
        if getattr(told, name) in (None, ""):
            found[name] = f"{label_of(told, name)}: this is needed before it can be posted."
    return found | told.kind.problems(told.details, whole=True)


def draft_is_complete(draft: UpdateDraft, by: Actor) -> str | None:
    return " ".join(what_lacks(draft).values()) or None


DRAFT = Workflow(
    UpdateDraft,
    Transition("post", (D.DRAFT,), D.POSTED, P.UPDATE_POST, label="Post it", guard=draft_is_complete),
    Transition("discard", (D.DRAFT,), D.DISCARDED, P.UPDATE_POST, label="Discard the draft"),
    noun="update_draft",
)


def posted_by_others(update: Update, by: Actor) -> str | None:
    return FOR_THE_OTHERS if by.company_kind == update.side else None


def posted_by_us(update: Update, by: Actor) -> str | None:
    return None if by.company_kind == update.side else NOT_YOURS


def a_decision_is_due(update: Update, by: Actor) -> str | None:
    return posted_by_others(update, by) or (
        None if update.decides else "Nothing is to be decided here: acknowledge it."
    )


def an_answer_is_due(update: Update, by: Actor) -> str | None:
    return posted_by_others(update, by) or (None if update.kind.asks_answer else "It asks for no answer.")


def nothing_waits_for_them(update: Update, by: Actor) -> str | None:
    refusal = posted_by_us(update, by)
    if refusal is None and update.decides:
        return "The other side decides on it: withdraw it if it is not needed any more."
    return refusal


UPDATE = Workflow(
    Update,
    Transition(
        "acknowledge", (S.POSTED,), S.ACKNOWLEDGED, P.UPDATE_ACKNOWLEDGE, label="Acknowledge", guard=posted_by_others,
    ),
    Transition(
        "accept", (S.POSTED, S.ACKNOWLEDGED), S.ACCEPTED, P.UPDATE_DECIDE, label="Accept",
        signature=Meaning.APPROVED, guard=a_decision_is_due,
    ),
    Transition(
        "refuse", (S.POSTED, S.ACKNOWLEDGED), S.REFUSED, P.UPDATE_DECIDE, label="Do not accept",
        signature=Meaning.REJECTED, guard=a_decision_is_due, reason_needed=True,
    ),
    Transition(
        "respond", (S.POSTED, S.ACKNOWLEDGED), S.ANSWERED, P.UPDATE_POST, label="Answer", guard=an_answer_is_due,
        reason_needed=True,
    ),
    Transition(
        "ask", (S.POSTED, S.ACKNOWLEDGED), S.ASKED, P.UPDATE_ACKNOWLEDGE, label="Ask a question",
        guard=posted_by_others, reason_needed=True,
    ),
    Transition(
        "answer", (S.ASKED,), S.ACKNOWLEDGED, P.UPDATE_POST, label="Answer the question", guard=posted_by_us,
        reason_needed=True,
    ),
    Transition(
        "amend", (S.POSTED, S.ACKNOWLEDGED, S.ASKED), S.POSTED, P.UPDATE_POST, label="Post a new version",
        guard=posted_by_us, reason_needed=True,
    ),
    Transition(
        "close", (S.ACKNOWLEDGED, S.ANSWERED), S.CLOSED, P.UPDATE_POST, label="Close", guard=nothing_waits_for_them,
        reason_needed=True,
    ),
    Transition(
        "withdraw", (S.POSTED, S.ACKNOWLEDGED, S.ASKED, S.ANSWERED), S.WITHDRAWN, P.UPDATE_POST, label="Withdraw",
        guard=posted_by_us, reason_needed=True,
    ),
)  # fmt: skip
