"""The cards of requested documents and the editions of a checklist template, as rows."""

from __future__ import annotations

from audits.conduct.models import ChecklistTemplate, DocumentRequest
from audits.conduct.vocabulary import RequestStatus as R
from audits.conduct.vocabulary import TemplateStatus as T
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.workflow import Transition, Workflow


def has_a_file(request: DocumentRequest, by: Actor) -> str | None:
    """A document is provided with a file, or with a note that says where it can be seen."""
    if request.partner_note.strip() or attachments_of(request, by).exists():
        return None
    return "Add the document, or a note that says where it can be seen."


REQUEST = Workflow(
    DocumentRequest,
    Transition(
        "prepare", sources=(R.NEW,), target=R.IN_PREPARATION, permission=P.REQUEST_ANSWER, label="Start preparing",
    ),
    Transition(
        "ready", sources=(R.NEW, R.IN_PREPARATION), target=R.READY, permission=P.REQUEST_ANSWER, label="Mark as ready",
    ),
    Transition(
        "provide", sources=(R.NEW, R.IN_PREPARATION, R.READY), target=R.PROVIDED, permission=P.REQUEST_ANSWER,
        label="Provide it", guard=has_a_file,
    ),
    Transition(
        "receive", sources=(R.NEW, R.IN_PREPARATION, R.READY), target=R.PROVIDED, permission=P.AUDIT_CONDUCT,
        label="Record as received", guard=has_a_file,
    ),
    Transition(
        "ask_again", sources=(R.PROVIDED, R.WITHDRAWN), target=R.NEW, permission=P.AUDIT_PLAN, label="Ask again",
        reason_needed=True,
    ),
    Transition(
        "withdraw", sources=(R.NEW, R.IN_PREPARATION, R.READY), target=R.WITHDRAWN, permission=P.AUDIT_PLAN,
        label="No longer needed", reason_needed=True,
    ),
    noun="request",
)  # fmt: skip


def has_questions(template: ChecklistTemplate, by: Actor) -> str | None:
    if template.questions.filter(is_removed=False).exists():
        return None
    return "The checklist holds no question yet."


TEMPLATE = Workflow(
    ChecklistTemplate,
    Transition("publish", sources=(T.DRAFT,), target=T.PUBLISHED, permission=P.CHECKLIST_EDIT, guard=has_questions),
    Transition("retire", sources=(T.DRAFT, T.PUBLISHED), target=T.RETIRED, permission=P.CHECKLIST_EDIT,
               reason_needed=True),
    noun="template",
)  # fmt: skip
