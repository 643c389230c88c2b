"""What can become of a mail, as rows."""

from __future__ import annotations

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.workflow import BY_THE_SYSTEM, Transition, Workflow
from communications.inbound.models import InboundMail, MailStatus
from communications.messages.models import Thread

S = MailStatus


def has_a_thread_to_go_to(mail: InboundMail, by: Actor) -> str | None:
    """Who releases a mail says it, so it is theirs, and takes the right to say something there."""
    if mail.thread_id is None:  # the thread itself may stand behind a wall
        return "It names no thread: start one, and attach the mail there."
    if mail.person_id != getattr(by, "pk", None):
        return "Whoever is named by it releases it; you may discard it."
    if not by.may(P.MESSAGE_POST):
        return "You may not write in threads."
    if not Thread.objects.open_to(by).filter(pk=mail.thread_id).exists():
        return "The thread that it names is not open to you."
    return None


MAIL = Workflow(
    InboundMail,
    Transition("file", (S.RECEIVED,), S.FILED, BY_THE_SYSTEM),
    Transition("hold", (S.RECEIVED,), S.HELD, BY_THE_SYSTEM),
    Transition("refuse", (S.RECEIVED,), S.REFUSED, BY_THE_SYSTEM),
    Transition("repeat", (S.RECEIVED,), S.REPEATED, BY_THE_SYSTEM),
    Transition("release", (S.HELD,), S.RELEASED, P.MAIL_VIEW, label="Put it into the thread",
               guard=has_a_thread_to_go_to),
    Transition("discard", (S.HELD,), S.DISCARDED, P.MAIL_VIEW, label="Discard", reason_needed=True),
    noun="inbound_mail",
)  # fmt: skip
