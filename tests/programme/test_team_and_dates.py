"""The team and its independence, and the dates that one side offers and the other agrees to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.programme.actions import schedule_audit
from audits.programme.models import Audit, Slot
from audits.programme.team_actions import (
    MOST_OFFERS,
    add_member,
    answer_slot,
    clear_conflict,
    declare_independence,
    offer_slot,
    remove_member,
    revise_member,
    withdraw_slot,
)
from cmo_portal.records.context import acting_as
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import demo_site, held, in_days, new_site, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    """A planned audit of Alpenglow's laboratory, whose CMO has joined."""
    return planned(demo_site("salzburg"), cast, type="due_diligence")


class TestTeam:
    def test_has_one_lead_at_a_time(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(ValidationError, match="has a lead auditor"):
            add_member(audit, by=cast.sam, person=cast.eva, role="lead")

    def test_lead_that_leaves_is_no_longer_named(self, audit: Audit, cast: Any) -> None:
        lead = audit.team.get()
        lead.audit = audit
        with pytest.raises(ValidationError, match="Write why"):
            remove_member(lead, by=cast.sam, reason=" ")
        lead.refresh_from_db()
        lead.audit = audit
        remove_member(lead, by=cast.sam, reason="Ill")
        assert (audit.lead, audit.lead_name) == (None, "")
        add_member(audit, by=cast.sam, person=cast.leo, role="lead")
        assert audit.lead == cast.leo

    def test_co_auditor_can_become_the_lead(self, audit: Audit, cast: Any) -> None:
        lead = audit.team.get()
        lead.audit = audit
        revise_member(lead, by=cast.sam, role="co_auditor")
        member = add_member(audit, by=cast.sam, person=cast.eva, role="co_auditor")
        revise_member(member, by=cast.sam, role="lead")
        assert audit.lead == cast.eva

    def test_takes_nobody_of_another_company_and_nobody_twice(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(ValidationError, match="Choose a colleague"):
            add_member(audit, by=cast.sam, person=cast.otto, role="sme")
        with pytest.raises(ValidationError, match="in the team already"):
            add_member(audit, by=cast.sam, person=cast.leo, role="sme")

    def test_somebody_from_outside_comes_with_an_employer(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(ValidationError, match="whom this person works for"):
            add_member(audit, by=cast.sam, name="Ida Grey", role="sme")
        member = add_member(audit, by=cast.sam, name="Ida Grey", employer="Grey GxP", role="sme")
        with pytest.raises(ValidationError, match="has an account here"):
            add_member(audit, by=cast.sam, name="Max Grey", employer="Grey GxP", role="lead")
        declare_independence(member, by=cast.sam, has_conflict=False)
        with pytest.raises(PermissionDenied):
            declare_independence(member, by=cast.quinn, has_conflict=False)

    def test_stands_once_the_visit_is_over(self, cast: Any) -> None:
        done = held(new_site(cast), cast)
        with pytest.raises(WrongState, match="the team stands"):
            add_member(done, by=cast.sam, person=cast.eva, role="sme")

    def test_is_the_planners(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(PermissionDenied):
            add_member(audit, by=cast.eva, person=cast.eva, role="sme")


class TestIndependence:
    def test_is_everybodys_own_word(self, audit: Audit, cast: Any) -> None:
        member = audit.team.get()
        member.audit = audit
        with pytest.raises(PermissionDenied):
            declare_independence(member, by=cast.sam, has_conflict=False)

    def test_ties_are_named(self, audit: Audit, cast: Any) -> None:
        member = audit.team.get()
        member.audit = audit
        with pytest.raises(ValidationError, match="Write which ties"):
            declare_independence(member, by=cast.leo, has_conflict=True)

    def test_ties_are_cleared_by_quality_with_a_note_and_not_by_oneself(self, audit: Audit, cast: Any) -> None:
        member = audit.team.get()
        member.audit = audit
        declared = declare_independence(member, by=cast.leo, has_conflict=True, ties="Worked there")
        assert not declared.stands
        with pytest.raises(PermissionDenied):
            clear_conflict(declared, by=cast.sam, note="x")
        with pytest.raises(ValidationError, match="Write why"):
            clear_conflict(declared, by=cast.quinn, note=" ")
        clear_conflict(declared, by=cast.quinn, note="Ten years ago")
        assert declared.stands
        again = declare_independence(member, by=cast.leo, has_conflict=True, ties="Shares as well")
        assert not again.stands, "a new word takes the clearance back"
        mine = add_member(audit, by=cast.sam, person=cast.quinn, role="observer")
        own = declare_independence(mine, by=cast.quinn, has_conflict=True, ties="Cousin")
        with pytest.raises(ValidationError, match="Nobody clears their own ties"):
            clear_conflict(own, by=cast.quinn, note="x")

    def test_nothing_to_clear_without_ties(self, audit: Audit, cast: Any) -> None:
        member = audit.team.get()
        member.audit = audit
        declared = declare_independence(member, by=cast.leo, has_conflict=False)
        with pytest.raises(ValidationError, match="nothing to clear"):
            clear_conflict(declared, by=cast.quinn, note="x")

    def test_cmo_reads_no_declaration(self, audit: Audit, cast: Any) -> None:
        from audits.programme.models import Independence

        assert Independence.objects.filter(audit=audit.pk).exists()
        assert not Independence.objects.visible_to(cast.pat).exists()


class TestDates:
    def offer(self, audit: Audit, by: Any, start: int) -> Slot:
        slot = offer_slot(audit, by=by, start_date=in_days(start), end_date=in_days(start + 1))
        slot.audit = audit
        return slot

    def test_offering_lets_the_cmo_read_the_audit(self, audit: Audit, cast: Any) -> None:
        assert not Audit.objects.visible_to(cast.pat).filter(pk=audit.pk).exists()
        slot = self.offer(audit, cast.sam, 40)
        assert Audit.objects.visible_to(cast.pat).filter(pk=audit.pk).exists()
        assert Slot.objects.visible_to(cast.pat).filter(pk=slot.pk).exists()
        assert not Slot.objects.visible_to(cast.bea).filter(pk=slot.pk).exists()

    def test_partner_agrees_to_one_of_several_and_the_audit_has_its_dates(self, audit: Audit, cast: Any) -> None:
        slots = [self.offer(audit, cast.sam, start) for start in (40, 50, 60)]
        pat, chosen = cast.pat, slots[1].pk
        with acting_as(pat):  # on PostgreSQL the partner's own sight and right to write
            slot = Slot.objects.visible_to(pat).select_related("audit__site__vendor__sponsor").get(pk=chosen)
            answer_slot(slot, by=pat, agrees=True, note="Line is free")
        fresh = Audit.objects.get(pk=audit.pk)
        assert (fresh.start_date, fresh.end_date) == (in_days(50), in_days(51))
        states = list(Slot.objects.filter(audit=audit.pk).order_by("start_date").values_list("status", flat=True))
        assert states == ["declined", "agreed", "declined"]

    def test_partner_offers_other_days_and_the_sponsor_agrees(self, audit: Audit, cast: Any) -> None:
        first = self.offer(audit, cast.sam, 40)
        with pytest.raises(ValidationError, match="Write what does not suit"):
            answer_slot(first, by=cast.pat, agrees=False)
        answer_slot(first, by=cast.pat, agrees=False, note="Shutdown in that week")
        pat = cast.pat
        with acting_as(pat):
            seen = Audit.objects.visible_to(pat).select_related("site__vendor__sponsor").get(pk=audit.pk)
            own = offer_slot(seen, by=pat, start_date=in_days(70), end_date=in_days(72))
        own = Slot.objects.select_related("audit__site__vendor__sponsor").get(pk=own.pk)
        with pytest.raises(PermissionDenied):
            answer_slot(own, by=cast.pat, agrees=True)
        answer_slot(own, by=cast.leo, agrees=True)
        assert own.audit.start_date == in_days(70)

    def test_nobody_answers_for_the_other_side(self, audit: Audit, cast: Any) -> None:
        slot = self.offer(audit, cast.sam, 40)
        for person in (cast.sam, cast.leo, cast.uwe):
            with pytest.raises(PermissionDenied):
                answer_slot(slot, by=person, agrees=True)

    def test_sponsor_records_the_answer_of_a_cmo_that_has_not_joined(self, cast: Any) -> None:
        audit = planned(new_site(cast), cast)
        slot = self.offer(audit, cast.sam, 40)
        answer_slot(slot, by=cast.sam, agrees=True, note="By telephone")
        assert audit.start_date == in_days(40)

    def test_offer_is_answered_once(self, audit: Audit, cast: Any) -> None:
        slot = self.offer(audit, cast.sam, 40)
        answer_slot(slot, by=cast.pat, agrees=True)
        with pytest.raises(WrongState, match="answered or withdrawn"):
            answer_slot(slot, by=cast.pat, agrees=False, note="x")

    def test_offers_lie_ahead_differ_and_are_few(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(ValidationError, match="lie ahead"):
            self.offer(audit, cast.sam, -1)
        for n in range(MOST_OFFERS):
            self.offer(audit, cast.sam, 40 + 5 * n)
        with pytest.raises(ValidationError, match="offers stand already"):
            self.offer(audit, cast.sam, 90)

    def test_same_days_are_not_offered_twice(self, audit: Audit, cast: Any) -> None:
        self.offer(audit, cast.sam, 40)
        with pytest.raises(ValidationError, match="on offer already"):
            self.offer(audit, cast.leo, 40)

    def test_who_offered_withdraws(self, audit: Audit, cast: Any) -> None:
        slot = self.offer(audit, cast.sam, 40)
        with pytest.raises(PermissionDenied):
            withdraw_slot(slot, by=cast.pat, reason="x")
        withdraw_slot(slot, by=cast.leo, reason="Lead is ill")
        assert slot.status == "withdrawn"
        with pytest.raises(WrongState):
            withdraw_slot(slot, by=cast.leo, reason="again")

    def test_moving_agreed_dates_withdraws_the_agreed_slot_with_the_reason(self, audit: Audit, cast: Any) -> None:
        slot = self.offer(audit, cast.sam, 40)
        answer_slot(slot, by=cast.pat, agrees=True)
        fresh = Audit.objects.select_related("site__vendor__sponsor").get(pk=audit.pk)
        schedule_audit(fresh, by=cast.sam, start_date=in_days(44), end_date=in_days(45), reason="Strike")
        slot = Slot.objects.get(pk=slot.pk)
        assert (slot.status, slot.answer_note) == ("withdrawn", "Strike")

    def test_dates_of_an_audit_under_way_are_not_on_offer(self, cast: Any) -> None:
        done = held(new_site(cast), cast)
        with pytest.raises(WrongState, match="planned or notified"):
            self.offer(done, cast.sam, 40)

    def test_last_day_is_not_before_the_first(self, audit: Audit, cast: Any) -> None:
        with pytest.raises(ValidationError, match="must not be before"):
            offer_slot(audit, by=cast.sam, start_date=in_days(9), end_date=in_days(9) - timedelta(days=1))
