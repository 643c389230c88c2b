"""Whose move it is in a thread, as rows."""

from __future__ import annotations

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.workflow import Transition, Workflow
from communications.messages.models import Thread
from communications.messages.vocabulary import AWAITING
from communications.messages.vocabulary import ThreadStatus as S


def both_sides_read_it(thread: Thread, by: Actor) -> str | None:
    """Nobody can be waited for who reads nothing of it."""
    return None if thread.is_shared else "Only your own company reads this thread: there is nobody to wait for."


THREAD = Workflow(
    Thread,
    Transition(
        "await_cmo", sources=(S.OPEN, S.AWAITING_SPONSOR, S.RESOLVED), target=S.AWAITING_CMO,
        permission=P.MESSAGE_POST, label="The CMO answers", guard=both_sides_read_it,
    ),
    Transition(
        "await_sponsor", sources=(S.OPEN, S.AWAITING_CMO, S.RESOLVED), target=S.AWAITING_SPONSOR,
        permission=P.MESSAGE_POST, label="The sponsor answers", guard=both_sides_read_it,
    ),
    Transition(
        "release", sources=AWAITING, target=S.OPEN, permission=P.MESSAGE_POST, label="Nobody has to answer",
    ),
    Transition(
        "resolve", sources=(S.OPEN, *AWAITING), target=S.RESOLVED, permission=P.MESSAGE_POST, label="Mark as resolved",
    ),
    Transition("reopen", sources=(S.RESOLVED,), target=S.OPEN, permission=P.MESSAGE_POST, label="Open again"),
)  # fmt: skip
