"""Containment of a critical finding: what is done at once, against a clock of hours that stops when it is recorded.

The CMO records it by itself, before its response; a response that says what was done at once records it too. For a CMO
that has not joined the sponsor does, and says whose word it is.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.capa.clocks import contain_by, noon
from audits.capa.models import CapaLink, Response
from audits.capa.moves import note_clocks
from audits.capa.vocabulary import OVER
from audits.capa.workflows import cmo_is_absent
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
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
    on: date | None = None,
) -> None:
    """Stops the clock: what was done at once, by the CMO, or passed on by the sponsor with the author's name.
    on: the day it happened, where it is recorded later.

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
    name = by.name if is_partner else f"{author_name.strip()}, recorded by {by.name}"
    note_clocks(link, by=by, action="capa.contain", version=version, **said(containment, name, on))


def of_response(link: CapaLink, response: Response) -> dict[str, Any]:
    """What a round sets where it says what was done at once and nobody had recorded it."""
    if not is_owed(link) or not response.containment.strip():
        return {}
    name = response.author_name
    if response.is_recorded_by_sponsor and response.author is not None:
        name = f"{name}, recorded by {response.author.name}"
    return said(response.containment, name, response.received_date)


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


def said(containment: str, name: str, on: date | None) -> dict[str, Any]:
    """on: the day it was said, where that is recorded later."""
    at = timezone.now() if on is None or on >= timezone.localdate() else noon(on)
    return {"containment": containment.strip(), "contained_by_name": name[:120], "contained_at": at}
