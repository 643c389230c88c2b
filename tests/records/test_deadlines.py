"""Due items follow their records in the same transaction, and the rebuild finds where they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry, kinds
from cmo_portal.records.rebuilding import drift
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
    assert made.next_remind_at is not None and made.next_remind_at <= timezone.now(), "the next sweep plans it"
    assert made.title == "GMP certificate AT-1 of Linz expires"


def rest(certificate: Certificate) -> DueItem:
    """As a sweep leaves it that has planned the next reminder."""
    before = timezone.now() - timedelta(days=3)
    rows = DueItem.objects.filter(record_number=certificate.number)
    rows.update(next_remind_at=NEVER, armed_at=before, held_since=before, opened_at=before)
    return item(certificate)


def test_a_moved_date_re_arms_its_reminders(certificate: Certificate, cast: Any) -> None:
    rested = rest(certificate)
    certificate.expires_date += timedelta(days=365)
    write(certificate, by=cast.sam, action="certificate.revise")
    armed = item(certificate)
    assert armed.next_remind_at is not None and armed.next_remind_at < NEVER and armed.armed_at > rested.armed_at
    assert armed.held_since == rested.held_since, "the ball has not moved"


def test_a_change_of_words_wakes_nothing(certificate: Certificate, cast: Any) -> None:
    rested = rest(certificate)
    certificate.reference = "AT-2"
    write(certificate, by=cast.sam, action="certificate.revise")
    assert item(certificate).title == "GMP certificate AT-2 of Linz expires"
    assert (item(certificate).next_remind_at, item(certificate).armed_at) == (NEVER, rested.armed_at)


def test_each_side_s_time_is_counted_alike(certificate: Certificate) -> None:
    now = timezone.now()
    thing = DueItem(side="sponsor", held_since=now - timedelta(hours=5), is_open=True)
    assert (thing.used("sponsor", now), thing.used("partner", now)) == (5 * 3600, 0)
    thing.hand_over(now)
    thing.side = "partner"
    later = now + timedelta(hours=2)
    assert (thing.used("sponsor", later), thing.used("partner", later)) == (5 * 3600, 2 * 3600)
    thing.hand_over(later)
    thing.is_open = False
    assert thing.used("partner", later + timedelta(days=9)) == 2 * 3600, "what is closed uses no time"


def test_a_retired_record_goes_silent_at_once(certificate: Certificate, cast: Any) -> None:
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    closed = item(certificate)
    assert (closed.is_open, closed.next_remind_at) == (False, None) and closed.closed_at is not None


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


def test_a_new_title_takes_nothing_else_along(certificate: Certificate, cast: Any) -> None:
    """Whoever renames a site holds none of its records: what moved at the same moment stays as it was put."""
    rest(certificate)
    moved = certificate.expires_date + timedelta(days=365)
    DueItem.objects.filter(record_number=certificate.number).update(due_date=moved)  # as another act just wrote it
    certificate.site.name = "Linz North"
    write(certificate.site, by=cast.sam, action="site.revise")
    renamed = item(certificate)
    assert renamed.title == "GMP certificate AT-1 of Linz North expires"
    assert (renamed.due_date, renamed.next_remind_at) == (moved, NEVER)


def test_a_change_that_no_title_names_looks_at_no_due_item(certificate: Certificate, cast: Any) -> None:
    site = certificate.site
    with CaptureQueriesContext(connection) as asked:
        site.city = "Linz"
        write(site, by=cast.sam, action="site.revise")
    assert not [query for query in asked if "dueitem" in query["sql"] or "certificate" in query["sql"]]


def test_the_check_finds_what_is_open_and_owed_no_more_where_the_query_cannot_tell(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = replace(kinds["certificate.expires"], is_open=lambda record: False, is_open_says_less=True)
    monkeypatch.setitem(kinds, "certificate.expires", paper)
    assert any(certificate.number in line for line in drift(timezone.now()))


def test_an_open_item_that_would_never_remind_is_found_and_mended(certificate: Certificate) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=None)
    with pytest.raises(CommandError, match="missing or differs"):
        call_command("rebuild_due_items", "--check")
    call_command("rebuild_due_items", verbosity=0)
    assert item(certificate).next_remind_at is not None


def test_an_item_whose_reminders_were_all_sent_is_in_step(certificate: Certificate) -> None:
    rest(certificate)
    call_command("rebuild_due_items", "--check", verbosity=0)


def claim(certificate: Certificate, offset: int) -> None:
    ReminderEntry.objects.create(
        kind="certificate.expires",
        record_number=certificate.number,
        due_key=certificate.expires_date.isoformat(),
        offset=f"{offset}d",
        claimed_at=timezone.now(),
    )


def test_a_reminder_is_claimed_once(certificate: Certificate) -> None:
    claim(certificate, 14)
    with pytest.raises(IntegrityError), transaction.atomic():
        claim(certificate, 14)
