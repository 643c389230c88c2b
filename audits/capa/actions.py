"""Verbs of a link: it opens with its finding, and the CMO answers in rounds that the sponsor accepts or returns.

Everything that happens to one link in one act happens in one transaction, clocks included. The CMO's draft is a row
of its own: nothing of it, not even that it exists, reaches the sponsor before it is sent.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.capa import clocks, containment, planned
from audits.capa.dates import agree, put_proposal
from audits.capa.models import CapaAction, CapaLink, Response, ResponseDraft
from audits.capa.moves import Acts, as_it_stands, move, note_clocks
from audits.capa.vocabulary import CapaLinkStatus, ResponseStatus
from audits.capa.workflows import RESPONSE, cmo_is_absent
from audits.findings.models import Finding
from audits.findings.vocabulary import FindingStatus
from audits.findings.workflows import FINDING
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import attachments, deadlines
from cmo_portal.records.actors import SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import StaleRecord, last_event, write
from cmo_portal.records.workflow import WrongState

WRITTEN_MEANWHILE = "{} wrote on the response meanwhile: read it again, then send it."


def open_link(
    finding: Finding, by: Actor, start: date | None = None, *, contain_from: date | None = None
) -> CapaLink | None:
    """The link of a finding that was just issued; None where it asks for no response. Called once a finding, in the
    transaction that issues it. contain_from: the day the hours of containment begin, where that is not `start`."""
    if not finding.needs_response:
        return None
    start = start or finding.issued_date or timezone.localdate()
    link = CapaLink(finding=finding, response_due_date=finding.response_due_date)
    link.response_due_date = link.response_due_date or clocks.respond_by(link, start)
    link.contain_at = clocks.contain_by(link, contain_from or start)
    link.suggested_date = clocks.suggested(link, start)
    link.ball = ""
    clocks.settle(link, start)
    write(link, by=by, action="capa.open")
    return link


# --- the CMO's draft ------------------------------------------------------------------------------------------------


def draft_of(link: CapaLink, by: Actor) -> ResponseDraft:
    """The CMO's draft as it stands, or a new one that is not stored yet; it begins with what the last round said."""
    if not by.may(P.CAPA_ANSWER):
        raise PermissionDenied
    stored: ResponseDraft | None = ResponseDraft.objects.visible_to(by).filter(link=link).first()
    if stored is not None:
        stored.link = link
        return stored
    company: Any = by.company_id
    return ResponseDraft(link=link, company_id=company, proposed_date=link.agreed_date or link.suggested_date)


def save_draft(draft: ResponseDraft, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Keeps what the CMO has typed; also by itself, while it is typed. Raises WrongState once the response is sent,
    StaleRecord where a colleague saved meanwhile."""
    if not by.may(P.CAPA_ANSWER):
        raise PermissionDenied
    with transaction.atomic():
        if as_it_stands(draft.link).response_status not in (ResponseStatus.DUE, ResponseStatus.RETURNED):
            raise WrongState("The response is with the sponsor: wait for its answer before you write on.")
        for name, value in values.items():
            setattr(draft, name, value)
        write(draft, by=by, action="response_draft.save", version=version)


# --- rounds ---------------------------------------------------------------------------------------------------------


def require_draft_version(draft: ResponseDraft, version: int | None, *, field: str = "draft_version") -> None:
    """Raises ValidationError where there is a draft and the sender does not say which version they have read."""
    if draft.pk is not None and version is None:
        raise ValidationError({field: "There is a draft: read it, and send the version that you have read."})


def write_and_submit(link: CapaLink, *, by: User, draft_version: int | None, **content: Any) -> Response:
    """Puts `content` into the draft and sends it, in one transaction: a refusal leaves the draft as it was.

    Raises as `save_draft` and `submit` do; ValidationError without the version of a draft that there is.
    """
    with transaction.atomic():
        draft = draft_of(link, by)
        require_draft_version(draft, draft_version)
        if content:
            save_draft(draft, by=by, version=draft_version if draft.pk else None, **content)
            draft_version = None  # from here on it is the one that was just written
        return submit(link, by=by, draft_version=draft_version)


def submit(
    link: CapaLink,
    *,
    by: User,
    reason: str = "",
    version: int | None = None,
    draft_version: int | None = None,
    on: date | None = None,
) -> Response:
    """Sends the draft as the next round: a copy that stands for good, its actions, its files, and a date proposed.

    draft_version: that of the draft the person has read. Raises WrongState with what the draft lacks, or where a
    colleague wrote on it meanwhile: then nothing is sent.
    """
    if not by.may(P.CAPA_ANSWER):
        raise PermissionDenied
    draft = draft_of(link, by)
    if draft_version is not None and draft.version != draft_version:
        event = last_event(draft) if draft.pk else None
        raise WrongState(WRITTEN_MEANWHILE.format(event.actor_name if event else "A colleague"))
    response = next_round(link, by, draft.content(), proposed_date=draft.proposed_date, author_name=by.name, on=on)

    def before() -> None:
        plan_actions(link, response, by=by)
        write(response, by=by, action="response.write")
        if draft.pk:
            hand_over_files(draft, response, by=by)
        propose_with(link, response, by=by)
        write_back(draft, response, by=by)

    answer(link, "submit", response, before, by=by, reason=reason, version=version, on=on)
    return response


def record_response(
    link: CapaLink,
    *,
    by: User,
    author_name: str,
    received_date: date,
    proposed_date: date | None = None,
    version: int | None = None,
    **content: Any,
) -> Response:
    """A response that reached the sponsor outside the portal, from a CMO that has not joined; marked as such.

    Raises WrongState where the CMO has joined, ValidationError for what is missing.
    """
    if not by.may(P.CAPA_RECORD):
        raise PermissionDenied
    refusal = cmo_is_absent(link, by)
    if refusal:
        raise WrongState(refusal)
    if received_date > timezone.localdate():
        raise ValidationError({"received_date": "The response was received today or before."})
    content["actions"] = [planned.tidy(row) for row in content.get("actions", [])]
    lacking = planned.missing(content["actions"], received_date)
    if lacking:
        raise ValidationError({"actions": lacking})
    response = next_round(link, by, content, on=received_date, proposed_date=proposed_date, author_name=author_name)
    response.is_recorded_by_sponsor = True

    def before() -> None:
        plan_actions(link, response, by=by)
        write(response, by=by, action="response.write")
        propose_with(link, response, by=by)

    answer(link, "record_response", response, before, by=by, version=version, on=received_date)
    return response


def next_round(link: CapaLink, by: User, content: dict[str, Any], *, on: date | None = None, **values: Any) -> Response:
    day = on or timezone.localdate()
    response = Response(link=link, round=link.rounds + 1, author=by, received_date=day, **values)
    for name, value in content.items():
        setattr(response, name, value)
    return response


def answer(link: CapaLink, name: str, response: Response, before: Acts, *, by: User, **keywords: Any) -> None:
    """Moves link and finding with the new round."""

    def after() -> None:
        if link.finding.status == FindingStatus.ISSUED:
            FINDING.perform(link.finding, "respond" if name == "submit" else name, by=by)

    values: dict[str, Any] = {"rounds": response.round, "responded_date": response.received_date}
    values |= containment.of_response(link, response)
    move(link, name, by=by, workflow=RESPONSE, before=before, after=after, **values, **keywords)


def plan_actions(link: CapaLink, response: Response, *, by: Actor) -> None:
    """Makes the link's actions say what this round plans: those kept are revised, new ones added, others taken away.

    An action that is done stays as it is.
    """
    standing = {row.number: row for row in link.actions.filter(is_removed=False)}
    rows = []
    for row in response.actions:
        action = standing.pop(row["number"], None) or CapaAction(link=link)
        if action.done_date is None:
            action.kind, action.text, action.owner_name = row["kind"], row["text"], row["owner"]
            action.due_date, action.interim_control = planned.day_of(row), row["interim"]
            write(action, by=by, action="action.plan")
        rows.append(row | {"number": action.number})
    for action in standing.values():
        if action.done_date is None:
            action.is_removed = True
            write(action, by=by, action="action.remove", reason=f"Not planned any more in round {response.round}.")
    response.actions = rows


def hand_over_files(draft: ResponseDraft, response: Response, *, by: Actor) -> None:
    """Copies the draft's files to the round: rows of their own, which lead nowhere else."""
    for attachment in attachments.attachments_of(draft, by):
        attachments.copy_to(attachment, response, by=by)
        attachments.retire(attachment, by=by, reason=f"Sent with round {response.round}.")


def propose_with(link: CapaLink, response: Response, *, by: Actor) -> None:
    """The day that comes with a response is a proposal, or the usual limit where it names none."""
    if link.agreed_date is None:
        day = response.proposed_date or link.suggested_date
        if day is not None:
            put_proposal(
                link, day, side="partner", by=by, author_name=response.author_name, reason="",
                outside=response.is_recorded_by_sponsor,
            )  # fmt: skip


def write_back(draft: ResponseDraft, response: Response, *, by: Actor) -> None:
    """The draft learns the numbers of its actions, so that the next round revises them instead of adding twins."""
    draft.actions, draft.self_check = response.actions, []
    try:
        write(draft, by=by, action="response_draft.sent", details={"round": response.round})
    except StaleRecord as stale:
        who = stale.event.actor_name if stale.event else "A colleague"
        raise WrongState(WRITTEN_MEANWHILE.format(who)) from stale


def review(
    link: CapaLink,
    name: str,
    *,
    by: User,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
    agree_date: bool = False,
    agreed_day: date | None = None,
    on: date | None = None,
    response_due_date: date | None = None,
) -> None:
    """The sponsor's answer to a round: `accept`, `return` or `reask`. Accepting may agree the proposed day with it;
    agreed_day is the one that the person read.

    Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    if name not in ("accept", "return", "reask"):
        raise ValidationError({"name": "A response is accepted, returned or asked for anew."})
    today = on or timezone.localdate()
    values: dict[str, Any] = {"accepted_date": today if name == "accept" else None}
    if name != "accept":
        if response_due_date is not None and response_due_date < today:
            raise ValidationError({"response_due_date": "The new day is today or later."})
        values["response_due_date"] = response_due_date or clocks.respond_by(link, today)
    with transaction.atomic():
        move(
            link, name, by=by, workflow=RESPONSE, reason=reason, version=version,
            before=lambda: answer_round(link, name, by=by, reason=reason), on=on,
            after=lambda: ask_again(link, name, by=by, reason=reason), **values,
        )  # fmt: skip
        if agree_date and name == "accept":
            agree(link, by=by, on=on, day=agreed_day)


def answer_round(link: CapaLink, name: str, *, by: User, reason: str) -> None:
    """What the reviewer said stands with the round it was said of."""
    response = link.responses.order_by("-round").first()
    if response is None:
        raise WrongState("There is no response to answer yet.")
    response.status = ResponseStatus.ACCEPTED if name == "accept" else ResponseStatus.RETURNED
    response.reviewer_name, response.reviewed_at = by.name, timezone.now()
    response.review_reason = reason
    write(response, by=by, action=f"response.{name}", reason=reason)


def ask_again(link: CapaLink, name: str, *, by: User, reason: str) -> None:
    if name != "accept" and link.finding.status == FindingStatus.RESPONDED:
        FINDING.perform(link.finding, "reask", by=by, reason=reason)


def follow_class(finding: Finding, by: Actor) -> None:
    """An issued finding was classified anew: one that now asks for a response gets its link, the usual day follows
    the class, and one that asks for none any more lets its link go."""
    link = CapaLink.objects.filter(finding=finding).first()
    if link is None:
        open_link(finding, by, timezone.localdate())  # the CMO's days begin with the new class
    elif not finding.needs_response:
        with acting_as(SWEEP):
            drop(link, by=SWEEP)
    elif link.status == CapaLinkStatus.WITHDRAWN:
        link.finding = finding
        with acting_as(SWEEP):
            reopen(link, by=SWEEP)
    elif finding.issued_date:
        link.finding = finding
        values = containment.of_class(link)
        if link.status == CapaLinkStatus.PROPOSED:
            values["suggested_date"] = clocks.suggested(link, finding.issued_date)
        if link.response_status in (ResponseStatus.DUE, ResponseStatus.RETURNED):
            values["response_due_date"] = min(link.response_due_date, clocks.respond_by(link, timezone.localdate()))
        if values:
            note_clocks(link, by=by, action="capa.follow_class", **values)
        keep_due(link)


def reopen(link: CapaLink, *, by: Actor) -> None:
    """Takes up a link that went with its finding's class: from the beginning, with days that start today."""
    today = timezone.localdate()
    values: dict[str, Any] = dict.fromkeys(("closed_date", "agreed_date", "implemented_date", "check_date"))
    values["response_due_date"], values["suggested_date"] = (
        clocks.respond_by(link, today),
        clocks.suggested(link, today),
    )
    if link.contained_at is None:
        values["contain_at"] = clocks.contain_by(link, today)
    move(link, "reopen", by=by, after=lambda: keep_due(link), **values)


def drop(link: CapaLink, *, by: Actor) -> None:
    """Ends a link whose finding asks for nothing any more. Called again it changes nothing."""
    if link.status not in (CapaLinkStatus.CLOSED, CapaLinkStatus.WITHDRAWN):
        move(link, "withdraw", by=by, closed_date=timezone.localdate(), after=lambda: keep_due(link))


def keep_due(link: CapaLink) -> None:
    """What depends on the link without being written with it: due items of its check, its actions, its class.

    Nobody is reminded of a check or an action of a withdrawn link; once it is taken up again, what was planned stands.
    """
    now = timezone.now()
    deadlines.keep([link], now)
    planned_rows: Any = (link.checks.filter(verdict=""), link.actions.filter(done_date=None))
    for rows in map(list, planned_rows):
        for row in rows:
            row.link = link
        deadlines.keep(rows, now)
