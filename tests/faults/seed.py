"""Fills the fault tests' installation: two sponsors with their people, and certificates that each of them looks after.

`python -m tests.faults.seed 5000` makes that many, due in FIRST days; policies remind of them every day until then.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from cmo_portal.accounts.actions import create_company, create_person  # noqa: E402
from cmo_portal.accounts.models import Notices, User  # noqa: E402
from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from cmo_portal.records.trail import write, write_many  # noqa: E402
from vendors.registry.deadline_policies import DeadlinePolicy  # noqa: E402
from vendors.registry.models import Certificate, Site, Vendor  # noqa: E402

SPONSORS = (("Calm Pharma", "UTC", Notices.DIGEST), ("Prompt Pharma", "Europe/Zurich", Notices.IMMEDIATE))
PEOPLE = 20  # of each sponsor
FIRST = 60  # days from today to the first date


def fill(count: int) -> None:
    today = timezone.now().date()
    of_each = count // (len(SPONSORS) * PEOPLE)
    for place, (name, zone, notices) in enumerate(SPONSORS):
        sponsor = create_company(name, kind="sponsor", time_zone=zone, by=SETUP)
        every_day = [f"{days}d" for days in range(FIRST - 1, 0, -1)]
        write(DeadlinePolicy(sponsor=sponsor, offsets=every_day), by=SETUP, action="policy.add")
        people: list[User] = []
        for n in range(PEOPLE):
            made = {"email": f"p{n}@{notices}.example", "name": f"Person {n}", "password": "Racing-portal-2026"}
            people.append(create_person(sponsor, roles=["cmo_manager"], by=SETUP, **made))
            people[-1].notices = notices
            write(people[-1], by=SETUP, action="person.revise")
        vendors = [Vendor(sponsor=sponsor, name=f"CMO {n}", manager=person) for n, person in enumerate(people)]
        write_many(vendors, by=SETUP, action="cmo.add")
        sites = [Site(vendor=vendor, name=f"Plant {n}") for n, vendor in enumerate(vendors)]
        write_many(sites, by=SETUP, action="site.add")
        first = place * PEOPLE * of_each
        made = [
            Certificate(
                site=sites[n // of_each],
                kind="gmp",
                authority="BASG",
                reference=f"Z{first + n:05}",
                issue_date=today,
                expires_date=today + timedelta(days=FIRST),
            )
            for n in range(PEOPLE * of_each)
        ]
        write_many(made, by=SETUP, action="certificate.add")


if __name__ == "__main__":
    with acting_as(SETUP):
        fill(int(sys.argv[1]))
