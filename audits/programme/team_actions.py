"""Verbs of an audit's team and dates: who audits, whether they are independent, and which dates both sides agree.

Each holds the audit while it looks and writes, so that nobody cancels it or ends the visit in between. Whoever holds
several rows holds the audit first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.programme.actions import CHANGING, holding, refuse_unknown, require, share
from audits.programme.models import Audit, Independence, Slot, TeamMember
from audits.programme.vocabulary import AuditStatus, Side, SlotStatus, TeamRole
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState

MOST_OFFERS = 6


@contextmanager
def held(audit: Audit) -> Iterator[None]:
    """Holds the audit until the transaction ends, and brings the caller's copy to what is stored."""
    with holding(audit) as now:
        audit.catch_up(now)
        yield


@contextmanager
def held_team(audit: Audit) -> Iterator[None]:
    """The same for its team; raises WrongState once the visit is over."""
    with held(audit):
        refuse_over(audit)
        yield


def add_member(audit: Audit, *, by: Actor, role: str, person: User | None = None, **values: Any) -> TeamMember:
    """A colleague (`person`), or somebody from outside by `name` and `employer`. The lead is also named at the audit.

    Raises PermissionDenied, WrongState, ValidationError.
    """
    require(by, P.AUDIT_PLAN)
    refuse_unknown(values, ("name", "employer", "expertise"))
    if person is not None:
        if person.company_id != audit.site.vendor.sponsor_id or not person.is_active:
            raise ValidationError({"person": "Choose a colleague who has an account here."})
        values |= {"name": person.name, "employer": person.company_name}
    member = TeamMember(audit=audit, person=person, role=role, **values)
    with held_team(audit):
        write(member, by=by, action="member.add")
        name_lead(audit, by=by)
    return member


def revise_member(
    member: TeamMember, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Changes role or expertise. Raises PermissionDenied, WrongState, StaleRecord, ValidationError."""
    require(by, P.AUDIT_PLAN)
    refuse_unknown(values, ("role", "expertise"))
    with held_team(member.audit):
        for name, value in values.items():
            setattr(member, name, value)
        write(member, by=by, action="member.revise", version=version, reason=reason)
        name_lead(member.audit, by=by)


def remove_member(member: TeamMember, *, by: Actor, reason: str) -> None:
    """Takes a person out of the team; the row stays. Raises PermissionDenied, WrongState, ValidationError."""
    require(by, P.AUDIT_PLAN)
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})
    with held_team(member.audit):
        member.is_removed = True
        write(member, by=by, action="member.remove", reason=reason)
        name_lead(member.audit, by=by)


def name_lead(audit: Audit, *, by: Actor) -> None:
    """Keeps the audit's own words about its lead in step with the team."""
    lead = audit.team.filter(role=TeamRole.LEAD, is_removed=False).select_related("person").first()
    audit.lead = lead.person if lead else None
    audit.lead_name, audit.lead_ref = (lead.name, lead.person.number) if lead and lead.person else ("", "")
    write(audit, by=by, action="audit.lead")


def refuse_over(audit: Audit) -> None:
    if audit.status not in CHANGING:
        raise WrongState("The visit is over: the team stands as it audited.")


def may_declare(member: TeamMember, by: Actor) -> bool:
    """Everybody declares for themselves; of somebody from outside the planner records it."""
    own = member.person is not None and member.person.number == by.ref
    return own or (member.person_id is None and by.may(P.AUDIT_PLAN))


def declare_independence(
    member: TeamMember, *, by: Actor, has_conflict: bool, ties: str = "", version: int | None = None
) -> Independence:
    """A member's own word on their ties to the site; of somebody from outside the planner records it.

    A later word replaces the earlier and takes a clearance back. Raises PermissionDenied, ValidationError.
    """
    if not may_declare(member, by):
        raise PermissionDenied("Everybody declares their own independence.")
    with held_team(member.audit):
        declared = Independence.objects.filter(member=member).first()
        declaration = declared or Independence(audit=member.audit, member=member)
        declaration.has_conflict, declaration.ties = has_conflict, ties if has_conflict else ""
        declaration.is_cleared, declaration.clearing_note = False, ""
        write(declaration, by=by, action="independence.declare", version=version)
    return declaration


def clear_declared(member: TeamMember, *, by: Actor, note: str) -> None:
    """As `clear_conflict`, of the person's declaration; ValidationError where there is none."""
    declaration = Independence.objects.filter(member=member).first()
    if declaration is None:
        raise ValidationError("No ties were declared: there is nothing to clear.")
    declaration.member = member
    declaration.audit = member.audit
    clear_conflict(declaration, by=by, note=note)


def clear_conflict(declaration: Independence, *, by: Actor, note: str, version: int | None = None) -> None:
    """Quality finds that the ties do not stand against auditing. Raises PermissionDenied, ValidationError."""
    require(by, P.AUDITOR_QUALIFY)
    person = declaration.member.person
    if person is not None and person.number == by.ref:
        raise ValidationError("Nobody clears their own ties: somebody else decides.")
    if not declaration.has_conflict:
        raise ValidationError("No ties were declared: there is nothing to clear.")
    if not note.strip():
        raise ValidationError({"note": "Write why these ties do not stand against auditing."})
    with held(declaration.audit):
        declaration.is_cleared, declaration.clearing_note = True, note
        write(declaration, by=by, action="independence.clear", version=version)


# --- dates -----------------------------------------------------------------------------------------
def side_of(by: Actor) -> Side:
    return Side.PARTNER if by.company_kind == PARTNER else Side.SPONSOR


def offer_slot(audit: Audit, *, by: Actor, start_date: date, end_date: date, note: str = "") -> Slot:
    """Dates that suit the one who offers them; several may stand at once. The CMO reads the audit from here on.

    Raises PermissionDenied, WrongState, ValidationError.
    """
    require(by, P.SLOT_ANSWER if side_of(by) == Side.PARTNER else P.AUDIT_PLAN)
    if start_date < timezone.localdate():
        raise ValidationError({"start_date": "Offer days that lie ahead."})
    slot = Slot(audit=audit, start_date=start_date, end_date=end_date, note=note, offered_by=side_of(by))
    with held(audit):
        refuse_unless_agreeing(audit)
        if audit.slots.filter(status=SlotStatus.OFFERED).count() >= MOST_OFFERS:
            raise ValidationError(f"{MOST_OFFERS} offers stand already: answer or withdraw one first.")
        if slot.offered_by == Side.SPONSOR:
            share(audit, by=by)
        write(slot, by=by, action="slot.offer")
    return slot


def refuse_unless_agreeing(audit: Audit) -> None:
    if audit.status not in (AuditStatus.PLANNED, AuditStatus.NOTIFIED):
        raise WrongState("Dates are agreed while an audit is planned or notified.")


def refuse_unless_open(slot: Slot) -> None:
    """Asks the offer as it is stored, held: two people who answer at once answer once."""
    stored: Any = lock(slot) or slot
    if stored.status != SlotStatus.OFFERED:
        raise WrongState("This offer has been answered or withdrawn.")


def may_answer(slot: Slot, by: Actor) -> bool:
    """The other side answers; for a CMO that has not joined the sponsor records what it said."""
    if side_of(by) == Side.PARTNER:
        return slot.offered_by == Side.SPONSOR and by.may(P.SLOT_ANSWER)
    not_joined = slot.audit.site.vendor.company_id is None
    return by.may(P.AUDIT_PLAN) and (slot.offered_by == Side.PARTNER or not_joined)


def answer_slot(slot: Slot, *, by: Actor, agrees: bool, note: str = "", version: int | None = None) -> None:
    """Agrees to the dates, which then are the audit's, or says that they do not suit.

    Agreeing closes the other offers. Raises PermissionDenied, WrongState, StaleRecord, ValidationError.
    """
    if not may_answer(slot, by):
        raise PermissionDenied("The other side answers an offer of dates.")
    if not agrees and not note.strip():
        raise ValidationError({"note": "Write what does not suit: the other side then offers better dates."})
    audit = slot.audit
    with held(audit):
        refuse_unless_open(slot)
        refuse_unless_agreeing(audit)
        if agrees:
            close_other_offers(slot, by=by)
        slot.status = SlotStatus.AGREED if agrees else SlotStatus.DECLINED
        slot.answer_note = note
        write(slot, by=by, action="slot.agree" if agrees else "slot.decline", version=version)
        if agrees:
            audit.start_date, audit.end_date = slot.start_date, slot.end_date
            audit.planned_month = slot.start_date
            write(audit, by=by, action="audit.agree_dates")


def close_other_offers(slot: Slot, *, by: Actor) -> None:
    standing = (SlotStatus.OFFERED, SlotStatus.AGREED)
    for other in Slot.objects.filter(audit=slot.audit_id, status__in=standing).exclude(pk=slot.pk).order_by("pk"):
        was_agreed = other.status == SlotStatus.AGREED
        other.audit, other.answer_note = slot.audit, "Other dates were agreed."
        other.status = SlotStatus.WITHDRAWN if was_agreed else SlotStatus.DECLINED
        write(other, by=by, action="slot.close")


def withdraw_slot(slot: Slot, *, by: Actor, reason: str) -> None:
    """Takes one's own open offer back. Raises PermissionDenied, WrongState."""
    if slot.offered_by != side_of(by):
        raise PermissionDenied("Who offered the dates withdraws them.")
    require(by, P.SLOT_ANSWER if side_of(by) == Side.PARTNER else P.AUDIT_PLAN)
    with held(slot.audit):
        refuse_unless_open(slot)
        slot.status, slot.answer_note = SlotStatus.WITHDRAWN, reason[:300]
        write(slot, by=by, action="slot.withdraw", reason=reason)
