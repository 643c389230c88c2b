"""The walk "Add a reminder" of CONTRIBUTING.md: a kind, its words, a test that travels in time; the rest follows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.trail import write
from communications.notices.delivery import deliver_all
from communications.notices.models import Notice
from communications.notices.sweep import sweep, sweep_all
from tests.notices.added_hooks import CODE, declare
from vendors.registry.actions import add_vendor
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db
BEGINS = 60  # days from today
CATALOGUE = "communications.notices.catalogue"


@pytest.fixture
def added(quiet: None) -> Iterator[None]:
    """The first two steps, as an upper floor takes them when it is loaded; taken back at the end."""
    declare()
    words = importlib.import_module(CATALOGUE) if importlib.util.find_spec(CATALOGUE) else None
    if words is not None:
        words.CATALOGUE[CODE] = words.Words("an agreement that begins", "Make its first order ready")
    yield
    del kinds[CODE]
    if words is not None:
        del words.CATALOGUE[CODE]


@pytest.fixture
def agreement(added: None, cast: Any) -> Agreement:
    vendor = add_vendor(cast.sam.company, by=cast.sam, name="Beginning Pharma")
    begins = timezone.now().date() + timedelta(days=BEGINS)
    made = Agreement(
        vendor=vendor,
        kind="msa",
        title="Frame contract",
        parties="Both",
        signed_date=timezone.now().date(),
        effective_date=begins,
    )
    write(made, by=cast.sam, action="agreement.add")
    return made


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def test_the_due_item_is_there_and_follows_its_record(agreement: Agreement, cast: Any) -> None:
    item = DueItem.objects.get(kind=CODE, record_number=agreement.number)
    assert (item.due_date, item.is_open) == (agreement.effective_date, True)
    agreement.effective_date += timedelta(days=1)
    write(agreement, by=cast.sam, action="agreement.revise")
    item.refresh_from_db()
    assert item.due_date == agreement.effective_date


def test_travelling_to_its_days_sends_a_line_each(agreement: Agreement) -> None:
    begins = agreement.effective_date
    assert sweep(timezone.now()).claimed == 0
    for days in range(BEGINS - 1, -1, -1):
        sweep_all(noon(begins - timedelta(days=days)))
        deliver_all(noon(begins - timedelta(days=days)))
    lines = [sent for sent in mail.outbox if "Beginning Pharma comes into force" in sent.body]
    stages = Notice.objects.filter(kind=CODE, channel="screen").order_by("id").values_list("offset", flat=True)
    assert list(dict.fromkeys(stages)) == ["30d", "5b", "0d"]
    assert len(lines) == 3 * len({sent.to[0] for sent in lines}) > 0


def test_it_stands_in_the_lists_of_pages_and_api(agreement: Agreement, sign_in: Any) -> None:
    client = sign_in("sam")
    words = "Beginning Pharma comes into force"
    assert words in client.get(f"/deadlines/?kind={CODE}").content.decode()
    rows = client.get("/api/v1/due-items/", {"kind": CODE}).json()["results"]
    assert [row["record_number"] for row in rows] == [agreement.number] and words in rows[0]["title"]


def test_the_rebuild_makes_those_of_records_that_were_there_before(agreement: Agreement) -> None:
    call_command("rebuild_due_items")
    call_command("rebuild_due_items", "--check")
    DueItem.objects.filter(kind=CODE, record_number=agreement.number).update(record_number="AGR-2026-GONE0")
    with pytest.raises(Exception, match=f"{CODE} {agreement.number}: the due item is missing or differs"):
        call_command("rebuild_due_items", "--check")
