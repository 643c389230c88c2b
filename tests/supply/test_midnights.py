"""A day ends where people are: at the person's midnight for what they type, at the sponsor's for its dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cmo_portal.accounts.actions import edit
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Batch, Qualification
from vendors.registry.tasks import expire_qualifications

pytestmark = pytest.mark.django_db
DAY = datetime.now(UTC).date() + timedelta(days=60)  # after everything in the demo
MORROW = DAY + timedelta(days=1)
EVENING = datetime.combine(DAY, time(20), UTC)  # the morrow in Auckland, the day in Los Angeles
NIGHT = datetime.combine(MORROW, time(3), UTC)  # still the day in Los Angeles


def move_day(client: Any, batch: Batch, day: str) -> int:
    sent = {"status_date": day, "version": batch.version}
    status: int = client.post(f"/batches/{batch.number}/start/", sent).status_code
    return status


def planned(cast: Any) -> Batch:
    return Batch.objects.filter(status="planned", supply__product__sponsor=cast.sam.company).order_by("pk")[0]


def test_the_day_that_the_form_offers_is_taken_east_of_greenwich(cast: Any, sign_in: Any) -> None:
    edit(cast.sam, by=cast.sam, action="person.edit", time_zone="Pacific/Auckland")
    batch = planned(cast)
    with time_machine.travel(EVENING, tick=False):
        client = sign_in("sam")
        page = client.get(f"/batches/{batch.number}/start/").content.decode()
        (offered,) = re.findall(r'name="status_date" value="([\d-]+)"', page)
        assert offered == MORROW.isoformat()
        assert move_day(client, batch, offered) == 302


def test_tomorrow_has_not_come_west_of_greenwich(cast: Any, sign_in: Any) -> None:
    edit(cast.sam, by=cast.sam, action="person.edit", time_zone="America/Los_Angeles")
    with time_machine.travel(NIGHT, tick=False):
        client, batch = sign_in("sam"), planned(cast)
        assert move_day(client, batch, MORROW.isoformat()) == 422
        assert move_day(client, batch, DAY.isoformat()) == 302


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Zurich", "Pacific/Auckland"])
def test_a_qualification_holds_to_the_end_of_its_last_day_at_the_sponsor(cast: Any, zone: str) -> None:
    still = datetime.combine(DAY, time(23, 50), ZoneInfo(zone))
    over = datetime.combine(MORROW, time(0, 10), ZoneInfo(zone))
    edit(cast.sam.company, by=cast.ada, action="company.edit", time_zone=zone)
    with time_machine.travel(EVENING - timedelta(days=7)):
        site = make_site(make_vendor(cast.sam), cast.sam)
        row = propose(site.vendor, by=cast.sam, site=site, service="fill_finish")
        move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=DAY)
    for now, status in ((still, "approved"), (over, "expired")):
        with time_machine.travel(now):
            expire_qualifications()
        assert Qualification.objects.get(pk=row.pk).status == status
