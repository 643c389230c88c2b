"""Verbs of the CMO's own CAPA: which findings it answers, and what of it the CMO puts where.

Nothing here writes a row that a sponsor reads except by copying, and no copy says where it came from.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from audits.capa.actions import draft_of, save_draft
from audits.capa.models import Capa, CapaLink, OwnLink, RootCause
from audits.capa.moves import as_it_stands
from audits.capa.vocabulary import OVER, ResponseStatus
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import attachments
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState


def must_answer(by: Actor) -> None:
    if by.company_kind != PARTNER or not by.may(P.CAPA_ANSWER):
        raise PermissionDenied


def open_capa(*, by: Actor, **values: Any) -> Capa:
    """A CAPA of the CMO's own."""
    must_answer(by)
    company: Any = by.company_id
    capa = Capa(company_id=company, **values)
    write(capa, by=by, action="own_capa.open")
    return capa


def revise_capa(capa: Capa, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Changes what the CAPA says. Copies that were handed on stay as they were."""
    must_answer(by)
    if capa.is_withdrawn:
        raise WrongState("This CAPA is withdrawn: take it back into use first.")
    for name, value in values.items():
        setattr(capa, name, value)
    write(capa, by=by, action="own_capa.revise", version=version)


def withdraw_capa(capa: Capa, *, by: Actor, reason: str) -> None:
    """Takes a CAPA out of use once it answers nothing any more."""
    must_answer(by)
    with transaction.atomic():
        lock(capa)
        if OwnLink.objects.filter(capa=capa, is_removed=False).exists():
            raise WrongState("This CAPA still answers findings: take them out first.")
        capa.is_withdrawn = True
        write(capa, by=by, action="own_capa.withdraw", reason=reason)


def restore_capa(capa: Capa, *, by: Actor) -> None:
    must_answer(by)
    capa.is_withdrawn = False
    write(capa, by=by, action="own_capa.restore")


def add_link(capa: Capa, link: CapaLink, *, by: Actor, **choices: bool) -> OwnLink:
    """Lets the CAPA answer one more finding. Raises ValidationError where the finding belongs to one already."""
    must_answer(by)
    if link.wall_partner != capa.company_id:
        raise PermissionDenied
    with transaction.atomic():
        if as_it_stands(link).status in OVER:
            raise WrongState("This finding is closed: no CAPA has to answer it any more.")
        now: Any = lock(capa)
        if now is None or now.is_withdrawn:
            raise WrongState("This CAPA is withdrawn: take it back into use first.")
        made = OwnLink(capa=capa, link=link, **choices)
        write(made, by=by, action="own_capa.add_link")
    return made


def choose(own: OwnLink, *, by: Actor, version: int | None = None, **choices: bool) -> None:
    """What of the CAPA may be copied to this one sponsor. Choosing copies nothing yet."""
    must_answer(by)
    for name, value in choices.items():
        setattr(own, name, value)
    write(own, by=by, action="own_capa.choose", version=version)


def remove_link(own: OwnLink, *, by: Actor) -> None:
    """Takes a finding out of the CAPA; what was copied stays with the sponsor's record."""
    must_answer(by)
    own.is_removed = True
    write(own, by=by, action="own_capa.remove_link")


def copy_to_link(own: OwnLink, *, by: Actor) -> list[str]:
    """Copies what is chosen to the finding's side, as rows of their own; returns what was copied, in words.

    Before the response is accepted, text and files go into the CMO's draft, which the CMO still sends itself; after
    it, files go to the link as evidence of what was implemented. Raises WrongState where there is nothing to copy.
    """
    must_answer(by)
    link = own.link
    if link.status in OVER:
        raise WrongState("This finding is closed: nothing more is copied to it.")
    if not (own.is_root_cause_shared or own.is_evidence_shared):
        raise WrongState("Choose first what this sponsor may read: the root cause, the evidence, or both.")
    drafting = link.response_status in (ResponseStatus.DUE, ResponseStatus.RETURNED)
    if link.response_status == ResponseStatus.SUBMITTED:
        raise WrongState("The response is with the sponsor: wait for its answer, then copy.")
    with transaction.atomic():
        said = []
        if own.is_root_cause_shared and drafting:
            said += copy_text(own.capa, link, by=by)
        if own.is_evidence_shared:
            said += copy_files(own.capa, link, by=by, drafting=drafting)
        if not said:
            raise WrongState(nothing_to_copy(own, drafting=drafting))
        own.shared_date = timezone.localdate()
        write(own, by=by, action="own_capa.copy", details={"copied": said})
    return said


def nothing_to_copy(own: OwnLink, *, drafting: bool) -> str:
    if own.is_root_cause_shared and not own.is_evidence_shared and not drafting:
        return "The response is accepted: its text stands. Evidence can still be copied."
    return "There is nothing new to copy: text and files are there already."


def copy_text(capa: Capa, link: CapaLink, *, by: Actor) -> list[str]:
    """Fills the draft's empty fields; a field that somebody wrote for this sponsor is kept."""
    draft = draft_of(link, by)
    kept = {"actions": [row | {"number": ""} for row in capa.actions]}
    values = {
        name: kept.get(name, getattr(capa, name))
        for name in RootCause.CONTENT
        if getattr(capa, name) and not getattr(draft, name)
    }
    if not values:
        return []
    save_draft(draft, by=by, **values)
    return ["the root cause and what follows from it"]


def copy_files(capa: Capa, link: CapaLink, *, by: Actor, drafting: bool) -> list[str]:
    """Files whose content is not there yet."""
    target: Record = link
    if drafting:
        draft = draft_of(link, by)
        if draft.pk is None:
            save_draft(draft, by=by)
        target = draft
    numbers = [target.number, *link.responses.values_list("number", flat=True)]
    kept = attachments.Attachment.objects.visible_to(by).filter(about_number__in=numbers, is_retired=False)
    there = set(kept.values_list("sha256", flat=True))
    fresh = [file for file in attachments.attachments_of(capa, by) if file.sha256 not in there]
    for file in fresh:
        attachments.copy_to(file, target, by=by)
    return [file.name for file in fresh]
