"""What ends an obligation: its renewal, the end of what it belongs to, or its own last day; and what does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.record import Record
from vendors.registry import agreement_actions, site_actions
from vendors.registry.actions import add_vendor, restore, retire, revise
from vendors.registry.models import CapacityOffer, Certificate, Site
from vendors.registry.supply import Agreement
from vendors.registry.tasks import expire_qualifications

pytestmark = pytest.mark.django_db


def day(ahead: int) -> Any:
    return timezone.localdate() + timedelta(days=ahead)


def is_owed(record: Record) -> bool:
    return DueItem.objects.filter(record_number=record.number, is_open=True).exists()


@pytest.fixture(autouse=True)
def _in_step() -> Any:
    """Whatever happened, the check of the installation finds nothing amiss."""
    yield
    call_command("rebuild_due_items", "--check", verbosity=0)


def certificate(site: Site, cast: Any, ends: int, **values: Any) -> Certificate:
    facts = {"kind": "iso", "authority": "TUV", "reference": f"R{ends}", "issue_date": day(-900)}
    return site_actions.add_certificate(site, by=cast.sam, expires_date=day(ends), **(facts | values))


def agreement(site: Site, cast: Any, ends: int, **values: Any) -> Agreement:
    facts = {"kind": "supply", "title": "Supply of vials", "parties": "Both", "signed_date": day(-900)}
    facts |= {"effective_date": day(-900), "expires_date": day(ends)} | values
    return agreement_actions.add_agreement(site.vendor, by=cast.sam, **facts)


def offer(site: Site, cast: Any, ends: int) -> CapacityOffer:
    return site_actions.add_offer(
        site, by=cast.pat, line="Line 9", service="fill_finish", window_start=day(200), window_end=day(230),
        quantity=4, unit="batches", confidence="high", expires_date=day(ends),
    )  # fmt: skip


def test_an_expired_certificate_stays_owed_until_a_newer_one_of_its_kind_stands(cast: Any, linz: Site) -> None:
    old, other = certificate(linz, cast, -3), certificate(linz, cast, -2, kind="other")
    assert is_owed(old) and is_owed(other)
    new = certificate(linz, cast, 700)
    assert (is_owed(old), is_owed(other), is_owed(new)) == (False, True, True)
    retire(new, by=cast.sam, reason="Entered at the wrong site")
    assert is_owed(old), "what took its place is gone"
    restore(new, by=cast.sam)
    revise(new, by=cast.sam, kind="other")
    assert (is_owed(old), is_owed(other)) == (True, False)


def test_nothing_is_owed_at_a_site_or_cmo_out_of_use(cast: Any, linz: Site) -> None:
    rows: list[Any] = [certificate(linz, cast, 50), offer(linz, cast, 20)]
    contract = agreement(linz, cast, 40)
    retire(linz, by=cast.sam, reason="Closed")
    assert [is_owed(row) for row in (*rows, contract)] == [False, False, True]
    restore(linz, by=cast.sam)
    assert all(is_owed(row) for row in rows)
    retire(linz.vendor, by=cast.sam, reason="The relation has ended")
    assert not any(is_owed(row) for row in (*rows, contract))


def test_a_certificate_for_one_standard_does_not_follow_that_for_another(cast: Any, linz: Site) -> None:
    quality = certificate(linz, cast, -3, covers="ISO 9001")
    certificate(linz, cast, 700, covers="ISO 13485")
    assert is_owed(quality)
    certificate(linz, cast, 701, covers="iso 9001")
    assert not is_owed(quality)


def test_an_agreement_is_followed_by_a_longer_one_under_its_title_only(cast: Any, linz: Site) -> None:
    old = agreement(linz, cast, -5)
    agreement(linz, cast, 400, title="Supply of syringes")
    draft = agreement(linz, cast, 400, signed_date=None, effective_date=None)
    assert is_owed(old) and not is_owed(draft)
    agreement_actions.revise_agreement(draft, by=cast.sam, signed_date=day(-6), effective_date=day(-4))
    assert (is_owed(old), is_owed(draft)) == (False, True)
    agreement_actions.end_agreement(draft, by=cast.sam, ended_date=day(-1), reason="They stepped back")
    assert (is_owed(old), is_owed(draft)) == (True, False)


def test_any_longer_cda_follows_a_cda(cast: Any) -> None:
    site = site_actions.add_site(add_vendor(cast.sam.company, by=cast.sam, name="Cedar Fill"), by=cast.sam, name="Graz")
    old = agreement(site, cast, -5, kind="cda", title="CDA of 2021")
    assert is_owed(old)
    new = agreement(site, cast, 900, kind="cda", title="Mutual CDA")
    assert (is_owed(old), is_owed(new)) == (False, True)


def test_a_promise_of_capacity_lapses_with_its_day(cast: Any, linz: Site) -> None:
    promise = offer(linz, cast, 2)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        expire_qualifications()
        assert is_owed(promise), "it can be called on its last day"
    with time_machine.travel(timezone.now() + timedelta(days=4)):  # its day has passed everywhere, whatever the hour
        expire_qualifications()
        expire_qualifications()
        assert not is_owed(promise)
        call_command("rebuild_due_items", "--check", verbosity=0)
    call_command("rebuild_due_items", verbosity=0)
    assert is_owed(promise), "back today it stands"
