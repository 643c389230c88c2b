"""Policies of reminders: typed as people write them, held by the next sweep, whatever changes the place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.actions import edit
from cmo_portal.records.deadlines import NEVER, DueItem
from cmo_portal.records.offsets import Offset, Place
from cmo_portal.records.rebuilding import drift
from cmo_portal.records.trail import write
from communications.notices.sweep import sweep
from tests.supply import places
from tests.supply.makers import make_site, make_vendor
from vendors.registry.agreement_actions import end_agreement, revise_agreement
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.deadline_policy_actions import add_policy, restore_policy, retire_policy, revise_policy
from vendors.registry.deadline_policy_words import climbing, days_of, read_lateness, read_offsets
from vendors.registry.merging import merge_vendors
from vendors.registry.models import Certificate
from vendors.registry.supply import Agreement


# --- as people write them --------------------------------------------------------------------------
def test_offsets_are_read_as_they_are_written() -> None:
    assert read_offsets("14, 7,1 , 0, -3") == ["14d", "7d", "1d", "0d", "-3d"]
    assert read_offsets("5b; 24h") == ["5b", "24h"]
    assert read_offsets("7, 7d") == ["7d"] and read_offsets(" ") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("14, soon", "soon is no time"),
        ("5w", "5w is no time"),
        ("9000", "9000 is too far"),
        (",".join(map(str, range(25))), "25 reminders"),
    ],
)
def test_the_sentence_names_the_bad_one(text: str, named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        read_offsets(text)


def test_lateness_is_read_with_or_without_its_sign() -> None:
    assert read_lateness("3, -10") == ["-3d", "-10d"] and read_lateness("4h") == ["-4h"]
    with pytest.raises(ValidationError, match="0 is not late"):
        read_lateness("0")
    with pytest.raises(ValidationError, match="time of its own"):
        climbing({"owner": ["-3d"], "manager": ["-3d"]})


def test_two_reminders_of_one_moment_stand_both() -> None:
    """24 hours before the end of a Wednesday is the day itself; `1` and `1b` before a Wednesday are one Tuesday."""
    found = days_of(["24h", "0d", "1d", "1b"], date(2027, 3, 17), Place())
    assert [says for _, says in found] == ["1 day before", "1 business day before", "24 hours before", "on the day"]


def test_the_days_leave_out_weekends_and_holidays() -> None:
    """Thursday 1 April 2027; Good Friday is 26 March, Easter Monday the 29th."""
    closed = Place(holidays={date(2027, 3, 26), date(2027, 3, 29)})
    days = [day for day, _ in days_of(["5b", "14d", "-3d"], date(2027, 4, 1), closed)]
    assert days == ["Thu 18 Mar 2027", "Tue 23 Mar 2027", "Sun 4 Apr 2027"]


# --- waking ------------------------------------------------------------------------------------------
CODE = "agreement.expires"


@pytest.fixture
def asleep(db: None) -> None:
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)


def awake(**which: Any) -> set[str]:
    """Numbers of the records whose items the next sweep looks at."""
    rows = DueItem.objects.filter(is_open=True, next_remind_at__lte=timezone.now(), **which)
    return set(rows.values_list("record_number", flat=True))


def all_of(**which: Any) -> set[str]:
    return set(DueItem.objects.filter(is_open=True, **which).values_list("record_number", flat=True))


def test_a_policy_wakes_what_it_concerns_and_nothing_else(asleep: None, cast: Any) -> None:
    mine = cast.sam.company
    policy = add_policy(mine, by=cast.sam, kind=CODE, offsets=["45d"])
    concerned = all_of(kind=CODE, wall_owner=mine.pk)
    assert concerned and awake() == concerned
    for act in (
        lambda: revise_policy(policy, by=cast.sam, offsets=["40d"]),
        lambda: retire_policy(policy, by=cast.sam, reason="Enough"),
        lambda: restore_policy(policy, by=cast.sam),
    ):
        DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
        act()
        assert awake() == concerned


def test_a_policy_that_moves_wakes_what_it_leaves_and_what_it_comes_to(asleep: None, cast: Any) -> None:
    policy = add_policy(cast.sam.company, by=cast.sam, kind=CODE, offsets=["45d"])
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
    revise_policy(policy, by=cast.sam, kind="certificate.expires")
    both = all_of(kind__in=[CODE, "certificate.expires"], wall_owner=cast.sam.company_id)
    assert awake() == both > all_of(kind=CODE, wall_owner=cast.sam.company_id)


def test_a_refused_policy_wakes_nothing(asleep: None, cast: Any) -> None:
    for values in ({"kind": "no.such"}, {"kind": CODE, "facet": "critical"}, {"kind": CODE}):
        with pytest.raises(ValidationError):
            add_policy(cast.sam.company, by=cast.sam, **{"offsets": [], **values})
    assert awake() == set()


def test_the_sweep_plans_by_the_policy_as_soon_as_it_is_saved(cast: Any) -> None:
    now = timezone.now()
    sweep(now)
    item = DueItem.objects.filter(kind=CODE, wall_owner=cast.sam.company_id, is_open=True).latest("due_date")
    add_policy(cast.sam.company, by=cast.sam, kind=CODE, offsets=["77d"])
    sweep(timezone.now())
    item.refresh_from_db()
    assert item.next_remind_at.date() in {item.due_date - timedelta(days=n) for n in (77, 78)}  # midnight in Zurich


def test_a_company_that_moves_wakes_what_is_counted_there(asleep: None, cast: Any) -> None:
    edit(cast.sam.company, by=cast.ada, action="company.edit", country="FR", subdivision="")
    assert awake() == all_of(wall_owner=cast.sam.company_id)
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
    edit(cast.pat.company, by=cast.uwe, action="company.edit", time_zone="Asia/Tokyo")
    assert awake() == all_of(wall_partner=cast.pat.company_id) != set()
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
    edit(cast.pat.company, by=cast.uwe, action="company.edit", name="Alpenglow Pharma")
    assert awake() == all_of(pk__in=[]), "a name moves no day"


def test_a_person_who_moves_wakes_what_they_hold(asleep: None, cast: Any) -> None:
    held = all_of(holder_ref=cast.leo.ref)
    assert held
    edit(cast.leo, by=cast.leo, action="profile.edit", time_zone="Asia/Tokyo")
    assert awake() == held


def test_a_merged_cmo_hands_its_items_over(cast: Any) -> None:
    """A certificate hangs on the site and is not written by the merge, yet its item follows the CMO."""
    survivor, other = make_vendor(cast.sam, "Stays Pharma"), make_vendor(cast.sam, "Goes Pharma")
    facts = {"kind": "gmp", "authority": "BASG", "reference": "M-1", "issue_date": date(2026, 1, 5)}
    certificate = Certificate(
        site=make_site(other, cast.sam), expires_date=timezone.localdate() + timedelta(days=90), **facts
    )
    write(certificate, by=cast.sam, action="certificate.add")
    item = DueItem.objects.get(record_number=certificate.number)
    assert item.vendor_ref == other.number
    merge_vendors(survivor, other, by=cast.sam, reason="One company")
    item.refresh_from_db()
    assert item.vendor_ref == survivor.number
    assert not [line for line in drift(timezone.now()) if certificate.number in line]


# --- under an agreement --------------------------------------------------------------------------------
@pytest.fixture
def agreed(cast: Any) -> tuple[Agreement, DeadlinePolicy]:
    agreement = Agreement.objects.get(number=places.agreement()[0])
    policy = add_policy(cast.sam.company, by=cast.sam, agreement=agreement, offsets=["33d"])
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
    return agreement, policy


def test_an_agreement_that_ends_or_moves_wakes_its_cmos_items(agreed: Any, cast: Any) -> None:
    agreement, _ = agreed
    concerned = all_of(wall_owner=cast.sam.company_id, vendor_ref=agreement.vendor.number)
    revise_agreement(agreement, by=cast.sam, expires_date=timezone.localdate() + timedelta(days=500))
    assert concerned and awake() == concerned
    DueItem.objects.filter(is_open=True).update(next_remind_at=NEVER)
    end_agreement(agreement, by=cast.sam, ended_date=timezone.localdate() + timedelta(days=5), reason="Moved on")
    assert awake() == concerned - {agreement.number}, "its own end is no longer due"


def test_the_sweep_looks_again_on_the_day_on_which_an_agreement_ends_by_itself(agreed: Any, cast: Any) -> None:
    agreement, policy = agreed
    today = timezone.now().date()
    end_agreement(agreement, by=cast.sam, ended_date=today + timedelta(days=5), reason="Moved on")
    sweep(timezone.now())
    looked = DueItem.objects.filter(wall_owner=cast.sam.company_id, vendor_ref=agreement.vendor.number, is_open=True)
    turn = datetime.combine(today + timedelta(days=5), datetime.min.time(), tzinfo=timezone.now().tzinfo)
    assert looked and all(item.next_remind_at <= turn for item in looked)
    assert policy.holds_on(today) and not policy.holds_on(today + timedelta(days=5))
    sweep(turn + timedelta(hours=1))
    item = looked.filter(due_date__gt=today + timedelta(days=60)).exclude(kind="agreement.expires").first()
    assert item is not None
    places_ = {item.due_date - timedelta(days=n) for n in (33, 34)}
    assert item.next_remind_at.date() not in places_, "the ended agreement's policy plans nothing any more"


# --- pages and API ---------------------------------------------------------------------------------------
def test_a_person_adds_looks_and_saves(sign_in: Any, cast: Any) -> None:
    client, address = sign_in("sam"), reverse("vendors:policy-create")
    typed = {"kind": "capa.due", "offsets": "5b, 0, x", "owner": "2"}
    refused = client.post(address, typed)
    assert refused.status_code == 422 and "x is no time before a date" in refused.text
    assert "5b, 0, x" in refused.text, "what was typed stays"
    looked = client.post(address, typed | {"offsets": "5b, 0", "preview": "1", "example": "2027-04-01"})
    assert looked.status_code == 200 and "Tue 23 Mar 2027" in looked.text  # Easter in Switzerland
    assert not DeadlinePolicy.objects.filter(kind="capa.due").exists()
    saved = client.post(address, typed | {"offsets": "5b, 0"})
    policy = DeadlinePolicy.objects.get(kind="capa.due")
    assert saved.status_code == 302 and saved.url == policy.get_absolute_url()
    assert (policy.offsets, policy.escalation) == (["5b", "0d"], {"-2d": "owner"})
    twice = client.post(address, typed | {"offsets": "3"})
    assert twice.status_code == 422 and "exists already" in twice.text
    page = client.get(policy.get_absolute_url()).text
    assert "5 business days before, on the day" in page and "2 days after: who answers for the matter" in page


def test_of_two_people_the_slower_sees_both_versions(sign_in: Any, cast: Any) -> None:
    policy = add_policy(cast.sam.company, by=cast.sam, kind="capa.due", offsets=["5d"])
    client, address = sign_in("sam"), reverse("vendors:policy-edit", args=[policy.number])
    version = policy.version
    revise_policy(policy, by=cast.sam, offsets=["9d"])
    answer = client.post(address, {"kind": "capa.due", "offsets": "4", "version": version})
    assert answer.status_code == 422
    assert "9 days before" in answer.text and "4 days before" in answer.text
    policy.refresh_from_db()
    assert policy.offsets == ["9d"]
    client.post(address, {"kind": "capa.due", "offsets": "4", "version": policy.version})
    policy.refresh_from_db()
    assert policy.offsets == ["4d"]


def test_the_list_groups_by_what_they_are_about(sign_in: Any, cast: Any) -> None:
    add_policy(cast.sam.company, by=cast.sam, offsets=["6d"])
    text = sign_in("ines").get(reverse("vendors:policy-list")).text
    heads = ("For all deadlines", "For one kind of deadline", "For a class of finding", "Where no policy")
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)


def test_the_api_adds_and_retires(sign_in: Any, cast: Any) -> None:
    client = sign_in("sam")
    made = client.post(
        "/api/v1/deadline-policies/",
        {"kind": "capa.due", "offsets": ["5b", "24h"], "escalation": {"-1d": "owner"}},
        content_type="application/json",
    )
    assert made.status_code == 201 and made.json()["offsets"] == ["5b", "24h"] and made.json()["holds"] is True
    address = f"/api/v1/deadline-policies/{made.json()['number']}/"
    bad = client.patch(
        address, {"offsets": ["soon"], "version": made.json()["version"]}, content_type="application/json"
    )
    assert bad.status_code == 400 and "soon is no time" in bad.content.decode()
    assert client.post(address + "retire/", {"reason": "Enough"}, content_type="application/json").status_code == 200
    assert client.get(address).json()["holds"] is False
    listed = {asked: client.get(f"/api/v1/deadline-policies/?retired={asked}").json() for asked in "01"}
    assert made.json()["number"] in str(listed["1"]) and made.json()["number"] not in str(listed["0"])
    assert sign_in("otto").get(address).status_code == sign_in("pat").get(address).status_code == 404


def test_a_policy_names_only_an_agreement_of_its_own_sponsor(cast: Any) -> None:
    agreement = Agreement.objects.get(number=places.agreement()[0])
    with pytest.raises(ValidationError, match="your agreements"):
        add_policy(cast.otto.company, by=cast.otto, agreement=agreement, offsets=["3d"])


def test_the_words_of_an_offset() -> None:
    assert Offset.of("5b").says == "5 business days before"
