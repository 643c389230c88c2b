"""A day ends where people are: at the person's midnight for what they type, at the sponsor's for its dates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from cmo_portal.accounts.actions import edit
from tests.supply.makers import PROOF, make_site, make_vendor
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Batch, Qualification
from vendors.registry.tasks import expire_qualifications

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 27, 20, tzinfo=UTC)  # the 28th in Auckland, the 27th in Los Angeles


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
        assert offered == "2026-11-28"
        assert move_day(client, batch, offered) == 302


def test_tomorrow_has_not_come_west_of_greenwich(cast: Any, sign_in: Any) -> None:
    edit(cast.sam, by=cast.sam, action="person.edit", time_zone="America/Los_Angeles")
    with time_machine.travel(datetime(2026, 11, 28, 3, tzinfo=UTC), tick=False):
        client, batch = sign_in("sam"), planned(cast)
        assert move_day(client, batch, "2026-11-28") == 422
        assert move_day(client, batch, "2026-11-27") == 302


@pytest.mark.parametrize(
    ("zone", "still", "over"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 28, 7, 50, tzinfo=UTC), datetime(2026, 11, 28, 8, 10, tzinfo=UTC)),
        ("Europe/Zurich", datetime(2026, 11, 27, 22, 50, tzinfo=UTC), datetime(2026, 11, 27, 23, 10, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 27, 10, 50, tzinfo=UTC), datetime(2026, 11, 27, 11, 10, tzinfo=UTC)),
    ],
)
def test_a_qualification_holds_to_the_end_of_its_last_day_at_the_sponsor(
    cast: Any, zone: str, still: datetime, over: datetime
) -> None:
    edit(cast.sam.company, by=cast.ada, action="company.edit", time_zone=zone)
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        site = make_site(make_vendor(cast.sam), cast.sam)
        row = propose(site.vendor, by=cast.sam, site=site, service="fill_finish")
        move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2026, 11, 27))
    for now, status in ((still, "approved"), (over, "expired")):
        with time_machine.travel(now):
            expire_qualifications()
        assert Qualification.objects.get(pk=row.pk).status == status
