"""Due items follow their records in the same transaction, and the rebuild finds where they do not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmo_portal.records import deadlines
from cmo_portal.records.deadlines import DueItem, ReminderEntry
from cmo_portal.records.trail import write, write_many
from vendors.registry.actions import add_vendor
from vendors.registry.models import Certificate, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast: Any) -> Certificate:
    vendor = add_vendor(cast.sam.company, by=cast.sam, name="Deadline Pharma")
    site = Site(vendor=vendor, name="Linz")
    write(site, by=cast.sam, action="site.add")
    made = Certificate(
        site=site,
        kind="gmp",
        authority="BASG",
        reference="AT-1",
        issue_date=date(2026, 1, 5),
        expires_date=timezone.now().date() + timedelta(days=100),
    )
    write(made, by=cast.sam, action="certificate.add")
    return made


def item(certificate: Certificate) -> DueItem:
    return DueItem.objects.get(record_number=certificate.number)


def test_a_dated_record_has_its_due_item(certificate: Certificate) -> None:
    made = item(certificate)
    assert (made.due_date, made.is_open) == (certificate.expires_date, True)
    assert made.next_remind_date == certificate.expires_date - timedelta(days=90)
    assert made.title == "GMP certificate AT-1 of Linz expires"


def test_a_moved_date_re_arms_its_reminders(certificate: Certificate, cast: Any) -> None:
    certificate.expires_date += timedelta(days=365)
    write(certificate, by=cast.sam, action="certificate.revise")
    assert item(certificate).next_remind_date == certificate.expires_date - timedelta(days=90)


def test_a_retired_record_goes_silent_at_once(certificate: Certificate, cast: Any) -> None:
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    assert (item(certificate).is_open, item(certificate).next_remind_date) == (False, None)


def test_a_due_item_goes_back_with_the_act_that_failed(certificate: Certificate, cast: Any) -> None:
    before = item(certificate).due_date
    with pytest.raises(RuntimeError), transaction.atomic():
        certificate.expires_date += timedelta(days=365)
        write(certificate, by=cast.sam, action="certificate.revise")
        raise RuntimeError
    assert item(certificate).due_date == before


def test_the_check_finds_a_missing_and_a_stray_item_and_the_rebuild_mends_both(certificate: Certificate) -> None:
    call_command("rebuild_due_items", "--check", verbosity=0)
    DueItem.objects.filter(record_number=certificate.number).update(due_date=date(2020, 1, 1))
    with pytest.raises(CommandError, match="missing or differs"):
        call_command("rebuild_due_items", "--check")
    call_command("rebuild_due_items", verbosity=0)
    call_command("rebuild_due_items", "--check", verbosity=0)
    stray = item(certificate)
    stray.pk, stray.number, stray.record_number = None, "STRAY", "CERT-2026-GONE0"
    stray.save(force_insert=True)
    with pytest.raises(CommandError, match="nothing is owed"):
        call_command("rebuild_due_items", "--check")


def test_a_title_follows_the_site_that_it_names(certificate: Certificate, cast: Any) -> None:
    certificate.site.name = "Linz North"
    write(certificate.site, by=cast.sam, action="site.revise")
    assert item(certificate).title == "GMP certificate AT-1 of Linz North expires"
    certificate.site.name = "Linz South"
    write_many([certificate.site], by=cast.sam, action="site.revise")
    assert item(certificate).title == "GMP certificate AT-1 of Linz South expires"
    call_command("rebuild_due_items", "--check", verbosity=0)


def test_a_change_that_no_title_names_looks_at_no_due_item(certificate: Certificate, cast: Any) -> None:
    site = certificate.site
    with CaptureQueriesContext(connection) as asked:
        site.city = "Linz"
        write(site, by=cast.sam, action="site.revise")
    assert not [query for query in asked if "dueitem" in query["sql"] or "certificate" in query["sql"]]


def test_an_open_item_that_would_never_remind_is_found_and_mended(certificate: Certificate) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_date=None)
    with pytest.raises(CommandError, match="missing or differs"):
        call_command("rebuild_due_items", "--check")
    call_command("rebuild_due_items", verbosity=0)
    assert item(certificate).next_remind_date == certificate.expires_date - timedelta(days=90)


def test_an_item_whose_reminders_were_all_sent_is_in_step(certificate: Certificate) -> None:
    for offset in (90, 30, 14, 7, 0, -7):
        claim(certificate, offset)
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_date=None)
    call_command("rebuild_due_items", "--check", verbosity=0)


def test_a_date_that_comes_back_is_not_reminded_of_twice_and_its_later_reminders_still_come(
    certificate: Certificate, cast: Any
) -> None:
    day = certificate.expires_date
    claim(certificate, 90)
    for moved in (day + timedelta(days=365), day):
        certificate.expires_date = moved
        write(certificate, by=cast.sam, action="certificate.revise")
    assert item(certificate).next_remind_date == day - timedelta(days=30)
    call_command("rebuild_due_items", "--check", verbosity=0)


def claim(certificate: Certificate, offset: int) -> None:
    ReminderEntry.objects.create(
        kind="certificate.expires",
        record_number=certificate.number,
        due_date=certificate.expires_date,
        offset=offset,
        claimed_at=timezone.now(),
    )


def test_a_reminder_is_claimed_once(certificate: Certificate) -> None:
    claim(certificate, 14)
    with pytest.raises(IntegrityError), transaction.atomic():
        claim(certificate, 14)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 1, 1), date(2026, 5, 18)),
        (date(2026, 5, 19), date(2026, 5, 25)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 6, 2), date(2026, 6, 4)),
        (date(2026, 6, 5), None),
    ],
)
def test_the_next_reminder_is_the_first_that_is_not_past(after: date, expected: date | None) -> None:
    assert deadlines.next_reminder(date(2026, 6, 1), (14, 7, 0, -3), after) == expected
