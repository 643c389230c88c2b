"""Verbs of updates: written as a draft, posted, amended in versions, acknowledged, decided, answered, ended.

A draft is a row of its own that the other side cannot read. What was posted stands: an amendment is a further version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import attachments
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.updates import clocks
from communications.updates.clocks import PARTNER as CMO
from communications.updates.clocks import SPONSOR, Standing
from communications.updates.limits import Terms, terms_of
from communications.updates.models import Told, Update, UpdateDraft, UpdateReply, UpdateRevision
from communications.updates.revisions import changes_between, snapshot
from communications.updates.vocabulary import Act, DraftStatus, UpdateStatus
from communications.updates.workflows import DRAFT, UPDATE, what_lacks
from vendors.registry.models import Vendor
from vendors.registry.moved import survivor_of

AHEAD_OF_CLOCK = "This lies ahead: write when it was, not when it will be."
NOT_JOINED = "This CMO has not joined the portal: invite it first, or tell it elsewhere."


def side_of(by: Actor) -> str:
    return CMO if by.company_kind == PARTNER else SPONSOR


# --- drafts ---------------------------------------------------------------------------------------------------------


def start_draft(vendor: Vendor, type_code: str, *, by: User, **values: Any) -> UpdateDraft:
    """A draft of a type that the person's side posts. Raises ValidationError for what cannot be right."""
    if not by.may(P.UPDATE_POST):
        raise PermissionDenied
    company: Any = by.company_id
    draft = UpdateDraft(vendor=vendor, type=type_code, company_id=company, author_ref=by.ref, author_name=by.name)
    refuse_wrong_side(draft, by)
    keep_draft(draft, by=by, **values)
    return draft


def save_draft(draft: UpdateDraft, *, by: User, version: int | None = None, **values: Any) -> None:
    """Keeps what was written so far. Raises WrongState once it is posted, StaleRecord where a colleague saved."""
    if not by.may(P.UPDATE_POST):
        raise PermissionDenied
    if draft.status != DraftStatus.DRAFT:
        raise WrongState("This is no draft any more.")
    keep_draft(draft, by=by, version=version, **values)


def keep_draft(draft: UpdateDraft, *, by: User, version: int | None = None, **values: Any) -> None:
    follow_merged(draft)
    for name, value in values.items():
        setattr(draft, name, value)
    refuse_future(draft, timezone.now())
    draft.notify_by = due_of(draft, terms_of(draft.vendor, timezone.localdate()), side_of(by))
    write(draft, by=by, action="update_draft.save", version=version)


def follow_merged(draft: UpdateDraft) -> None:
    """Its CMO may be merged meanwhile: sites move, and a draft, which is not the sponsor's to move, goes after them."""
    survivor = survivor_of(draft.vendor)
    if survivor.pk != draft.vendor_id:
        draft.vendor = survivor


def discard(draft: UpdateDraft, *, by: User, version: int | None = None) -> None:
    DRAFT.perform(draft, "discard", by=by, version=version)


def refuse_wrong_side(told: Told, by: Actor) -> None:
    if told.kind.side != side_of(by):
        raise ValidationError({"type": "The other side posts this type of update."})
    if told.vendor.company_id is None:
        raise ValidationError({"vendor": NOT_JOINED})


def refuse_future(told: Told, now: datetime) -> None:
    errors = {n: AHEAD_OF_CLOCK for n in ("detected_at", "aware_at") if getattr(told, n) and getattr(told, n) > now}
    if errors:
        raise ValidationError(errors)


# --- clocks ---------------------------------------------------------------------------------------------------------


def due_of(told: Told, terms: Terms, side: str) -> datetime | None:
    """When the time to tell ends; None where nothing binds, or not yet."""
    name = told.kind.limit(told.classification, told.details)
    if not name:
        return None
    if told.kind.is_ahead:
        planned = told.planned_date
        return clocks.ahead(planned, terms.span(name), terms.place(side)) if planned else None
    return terms.ends(name, told.aware_at, side) if told.aware_at else None


def set_clocks(update: Update, terms: Terms, now: datetime) -> None:
    """Starts what begins with a version: its acknowledgement, and once the decision and the investigation."""
    kind, other = update.kind, clocks.OTHER[update.side]
    update.acknowledge_by = terms.ends("acknowledge_days", now, other)
    decides = kind.decides(update.classification, update.details)
    if decides:
        update.decide_by = terms.last_day(decides, now, other)
    if kind.investigates and update.investigate_by is None:
        update.investigate_by = terms.last_day(kind.investigates, update.aware_at or now, update.side)
    update.answer_by = update.planned_date if kind.asks_answer else None


def settle_ball(update: Update, status: str) -> None:
    kind = update.kind
    now = Standing(update.side, status, update.decides, kind.asks_answer, update.investigate_by is not None)
    update.ball = clocks.holder(now)


# --- posting --------------------------------------------------------------------------------------------------------


def post(draft: UpdateDraft, *, by: User, version: int | None = None, at: datetime | None = None) -> Update:
    """Posts the draft: from now on the other side reads it, and its clocks run. The draft's files come along.

    at: when it was posted, where it is not now; only the demo says so.

    Raises WrongState with what is missing, or where a colleague posted it already; StaleRecord where one wrote on it.
    """
    follow_merged(draft)
    refuse_wrong_side(draft, by)
    made: list[Update] = []

    def then() -> None:
        made.append(make_update(draft, by=by, now=at or timezone.now()))

    with attachments.kept_or_gone():
        DRAFT.perform(draft, "post", by=by, version=version, then=then)
    return made[0]


def make_update(draft: UpdateDraft, *, by: User, now: datetime) -> Update:
    side, vendor = side_of(by), draft.vendor
    terms = terms_of(vendor, timezone.localdate(now))
    update = Update(
        vendor=vendor, type=draft.type, side=side, author_ref=by.ref, author_name=by.name, posted_at=now,
        time_zone=terms.place(side).zone.key, **draft.content(),
    )  # fmt: skip
    refuse_future(update, now)
    update.notify_by = due_of(update, terms, side)
    update.timing = timing_of(update, now)
    set_clocks(update, terms, now)
    settle_ball(update, UpdateStatus.POSTED)
    write(update, by=by, action="update.post")
    write_revision(update, [], "", by=by, at=now)
    for file in attachments.attachments_of(draft, by):
        attachments.copy_to(file, update, by=by)
    draft.posted_as = update.number
    write(draft, by=by, action="update_draft.note")
    return update


def timing_of(update: Update, now: datetime) -> str:
    """Empty for what nobody owes at any time; a type with a limit that does not bind yet is told early."""
    kind = update.kind
    if not kind.has_limit or (update.notify_by is None and kind.is_ahead):
        return ""
    return clocks.timing(now, update.notify_by, None if kind.is_ahead else update.aware_at)


def post_new(vendor: Vendor, type_code: str, *, by: User, **values: Any) -> Update:
    """A draft and its posting in one act: nothing is kept where it lacks something."""
    with transaction.atomic():
        return post(start_draft(vendor, type_code, by=by, **values), by=by)


def write_revision(update: Update, changes: list[Any], reason: str, *, by: User, at: datetime) -> None:
    row = UpdateRevision(
        update=update, revision=update.revision, content=snapshot(update), changes=changes, reason=reason,
        author_name=by.name, posted_at=at,
    )  # fmt: skip
    write(row, by=by, action="update.write_version")


def amend(
    update: Update, *, by: User, reason: str, version: int | None = None, at: datetime | None = None, **values: Any
) -> None:
    """A new version: it says what is new, stands beside the earlier ones, and asks to be acknowledged again.

    Raises WrongState where nothing changed or something is missing, StaleRecord where a colleague was faster.
    """
    now, kept = at or timezone.now(), {f.attname: getattr(update, f.attname) for f in update._meta.concrete_fields}
    before = snapshot(update)

    def first() -> None:
        for name, value in values.items():
            setattr(update, name, value)
        refuse_future(update, now)
        update.clean()
        lacking = what_lacks(update)
        if lacking:
            raise WrongState(" ".join(lacking.values()))
        changes.extend(changes_between(update, before, snapshot(update)))
        if not changes:
            raise WrongState("Nothing is new in this version: change what has changed.")
        update.revision += 1
        set_clocks(update, terms_of(update.vendor, timezone.localdate(now)), now)
        settle_ball(update, UpdateStatus.POSTED)

    def then() -> None:
        write_revision(update, changes, reason, by=by, at=now)

    changes: list[Any] = []
    try:
        UPDATE.perform(update, "amend", by=by, reason=reason, version=version, first=first, then=then)
    except Exception:
        for name, value in kept.items():
            setattr(update, name, value)
        raise


# --- moves ----------------------------------------------------------------------------------------------------------


def move(
    update: Update,
    name: str,
    *,
    by: User,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> None:
    """Any move but a new version; what was said stands as a row that both sides read.

    Raises PermissionDenied, WrongState, StaleRecord, BadCredentials.
    """
    if name == "amend":
        raise WrongState("A new version says what has changed: post it where the update is written.")
    kept = {f.attname: getattr(update, f.attname) for f in update._meta.concrete_fields}
    now = at or timezone.now()

    def first() -> None:
        for field, value in of_move(update, name, by, now).items():
            setattr(update, field, value)
        settle_ball(update, UPDATE.by_name[name].target)

    def then() -> None:
        say(update, name, reason, by=by, at=now)

    try:
        UPDATE.perform(
            update, name, by=by, reason=reason, credentials=credentials, version=version, first=first, then=then
        )
    except Exception:
        for field, value in kept.items():
            setattr(update, field, value)
        raise


def of_move(update: Update, name: str, by: User, now: datetime) -> dict[str, Any]:
    """The facts that a move sets besides the status."""
    read = {"acknowledged_at": now, "acknowledged_by_name": by.name, "acknowledged_revision": update.revision}
    if name == "ask":
        terms = terms_of(update.vendor, timezone.localdate(now))
        return read | {"answer_by": terms.last_day("answer_days", now, update.side)}
    if name == "answer":
        return {"answer_by": update.planned_date if update.kind.asks_answer else None}
    if name in ("accept", "refuse"):
        return read | {"decided_at": now, "decided_by_name": by.name}
    if name in ("close", "withdraw"):
        return {"closed_at": now}
    return read  # acknowledge, respond


def say(update: Update, act: str, text: str, *, by: User, at: datetime) -> None:
    row = UpdateReply(
        update=update,
        act=act,
        revision=update.revision,
        text=text,
        side=side_of(by),
        author_name=by.name,
        said_at=at,
    )
    write(row, by=by, action="update.say")


# --- what an update becomes -----------------------------------------------------------------------------------------


def hold_fresh(update: Update) -> Update:
    """The update as it stands now, held until the transaction ends."""
    return lock(update) or update  # type: ignore[return-value]


def note_fact(update: Update, number: str, *, by: User) -> None:
    update.fact_number = number
    write(update, by=by, action="update.take_over", details={"became": number})
    say(update, Act.TAKE_OVER, "", by=by, at=timezone.now())
