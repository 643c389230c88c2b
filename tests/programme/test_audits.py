"""An audit's life in the programme: who may move it, what is missing, what each move sets, and who reads it when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.programme import actions, team_actions
from audits.programme.actions import move_audit, plan_audit, propose_audit, revise_audit, schedule_audit
from audits.programme.limits import due
from audits.programme.models import Audit, TeamMember
from audits.programme.workflows import AUDIT, add_check
from cmo_portal.lib.calendars import add_business_days
from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import StaleRecord, TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import PROOF, dated, demo_site, held, in_days, new_site, planned, today
from vendors.registry.actions import retire

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(cast: Any) -> Any:
    return new_site(cast)


def test_planned_audit_names_its_lead_in_team_and_words(site: Any, cast: Any) -> None:
    audit = planned(site, cast)
    assert audit.number.startswith("AUD-") and audit.status == "planned"
    assert (audit.lead, audit.lead_name, audit.lead_ref) == (cast.leo, cast.leo.name, cast.leo.number)
    assert [(m.name, m.employer, m.role) for m in audit.team.all()] == [(cast.leo.name, "Northgate Biopharma", "lead")]


def test_evaluator_quality_and_partner_plan_no_audit(site: Any, cast: Any) -> None:
    for person in (cast.eva, cast.quinn, cast.ines, cast.pat):
        with pytest.raises(PermissionDenied):
            plan_audit(site, by=person)


def test_retired_site_is_not_audited(site: Any, cast: Any) -> None:
    proposed = propose_audit(site, by=SWEEP)
    retire(site, by=cast.sam, reason="Closed")
    with pytest.raises(ValidationError, match="retired site is not audited"):
        plan_audit(site, by=cast.sam)
    audit = Audit.objects.get(pk=proposed.pk)
    with pytest.raises(WrongState, match="retired site is not audited"):
        move_audit(audit, "plan", by=cast.sam)
    assert audit.status == "proposed"


def test_proposed_audit_is_taken_into_the_programme(site: Any, cast: Any) -> None:
    audit = propose_audit(site, by=SWEEP)
    move_audit(audit, "plan", by=cast.leo)
    assert (audit.status, audit.status_date) == ("planned", today())


def test_follow_up_is_of_the_same_site(site: Any, cast: Any) -> None:
    other = new_site(cast, "Anderswerk")
    with pytest.raises(ValidationError, match="of the same site"):
        plan_audit(other, by=cast.sam, type="follow_up", follows=planned(site, cast))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"end_date": in_days(3)}, "Give the first day as well"),
        ({"start_date": in_days(3), "end_date": in_days(2)}, "must not be before the first"),
        ({"start_date": in_days(3), "end_date": in_days(90)}, "more than 60 days"),
    ],
)
def test_dates_that_run_backwards_are_refused(values: dict[str, Any], sentence: str, site: Any, cast: Any) -> None:
    with pytest.raises(ValidationError, match=sentence):
        plan_audit(site, by=cast.sam, **values)


class TestNotification:
    def test_sets_the_date_and_lets_the_cmo_read_audit_and_team(self, cast: Any) -> None:
        audit = dated(demo_site("salzburg"), cast, type="shared")
        assert not Audit.objects.visible_to(cast.pat).filter(pk=audit.pk).exists()
        assert not TeamMember.objects.visible_to(cast.pat).filter(audit=audit.pk).exists()
        move_audit(audit, "notify", by=cast.sam)
        assert (audit.status, audit.notified_date, audit.is_shared) == ("notified", today(), True)
        assert Audit.objects.visible_to(cast.pat).filter(pk=audit.pk).exists()
        assert TeamMember.objects.visible_to(cast.pat).filter(audit=audit.pk).count() == 1
        assert not Audit.objects.visible_to(cast.bea).filter(pk=audit.pk).exists()
        assert not Audit.objects.visible_to(cast.otto).filter(pk=audit.pk).exists()

    @pytest.mark.refuses("programme.dates_are_set")
    def test_needs_dates(self, site: Any, cast: Any) -> None:
        with pytest.raises(WrongState, match="no dates yet"):
            move_audit(planned(site, cast), "notify", by=cast.sam)

    @pytest.mark.refuses("programme.scope_is_written")
    def test_needs_purpose_and_services(self, site: Any, cast: Any) -> None:
        for missing in ({"purpose": " "}, {"services": []}):
            with pytest.raises(WrongState, match="Write the purpose"):
                move_audit(dated(site, cast, **missing), "notify", by=cast.sam)

    def test_needs_a_lead(self, site: Any, cast: Any) -> None:
        with pytest.raises(WrongState, match="Name the lead auditor"):
            move_audit(dated(site, cast, lead=None), "notify", by=cast.sam)

    @pytest.mark.refuses("programme.lead_may_audit")
    def test_needs_a_lead_who_is_qualified_on_the_first_day(self, site: Any, cast: Any) -> None:
        with pytest.raises(WrongState, match="is not qualified as lead auditor"):
            move_audit(dated(site, cast, lead=cast.eva), "notify", by=cast.sam)
        late = dated(site, cast, start=365 * 4)
        with pytest.raises(WrongState, match="is not qualified as lead auditor"):
            move_audit(late, "notify", by=cast.sam)

    @pytest.mark.refuses("programme.team_is_independent")
    def test_needs_everybodys_declaration(self, site: Any, cast: Any) -> None:
        audit = dated(site, cast)
        team_actions.add_member(audit, by=cast.sam, person=cast.eva, role="sme")
        with pytest.raises(WrongState, match=f"{cast.eva.name} has not declared"):
            move_audit(audit, "notify", by=cast.sam)

    def test_ties_must_be_cleared(self, site: Any, cast: Any) -> None:
        audit = dated(site, cast)
        member = team_actions.add_member(audit, by=cast.sam, person=cast.eva, role="sme")
        declared = team_actions.declare_independence(member, by=cast.eva, has_conflict=True, ties="My brother")
        with pytest.raises(WrongState, match="declared ties"):
            move_audit(audit, "notify", by=cast.sam)
        team_actions.clear_conflict(declared, by=cast.quinn, note="Left in 2019")
        move_audit(audit, "notify", by=cast.sam)
        assert audit.status == "notified"

    @pytest.mark.refuses("programme.site_stands")
    def test_needs_a_site_in_use(self, site: Any, cast: Any) -> None:
        audit = dated(site, cast)
        retire(site, by=cast.sam, reason="The site was sold.")
        with pytest.raises(WrongState, match="a retired site is not audited"):
            move_audit(Audit.objects.get(pk=audit.pk), "notify", by=cast.sam)

    def test_is_the_planners(self, site: Any, cast: Any) -> None:
        for person in (cast.quinn, cast.eva):
            with pytest.raises(PermissionDenied):
                move_audit(dated(site, cast), "notify", by=person)


@pytest.mark.refuses("programme.has_begun")
def test_audit_does_not_begin_before_its_first_day(site: Any, cast: Any) -> None:
    audit = dated(site, cast)
    move_audit(audit, "notify", by=cast.sam)
    with pytest.raises(WrongState, match="The first day is"):
        move_audit(audit, "start", by=cast.leo)
    with pytest.raises(PermissionDenied):
        move_audit(audit, "start", by=cast.sam)


def test_close_out_starts_the_reports_clock_from_the_last_day(site: Any, cast: Any) -> None:
    audit = held(site, cast)
    assert audit.status == "closeout_held"
    assert audit.report_due_date == audit.end_date + timedelta(days=30)


def test_issue_starts_the_clock_of_the_responses_in_business_days(site: Any, cast: Any) -> None:
    audit = held(site, cast)
    for name, by in (("draft_report", cast.leo), ("submit_review", cast.leo), ("start_factual_check", cast.quinn)):
        move_audit(audit, name, by=by)
    move_audit(audit, "issue_report", by=cast.quinn, on=in_days(-1))
    assert audit.report_issued_date == in_days(-1)
    assert (
        audit.response_due_date
        == add_business_days(in_days(-1), 15, public_holidays(site.country))
        == due(audit, "response_days", in_days(-1))
    )


def test_move_out_of_order_says_what_it_needs_and_leaves_the_audit(site: Any, cast: Any) -> None:
    audit = planned(site, cast)
    with pytest.raises(WrongState, match="Begin the audit needs the status Notified; this stands at Planned"):
        move_audit(audit, "start", by=cast.leo)
    assert (audit.status, audit.status_date) == ("planned", today())


def test_a_day_that_lies_ahead_is_no_day_on_which_something_happened(site: Any, cast: Any) -> None:
    with pytest.raises(ValidationError, match="today or earlier"):
        move_audit(dated(site, cast), "notify", by=cast.sam, on=in_days(1))


def test_cancelling_needs_a_reason(site: Any, cast: Any) -> None:
    audit = planned(site, cast)
    with pytest.raises(WrongState, match="needs a reason"):
        move_audit(audit, "cancel", by=cast.sam)
    move_audit(audit, "cancel", by=cast.sam, reason="Site sold")
    assert audit.status == "cancelled"
    with pytest.raises(WrongState, match="visit is over"):
        revise_audit(audit, by=cast.sam, purpose="Other")


def test_upper_subject_guards_a_move_with_its_sentence(site: Any, cast: Any) -> None:
    def not_yet(audit: Any, by: Any) -> str | None:
        return "The agenda is missing." if audit.site_id == site.pk else None

    add_check("notify", not_yet)
    with pytest.raises(WrongState, match="The agenda is missing"):
        move_audit(dated(site, cast), "notify", by=cast.sam)


def test_what_follows_a_move_happens_with_it_or_not_at_all(site: Any, cast: Any) -> None:
    def fails(audit: Audit, name: str, by: Any) -> None:
        raise WrongState("The report could not be opened.")

    audit = dated(site, cast)
    actions.after_move.append(fails)
    try:
        with pytest.raises(WrongState, match="could not be opened"):
            move_audit(audit, "notify", by=cast.sam)
    finally:
        actions.after_move.remove(fails)
    assert (audit.status, audit.notified_date, audit.is_shared) == ("planned", None, False)
    assert Audit.objects.get(pk=audit.pk).status == "planned"


def test_closing_is_signed_and_a_wrong_password_is_kept_in_the_trail(site: Any, cast: Any) -> None:
    audit = held(site, cast)
    path = (("draft_report", cast.leo), ("submit_review", cast.leo), ("start_factual_check", cast.quinn))
    for name, by in (*path, ("issue_report", cast.quinn), ("follow_up", cast.quinn)):
        move_audit(audit, name, by=by)
    with pytest.raises(BadCredentials):
        move_audit(audit, "close", by=cast.quinn, credentials=Credentials("wrong"))
    assert audit.status == "follow_up" and audit.closed_date is None
    assert TrailEvent.objects.filter(record_number=cast.quinn.number, action="account.proof_failed").exists()
    move_audit(audit, "close", by=cast.quinn, credentials=PROOF)
    assert (audit.status, audit.closed_date) == ("closed", today())
    assert Signature.objects.get(record_number=audit.number).holds_for(audit)


def test_stale_form_is_refused(site: Any, cast: Any) -> None:
    audit = planned(site, cast)
    version = audit.version
    revise_audit(audit, by=cast.sam, purpose="Sterile")
    with pytest.raises(StaleRecord):
        revise_audit(audit, by=cast.leo, purpose="Solid", version=version)


def test_status_or_lead_are_no_values_of_a_revision(site: Any, cast: Any) -> None:
    with pytest.raises(ValidationError, match="cannot be changed here"):
        revise_audit(planned(site, cast), by=cast.sam, status="closed")


def test_dates_move_with_a_reason_only(site: Any, cast: Any) -> None:
    audit = dated(site, cast)
    with pytest.raises(ValidationError, match="Write why the dates move"):
        schedule_audit(audit, by=cast.sam, start_date=in_days(50), end_date=in_days(51), reason="")
    audit.refresh_from_db()
    schedule_audit(audit, by=cast.sam, start_date=in_days(50), end_date=in_days(51), reason="Campaign")
    assert (audit.start_date, audit.planned_month.day, audit.sort_date) == (in_days(50), 1, in_days(50))
    with pytest.raises(PermissionDenied):
        schedule_audit(audit, by=cast.eva, start_date=in_days(60), end_date=in_days(61), reason="x")


def test_dates_of_a_visit_that_is_over_stand(site: Any, cast: Any) -> None:
    with pytest.raises(WrongState, match="its dates stand"):
        schedule_audit(held(site, cast), by=cast.sam, start_date=in_days(5), end_date=in_days(6), reason="x")


def test_every_move_has_a_row_in_the_order_of_the_audits_life() -> None:
    assert list(AUDIT.by_name) == [
        *("plan", "notify", "start", "hold_closeout", "draft_report", "submit_review", "return_report"),
        *("start_factual_check", "issue_report", "follow_up", "close", "cancel"),
    ]


def test_who_reads_no_drafts_reads_notified_audits_and_those_of_their_own_team(site: Any, cast: Any) -> None:
    audit = dated(site, cast)

    def readers() -> set[str]:
        people = ("sam", "quinn", "leo", "eva", "ines", "ada")
        return {name for name in people if Audit.objects.open_to(getattr(cast, name)).filter(pk=audit.pk).exists()}

    assert readers() == {"sam", "quinn", "leo"}
    member = team_actions.add_member(audit, by=cast.sam, person=cast.eva, role="sme")
    assert readers() == {"sam", "quinn", "leo", "eva"}
    team_actions.declare_independence(member, by=cast.eva, has_conflict=False)
    move_audit(audit, "notify", by=cast.sam)
    assert "ines" in readers()
