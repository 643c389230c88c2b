"""A day at the end of the calendar, a record without words, a person without a row: each stops nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import DueItem, ReminderEntry
from cmo_portal.records.rebuilding import drift
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import write
from communications.notices.delivery import deliver_all, people_owed
from communications.notices.sweep import sweep
from vendors.registry.deadline_policy_views import AHEAD, example_day
from vendors.registry.models import Certificate, Site, Vendor
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db
ENDS = [date(9999, 12, 31), date(1, 1, 2)]


@pytest.mark.parametrize("day", ENDS)
def test_a_day_from_which_nobody_can_count_owes_nothing(certificate: Certificate, cast: Any, day: date) -> None:
    certificate.issue_date, certificate.expires_date = date(1, 1, 1), day
    write(certificate, by=cast.sam, action="certificate.revise")
    assert not DueItem.objects.filter(record_number=certificate.number, is_open=True).exists()
    assert [line for line in drift(timezone.now()) if certificate.number in line] == []
    assert example_day({"example": day.isoformat()}) == timezone.localdate() + AHEAD


def test_an_agreement_for_ever_turns_never() -> None:
    assert Agreement(expires_date=date.max).turns_after(date(2026, 1, 1)) is None


@pytest.mark.parametrize("day", ENDS)
def test_an_item_that_cannot_be_planned_stops_no_other(
    add_certificate: Callable[[str], Certificate], days_before: Any, caplog: Any, day: date
) -> None:
    bad, good = add_certificate("BAD"), add_certificate("GOOD")
    DueItem.objects.filter(record_number=bad.number).update(due_date=day, next_remind_at=days_before(90))
    swept = sweep(days_before(90))
    assert swept.unheard == (bad.number,) and bad.number in caplog.text
    assert ReminderEntry.objects.filter(record_number=good.number).count() == 1
    assert not ReminderEntry.objects.filter(record_number=bad.number).exists()
    item = DueItem.objects.get(record_number=bad.number)
    assert item.next_remind_at == days_before(90) + timedelta(hours=1)


def test_a_record_without_words_stops_no_other_line(
    add_certificate: Callable[[str], Certificate], days_before: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    bad, _ = add_certificate("BAD"), add_certificate("GOOD")
    address = Certificate.get_absolute_url

    def fall(self: Certificate) -> str:
        if self.number == bad.number:
            raise ValueError("no page")
        return address(self)

    sweep(days_before(90))
    monkeypatch.setattr(Certificate, "get_absolute_url", fall)
    assert deliver_all(days_before(90)).mails == 1
    assert "GOOD of Linz" in mail.outbox[0].body and bad.number in caplog.text


def test_a_name_of_several_lines_is_one_line_of_the_mail(certificate: Certificate, days_before: Any, cast: Any) -> None:
    site = certificate.site
    with opened_door():  # as an import or an older release may have left them
        Site.objects.filter(pk=site.pk).update(name="Linz\nBcc: all@example.com\r\n\r\nPay here")
        Vendor.objects.filter(pk=site.vendor.pk).update(name="Reminded\n\nOverdue")
    sweep(days_before(90))
    assert deliver_all(days_before(90)).sent == 1
    sent = mail.outbox[0]
    assert "Linz Bcc: all@example.com Pay here" in sent.subject
    assert "\nPay here" not in sent.body and "Reminded Overdue" in sent.body


def test_a_person_whose_mail_cannot_be_made_stops_no_other(
    add_certificate: Callable[[str], Certificate], days_before: Any, cast: Any, caplog: Any
) -> None:
    add_certificate("SAM")
    DueItem.objects.filter(record_number=add_certificate("LEO").number).update(holder_ref=cast.leo.ref)
    sweep(days_before(90))
    first, *others = people_owed(days_before(90))
    with opened_door():
        User.objects.filter(pk=first).update(time_zone="Nowhere/Land")
    assert others and deliver_all(days_before(90)).mails == len(others)
    assert f"person {first} could not be delivered" in caplog.text
