"""Verbs of auditors' qualification: propose it, revise the proposal, and every signed decision of quality."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from audits.programme.actions import refuse_unknown, require
from audits.programme.limits import due
from audits.programme.models import Auditor
from audits.programme.vocabulary import AuditorStatus
from audits.programme.workflows import AUDITOR
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write

FIELDS = ("level", "fields", "basis", "audits_before")


def propose_auditor(person: User, *, by: Actor, **values: Any) -> Auditor:
    """A colleague to be qualified. Raises PermissionDenied, or ValidationError where a qualification stands already."""
    require(by, P.AUDITOR_PROPOSE)
    refuse_unknown(values, FIELDS)
    if by.company_id is not None and person.company_id != by.company_id:
        raise ValidationError({"person": "Choose a colleague who has an account here."})
    if Auditor.objects.filter(person=person).exists():
        raise ValidationError({"person": f"{person.name} stands in the list already: open that one."})
    auditor = Auditor(person=person, sponsor=person.company, **values)
    write(auditor, by=by, action="auditor.propose")
    return auditor


def revise_auditor(auditor: Auditor, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Changes level, fields or basis; a qualification that was signed then waits for a new signature.

    Raises PermissionDenied, StaleRecord, ValidationError.
    """
    require(by, P.AUDITOR_PROPOSE)
    refuse_unknown(values, FIELDS)
    for name, value in values.items():
        setattr(auditor, name, value)
    if auditor.status == AuditorStatus.QUALIFIED and says_something_new(auditor):
        auditor.status = AuditorStatus.PROPOSED  # what quality signed is not what stands here now
    write(auditor, by=by, action="auditor.revise", version=version, reason=reason)


def says_something_new(auditor: Auditor) -> bool:
    stored = Auditor.objects.get(pk=auditor.pk)
    return any(getattr(stored, name) != getattr(auditor, name) for name in FIELDS)


def move_auditor(
    auditor: Auditor,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    credentials: Credentials | None = None,
    version: int | None = None,
) -> None:
    """Qualifies until the day of renewal, suspends or ends. A renewal is a qualification signed anew.

    Raises PermissionDenied, WrongState, StaleRecord, BadCredentials.
    """
    before = auditor.qualified_date, auditor.expires_date
    if name == "qualify":
        today = timezone.localdate()
        auditor.qualified_date, auditor.expires_date = today, due(auditor.sponsor, "auditor_months", today)
    try:
        AUDITOR.perform(auditor, name, by=by, reason=reason, credentials=credentials, version=version)
    except Exception:
        auditor.qualified_date, auditor.expires_date = before
        raise
