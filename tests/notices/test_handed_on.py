"""Whoever gets the ball after the last reminder hears of it; whoever gave it away is written to no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from cmo_portal.records.deadlines import DueItem, ReminderEntry
from communications.notices.delivery import deliver_all
from communications.notices.models import Notice
from communications.notices.sweep import sweep
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


def hand(certificate: Certificate, to: str, at: Any, **more: Any) -> None:
    values = {"holder_ref": to, "held_since": at, "next_remind_at": at}
    DueItem.objects.filter(record_number=certificate.number).update(**values | more)


def heard(certificate: Certificate) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(record_number=certificate.number, channel="email").order_by("id")
    return list(rows.values_list("recipient__name", "offset"))


def test_who_gets_the_ball_after_the_last_reminder_hears_of_it_once(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(-8))
    hand(certificate, cast.leo.ref, days_before(-20))
    for _ in range(2):  # the second time something else woke it
        sweep(days_before(-20))
        DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=days_before(-20))
    assert heard(certificate) == [("Sam Keller", "-7d"), ("Leo Marchetti", "-7d")]
    assert ReminderEntry.objects.filter(record_number=certificate.number, offset="-7d").count() == 1


def test_who_gets_the_ball_with_the_next_reminder_hears_that_one(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(90))
    hand(certificate, cast.leo.ref, days_before(30))
    sweep(days_before(30))
    assert heard(certificate) == [("Sam Keller", "90d"), ("Leo Marchetti", "30d")]
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=days_before(29))
    sweep(days_before(29))
    assert len(heard(certificate)) == 2


def test_who_gave_the_ball_away_is_written_to_no_more(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(-8))
    hand(certificate, cast.leo.ref, days_before(-8) + timedelta(minutes=1))
    sweep(days_before(-8) + timedelta(minutes=2))
    deliver_all(days_before(-9))
    assert [sent.to[0].split("@")[0] for sent in mail.outbox] == ["leo"]


def test_what_was_dropped_goes_after_all_when_the_ball_comes_back(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(-8))
    hand(certificate, cast.leo.ref, days_before(-9))
    deliver_all(days_before(-9))
    assert mail.outbox == []
    hand(certificate, cast.sam.ref, days_before(-10))
    sweep(days_before(-10))
    deliver_all(days_before(-10))
    deliver_all(days_before(-11))
    assert [sent.to[0].split("@")[0] for sent in mail.outbox] == ["sam"]


def test_a_date_that_comes_back_is_told_where_it_was_dropped(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(-8))
    DueItem.objects.filter(record_number=certificate.number).update(is_open=False)
    deliver_all(days_before(-9))
    hand(certificate, "", days_before(-10), is_open=True, armed_at=days_before(-10))
    sweep(days_before(-10))
    assert deliver_all(days_before(-10)).sent == 1
