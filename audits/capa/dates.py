"""The date both sides agree on: proposed, answered with another, agreed, and later extended with what keeps it safe.

The agreed date is the clock. Neither side agrees its own proposal.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from audits.capa.clocks import due_on
from audits.capa.models import CapaLink, DateProposal, Extension
from audits.capa.moves import move, note_clocks
from audits.capa.vocabulary import AT_WORK, CapaLinkStatus, ExtensionStatus, ProposalStatus
from audits.capa.workflows import is_not_over
from audits.programme.vocabulary import Side
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState


def side_of(by: Actor) -> str:
    return Side.PARTNER if by.company_kind == PARTNER else Side.SPONSOR


def acting_side(link: CapaLink, by: Actor, *, outside: bool) -> str:
    """For whom `by` speaks. `outside`: the sponsor passes on what a CMO said that has not joined."""
    if not outside:
        return side_of(by)
    if not by.may(P.CAPA_RECORD):
        raise PermissionDenied
    if link.has_joined:
        raise WrongState("The CMO has joined the portal and answers here itself.")
    return Side.PARTNER


def open_proposal(link: CapaLink) -> DateProposal | None:
    found: DateProposal | None = link.date_proposals.filter(status=ProposalStatus.OPEN).first()
    return found


def open_extension(link: CapaLink) -> Extension | None:
    found: Extension | None = link.extensions.filter(status=ExtensionStatus.REQUESTED).first()
    return found


def propose_date(
    link: CapaLink,
    day: date,
    *,
    by: Actor,
    reason: str = "",
    outside: bool = False,
    author_name: str = "",
    version: int | None = None,
    on: date | None = None,
) -> DateProposal:
    """Proposes a day, or answers the other side's with another one. Raises WrongState once a date is agreed."""
    if not by.may(P.CAPA_DATE):
        raise PermissionDenied
    over = is_not_over(link)
    if over:
        raise WrongState(over)
    if link.status not in (CapaLinkStatus.PROPOSED, CapaLinkStatus.NOT_EFFECTIVE):
        raise WrongState("A date is agreed already: ask for a later one with a reason and an interim control.")
    if day < (on or timezone.localdate()):
        raise ValidationError({"date": "Propose a day that is still to come."})
    side = acting_side(link, by, outside=outside)
    with transaction.atomic():
        made = put_proposal(
            link, day, side=side, by=by, author_name=author_name or by.name, reason=reason, outside=outside
        )
        note_clocks(link, by=by, action="capa.propose_date", version=version, on=on)
    return made


def put_proposal(
    link: CapaLink, day: date, *, side: str, by: Actor, author_name: str, reason: str, outside: bool
) -> DateProposal:
    """Writes the proposal; the one that was open is answered by it, or taken back by its own side."""
    standing = open_proposal(link)
    if standing is not None:
        own = standing.proposed_by == side
        standing.status = ProposalStatus.WITHDRAWN if own else ProposalStatus.COUNTERED
        standing.answered_by_name = "" if own else author_name
        write(standing, by=by, action="date_proposal.withdraw" if own else "date_proposal.counter")
    made = DateProposal(
        link=link, proposed_by=side, author_name=author_name, date=day, reason=reason, is_recorded_by_sponsor=outside
    )
    write(made, by=by, action="date_proposal.propose")
    return made


def agree(
    link: CapaLink,
    *,
    by: Actor,
    outside: bool = False,
    version: int | None = None,
    on: date | None = None,
    day: date | None = None,
) -> None:
    """Agrees the day that the other side proposed: from now on it is the clock.

    day: the one that the person read. Raises WrongState where nothing is proposed, where one's own side proposed it,
    or where another day stands there by now.
    """
    if not by.may(P.CAPA_DATE):
        raise PermissionDenied
    proposal = open_proposal(link)
    if proposal is None:
        raise WrongState("No date is proposed: propose one.")
    if proposal.proposed_by == acting_side(link, by, outside=outside):
        raise WrongState("Your side proposed this date: the other side agrees to it.")
    if day is not None and day != proposal.date:
        raise WrongState(f"Meanwhile {full_day(proposal.date)} is proposed: nothing is agreed yet.")

    def before() -> None:
        proposal.status, proposal.answered_by_name = ProposalStatus.AGREED, by.name
        write(proposal, by=by, action="date_proposal.agree")

    move(link, "agree_date", by=by, before=before, version=version, on=on, agreed_date=proposal.date)


def ask_extension(
    link: CapaLink,
    new_date: date,
    *,
    by: Actor,
    reason: str,
    interim_control: str,
    outside: bool = False,
    author_name: str = "",
    version: int | None = None,
    on: date | None = None,
) -> Extension:
    """Asks for a later day than the agreed one. Raises WrongState where no date is agreed or one is asked already."""
    if not by.may(P.CAPA_DATE):
        raise PermissionDenied
    if link.status not in AT_WORK or link.agreed_date is None:
        raise WrongState("A later date is asked for between the agreed date and the report that the work is done.")
    if open_extension(link) is not None:
        raise WrongState("A later date is asked for already and waits for its answer.")
    if new_date < (on or timezone.localdate()):
        raise ValidationError({"new_date": "Ask for a day that is still to come."})
    for name, text in (("reason", reason), ("interim_control", interim_control)):
        if not text.strip():
            raise ValidationError({name: "Write it: the other side decides on it."})
    made = Extension(
        link=link,
        asked_by=acting_side(link, by, outside=outside),
        old_date=link.agreed_date,
        new_date=new_date,
        reason=reason,
        interim_control=interim_control,
        author_name=author_name or by.name,
        is_recorded_by_sponsor=outside,
    )
    with transaction.atomic():
        write(made, by=by, action="extension.ask", reason=reason)
        answer_by = due_on(link, "review_days", on or timezone.localdate())  # also where the ball stays where it was
        note_clocks(link, by=by, action="capa.ask_extension", version=version, on=on, answer_due_date=answer_by)
    return made


def answer_extension(
    extension: Extension,
    *,
    granted: bool,
    by: Actor,
    note: str = "",
    version: int | None = None,
    on: date | None = None,
) -> None:
    """The other side's answer; a date that is not extended needs the reason. Raises WrongState for one's own side."""
    link = extension.link
    if not by.may(P.CAPA_DATE):
        raise PermissionDenied
    if extension.status != ExtensionStatus.REQUESTED:
        raise WrongState("This is answered already.")
    if extension.asked_by == side_of(by):
        raise WrongState("Your side asked for this: the other side answers.")
    if not granted and not note.strip():
        raise ValidationError({"note": "Write why the date stays, so that the other side can plan."})
    kept = (extension.status, extension.answer_note, extension.answered_by_name)
    extension.status = ExtensionStatus.GRANTED if granted else ExtensionStatus.REFUSED
    extension.answer_note, extension.answered_by_name = note, by.name
    values: dict[str, Any] = {"agreed_date": extension.new_date} if granted else {}
    try:
        with transaction.atomic():
            write(extension, by=by, action="extension.grant" if granted else "extension.refuse", reason=note)
            note_clocks(link, by=by, action="capa.answer_extension", version=version, on=on, **values)
    except Exception:
        extension.status, extension.answer_note, extension.answered_by_name = kept
        raise
