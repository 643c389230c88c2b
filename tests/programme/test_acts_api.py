"""Acts of the programme's pages over the API: a line leaves the plan, an interval is counted, an audit says whom it
waits for."""

from __future__ import annotations

from typing import Any

import pytest

from audits.programme import plan_actions
from audits.programme.demo import audit
from audits.programme.models import Audit, AuditPlan
from audits.programme.steering import AuditInterval
from audits.programme.team_actions import offer_slot
from audits.programme.waiting import for_whom, waits_for
from cmo_portal.records.trail import TrailEvent
from tests.programme.makers import JSON, dated, demo_site, in_days, new_site, planned, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast: Any) -> tuple[AuditPlan, Audit]:
    """A draft plan with one audit in it."""
    it = dated(new_site(cast), cast)
    plan = AuditPlan.objects.filter(sponsor=cast.sam.company, year=it.sort_date.year, status="draft").first()
    if plan is None:
        plan = plan_actions.create_plan(cast.sam.company, by=cast.sam, year=it.sort_date.year)
    plan_actions.add_to_plan(plan, it, by=cast.sam)
    return plan, it


def take(client: Any, plan: AuditPlan, **sent: Any) -> Any:
    return client.post(f"/api/v1/audit-plans/{plan.number}/remove/", sent, **JSON)


def test_an_audit_leaves_the_plan_with_the_reason(sign_in: Any, line: Any) -> None:
    plan, it = line
    sam = sign_in("sam")
    assert "reason" in take(sam, plan, audit=it.number).json()["errors"]
    assert take(sam, plan, audit=it.number, reason="Next year.").status_code == 200
    assert Audit.objects.get(pk=it.pk).plan_id is None
    entry = TrailEvent.objects.filter(record_number=it.number).latest("pk")
    assert (entry.action, entry.reason) == ("audit.leave_plan", "Next year.")
    again = take(sam, plan, audit=it.number, reason="Next year.")
    assert again.status_code == 400 and "does not stand in the plan" in again.content.decode()


def test_a_plan_that_is_with_quality_keeps_its_lines(sign_in: Any, line: Any, cast: Any) -> None:
    plan, it = line
    plan_actions.move_plan(AuditPlan.objects.get(pk=plan.pk), "submit", by=cast.sam)
    refused = take(sign_in("sam"), plan, audit=it.number, reason="Next year.")
    assert refused.status_code == 409 and "take it back into draft" in refused.json()["detail"]
    assert Audit.objects.get(pk=it.pk).plan_id == plan.pk


def test_an_interval_is_counted_at_once_also_for_a_site_that_had_none(sign_in: Any, cast: Any) -> None:
    site, sam = new_site(cast), sign_in("sam")
    assert not AuditInterval.objects.filter(site=site).exists()
    counted = sam.post("/api/v1/audit-intervals/refresh/", {"site": site.number}, **JSON)
    assert counted.status_code == 200 and counted.json()["site"] == site.number
    assert counted.json()["number"] == AuditInterval.objects.in_force().get(site=site).number
    again = sam.post("/api/v1/audit-intervals/refresh/", {"site": site.number}, **JSON)
    assert again.json() == counted.json(), "the same facts change nothing"
    strange = demo_site("linz", "Otter").number
    unknown = sam.post("/api/v1/audit-intervals/refresh/", {"site": strange}, **JSON)
    assert unknown.status_code == 400 and f"no record with the number {strange}" in unknown.json()["detail"]


def test_an_audit_says_to_each_reader_whom_it_waits_for_as_its_page_does(sign_in: Any, cast: Any) -> None:
    it = planned(demo_site("linz"), cast)
    offer_slot(it, by=cast.sam, start_date=in_days(40), end_date=in_days(41))
    url = f"/api/v1/audits/{it.number}/"
    missing = "1 offer of days waits for an answer."
    for who, words in (("sam", "Alpenglow Pharma Services"), ("pat", "you")):
        client = sign_in(who)
        told = client.get(url).json()
        assert (told["waits_for"], told["missing"]) == (words, missing)
        assert f"It waits for {words}.</b> {missing}" in client.get(it.get_absolute_url()).content.decode()
        assert "waits_for" not in client.get("/api/v1/audits/").json()["results"][0], "a list stays as cheap as it is"


@pytest.mark.parametrize("key", ["planned", "notified", "in_progress", "factual_check", "follow_up", "closed"])
def test_what_is_missing_among_colleagues_stays_with_those_who_read_drafts(key: str, sign_in: Any) -> None:
    found = audit(key)
    for who in ("sam", "quinn", "eva", "pat", "bea"):
        answer = sign_in(who).get(f"/api/v1/audits/{found.number}/")
        if answer.status_code == 404:
            continue
        waits = waits_for(found, user(who))
        said = (for_whom(waits, found, user(who)), waits.missing) if waits else ("", "")
        assert (answer.json()["waits_for"], answer.json()["missing"]) == said
