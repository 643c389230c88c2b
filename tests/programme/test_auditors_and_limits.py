"""Auditors are proposed by one and signed by another, and renewed; limits are the sponsor's own numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits.programme.auditor_actions import move_auditor, propose_auditor, revise_auditor
from audits.programme.limits import LIMITS, due, limit, limits_of
from audits.programme.limits_actions import set_limits
from audits.programme.models import Auditor
from audits.programme.steering import AuditLimits
from audits.programme.team_actions import add_member, declare_independence
from cmo_portal.lib.calendars import add_business_days, add_months
from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.context import acting_as
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import PROOF, dated, held, in_days, new_site, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(cast: Any) -> Auditor:
    return propose_auditor(cast.priya, by=cast.sam, level="lead", basis="Course", audits_before=3)


class TestAuditors:
    def test_are_qualified_with_a_signature_until_their_renewal(self, auditor: Auditor, cast: Any) -> None:
        assert not auditor.may_audit(today())
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
        assert (auditor.qualified_date, auditor.expires_date) == (today(), add_months(today(), 36))
        assert auditor.may_audit(auditor.expires_date)
        assert not auditor.may_audit(auditor.expires_date + timedelta(days=1))
        assert Signature.objects.get(record_number=auditor.number).holds_for(Auditor.objects.get(pk=auditor.pk))

    def test_who_may_propose_and_who_signs(self, auditor: Auditor, cast: Any) -> None:
        with pytest.raises(PermissionDenied):
            propose_auditor(cast.eva, by=cast.leo, level="sme")
        with pytest.raises(PermissionDenied):
            move_auditor(auditor, "qualify", by=cast.sam, credentials=PROOF)
        with pytest.raises(BadCredentials):
            move_auditor(auditor, "qualify", by=cast.quinn, credentials=Credentials("wrong"))
        assert (auditor.status, auditor.expires_date) == ("proposed", None)

    @pytest.mark.refuses("programme.not_oneself")
    def test_nobody_qualifies_themselves(self, cast: Any) -> None:
        own = propose_auditor(cast.quinn, by=cast.sam, level="sme", basis="Twenty years")
        with pytest.raises(WrongState, match="Nobody qualifies themselves"):
            move_auditor(own, "qualify", by=cast.quinn, credentials=PROOF)

    @pytest.mark.refuses("programme.has_basis")
    def test_qualification_rests_on_something(self, cast: Any) -> None:
        bare = propose_auditor(cast.priya, by=cast.sam, level="sme")
        with pytest.raises(WrongState, match="Write the training and experience"):
            move_auditor(bare, "qualify", by=cast.quinn, credentials=PROOF)

    @pytest.mark.refuses("programme.enough_experience", "programme.qualified_well")
    def test_lead_has_been_co_auditor_three_times_here_or_before(self, cast: Any) -> None:
        new = propose_auditor(cast.priya, by=cast.sam, level="lead", basis="Course", audits_before=2)
        with pytest.raises(WrongState, match="3 audits as co-auditor; 2 are on record"):
            move_auditor(new, "qualify", by=cast.quinn, credentials=PROOF)
        audit = dated(new_site(cast), cast, start=-10)
        member = add_member(audit, by=cast.sam, person=cast.priya, role="co_auditor")
        declare_independence(member, by=cast.priya, has_conflict=False)
        with pytest.raises(WrongState, match="2 are on record"):
            move_auditor(new, "qualify", by=cast.quinn, credentials=PROOF)
        from audits.programme.actions import move_audit

        for name, by in (("notify", cast.sam), ("start", cast.leo), ("hold_closeout", cast.leo)):
            move_audit(audit, name, by=by)
        move_auditor(new, "qualify", by=cast.quinn, credentials=PROOF)
        assert Auditor.objects.with_experience().get(pk=new.pk).accompanied == 1

    def test_renewal_is_a_qualification_signed_anew(self, auditor: Auditor, cast: Any) -> None:
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
        auditor.expires_date = in_days(-1)
        write(auditor, by=cast.quinn, action="test.past")
        assert not auditor.may_audit(today())
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
        assert auditor.may_audit(today())
        assert Signature.objects.filter(record_number=auditor.number).count() == 2

    @pytest.mark.parametrize("name", ["suspend", "end"])
    def test_suspending_and_ending_need_a_reason(self, name: str, auditor: Auditor, cast: Any) -> None:
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
        with pytest.raises(WrongState, match="needs a reason"):
            move_auditor(auditor, name, by=cast.quinn)
        move_auditor(auditor, name, by=cast.quinn, reason="Left the group")
        assert not auditor.may_audit(today())

    def test_stand_in_the_list_once_and_belong_to_one_company(self, auditor: Auditor, cast: Any) -> None:
        with pytest.raises(ValidationError, match="stands in the list already"):
            propose_auditor(cast.priya, by=cast.quinn, level="sme")
        with pytest.raises(ValidationError, match="Choose a colleague"):
            propose_auditor(cast.otto, by=cast.sam, level="sme")
        assert not Auditor.objects.visible_to(cast.otto).filter(pk=auditor.pk).exists()
        assert not Auditor.objects.visible_to(cast.pat).exists()
        assert not Auditor.objects.open_to(cast.ines).filter(pk=auditor.pk).exists()

    def test_change_of_what_it_rests_on_shows_the_signature_as_broken(self, auditor: Auditor, cast: Any) -> None:
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
        revise_auditor(auditor, by=cast.sam, audits_before=9, reason="Counted again")
        assert not Signature.objects.get(record_number=auditor.number).holds_for(auditor)

    def test_experience_and_load_are_counted(self, cast: Any) -> None:
        def counts() -> tuple[int, int]:
            row = Auditor.objects.with_experience().get(person=cast.leo)
            return row.led, row.ahead

        led, ahead = counts()
        held(new_site(cast), cast)
        dated(new_site(cast, "Zweitwerk"), cast)
        assert counts() == (led + 1, ahead + 1)

    def test_pages_propose_and_sign(self, cast: Any, sign_in: Any) -> None:
        sam, quinn = sign_in("sam"), sign_in("quinn")
        facts = {"person": cast.priya.number, "level": "sme", "fields": "Costs, Supply", "audits_before": 0,
                 "basis": "MBA"}  # fmt: skip
        assert sam.post(reverse("audits:auditor-create"), facts).status_code == 302
        made = Auditor.objects.get(person=cast.priya)
        assert made.fields == ["Costs", "Supply"]
        move = reverse("audits:auditor-move", args=[made.number, "qualify"])
        answer = quinn.post(move, {"password": PROOF.password, "version": made.version})
        assert answer.status_code == 302
        assert "Matches the record" in quinn.get(made.get_absolute_url()).content.decode()


class TestLimits:
    def test_defaults_are_those_of_the_domain(self, cast: Any) -> None:
        now = limits_of(cast.sam.company)
        assert (now["report_days"], now["factual_check_days"], now["response_days"]) == (30, 10, 15)
        assert (now["capa_critical_days"], now["capa_major_days"], now["capa_other_days"]) == (15, 30, 60)
        assert (now["notice_days"], now["containment_hours"], now["effectiveness_months"]) == (30, 72, 6)

    def test_own_number_counts_for_clocks_that_start_afterwards(self, cast: Any) -> None:
        before = held(new_site(cast), cast)
        set_limits(cast.sam.company, {"report_days": 21}, by=cast.sam, reason="Agreed with quality")
        after = held(new_site(cast, "Zweitwerk"), cast)
        assert before.report_due_date == before.end_date + timedelta(days=30)
        assert after.report_due_date == after.end_date + timedelta(days=21)
        assert limit(cast.otto.company, "report_days") == 30

    def test_each_unit_counts_its_own_days(self, cast: Any) -> None:
        day = today()
        company = cast.sam.company
        assert due(company, "report_days", day) == day + timedelta(days=30)
        assert due(company, "response_days", day) == add_business_days(day, 15, public_holidays("CH", "BS"))
        assert due(company, "effectiveness_months", day) == add_months(day, 6)

    @pytest.mark.parametrize(
        "values", [{"report_days": 0}, {"report_days": 500}, {"report_days": True}, {"unknown": 3}]
    )
    def test_number_out_of_range_or_unknown_is_refused(self, values: dict[str, int], cast: Any) -> None:
        with pytest.raises(ValidationError):
            set_limits(cast.sam.company, values, by=cast.sam, reason="x")
        assert not AuditLimits.objects.filter(sponsor=cast.sam.company).exists()

    def test_are_the_planners_to_set(self, cast: Any) -> None:
        with pytest.raises(PermissionDenied):
            set_limits(cast.sam.company, {"report_days": 21}, by=cast.eva, reason="x")

    def test_cmo_reads_those_of_its_sponsors_and_no_others(self, cast: Any) -> None:
        set_limits(cast.sam.company, {"response_days": 20}, by=cast.sam, reason="x")
        bea, pat = cast.bea, cast.pat
        for person in (pat, bea):
            with acting_as(person):
                assert AuditLimits.objects.visible_to(person).filter(sponsor=cast.sam.company_id).exists()
                assert limit(cast.sam.company, "response_days") == 20
        assert not AuditLimits.objects.visible_to(cast.otto).exists()

    def test_page_shows_and_changes_them(self, cast: Any, sign_in: Any) -> None:
        sam = sign_in("sam")
        assert "Report after the last day" in sam.get(reverse("audits:limit-list")).content.decode()
        values = {name: str(each.default) for name, each in LIMITS.items() if not each.follows}
        values |= {"report_days": "999", "reason": "x"}
        refused = sam.post(reverse("audits:limit-edit"), values)
        assert refused.status_code == 422 and 'id="id_report_days_error"' in refused.content.decode()
        assert sam.post(reverse("audits:limit-edit"), values | {"report_days": "20"}).status_code == 302
        assert AuditLimits.objects.get(sponsor=cast.sam.company).values == {"report_days": 20}


def test_another_level_waits_for_the_signature_of_quality(cast: Any) -> None:
    auditor = propose_auditor(cast.priya, by=cast.sam, level="co_auditor", basis="Course", audits_before=0)
    move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)
    revise_auditor(auditor, by=cast.sam, reason="No change")
    assert auditor.may_audit(today())
    revise_auditor(auditor, by=cast.sam, level="lead", reason="Leads from now on")
    assert not Auditor.objects.get(pk=auditor.pk).may_audit(today()), "nobody becomes a lead auditor unsigned"
    with pytest.raises(WrongState, match="3 audits as co-auditor; 0 are on record"):
        move_auditor(auditor, "qualify", by=cast.quinn, credentials=PROOF)


def test_two_who_set_the_first_limits_at_once_both_see_what_the_other_set(cast: Any, sign_in: Any) -> None:
    client, address = sign_in("sam"), reverse("audits:limit-edit")
    form = client.get(address).context["form"]
    sent = {name: "" if (now := form[name].value()) is None else now for name in LIMITS}
    sent |= {"version": form["version"].value(), "reason": "Mine"}
    set_limits(cast.sam.company, {"report_days": 21}, by=cast.leo, reason="Ours")
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "changed this" in answer.content.decode()
    assert limit(cast.sam.company, "report_days") == 21
