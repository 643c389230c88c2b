"""For whom an audit waits and what is missing; each subject tells it of the statuses in which it knows.

`add_teller(S.FACTUAL_CHECK, teller)` in a subject's hooks; of several the first that has something to say counts. A
teller asks a number of queries that does not grow with the audit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from audits.programme.models import Audit, Slot
from audits.programme.querysets import reads_drafts
from audits.programme.vocabulary import AuditStatus as S
from audits.programme.vocabulary import SlotStatus
from audits.programme.workflows import dates_are_set, lead_may_audit, scope_is_written, team_is_independent
from cmo_portal.accounts.models import Membership, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.permissions import grants_of
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER, SPONSOR

MOST_NAMES = 2


@dataclass(frozen=True)
class Waits:
    """side: whose move it is, "" while it is nobody's. missing: what, as a sentence. permission: who on that side makes
    the move; barred: who has the right and may not, by number. by_lead: it is the lead auditor's.

    told_to_both: the other side reads what is missing as well. also: the other side has its part, too.
    """

    side: str
    missing: str = ""
    permission: str = ""
    barred: frozenset[str] = frozenset()
    by_lead: bool = False
    told_to_both: bool = False
    also: bool = False


Teller = Callable[[Audit, User], Waits | None]
tellers: dict[str, list[Teller]] = {}
LEADS = Waits(SPONSOR, by_lead=True)
PLANNERS = Waits(SPONSOR, permission=P.AUDIT_PLAN)
USUAL: dict[str, Waits] = {
    S.PROPOSED: PLANNERS,
    S.PLANNED: PLANNERS,
    **dict.fromkeys((S.NOTIFIED, S.IN_PROGRESS, S.CLOSEOUT_HELD, S.REPORT_DRAFT), LEADS),
    S.REPORT_REVIEW: Waits(SPONSOR, permission=P.REPORT_REVIEW),
    S.FACTUAL_CHECK: Waits(SPONSOR, permission=P.REPORT_ISSUE),
}


def add_teller(status: str, teller: Teller) -> None:
    tellers.setdefault(status, []).append(teller)


def waits_for(audit: Audit, reader: User) -> Waits | None:
    """None once nothing comes any more. What is missing among colleagues stays with those who read drafts."""
    told = next((found for tell in tellers.get(audit.status, ()) if (found := tell(audit, reader))), None)
    found = told or USUAL.get(audit.status)
    if found is None:
        return None
    inside = found.side == SPONSOR and reader.company_kind == PARTNER and not found.told_to_both
    return replace(found, missing="") if inside or not reads_drafts(reader) else found


def for_whom(waits: Waits, audit: Audit, reader: User) -> str:
    """`you`, colleagues by name, or the other company; "" while it is nobody's move."""
    vendor = audit.site.vendor
    other = vendor.sponsor.name if reader.company_kind == PARTNER else vendor.name
    if not waits.side:
        return ""
    if waits.side != reader.company_kind:
        return other
    own = on_this_side(waits, audit, reader)
    return f"{own} and {other}" if waits.also else own


def on_this_side(waits: Waits, audit: Audit, reader: User) -> str:
    if waits.by_lead and audit.lead_ref:
        return "you" if audit.lead_ref == reader.ref else audit.lead_name
    if not waits.permission or (reader.may(waits.permission) and reader.ref not in waits.barred):
        return "you" if waits.permission else "your side"
    rows = Membership.objects.filter(company=reader.company_id, user__is_active=True).exclude(
        user__number__in=[reader.ref, *waits.barred]
    )
    people = rows.order_by("user__name", "pk").values_list("user__name", "roles")
    names = [name for name, roles in people if waits.permission in grants_of(tuple(roles))]
    return " or ".join(names) if 0 < len(names) <= MOST_NAMES else "your side"


def while_planned(audit: Audit, reader: User) -> Waits:
    """Days on offer wait for the other side; else the planner for what the notification lacks."""
    if audit.start_date is None:
        offers = Slot.objects.filter(audit=audit, status=SlotStatus.OFFERED).order_by("pk")
        by = list(offers.values_list("offered_by", flat=True))
        if by and len(set(by)) == 1:
            words = f"{counted(len(by), 'offer')} of days {'waits' if len(by) == 1 else 'wait'} for an answer."
            side = PARTNER if by[0] == SPONSOR else SPONSOR
            return Waits(side, words, P.AUDIT_PLAN if side == SPONSOR else P.SLOT_ANSWER, told_to_both=True)
    asked = (dates_are_set, scope_is_written, lead_may_audit, team_is_independent)
    lacks = [] if reader.company_kind == PARTNER else [said for each in asked if (said := each(audit, reader))]
    return replace(PLANNERS, missing=" ".join(lacks))


add_teller(S.PLANNED, while_planned)
