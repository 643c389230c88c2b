"""An update's dated obligations: to tell in time, to acknowledge, to decide, to answer, to end what was told.

A draft's clock is its company's alone: a due item copies the walls of its record, so the other side learns nothing.
"""

from __future__ import annotations

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DeadlineKind, add
from communications.updates.clocks import OTHER
from communications.updates.models import Update, UpdateDraft
from communications.updates.vocabulary import OVER, DraftStatus, Grade, UpdateStatus

WAITING = (UpdateStatus.POSTED, UpdateStatus.ACKNOWLEDGED)
SOON = (7, 2, 1, 0, -3, -7, -14)
LEAD = ("72h", "24h", "12h", "4h", "0h")  # hours before, where hours count
# Every day until it is read: a limit of a few days reaches back to the posting, so that people hear of it at once.
READ = (30, 14, *range(7, 0, -1), "0h", "-24h", "-72h")
LATE = (("-24h", "owner"), ("-72h", "manager"))
ASKS = ("answer_due",)


def named(update: Update) -> str:
    """An update as a mail may name it: without a word of what it tells."""
    return f"{update.kind.label} {update.number}"


def is_grave(told: Update | UpdateDraft) -> bool:
    return told.classification == Grade.CRITICAL


def awaits_an_answer(update: Update) -> bool:
    asks = update.kind.asks_answer and update.status in WAITING
    return update.answer_by is not None and (update.status == UpdateStatus.ASKED or asks)


def declare() -> None:
    declare_draft()
    declare_reading()
    declare_answers()


def declare_draft() -> None:
    add(
        "update.notify",
        DeadlineKind(
            UpdateDraft,
            "notify_by",
            lambda d: d.status == DraftStatus.DRAFT,
            Q(status=DraftStatus.DRAFT, notify_by__isnull=False),
            lambda d: f"{d.kind.label} to be told: {d.title}",
            holder=lambda d: d.author_ref,
            side=lambda d: d.kind.side,
            offsets=LEAD,
            permission=P.UPDATE_POST,
            acts=P.UPDATE_POST,
            climbs=LATE,
            urgent=is_grave,
            label="Update to be posted",
            mail_title=lambda d: f"{d.kind.label} to be told",
        ),
    )


def declare_reading() -> None:
    add(
        "update.acknowledge",
        DeadlineKind(
            Update,
            "acknowledge_by",
            lambda u: u.status == UpdateStatus.POSTED,
            Q(status=UpdateStatus.POSTED),
            lambda u: f"{u.kind.label}: {u.title}",
            side=lambda u: OTHER[u.side],
            offsets=READ,
            acts=P.UPDATE_ACKNOWLEDGE,
            climbs=LATE,
            urgent=is_grave,
            label="Update to be acknowledged",
            mail_title=named,
        ),
    )
    add(
        "update.decide",
        DeadlineKind(
            Update,
            "decide_by",
            lambda u: u.status in WAITING,
            Q(status__in=WAITING, decide_by__isnull=False),
            lambda u: f"Decision on {u.title}",
            side=lambda u: OTHER[u.side],
            offsets=SOON,
            acts=P.UPDATE_DECIDE,
            label="Decision on an update",
            mail_title=lambda u: f"Decision on {named(u)}",
        ),
    )


def declare_answers() -> None:
    add(
        "update.answer",
        DeadlineKind(
            Update,
            "answer_by",
            awaits_an_answer,
            Q(answer_by__isnull=False) & (Q(status=UpdateStatus.ASKED) | Q(status__in=WAITING, type__in=ASKS)),
            lambda u: f"Answer about {u.title}",
            side=lambda u: u.ball or u.side,
            offsets=SOON,
            acts=P.UPDATE_POST,
            label="Answer about an update",
            mail_title=lambda u: f"Answer about {named(u)}",
        ),
    )
    add(
        "update.investigate",
        DeadlineKind(
            Update,
            "investigate_by",
            lambda u: u.status not in OVER,
            ~Q(status__in=OVER) & Q(investigate_by__isnull=False),
            lambda u: f"Investigation of {u.title}",
            side=PARTNER,
            acts=P.UPDATE_POST,
            urgent=is_grave,
            label="Investigation behind an update",
            mail_title=lambda u: f"Investigation behind {named(u)}",
        ),
    )
