"""What is late climbs: to its owner, the CMO's manager, the facilitators of both sides; by policy, behind walls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import write
from communications.notices.models import Channel, Notice
from communications.notices.sweep import sweep
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.models import Certificate, Vendor
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(certificate: Certificate, cast: Any) -> Certificate:
    """The certificate's due item, as if it were a response that Alpenglow owes and Leo answers for."""
    DueItem.objects.filter(record_number=certificate.number).update(
        kind="response.due",
        side="partner",
        owner_ref=cast.leo.ref,
        facet="major",
        wall_partner=cast.pat.company_id,
        wall_shared=True,
    )
    return certificate


def told(about: Certificate, days_before: Any, days: int) -> list[tuple[str, str]]:
    """Who is told by mail, and why, on the day so many days before the date."""
    before = set(Notice.objects.values_list("pk", flat=True))
    now = days_before(days)
    DueItem.objects.filter(record_number=about.number).update(next_remind_at=now)
    sweep(now)
    rows = Notice.objects.filter(record_number=about.number, channel=Channel.EMAIL).exclude(pk__in=before)
    return sorted(rows.values_list("recipient__name", "level"))


def test_what_is_late_climbs_rung_by_rung(response: Certificate, days_before: Any) -> None:
    holder = ("Pat Huber", "holder")
    assert told(response, days_before, 0) == [holder]
    assert told(response, days_before, -3) == [("Leo Marchetti", "owner"), holder]
    manager = told(response, days_before, -7)
    assert holder in manager and ("Leo Marchetti", "owner") not in manager
    both = dict(told(response, days_before, -14))
    assert both["Pat Huber"] == "holder" and both["Quinn Abara"] == "facilitators"
    assert not {"Bea Kazlauskas", "Otto Feld"} & set(both)


def test_the_sponsors_lateness_climbs_as_the_cmos_does(response: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=response.number).update(
        kind="response.review", side="sponsor", holder_ref=cast.sam.ref
    )
    assert told(response, days_before, -3) == [("Leo Marchetti", "owner"), ("Sam Keller", "holder")]
    facilitators = dict(told(response, days_before, -14))
    assert facilitators["Pat Huber"] == facilitators["Quinn Abara"] == "facilitators"


def test_after_an_outage_one_notice_climbs_all_the_rungs_that_passed(response: Certificate, days_before: Any) -> None:
    names = dict(told(response, days_before, -20))
    assert {"Pat Huber": "holder", "Leo Marchetti": "owner", "Quinn Abara": "facilitators"}.items() <= names.items()


def test_neither_side_learns_whom_the_other_told(response: Certificate, days_before: Any, cast: Any) -> None:
    told(response, days_before, -14)
    rows = Notice.objects.filter(record_number=response.number)
    assert rows.visible_to(cast.pat).exists() and rows.visible_to(cast.sam).exists()
    assert {row.recipient.company_id for row in rows.visible_to(cast.pat)} == {cast.pat.company_id}
    assert {row.recipient.company_id for row in rows.visible_to(cast.sam)} == {cast.sam.company_id}
    assert not rows.visible_to(cast.bea).exists() and not rows.visible_to(cast.otto).exists()


def test_what_need_not_be_heard_climbs_nowhere(certificate: Certificate, days_before: Any) -> None:
    told(certificate, days_before, -14)
    levels = Notice.objects.filter(record_number=certificate.number).values_list("level", flat=True)
    assert set(levels) == {"holder"}


# --- policies ---------------------------------------------------------------------------------------------
@pytest.fixture
def policy(cast: Any) -> Callable[..., DeadlinePolicy]:
    """Makes a policy of Northgate; those of the demo do not hold meanwhile."""
    for one in DeadlinePolicy.objects.in_use().filter(sponsor=cast.sam.company):
        one.is_retired = True
        write(one, by=cast.sam, action="policy.retire", reason="a test")

    def make(**values: Any) -> DeadlinePolicy:
        made = DeadlinePolicy(sponsor=cast.sam.company, **values)
        write(made, by=cast.ada, action="policy.add")
        return made

    return make


def test_a_policy_says_when_and_who_hears(response: Certificate, days_before: Any, policy: Any) -> None:
    policy(kind="response.due", offsets=["20d"], escalation={"-2d": "facilitators"})
    assert [name for name, _ in told(response, days_before, 20)] == ["Pat Huber"]
    assert told(response, days_before, 14) == told(response, days_before, 0) == []
    assert ("Quinn Abara", "facilitators") in told(response, days_before, -2)
    assert told(response, days_before, -3) == []


def test_a_changed_policy_does_not_begin_with_an_older_stage(
    response: Certificate, days_before: Any, policy: Any
) -> None:
    assert told(response, days_before, 7)
    policy(offsets=["20d", "10d", "2d"])
    assert told(response, days_before, 7) == [], "seven days were said: ten are an older stage"
    assert told(response, days_before, 2)


def test_the_policy_that_names_most_holds(response: Certificate, days_before: Any, policy: Any, cast: Any) -> None:
    vendor = Vendor.objects.get(sites=response.site)
    DueItem.objects.filter(record_number=response.number).update(vendor_ref=vendor.number)
    policy(offsets=["60d"])
    assert told(response, days_before, 60) != []
    policy(kind="response.due", offsets=["50d"])
    assert told(response, days_before, 55) == [] != told(response, days_before, 50)
    policy(kind="response.due", facet="major", offsets=["40d"])
    policy(kind="response.due", facet="other", offsets=["39d"])
    assert told(response, days_before, 39) != []  # forty had passed
    agreement = Agreement(
        vendor=vendor,
        kind="msa",
        title="Quality",
        parties="Both",
        signed_date=date(2026, 1, 1),
        effective_date=date(2026, 1, 1),
    )
    write(agreement, by=cast.sam, action="agreement.add")
    policy(agreement=agreement, offsets=["30d"])
    assert told(response, days_before, 30) != []
    assert told(response, days_before, 20) == []


def test_the_policy_of_an_agreement_that_is_not_in_force_does_not_hold(
    response: Certificate, days_before: Any, policy: Any, cast: Any
) -> None:
    vendor = Vendor.objects.get(sites=response.site)
    DueItem.objects.filter(record_number=response.number).update(vendor_ref=vendor.number)
    begins = days_before(10).date()
    agreement = Agreement(
        vendor=vendor,
        kind="msa",
        title="Quality",
        parties="Both",
        signed_date=begins,
        effective_date=begins,
        expires_date=begins + timedelta(days=5),
    )
    write(agreement, by=cast.sam, action="agreement.add")
    policy(agreement=agreement, offsets=["13d", "8d", "3d"])
    assert told(response, days_before, 14) != []  # as the kind says
    assert told(response, days_before, 13) == []  # not yet in force
    assert told(response, days_before, 8) != []
    assert told(response, days_before, 4) != []  # no longer: the kind's own seven days have passed
    assert told(response, days_before, 3) == []


def test_another_sponsors_policy_does_not_hold(response: Certificate, days_before: Any, cast: Any) -> None:
    other = DeadlinePolicy(sponsor=cast.otto.company, kind="response.due", offsets=["21d"])
    write(other, by=cast.otto, action="policy.add")
    assert told(response, days_before, 21) == []


def test_business_days_are_counted_with_the_holidays_of_the_side_that_has_the_ball(
    response: Certificate, days_before: Any, policy: Any
) -> None:
    """26 October is a holiday in Austria, where the CMO is, and none in Switzerland."""
    policy(kind="response.due", offsets=["1b"])
    year = days_before(0).year if days_before(0).month < 10 else days_before(0).year + 1
    due = date(year, 10, 27)
    while due.weekday() > 4 or date(due.year, 10, 26).weekday() > 4:
        due = date(due.year + 1, 10, 27)
    item = DueItem.objects.filter(record_number=response.number)
    item.update(due_date=due)
    from communications.notices.recipients import People
    from communications.notices.sweep import Planner

    def moment() -> date:
        now = days_before(90)
        (one,) = items = list(item)
        plan = Planner(items, now).plan(one, People(items, now).place_of(one))
        first = min(plan.moments.values())
        return first.astimezone(plan.place.zone).date()

    assert moment() == date(due.year, 10, 23 if date(due.year, 10, 26).weekday() == 0 else 25)
    item.update(side="sponsor")
    assert moment() == date(due.year, 10, 26)
