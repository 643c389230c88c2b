"""Quality decides about a scope: who may, what it takes, what is signed, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cmo_portal.lib.calendars import add_months
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.record import door_is_open
from cmo_portal.records.signed import signed
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import StaleRecord, TrailEvent, write
from cmo_portal.records.workflow import Offer, WrongState
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.actions import retire
from vendors.registry.models import Site, Vendor
from vendors.registry.qualification_actions import expire_overdue, move, propose, revise_proposal
from vendors.registry.supply import Qualification
from vendors.registry.tasks import expire_qualifications
from vendors.registry.workflows import QUALIFICATION, approval_checks

pytestmark = pytest.mark.django_db
PLANS = {"rationale": "Mould in grade A", "inventory_plan": "Quarantine 2 batches", "alternate_plan": "Second site"}


@pytest.fixture
def site(cast: Any) -> Site:
    return make_site(make_vendor(cast.sam), cast.sam, fei="3009990001")


@pytest.fixture
def row(cast: Any, site: Site) -> Qualification:
    return propose(site.vendor, by=cast.sam, site=site, service="fill_finish", dosage_form="vial_lyo")


def test_a_proposal_stands_in_qualification_and_is_trailed(row: Qualification, cast: Any) -> None:
    assert row.status == "pending" and row.number.startswith("QUA-")
    assert TrailEvent.objects.get(record_number=row.number).actor_ref == cast.sam.number


def test_an_evaluator_cannot_propose(site: Site, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        propose(site.vendor, by=cast.eva, site=site, service="fill_finish")


def test_one_scope_has_one_row(row: Qualification, site: Site, cast: Any) -> None:
    with pytest.raises(ValidationError, match="has a qualification already"):
        propose(site.vendor, by=cast.leo, site=site, service="fill_finish", dosage_form="vial_lyo")
    propose(site.vendor, by=cast.leo, site=site, service="fill_finish", dosage_form="pfs")


def test_a_site_of_another_cmo_is_refused(row: Qualification, cast: Any) -> None:
    stranger = make_site(make_vendor(cast.sam, "Anderwerk"), cast.sam)
    with pytest.raises(ValidationError, match="site of this CMO"):
        propose(row.vendor, by=cast.sam, site=stranger, service="testing")


def test_the_manager_who_buys_cannot_approve(row: Qualification, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        move(row, "approve", by=cast.sam, credentials=PROOF)
    assert Qualification.objects.get(pk=row.pk).status == "pending"


def test_approval_is_signed_and_holds_until_the_record_changes(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2099, 1, 1))
    row = Qualification.objects.get(pk=row.pk)
    assert (row.status, row.expires_date) == ("approved", date(2099, 1, 1))
    (one,) = signed(row, cast.sam)
    assert (one.signature.meaning, one.signature.signer_name, one.what, one.fault) == (
        "approved", "Quinn Abara", "Approve", "")  # fmt: skip
    move(row, "suspend", by=cast.quinn, credentials=PROOF, **PLANS)
    newest, oldest = signed(Qualification.objects.get(pk=row.pk), cast.sam)
    assert newest.fault == "" and newest.what == "Suspend"
    assert oldest.fault == "No longer matches: version 2 was signed, this is version 3."


def test_a_change_past_the_door_breaks_the_signature(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    token = door_is_open.set(True)
    Qualification.objects.filter(pk=row.pk).update(rationale="never written")
    door_is_open.reset(token)
    (one,) = signed(Qualification.objects.get(pk=row.pk), cast.quinn)
    assert "outside the portal" in one.fault


def test_a_wrong_password_signs_nothing_and_leaves_the_row(row: Qualification, cast: Any) -> None:
    with pytest.raises(BadCredentials) as refused:
        move(row, "approve", by=cast.quinn, credentials=Credentials("wrong"), expires_date=date(2099, 1, 1))
    assert refused.value.field == "password"
    assert (row.status, row.expires_date) == ("pending", None)
    assert Qualification.objects.get(pk=row.pk).status == "pending"
    assert not Signature.objects.filter(record_number=row.number).exists()


def test_nobody_signs_without_a_proof(row: Qualification, cast: Any) -> None:
    with pytest.raises(BadCredentials, match="Sign with your password"):
        move(row, "approve", by=cast.quinn)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Write the conditions"),
        ({"conditions": "Weekly calls"}, "Give the date"),
        pytest.param(
            {"conditions": "Weekly calls", "expires_date": date(2000, 1, 1)},
            "has passed",
            marks=pytest.mark.refuses("registry.date_is_ahead"),
        ),
        ({"conditions": "Weekly calls", "expires_date": date(2099, 1, 1)}, "six months at most"),
    ],
)
def test_conditional_needs_conditions_and_an_end_within_six_months(
    given: dict[str, Any], sentence: str, row: Qualification, cast: Any
) -> None:
    with pytest.raises(WrongState, match=sentence):
        move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, **given)


@pytest.mark.refuses("registry.bounded")
def test_conditional_may_run_to_the_very_last_day_and_not_one_more(row: Qualification, cast: Any) -> None:
    last = add_months(timezone.now().date(), 6)
    with pytest.raises(WrongState, match="six months"):
        move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, conditions="x",
             expires_date=last + timedelta(days=1))  # fmt: skip
    move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, conditions="x", expires_date=last)
    assert Qualification.objects.get(pk=row.pk).status == "conditional"


def test_month_arithmetic_keeps_the_day_or_takes_the_last() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 6) == date(2027, 6, 15)


@pytest.mark.refuses("registry.planned")
@pytest.mark.parametrize("missing", sorted(PLANS))
def test_disqualification_needs_rationale_stock_and_alternate_source(
    missing: str, row: Qualification, cast: Any
) -> None:
    with pytest.raises(WrongState, match="Write "):
        move(row, "disqualify", by=cast.quinn, credentials=PROOF, **(PLANS | {missing: " "}))
    move(row, "disqualify", by=cast.quinn, credentials=PROOF, **PLANS)
    assert Signature.objects.get(record_number=row.number).meaning == "rejected"


def test_a_suspended_scope_is_reinstated_with_a_reason(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    move(row, "suspend", by=cast.quinn, credentials=PROOF, **PLANS)
    with pytest.raises(WrongState, match="needs a reason"):
        move(row, "reinstate", by=cast.quinn, credentials=PROOF)
    move(row, "reinstate", by=cast.quinn, credentials=PROOF, reason="Root cause removed")
    assert row.status == "approved"


def test_moves_out_of_order_are_refused_with_a_sentence(row: Qualification, cast: Any) -> None:
    with pytest.raises(WrongState, match="Suspend needs the status Qualified or Conditional; this stands at In qual"):
        move(row, "suspend", by=cast.quinn, credentials=PROOF, **PLANS)


@pytest.mark.refuses("registry.site_stands")
def test_a_retired_site_is_not_approved(row: Qualification, site: Site, cast: Any) -> None:
    retire(site, by=cast.sam, reason="The site was sold.")
    with pytest.raises(WrongState, match="a retired site cannot be qualified"):
        move(Qualification.objects.get(pk=row.pk), "approve", by=cast.quinn, credentials=PROOF)


@pytest.mark.refuses("registry.has_run_out")
def test_a_scope_does_not_end_before_its_day(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2099, 1, 1))
    with pytest.raises(WrongState, match="has not passed"):
        QUALIFICATION.perform(row, "expire", by=SWEEP)


def test_a_move_on_an_old_version_is_stale(row: Qualification, cast: Any) -> None:
    revise_proposal(row, by=cast.leo, rationale="Second source")
    with pytest.raises(StaleRecord):
        move(row, "approve", by=cast.quinn, credentials=PROOF, version=1)


def test_a_decided_scope_is_not_revised(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    with pytest.raises(WrongState, match="Quality has decided"):
        revise_proposal(row, by=cast.sam, service="testing")


def test_a_move_takes_only_its_own_fields(row: Qualification, cast: Any) -> None:
    with pytest.raises(ValidationError, match="does not take it"):
        move(row, "approve", by=cast.quinn, credentials=PROOF, service="testing")


def test_an_upper_floor_can_stand_against_approval(row: Qualification, cast: Any) -> None:
    def open_critical(record: Any, by: Any) -> str | None:
        return "A critical finding is open."

    approval_checks.append(open_critical)
    try:
        with pytest.raises(WrongState, match="critical finding is open"):
            move(row, "approve", by=cast.quinn, credentials=PROOF)
        offers = {offer.transition.name: offer for offer in QUALIFICATION.offers(row, cast.quinn)}
        assert offers["approve"] == Offer(QUALIFICATION.by_name["approve"], "A critical finding is open.")
    finally:
        approval_checks.remove(open_critical)


def test_nobody_is_offered_the_systems_move(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    assert "expire" not in {offer.transition.name for offer in QUALIFICATION.offers(row, cast.quinn)}
    with pytest.raises(PermissionDenied):
        move(row, "expire", by=cast.quinn)


def test_the_hourly_task_expires_what_has_run_out_once(row: Qualification, cast: Any) -> None:
    move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2099, 1, 1))
    assert expire_overdue(date(2099, 1, 1)) == 0
    past = Qualification.objects.get(pk=row.pk)
    past.expires_date = timezone.now().date() - timedelta(days=2)  # past in every zone
    write(past, by=cast.quinn, action="test.past")
    expire_qualifications()
    expired = Qualification.objects.get(pk=row.pk)
    assert expired.status == "expired" and not expired.allows_use(timezone.now().date())
    entries = TrailEvent.objects.filter(record_number=row.number).count()
    expire_qualifications()
    assert TrailEvent.objects.filter(record_number=row.number).count() == entries
    assert TrailEvent.objects.filter(record_number=row.number).order_by("seq").last().actor_ref == "system:sweep"


def test_a_scope_can_be_proposed_anew_after_it_was_retired(row: Qualification, site: Site, cast: Any) -> None:
    move(row, "retire", by=cast.quinn, credentials=PROOF, reason="Not used any more")
    again = propose(site.vendor, by=cast.sam, site=site, service="fill_finish", dosage_form="vial_lyo")
    assert again.pk != row.pk


def test_the_narrowest_row_decides_unless_a_wider_one_refuses(row: Qualification, site: Site, cast: Any) -> None:
    standing = Qualification.objects.standing_for
    wide = propose(site.vendor, by=cast.sam, site=site, service="fill_finish")
    move(wide, "approve", by=cast.quinn, credentials=PROOF)
    assert standing(site, "fill_finish", "vial_lyo") == row
    assert standing(site, "fill_finish", "pfs") == wide
    assert standing(site, "testing") is None
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    move(wide, "disqualify", by=cast.quinn, credentials=PROOF, **PLANS)
    decides = standing(site, "fill_finish", "vial_lyo")
    assert decides == wide and not decides.allows_use(date(2026, 1, 1))


def test_the_cmos_pill_is_its_worst_active_row_with_the_count(row: Qualification, site: Site, cast: Any) -> None:
    def standing() -> tuple[str, int]:
        vendor = Vendor.objects.with_standing().get(pk=site.vendor_id)
        return vendor.worst, vendor.scopes

    other = propose(site.vendor, by=cast.sam, site=site, service="testing")
    move(row, "approve", by=cast.quinn, credentials=PROOF)
    assert standing() == ("pending", 2)
    move(other, "disqualify", by=cast.quinn, credentials=PROOF, **PLANS)
    assert standing() == ("disqualified", 2)
    move(other, "retire", by=cast.quinn, credentials=PROOF, reason="Settled")
    assert standing() == ("approved", 1)


def test_another_sponsor_sees_no_qualification(row: Qualification, cast: Any) -> None:
    assert not Qualification.objects.visible_to(cast.otto).filter(pk=row.pk).exists()
    assert not Qualification.objects.visible_to(cast.pat).filter(pk=row.pk).exists()
