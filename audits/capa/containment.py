"""Containment of a critical finding: what is done at once, against a clock of hours that stops when it is recorded.

The CMO records it by itself, before its response; a response that says what was done at once records it too. For a CMO
that has not joined the sponsor does, and says whose word it is. What was done at night and is written down in the
morning counts from the night: both moments stay on record.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.capa.clocks import contain_by, noon
from audits.capa.models import CapaLink, Response
from audits.capa.moves import note_clocks
from audits.capa.vocabulary import OVER
from audits.capa.workflows import cmo_is_absent
from audits.conduct.models import Meeting
from audits.conduct.vocabulary import MeetingKind
from audits.programme.limits import CLOCK
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState


def is_owed(link: CapaLink) -> bool:
    """Whether the clock of hours runs."""
    return link.contain_at is not None and link.contained_at is None and link.status not in OVER


def may_record(link: CapaLink, user: User) -> bool:
    if not is_owed(link):
        return False
    return user.may(P.CAPA_ANSWER) if user.company_kind == PARTNER else user.may(P.CAPA_RECORD) and not link.has_joined


def record_containment(
    link: CapaLink,
    *,
    by: User,
    containment: str,
    author_name: str = "",
    version: int | None = None,
    contained_at: datetime | None = None,
) -> None:
    """Stops the clock: what was done at once, by the CMO, or passed on by the sponsor with the author's name.
    contained_at: when it was done, where that was before now; not before the CMO was told of the finding.

    Raises PermissionDenied, WrongState, StaleRecord, or ValidationError for what is missing.
    """
    is_partner = by.company_kind == PARTNER
    if not by.may(P.CAPA_ANSWER if is_partner else P.CAPA_RECORD):
        raise PermissionDenied
    refusal = "" if is_partner else cmo_is_absent(link, by)
    if refusal:
        raise WrongState(refusal)
    if link.contained_at is not None:
        raise WrongState("The containment is recorded already.")
    if not is_owed(link):
        raise WrongState("No containment is asked for: the finding is not critical, or the CAPA is over.")
    if not containment.strip():
        raise ValidationError({"containment": "Write what was done at once, or why nothing was needed."})
    if not is_partner and not author_name.strip():
        raise ValidationError({"author_name": "Write who at the CMO said so."})
    refuse_odd_moment(link, contained_at)
    name = by.name if is_partner else f"{author_name.strip()}, recorded by {by.name}"
    values = said(containment, name, contained_at)
    note_clocks(link, by=by, action="capa.contain", version=version, **values)


def refuse_odd_moment(link: CapaLink, at: datetime | None) -> None:
    """Raises ValidationError for a moment that has not come, or at which the CMO did not know of the finding."""
    if at is None:
        return
    if at > timezone.now():
        raise ValidationError({"contained_at": "Give a moment that has passed, or leave it empty for now."})
    told = told_at(link)
    if at < told.replace(second=0, microsecond=0):  # a form knows no seconds
        local = timezone.localtime(told)
        when = f"{full_day(local.date())}, {local:%H:%M}"
        raise ValidationError({"contained_at": f"The CMO was told of the finding on {when}: give a later moment."})


def told_at(link: CapaLink) -> datetime:
    """When the CMO first heard of the finding: at the close-out meeting, with its draft, or with the report. Also asked
    by the CMO, who need not read what tells it."""
    finding = link.finding
    moments = [link.created_at]
    issued = finding.issued_date
    if issued is not None and issued < timezone.localdate(link.created_at):  # recorded, or in need of a CAPA, later
        moments.append(datetime.combine(issued, time(), tzinfo=timezone.get_current_timezone()))
    with acting_as(CLOCK):
        sent = TrailEvent.objects.filter(record_number=finding.number, action="finding.send").order_by("at").first()
        if sent is not None:
            moments.append(sent.at)
        if not finding.is_late:  # one that is late was raised after the meeting
            meetings = Meeting.objects.filter(audit=finding.audit_id, kind=MeetingKind.CLOSEOUT)
            moments += meetings.values_list("held_at", flat=True)
    return min(moments)


def of_response(link: CapaLink, response: Response) -> dict[str, Any]:
    """What a round sets where it says what was done at once and nobody had recorded it."""
    if not is_owed(link) or not response.containment.strip():
        return {}
    name = response.author_name
    if response.is_recorded_by_sponsor and response.author is not None:
        name = f"{name}, recorded by {response.author.name}"
    on = response.received_date
    return said(response.containment, name, noon(on) if on < timezone.localdate() else None)


def of_class(link: CapaLink) -> dict[str, Any]:
    """What a new class of the finding sets: its hours begin once it is critical, and end once it is not. They do not
    begin where the last round has said already what was done at once."""
    if link.contained_at is not None or link.status in OVER:
        return {}
    contain_at = contain_by(link, timezone.localdate())
    if (contain_at is None) == (link.contain_at is None):
        return {}
    last = link.responses.order_by("-round").first() if contain_at else None
    return {} if last is not None and last.containment.strip() else {"contain_at": contain_at}


def said(containment: str, name: str, at: datetime | None) -> dict[str, Any]:
    """at: when it was done, or a day's noon where only its day is known; None: now."""
    now = timezone.now()
    return {
        "containment": containment.strip(),
        "contained_by_name": name[:120],
        "contained_at": at or now,
        "containment_recorded_at": now,
    }
