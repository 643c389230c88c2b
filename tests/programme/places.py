"""Rows of the demo that addresses need: found by what they are, never by a number."""

from __future__ import annotations

from typing import Any

from audits.programme.demo import audit
from audits.programme.models import Auditor, AuditPlan, Slot, TeamMember
from audits.programme.steering import AuditInterval, AuditTrigger
from tests.programme.makers import demo_site, in_days, user


def of_key(key: str) -> Any:
    """`of_key("planned")` gives a function that finds the arguments when the test runs."""
    return lambda: [audit(key).number]


def move(key: str, name: str) -> Any:
    return lambda: [audit(key).number, name]


def site() -> list[str]:
    return [demo_site("linz").number]


def cmo() -> list[str]:
    return [demo_site("linz").vendor.number]


def member() -> list[str]:
    """Eva in the team of the audit that Graz was notified of."""
    return [TeamMember.objects.get(audit=audit("notified"), person=user("eva")).number]


def tied() -> list[str]:
    """Tom, whose ties to Linz Quinn has cleared."""
    return [TeamMember.objects.get(audit=audit("closed"), person=user("tom")).number]


def outsider() -> list[str]:
    """Somebody from outside in the team at Graz, for whom the planner declares."""
    from audits.programme.team_actions import add_member

    made = add_member(audit("notified"), by=user("sam"), name="Ida Grey", employer="Grey GxP", role="sme")
    return [made.number]


def offered() -> list[str]:
    """Days that Northgate offers to Graz and that wait for Alpenglow's answer."""
    from audits.programme.team_actions import offer_slot

    start = in_days(80)
    found = Slot.objects.filter(start_date=start, status="offered").first()
    return [(found or offer_slot(audit("notified"), by=user("sam"), start_date=start, end_date=start)).number]


def approved_plan() -> list[str]:
    return [AuditPlan.objects.get(status="approved").number]


def draft_plan() -> list[str]:
    return [AuditPlan.objects.get(status="draft", note__startswith="To be approved").number]


def plan_line() -> list[str]:
    from audits.programme.plan_actions import move_plan, revise_plan

    plan = AuditPlan.objects.get(lines__isnull=False, revision=1, status="approved")
    move_plan(plan, "reopen", by=user("sam"), reason="Test")
    revise_plan(plan, by=user("sam"), note="Test")
    return [plan.number, audit("follow_up").number]


def interval() -> list[str]:
    return [AuditInterval.objects.in_force().get(site=demo_site("athlone")).number]


def event() -> list[str]:
    return [AuditTrigger.objects.get(site=demo_site("athlone"), kind="oai").number]


def auditor() -> list[str]:
    return [Auditor.objects.get(person=user("leo")).number]


def proposed_auditor() -> list[str]:
    return [Auditor.objects.get(person=user("tom")).number]


def own_limits() -> list[str]:
    """Numbers that Northgate set itself."""
    from audits.programme.limits_actions import set_limits

    sam = user("sam")
    return [set_limits(sam.company, {"report_days": 21}, by=sam, reason="Ours").number]


def agreed_limits() -> list[str]:
    """Numbers of an agreement of Northgate's."""
    from audits.programme.limits_actions import set_agreed_limits
    from tests.supply.places import agreement
    from vendors.registry.supply import Agreement

    found = Agreement.objects.get(number=agreement()[0])
    return [set_agreed_limits(found, {"report_days": 21}, by=user("sam"), reason="Section 7").number]
