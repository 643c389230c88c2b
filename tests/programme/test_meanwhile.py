"""What a screen still shows has changed meanwhile: the team and the offers of an audit that somebody cancels."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audits.programme import team_actions as team
from audits.programme.actions import move_audit, revise_audit
from audits.programme.models import Audit, Independence, Slot, TeamMember
from cmo_portal.records.context import acting_as
from cmo_portal.records.workflow import WrongState
from tests.meanwhile import right_after
from tests.programme.makers import dated, demo_site, in_days

pytestmark = pytest.mark.django_db
OVER = "the team stands as it audited"
NO_DATES = "Dates are agreed while"


def stored(audit: Audit) -> Audit:
    found: Audit = Audit.objects.select_related("site__vendor__sponsor", "site__vendor__company").get(pk=audit.pk)
    return found


@pytest.fixture
def it(cast: Any) -> Audit:
    return dated(demo_site("linz"), cast)


@pytest.fixture
def offer(it: Audit, cast: Any) -> Slot:
    return team.offer_slot(it, by=cast.sam, start_date=in_days(60), end_date=in_days(61))


@pytest.fixture
def member(it: Audit) -> TeamMember:
    return TeamMember.objects.select_related("person", "audit__site__vendor__sponsor").get(audit=it)


def cancel(it: Audit, cast: Any) -> None:
    with acting_as(cast.sam):
        move_audit(stored(it), "cancel", by=cast.sam, reason="The site closes.")


def test_team_and_offers_stand_still_once_the_audit_is_cancelled_meanwhile(
    it: Audit, offer: Slot, member: TeamMember, cast: Any
) -> None:
    days = {"start_date": in_days(70), "end_date": in_days(71)}
    offer = Slot.objects.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company").get(pk=offer.pk)
    cancel(it, cast)
    for act, words in (
        (lambda: team.add_member(it, by=cast.sam, name="Ida Grey", employer="Grey GxP", role="sme"), OVER),
        (lambda: team.revise_member(member, by=cast.sam, expertise="Sterile filling"), OVER),
        (lambda: team.declare_independence(member, by=cast.leo, has_conflict=True, ties="A brother there."), OVER),
        (lambda: team.remove_member(member, by=cast.sam, reason="Away."), OVER),
        (lambda: team.offer_slot(it, by=cast.sam, **days), NO_DATES),
        (lambda: team.answer_slot(offer, by=cast.pat, agrees=False, note="We are closed."), NO_DATES),
    ):
        it.status = member.audit.status = offer.audit.status = "planned"  # what each screen still shows
        with pytest.raises(WrongState, match=words):
            act()
    kept = TeamMember.objects.get(audit=it)
    assert (kept.expertise, kept.is_removed) == ("", False)
    assert not Independence.objects.get(member=member).has_conflict
    assert [row.status for row in Slot.objects.filter(audit=it)] == ["offered"]


def test_the_pages_look_again_under_the_lock(
    it: Audit, offer: Slot, member: TeamMember, sign_in: Any, cast: Any
) -> None:
    """Somebody cancels the audit between the page's look at it and the write."""
    days = {"start_date": in_days(70).isoformat(), "end_date": in_days(71).isoformat()}
    declared = Independence.objects.get(member=member)
    tries = (
        ("sam", reverse("audits:slot-create", args=[it.number]), days, NO_DATES),
        ("pat", reverse("audits:slot-answer", args=[offer.number]), {"agrees": "no", "note": "Closed."}, NO_DATES),
        ("leo", reverse("audits:independence-edit", args=[member.number]),
         {"has_conflict": "on", "ties": "A brother there.", "version": declared.version}, OVER),
    )  # fmt: skip
    for who, url, values, words in tries:
        client = sign_in(who)
        kept = transaction.savepoint()
        with right_after('"audits_audit" "vendors_site"', lambda: cancel(it, cast)) as came:
            answer = client.post(url, values)
        assert came, url
        assert answer.status_code in {409, 422} and words in answer.content.decode(), url
        transaction.savepoint_rollback(kept)


def test_an_offer_is_answered_once(it: Audit, offer: Slot, cast: Any) -> None:
    again = Slot.objects.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company").get(pk=offer.pk)
    team.answer_slot(offer, by=cast.pat, agrees=True)
    for act in (
        lambda: team.answer_slot(again, by=cast.pat, agrees=False, note="No."),
        lambda: team.withdraw_slot(again, by=cast.sam, reason="No."),
    ):
        with pytest.raises(WrongState, match="has been answered or withdrawn"):
            act()
    assert Slot.objects.get(pk=offer.pk).status == "agreed"


def test_what_a_colleague_wrote_meanwhile_does_not_keep_anybody_off_the_team(it: Audit, cast: Any) -> None:
    revise_audit(stored(it), by=cast.sam, purpose="A closer look.")
    team.add_member(it, by=cast.sam, name="Ida Grey", employer="Grey GxP", role="sme")
    now = stored(it)
    assert now.purpose == it.purpose == "A closer look." and now.team.filter(name="Ida Grey").exists()
    assert now.version == it.version
