"""Keeps a link's clocks in step with every act: whose move it is, since when, by when, and what each side has used.

Limits are the sponsor's (`programme.limits`); the days they lead to are both sides' to see.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from audits.capa import ball
from audits.capa.models import CapaLink
from audits.capa.vocabulary import AT_WORK, Ball, CapaLinkStatus, ExtensionStatus, ProposalStatus, ResponseStatus
from audits.findings.vocabulary import FindingClass
from audits.programme.limits import CLOCK, due, limit, response_limit
from cmo_portal.records.context import acting_as

CAPA_LIMITS = {"critical": "capa_critical_days", "major": "capa_major_days"}


def due_on(link: CapaLink, name: str, start: date) -> date:
    """The day to which the sponsor's limit `name` leads. Also asked while the CMO acts, who may not read the limits."""
    with acting_as(CLOCK):
        return due(link.finding.audit, name, start)


def respond_by(link: CapaLink, start: date) -> date:
    """By when the CMO answers: the limit of the finding's class."""
    return due_on(link, response_limit(link.finding.classification), start)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def contain_by(link: CapaLink, start: date) -> datetime | None:
    """The instant by which the CMO has contained a critical finding that was issued on `start`; None for any other.

    The hours begin now, and where the issue is recorded later at noon (UTC) of its day.
    """
    if link.finding.classification != FindingClass.CRITICAL:
        return None
    now = timezone.now()
    begins = now if start >= timezone.localdate() else noon(start)
    with acting_as(CLOCK):
        return begins + timedelta(hours=limit(link.finding.audit, "containment_hours", start))


def suggested(link: CapaLink, start: date) -> date:
    """The usual day for a CAPA of the finding's class."""
    return due_on(link, CAPA_LIMITS.get(link.finding.classification, "capa_other_days"), start)


def standing(link: CapaLink, **moved: str) -> ball.Standing:
    """What decides on the ball now, or after the statuses in `moved`."""
    proposal = link.date_proposals.filter(status=ProposalStatus.OPEN).first() if link.pk else None
    extension = link.extensions.filter(status=ExtensionStatus.REQUESTED).first() if link.pk else None
    return ball.Standing(
        response=moved.get("response_status", link.response_status),
        status=moved.get("status", link.status),
        proposed_by=proposal.proposed_by if proposal else "",
        extension_by=extension.asked_by if extension else "",
    )


def settle(link: CapaLink, today: date, **moved: str) -> None:
    """Sets the clocks of `link` as they stand after this act; nothing is written here."""
    now = standing(link, **moved)
    side = ball.holder(now)
    since = today
    if now.status == CapaLinkStatus.EFFECTIVENESS_DUE and link.check_date:
        since = max(today, link.check_date)  # the sponsor's days begin with the day that was set ahead
    rests = link.ball == side and link.ball_since_date is not None and link.ball_since_date > today
    if side != link.ball or rests or since > today:
        charge(link, today)
        link.ball, link.ball_since_date = side, since if side else None
        link.answer_due_date = due_on(link, "review_days", since) if side else None
    elif is_new_question(link, now):
        link.answer_due_date = due_on(link, "review_days", today)
    link.due_date = next_due(link, now, side) or today


def is_new_question(link: CapaLink, now: ball.Standing) -> bool:
    """Whether the holder is asked for something else from now on, the date or the close, though the ball stays: its
    days begin anew, or what comes after a late review or verdict would be late at once, and no reminder ever owed."""
    accepted, effective = ResponseStatus.ACCEPTED, CapaLinkStatus.EFFECTIVE
    return now.response == accepted != link.response_status or now.status == effective != link.status


def charge(link: CapaLink, today: date) -> None:
    """Books the days since the ball came to whoever held it."""
    if link.ball == Ball.PARTNER:
        link.partner_days = link.days_of(Ball.PARTNER, today)
    elif link.ball == Ball.SPONSOR:
        link.sponsor_days = link.days_of(Ball.SPONSOR, today)


def next_due(link: CapaLink, now: ball.Standing, side: str) -> date | None:
    """By when the holder moves; None once nobody does."""
    if not side:
        return None
    if now.response in (ResponseStatus.DUE, ResponseStatus.RETURNED):
        return link.response_due_date
    if side == Ball.PARTNER and now.status in AT_WORK and not now.extension_by:
        return link.agreed_date
    if now.status == CapaLinkStatus.EFFECTIVENESS_DUE:
        return link.check_date
    return link.answer_due_date


CLOCKS = ("ball", "ball_since_date", "answer_due_date", "due_date", "partner_days", "sponsor_days")


def snapshot(link: CapaLink, names: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: getattr(link, name) for name in (*CLOCKS, *names)}


def put_back(link: CapaLink, before: dict[str, Any]) -> None:
    for name, value in before.items():
        setattr(link, name, value)
