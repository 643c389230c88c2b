"""The annual plan: filled, sent, returned, signed with its lines frozen, reopened, and what has moved since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits.programme.actions import move_audit, schedule_audit
from audits.programme.models import Audit, AuditPlan
from audits.programme.plan_actions import add_to_plan, create_plan, move_plan, revise_plan, take_from_plan
from audits.programme.plan_views import rows_of
from cmo_portal.accounts.actions import give_roles
from cmo_portal.records.actors import SETUP
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import PROOF, in_days, new_site, planned, today
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db
YEAR = 2060


@pytest.fixture
def audit(cast: Any) -> Audit:
    site = Site.objects.select_related("vendor__sponsor").get(pk=new_site(cast).pk)
    return planned(site, cast, planned_month=today().replace(year=YEAR, month=5, day=1))


@pytest.fixture
def plan(cast: Any) -> AuditPlan:
    return create_plan(cast.sam.company, by=cast.sam, year=YEAR, note="Sterile sites first")


@pytest.fixture
def approved(plan: AuditPlan, audit: Audit, cast: Any) -> AuditPlan:
    add_to_plan(plan, audit, by=cast.sam)
    move_plan(plan, "submit", by=cast.sam)
    move_plan(plan, "approve", by=cast.quinn, credentials=PROOF)
    return plan


def test_a_year_has_one_plan_and_a_planner_starts_it(plan: AuditPlan, cast: Any) -> None:
    with pytest.raises(ValidationError, match="This year has a plan already"):
        create_plan(cast.sam.company, by=cast.leo, year=YEAR)
    with pytest.raises(PermissionDenied):
        create_plan(cast.sam.company, by=cast.quinn, year=YEAR + 1)


@pytest.mark.refuses("programme.has_lines")
def test_empty_plan_is_not_sent(plan: AuditPlan, cast: Any) -> None:
    with pytest.raises(WrongState, match="holds no audit yet"):
        move_plan(plan, "submit", by=cast.sam)


def test_approval_freezes_the_lines_under_the_signature(approved: AuditPlan, audit: Audit, cast: Any) -> None:
    assert approved.lines == [[audit.number, "Progwerk plant, Progwerk Pharma", "routine", f"{YEAR}-05"]]
    fresh = AuditPlan.objects.get(pk=approved.pk)
    assert fresh.status == "approved" and Signature.objects.get(record_number=fresh.number).holds_for(fresh)


def test_failed_signature_freezes_nothing(plan: AuditPlan, audit: Audit, cast: Any) -> None:
    add_to_plan(plan, audit, by=cast.sam)
    move_plan(plan, "submit", by=cast.sam)
    with pytest.raises(BadCredentials):
        move_plan(plan, "approve", by=cast.quinn, credentials=Credentials("wrong"))
    assert plan.lines == [] and AuditPlan.objects.get(pk=plan.pk).status == "submitted"


@pytest.mark.refuses("programme.not_who_submitted")
def test_who_sent_it_does_not_approve_it(plan: AuditPlan, audit: Audit, cast: Any) -> None:
    add_to_plan(plan, audit, by=cast.sam)
    move_plan(plan, "submit", by=cast.sam)
    with pytest.raises(PermissionDenied):
        move_plan(plan, "approve", by=cast.sam, credentials=PROOF)
    both = give_both_roles(cast)
    with pytest.raises(WrongState, match="You sent this plan for approval"):
        move_plan(plan, "approve", by=both, credentials=PROOF)


def give_both_roles(cast: Any) -> Any:
    from cmo_portal.accounts.models import User

    give_roles(cast.sam.membership, ["cmo_manager", "quality_head"], by=cast.ada, reason="Holiday cover")
    return User.objects.get(pk=cast.sam.pk)


def test_returned_plan_needs_a_reason_and_is_in_draft_again(plan: AuditPlan, audit: Audit, cast: Any) -> None:
    add_to_plan(plan, audit, by=cast.sam)
    move_plan(plan, "submit", by=cast.sam)
    with pytest.raises(WrongState, match="needs a reason"):
        move_plan(plan, "return", by=cast.quinn)
    move_plan(plan, "return", by=cast.quinn, reason="Vilnius is missing")
    assert plan.status == "draft"


def test_plan_with_quality_or_approved_does_not_change(approved: AuditPlan, audit: Audit, cast: Any) -> None:
    for act in (
        lambda: revise_plan(approved, by=cast.sam, note="Other"),
        lambda: add_to_plan(approved, audit, by=cast.sam),
        lambda: take_from_plan(approved, audit, by=cast.sam, reason="x"),
    ):
        with pytest.raises(WrongState, match="take it back into draft"):
            act()


def test_reopening_makes_a_revision_and_keeps_what_was_approved(approved: AuditPlan, cast: Any) -> None:
    with pytest.raises(WrongState, match="needs a reason"):
        move_plan(approved, "reopen", by=cast.sam)
    assert approved.revision == 1
    lines = approved.lines
    move_plan(approved, "reopen", by=cast.sam, reason="New site")
    assert (approved.status, approved.revision, approved.lines) == ("draft", 2, lines)


def test_page_says_what_has_moved_was_cancelled_added_or_taken_out_since(
    approved: AuditPlan, audit: Audit, cast: Any
) -> None:
    def since() -> list[str]:
        return [row["since"] for row in rows_of(AuditPlan.objects.get(pk=approved.pk))]

    assert since() == [""]
    audit = Audit.objects.select_related("site__vendor__sponsor").get(pk=audit.pk)
    july = audit.planned_month.replace(month=7)
    schedule_audit(audit, by=cast.sam, start_date=None, end_date=None, planned_month=july, reason="Shutdown")
    assert since() == [f"Moved from May {YEAR}"]
    move_audit(audit, "cancel", by=cast.sam, reason="Sold")
    assert since() == ["Cancelled"]
    move_plan(approved, "reopen", by=cast.sam, reason="Sold")
    take_from_plan(approved, audit, by=cast.sam, reason="Sold")
    other = planned(new_site(cast, "Zweitwerk"), cast, planned_month=july)
    add_to_plan(approved, other, by=cast.sam)
    assert since() == ["Added since", "Taken out since"]


@pytest.mark.parametrize("year", [YEAR, YEAR + 1])
def test_plan_holds_audits_of_its_year(year: int, plan: AuditPlan, cast: Any) -> None:
    audit = planned(new_site(cast), cast, planned_month=today().replace(year=year, month=3, day=1))
    if year == YEAR:
        add_to_plan(plan, audit, by=cast.sam)
        assert plan.audits.get() == audit
    else:
        with pytest.raises(ValidationError, match="is not planned for 2060"):
            add_to_plan(plan, audit, by=cast.sam)


def test_plan_takes_no_audit_that_is_over_or_anothers(plan: AuditPlan, audit: Audit, cast: Any) -> None:
    others = create_plan(cast.otto.company, by=SETUP, year=YEAR)
    with pytest.raises(ValidationError, match="your own CMOs"):
        add_to_plan(others, audit, by=cast.sam)
    move_audit(audit, "cancel", by=cast.sam, reason="Sold")
    with pytest.raises(ValidationError, match="is over"):
        add_to_plan(plan, audit, by=cast.sam)


def test_inspector_reads_approved_plans_only(approved: AuditPlan, cast: Any) -> None:
    def seen(person: Any) -> bool:
        return AuditPlan.objects.open_to(person).filter(pk=approved.pk).exists()

    assert seen(cast.ines) and seen(cast.eva)
    move_plan(approved, "reopen", by=cast.sam, reason="New site")
    assert not seen(cast.ines) and seen(cast.quinn) and not seen(cast.otto) and not seen(cast.pat)


def test_pages_from_start_to_signature(cast: Any, sign_in: Any, audit: Audit) -> None:
    sam, quinn = sign_in("sam"), sign_in("quinn")
    answer = sam.post(reverse("audits:plan-create"), {"year": YEAR, "note": "Risk first"})
    plan = AuditPlan.objects.get(year=YEAR)
    assert answer.url == plan.get_absolute_url()
    page = sam.get(plan.get_absolute_url()).content.decode()
    assert "Of this year, outside the plan" in page and audit.number in page
    assert sam.post(reverse("audits:plan-add", args=[plan.number]), {"audit": audit.number}).status_code == 302
    assert sam.post(reverse("audits:plan-move", args=[plan.number, "submit"]), {"version": plan.version}).status_code
    plan.refresh_from_db()
    move = reverse("audits:plan-move", args=[plan.number, "approve"])
    assert audit.number in quinn.get(move).content.decode()
    wrong = quinn.post(move, {"password": "wrong", "version": plan.version})
    assert wrong.status_code == 422 and 'id="id_password_error"' in wrong.content.decode()
    assert quinn.post(move, {"password": PROOF.password, "version": plan.version}).status_code == 302
    page = quinn.get(plan.get_absolute_url()).content.decode()
    assert "Matches the record" in page
    file = b"".join(quinn.get(reverse("audits:plan-export", args=[plan.number, "csv"])).streaming_content).decode()
    assert audit.number in file and f"{YEAR}-05" in file
    assert in_days(0) == today()


def test_no_line_comes_or_goes_while_quality_approves(plan: AuditPlan, audit: Audit, cast: Any) -> None:
    add_to_plan(plan, audit, by=cast.sam)
    late = planned(new_site(cast, "Spätwerk"), cast, planned_month=today().replace(year=YEAR, month=6, day=1))
    late = Audit.objects.select_related("site__vendor__sponsor").get(pk=late.pk)
    stale = AuditPlan.objects.get(pk=plan.pk)
    move_plan(plan, "submit", by=cast.sam)
    for act in (
        lambda: add_to_plan(stale, late, by=cast.sam),
        lambda: take_from_plan(stale, audit, by=cast.sam, reason="Too early"),
    ):
        with pytest.raises(WrongState, match="with quality or approved"):
            act()
    move_plan(plan, "approve", by=cast.quinn, credentials=PROOF)
    assert [line[0] for line in plan.lines] == [audit.number]
