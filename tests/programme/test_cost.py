"""Pages and collections of the programme cost the same number of queries for three rows and for three hundred."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from audits.programme.models import Audit, AuditPlan, Slot, TeamMember
from audits.programme.steering import AuditInterval, AuditTrigger
from cmo_portal.records.trail import write_many
from tests.programme.makers import demo_site, in_days, today
from tests.supply.makers import make_vendor
from vendors.registry.models import Site, Vendor

pytestmark = pytest.mark.django_db


def fill(count: int, cast: Any) -> tuple[Vendor, AuditPlan, Audit]:
    """`count` of everything: audits of one site of a new CMO and of Alpenglow's laboratory, intervals, events."""
    sam, act = cast.sam, {"by": cast.sam, "action": "test"}
    vendor = make_vendor(sam, "Costwerk")
    sites = [Site(vendor=vendor, name=f"Cost {number:04}") for number in range(count)]
    write_many(sites, **act)
    plan = AuditPlan(sponsor=sam.company, year=2090)
    write_many([plan], **act)
    facts = {"status": "planned", "lead": cast.leo, "lead_name": cast.leo.name, "lead_ref": cast.leo.number}
    audits = []
    for number, site in enumerate(sites):
        start = today() + timedelta(days=number % 20)
        audits.append(Audit(site=site, plan=plan, start_date=start, end_date=start, **facts))
    shared = demo_site("salzburg")
    audits += [Audit(site=shared, is_shared=True, start_date=in_days(5), end_date=in_days(6), **facts)
               for _ in range(count)]  # fmt: skip
    write_many(audits, **act)
    write_many([TeamMember(audit=a, person=cast.leo, name=cast.leo.name, role="lead") for a in audits], **act)
    slots = [Slot(audit=audits[-1], start_date=in_days(9 + n), end_date=in_days(9 + n), offered_by="sponsor")
             for n in range(count)]  # fmt: skip
    write_many(slots, **act)
    basis = {"class": "A", "intrinsic": "low", "sentences": ["x"], "factors": []}
    level = {"complexity": 1, "criticality": 1, "compliance": "low", "months": 36, "model_version": "1"}
    write_many(
        [AuditInterval(site=s, status="in_force", basis=basis, next_due_date=in_days(3), **level) for s in sites], **act
    )
    write_many([AuditTrigger(site=s, kind="other", what="Event", happened_date=today()) for s in sites], **act)
    return vendor, plan, audits[-1]


@pytest.mark.parametrize("count", [3, 300])
def test_pages_cost_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    vendor, plan, audit = fill(count, cast)
    clients = {"sam": sign_in("sam"), "pat": sign_in("pat")}
    calendar = reverse("audits:audit-calendar")
    leo = TeamMember.objects.filter(person=cast.leo).values_list("person__auditor__number", flat=True)[0]
    sams = {
        "audit-list": reverse("audits:audit-list"),
        "audit-list-filtered": f"{reverse('audits:audit-list')}?q=cost&state=coming&sort=site",
        "audit-detail": reverse("audits:audit-detail", args=[audit.number]),
        "audit-team": reverse("audits:audit-team", args=[audit.number]),
        "audit-history": reverse("audits:audit-history", args=[audit.number]),
        **{f"audit-calendar-{view}": f"{calendar}?view={view}" for view in ("month", "quarter", "year", "load")},
        "plan-list": reverse("audits:plan-list"),
        "plan-detail": reverse("audits:plan-detail", args=[plan.number]),
        "interval-list": reverse("audits:interval-list"),
        "trigger-list": reverse("audits:trigger-list"),
        "auditor-list": reverse("audits:auditor-list"),
        "auditor-detail": reverse("audits:auditor-detail", args=[leo]),
        "site-audits": reverse("audits:site-audits", args=[audit.site.number]),
        "cmo-audits": reverse("audits:cmo-audits", args=[vendor.number]),
    }
    sams |= {
        f"api-{name}": f"/api/v1/{name}/?page_size=100"
        for name in (
            "audits",
            "audit-slots",
            "audit-team-members",
            "audit-plans",
            "audit-intervals",
            "audit-triggers",
            "auditors",
        )
    }
    pats = {
        "partner-audit-list": reverse("audits:audit-list"),
        "partner-audit-team": reverse("audits:audit-team", args=[audit.number]),
        "partner-site-audits": reverse("audits:site-audits", args=[audit.site.number]),
        "partner-api-audits": "/api/v1/audits/?page_size=100",
    }
    for client in clients.values():
        client.get(reverse("audits:limit-list"))
    for name, address in sams.items():
        assert query_count("programme", name, partial(clients["sam"].get, address)).status_code == 200
    for name, address in pats.items():
        assert query_count("programme", name, partial(clients["pat"].get, address)).status_code == 200


@pytest.mark.parametrize("count", [3, 300])
def test_planning_and_counting_cost_the_same_at_3_and_at_300(count: int, cast: Any, query_count: Any) -> None:
    from audits.programme.actions import plan_audit
    from audits.programme.interval_actions import refresh_interval

    fill(count, cast)
    site = demo_site("parma")
    query_count("programme", "plan-audit", partial(plan_audit, site, by=cast.sam, purpose="Cost"))
    query_count("programme", "refresh-interval", partial(refresh_interval, site, by=cast.sam))
